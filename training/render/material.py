"""What the renderer draws with: icons, type, words and colours."""

import gzip
import json
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "material"

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (229, 57, 59),
    "orange": (245, 124, 31),
    "amber": (255, 179, 0),
    "yellow": (253, 216, 53),
    "lime": (164, 198, 57),
    "green": (67, 160, 71),
    "teal": (0, 150, 136),
    "cyan": (0, 172, 193),
    "blue": (30, 115, 232),
    "indigo": (57, 73, 171),
    "purple": (142, 68, 201),
    "pink": (236, 75, 142),
    "brown": (121, 85, 72),
    "gray": (138, 144, 153),
    "black": (27, 28, 31),
    "white": (247, 248, 250),
}
"""sRGB anchors of the colour names, the same as `configs/colours.yaml` (a test compares them)."""

Colour = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True)
class Font:
    """Glyph outlines of one face, in font units."""

    family: str
    units: int
    cap: int
    glyphs: dict[str, list[Any]]

    def width(self, text: str, size: float) -> float:
        """Return the advance width in px of `text` set at `size` px an em."""
        return sum(self.glyphs[c][0] for c in text if c in self.glyphs) * size / self.units

    def markup(self, text: str, size: float, x: float, baseline: float) -> str:
        """Return SVG paths of `text` starting at `x` on `baseline` (px)."""
        scale = size / self.units
        parts, advance = [], 0.0
        for character in text:
            if character not in self.glyphs:
                continue
            step, outline = self.glyphs[character]
            if outline:
                parts.append(f'<path d="{outline}" transform="translate({advance:.0f} 0)"/>')
            advance += step
        return f'<g transform="translate({x:.2f} {baseline:.2f}) scale({scale:.5f} {-scale:.5f})">{"".join(parts)}</g>'


def held_out(name: str, share: float = 0.1) -> bool:
    """Tell whether a named thing belongs to the `share` that training never sees; stable across machines."""
    return zlib.crc32(name.encode()) % 1000 < share * 1000


@cache
def fonts(unseen: bool = False) -> tuple[Font, ...]:
    """Return the training faces, or with `unseen` the held-out ones."""
    content = json.loads(gzip.decompress((FOLDER / "fonts.json.gz").read_bytes()))
    return tuple(
        Font(family=family, units=entry["units"], cap=entry["cap"], glyphs=entry["glyphs"])
        for family, entry in sorted(content.items())
        if entry["held_out"] == unseen
    )


@cache
def icons(unseen: bool = False) -> tuple[tuple[str, str], ...]:
    """Return (name in words, SVG markup on a 24 x 24 grid) of the training icons, or of the held-out ones."""
    content = json.loads(gzip.decompress((FOLDER / "icons.json.gz").read_bytes()))
    return tuple(
        (name.replace("-", " "), markup)
        for pack in sorted(content)
        for name, markup in sorted(content[pack]["icons"].items())
        if held_out(name) == unseen
    )


@cache
def words(unseen: bool = False) -> tuple[str, ...]:
    """Return the words of labels, or the held-out ones."""
    every = (FOLDER / "words.txt").read_text(encoding="utf-8").split()
    return tuple(word for word in every if held_out(word) == unseen)


def colour_near(rng: Random, name: str, jitter: int = 10) -> Colour:
    """Return the anchor of a colour name moved by up to `jitter` levels a channel."""
    red, green, blue = (min(255, max(0, c + rng.randint(-jitter, jitter))) for c in COLOURS[name])
    return red, green, blue


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return `first` with `share` (0 to 1) of `second`, in sRGB.

    >>> mix((0, 0, 0), (200, 100, 50), 0.5)
    (100, 50, 25)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


def luminance(colour: Colour) -> float:
    """Return the relative luminance, 0 to 1, by the Rec. 709 weights on sRGB values (a cheap approximation)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255


def css(colour: Colour) -> str:
    """Return `#rrggbb`.

    >>> css((30, 115, 232))
    '#1e73e8'
    """
    return "#{:02x}{:02x}{:02x}".format(*colour)


def label(rng: Random, unseen: bool = False, most: int = 2) -> str:
    """Return one to `most` words, or now and then digits or random letters."""
    kind = rng.random()
    if kind < 0.08:
        return rng.choice(["{}", "{}%", "${}", "+{}", "{}:00", "v{}"]).format(rng.randint(1, 99))
    if kind < 0.16:
        alphabet = "abcdefghijklmnopqrstuvwxyz"
        return "".join(rng.choice(alphabet) for _ in range(rng.randint(3, 8))).capitalize()
    chosen = [rng.choice(words(unseen)) for _ in range(rng.randint(1, most))]
    text = " ".join(chosen)
    style = rng.random()
    if style < 0.6:
        return text.capitalize()
    return text.title() if style < 0.85 else text.upper()
