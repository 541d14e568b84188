"""What the markup of a component may ask for: words, icons, widths and choices, all from one seed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from scoring.colour_table import load_colours, parse_hex

WORDS = Path(__file__).parent / "words.txt"

BRANDS = (
    "amazon amd android anthropic apple baidu behance bing bluesky bluetooth bootstrap browser chrome claude "
    "copilot css digg discord disqus dribbble dropbox duffle facebook fediverse git github gitlab google html "
    "instagram javascript leetcode line linkedin mastodon medium messenger meta microsoft mozilla nvidia "
    "openai opencollective paypal perplexity pinterest playstation postcard quora reddit signal sina skype "
    "slack snapchat sourceforge spotify stack steam strava stripe substack svg telegram tencent threads "
    "tiktok trello tux twitch twitter ubuntu unity vimeo virus vr wechat whatsapp wikipedia windows wordpress "
    "xbox yelp youtube yin"
).split()
"""First words of the icons that are company marks."""

SKIPPED = re.compile(r"-(fill|slash)$|\d|^(alphabet|emoji|filetype|type|c-|r-|app-|sign-|badge-|dice)|^\w$")
"""Icons of bootstrap-icons that are doubles of another or pictures of letters."""


@cache
def words() -> tuple[str, ...]:
    """Return the words of labels; none of them is among those that training draws."""
    return tuple(WORDS.read_text(encoding="utf-8").split())


@cache
def icon_files(folder: Path) -> tuple[Path, ...]:
    """Return the icons that may be drawn, sorted by name."""
    every = sorted((folder / "icons").glob("*.svg"))
    return tuple(path for path in every if not SKIPPED.search(path.stem) and path.stem.split("-")[0] not in BRANDS)


def icon_markup(file: Path) -> str:
    """Return an icon as inline SVG of the surrounding text's colour, its name in words."""
    svg = file.read_text(encoding="utf-8")
    body = svg[svg.index(">") + 1 :]
    return f'<svg class="lp-icon" data-name="{file.stem.replace("-", " ")}" viewBox="0 0 16 16">{body.strip()}'


def colour_near(rng: Random, name: str) -> tuple[int, int, int]:
    """Return sRGB bytes near the anchor of a colour name."""
    red, green, blue = (
        max(0, min(255, level + rng.randint(-10, 10))) for level in parse_hex(load_colours().names[name])
    )
    return red, green, blue


def css(colour: tuple[int, int, int]) -> str:
    """Return "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def ink_on(colour: tuple[int, int, int]) -> str:
    """Return white or near-black, whichever reads better on `colour` (relative luminance, WCAG 2)."""
    linear = [(c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4) for c in colour]
    return "#ffffff" if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.36 else "#15181e"


@dataclass(kw_only=True)
class Draw:
    """The choices of one component on a canvas of `width` x `height` px; `state` and `noun` go to the prompt."""

    rng: Random
    width: int
    height: int
    icons: tuple[Path, ...]
    dark: bool
    state: str = ""
    noun: str = ""
    variant: str = ""
    variables: dict[str, str] = field(default_factory=dict)

    def pick(self, *options: str) -> str:
        """Return one of the options."""
        return self.rng.choice(options)

    def chance(self, share: float) -> bool:
        """Return true in that share of the cases."""
        return self.rng.random() < share

    def word(self) -> str:
        """Return one word."""
        return self.rng.choice(words())

    def label(self, most: int = 2) -> str:
        """Return one to `most` words, the first with a capital; in one of ten cases a number."""
        if self.chance(0.1):
            return str(self.rng.choice([self.rng.randint(2, 99), self.rng.randint(100, 9999)]))
        first, *rest = self.rng.sample(words(), self.rng.randint(1, most))
        return " ".join([first, *(word.lower() for word in rest)])

    def number(self, low: int, high: int) -> int:
        """Return a whole number between two, both included."""
        return self.rng.randint(low, high)

    def icon(self, size: str = "1em", name: str = "") -> str:
        """Return the markup of an icon of a CSS size; of `name`, or of any."""
        file = self.icons[0].with_name(f"{name}.svg") if name else self.rng.choice(self.icons)
        return icon_markup(file).replace("<svg ", f'<svg style="--lp-icon:{size}" ', 1)

    def css_width(self, low: float = 1.0, high: float = 1.7) -> int:
        """Return a width in CSS px that fills most of the canvas at a zoom between `low` and `high`, at times more."""
        zoom = self.rng.uniform(low, high) * (1.5 if self.width >= 256 and self.chance(0.4) else 1.0)
        return round(self.width * 0.88 / zoom)

    def said(self, state: str) -> str:
        """Note the state for the prompt; returns it."""
        self.state = state
        return state

    def main_colour(self) -> tuple[int, int, int]:
        """Return a colour near one of the palette's names."""
        return colour_near(self.rng, self.rng.choice(tuple(load_colours().names)[:14]))


Template = Callable[[Draw], str]


@dataclass(frozen=True, kw_only=True)
class Kit:
    """One library: its components by the renderer's names, its themes, and how it is given a colour.

    `themes` are values of its theme attribute, each with whether it is dark; `colour` sets the variant and variables.
    """

    components: dict[str, Template]
    themes: tuple[tuple[str, bool], ...]
    grounds: tuple[str, ...]
    dark_grounds: tuple[str, ...]
    colour: Callable[[Draw], None]
