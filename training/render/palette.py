"""Colours of one asset: a named or hex main colour, its background and what follows from them."""

from dataclasses import dataclass
from random import Random

from training.render.material import COLOURS, Colour, colour_near, css, luminance, mix

WHITE: Colour = (255, 255, 255)
INK: Colour = (24, 26, 32)

STYLES = (
    "flat", "outlined", "gradient", "glossy", "neumorphic", "glass",
    "material", "brutalist", "pixel", "retro", "dark", "sketchy",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Palette:
    """sRGB colours by role, and how the prompt names two of them."""

    main_name: str
    background_name: str
    background: Colour
    background_end: Colour
    roles: dict[str, Colour]
    dark: bool

    def __getitem__(self, role: str) -> Colour:
        return self.roles[role]


def contrast_ink(colour: Colour) -> Colour:
    """Return white or near-black, whichever reads better on `colour`."""
    return INK if luminance(colour) > 0.62 else WHITE


def _background(rng: Random, style: str, main: Colour, main_name: str) -> tuple[str, Colour, Colour]:
    """Return (words, start, end) of a background that the main colour stands out from."""
    kinds = ["white", "light", "light", "dark", "tinted", "colour", "gradient"]
    if style == "dark":
        kinds = ["dark"]
    elif style == "neumorphic":
        kinds = ["light", "tinted"]
    elif style == "glass":
        kinds = ["gradient", "gradient", "colour"]
    for _ in range(8):
        kind = rng.choice(kinds)
        if kind == "white":
            start = end = WHITE
            words = "white"
        elif kind == "light":
            level = rng.randint(226, 246)
            start = end = (level, level + rng.randint(-2, 3), min(255, level + rng.randint(0, 6)))
            words = "light gray" if level < 238 else "light"
        elif kind == "dark":
            level = rng.randint(18, 44)
            start = end = (level, level + rng.randint(0, 4), level + rng.randint(2, 12))
            words = "dark"
        elif kind == "tinted":
            name = main_name if main_name in COLOURS and rng.random() < 0.5 else rng.choice(tuple(COLOURS)[:13])
            start = end = mix(colour_near(rng, name), WHITE, rng.uniform(0.78, 0.88))
            words = f"light {name}"
        elif kind == "colour":
            name = rng.choice(tuple(COLOURS)[:14])
            start = end = colour_near(rng, name)
            words = name
        else:
            first, second = rng.sample(tuple(COLOURS)[:13], 2)
            start, end = colour_near(rng, first), colour_near(rng, second)
            words = f"{first} to {second} gradient"
        if (
            sum(abs(a - b) for a, b in zip(start, main, strict=True)) > 90
            and sum(abs(a - b) for a, b in zip(end, main, strict=True)) > 60
        ):
            return words, start, end
    return ("white", WHITE, WHITE) if luminance(main) < 0.8 else ("dark", (30, 32, 40), (30, 32, 40))


def choose_palette(rng: Random, style: str) -> Palette:
    """Return the colours of an asset in `style`."""
    if rng.random() < 0.12:
        main: Colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        main_name = css(main)
    else:
        main_name = rng.choice(tuple(COLOURS))
        main = colour_near(rng, main_name)
    words, start, end = _background(rng, style, main, main_name)
    middle = mix(start, end, 0.5)
    dark = luminance(middle) < 0.36
    panel = mix(middle, WHITE, rng.uniform(0.08, 0.16)) if style == "dark" or (dark and rng.random() < 0.5) else WHITE
    panel_dark = luminance(panel) < 0.4
    accent = main if sum(abs(a - b) for a, b in zip(main, panel, strict=True)) > 110 else COLOURS["blue"]
    ink_of_panel = WHITE if panel_dark else INK
    roles = {
        "main": main,
        "on_main": contrast_ink(main),
        "accent": accent,
        "on_accent": contrast_ink(accent),
        "panel": panel,
        "ink": ink_of_panel,
        "muted": mix(ink_of_panel, panel, 0.42),
        "track": mix(ink_of_panel, panel, 0.8),
        "well": panel,
        "knob": WHITE,
        "line": mix(ink_of_panel, panel, 0.82),
        "bg": middle,
        "bare_ink": WHITE if dark else INK,
    }
    return Palette(
        main_name=main_name, background_name=words, background=start, background_end=end, roles=roles, dark=dark
    )
