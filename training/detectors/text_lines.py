"""Lines of type for the text detector: set in many weights, slants, widths and paints, each with its box."""

from dataclasses import dataclass, replace
from functools import cache
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent
from training.detectors.text_faces import detector_faces
from training.render.material import Colour, Font, css, fonts, label, luminance, mix
from training.render.paint import asset_svg
from training.render.palette import STYLES, choose_palette
from training.render.sample import BUCKETS, TALL, WIDE, build_scene, rasterise
from training.render.scene import Label
from training.render.svg import document

Image = NDArray[np.uint8]

CALIBRATION_FACES = ("Cabin", "Hack", "Karla", "Play")
"""The renderer's faces that are not trained on: the threshold is fixed on them and on the detector's own of that split.

The held-out three are for the report alone.
"""

TRAINING = ("train", "wide")
"""Splits to train on: the renderer's faces, and then the detector's own as well, set so that they are harder."""

SHEET = Extent(320, 320)


@dataclass(frozen=True, kw_only=True)
class LineSpec:
    """One line of type on an image: its string and face, its `core` in px, and `box`, with the slack of real boxes.

    `letters` are (character, first px, last px) along x.
    """

    core: Box
    box: Box
    text: str
    family: str
    letters: tuple[tuple[str, float, float], ...]


@cache
def faces(split: str) -> tuple[Font, ...]:
    """Return the faces of "train", "wide" (those of "train" and more), "calibration" or "test"; else disjoint."""
    if split == "test":
        return fonts(unseen=True)
    own = tuple(font for font in fonts() if (font.family in CALIBRATION_FACES) == (split == "calibration"))
    return own if split == "train" else own + detector_faces("train" if split == "wide" else split)


def line_markup(
    rng: Random, font: Font, text: str, size: float, paint: str, plain: bool, hard: bool = False
) -> tuple[str, tuple[tuple[str, float, float], ...]]:
    """Return (paths with the baseline's start at 0; letters with their px) of a line, its weight and slant random.

    With `hard`, a fourth of them is set bolder and tighter than the rest, which clean lines are taken for faulty for.
    """
    tracking = 0.0 if plain or rng.random() < 0.5 else rng.uniform(-0.04, 0.12) * font.units
    wide = 1.0 if plain or rng.random() < 0.6 else rng.uniform(0.8, 1.2)
    slant = 0.0 if plain or rng.random() < 0.8 else rng.uniform(4, 16)
    weight = 0.0 if plain or rng.random() < 0.6 else rng.uniform(0.008, 0.045) * font.units
    hollow = not plain and size > 24 and rng.random() < 0.06
    if hard and rng.random() < 0.25:
        weight, tracking = rng.uniform(0, 0.07) * font.units, rng.uniform(-0.045, 0.0) * font.units
    parts, places, advance = [], [], 0.0
    for character in text:
        step, outline = font.glyphs.get(character, (0.0, ""))
        if outline:
            parts.append(f'<path d="{outline}" transform="translate({advance:.0f} 0)"/>')
        places.append((character, advance, advance + step))
        advance += step + tracking
    scale = size / font.units
    ink = f'fill="none" stroke="{paint}" stroke-width="{0.03 * font.units:.0f}"' if hollow else f'fill="{paint}"'
    if weight and not hollow:
        ink += f' stroke="{paint}" stroke-width="{weight:.0f}" stroke-linejoin="round"'
    place = f"skewX({-slant:.1f}) scale({scale * wide:.5f} {-scale:.5f})"
    letters = tuple((c, start * scale * wide, end * scale * wide) for c, start, end in places)
    return f'<g transform="{place}" {ink}>{"".join(parts)}</g>', letters


def _pair(rng: Random) -> tuple[Colour, Colour]:
    """Return (ground, ink) that can be told apart, now and then only just."""
    low = 0.12 if rng.random() < 0.15 else 0.3
    while True:
        ground, ink = ((rng.randrange(256), rng.randrange(256), rng.randrange(256)) for _ in range(2))
        if rng.random() < 0.5:
            level = rng.choice([255, 250, 240, 30, 18])
            ground = (level, level, level)
        if rng.random() < 0.4:
            level = rng.choice([0, 20, 60, 255])
            ink = (level, level, level)
        if abs(luminance(ground) - luminance(ink)) > low:
            return ground, ink


def draw_sheet(rng: Random, split: str, highest: float = 52.0) -> tuple[Image, list[LineSpec]]:
    """Return a sheet of lines, RGB uint8, each on a band of its own colour, gradient or button, and their boxes."""
    specs: list[LineSpec] = []
    body, defs, y = [], [], 0.0
    while y < SHEET.height - 16:
        font = rng.choice(faces(split))
        cap = 6.0 * (highest / 6.0) ** rng.random()
        band = cap * rng.uniform(1.9, 3.0)
        if y + band > SHEET.height:
            break
        size = cap * font.units / font.cap
        ground, ink = _pair(rng)
        name = f"b{len(specs)}"
        paint = css(ink)
        far = mix(ground, (rng.randrange(256),) * 3, rng.uniform(0.05, 0.25)) if rng.random() < 0.35 else ground
        defs.append(
            f'<linearGradient id="{name}" x2="{int(rng.random() < 0.3)}" y2="1"><stop stop-color="{css(ground)}"/>'
            f'<stop offset="1" stop-color="{css(far)}"/></linearGradient>'
        )
        if rng.random() < 0.12:
            defs.append(
                f'<linearGradient id="{name}t" x2="1" y2="0"><stop stop-color="{paint}"/>'
                f'<stop offset="1" stop-color="{css(mix(ink, ground, 0.35))}"/></linearGradient>'
            )
        radius = rng.choice([0, 0, 6, band / 2])
        body.append(
            f'<rect y="{y:.1f}" width="{SHEET.width}" height="{band:.1f}" rx="{radius:.1f}" fill="url(#{name})"/>'
        )
        text = "".join(c for c in label(rng, split not in TRAINING, most=3) if c in font.glyphs)
        for _ in range(4):
            again, plain = Random(rng.random()), rng.random() < 0.4
            markup, letters = line_markup(again, font, text, size, paint, plain, hard=split == "wide")
            width = letters[-1][2] if letters else 0.0
            if width < SHEET.width - 24:
                break
            text = text[: max(2, int(len(text) * (SHEET.width - 24) / width) - 1)]
        if len(defs) and defs[-1].startswith(f'<linearGradient id="{name}t"'):
            markup = markup.replace(paint, f"url(#{name}t)")
        x = rng.uniform(8, max(9.0, SHEET.width - width - 8))
        baseline = y + band / 2 + cap / 2
        if rng.random() < 0.12:
            shade = f'transform="translate({x + cap * 0.03:.1f} {baseline + cap * rng.uniform(0.04, 0.1):.1f})"'
            body.append(f'<g {shade} opacity="{rng.uniform(0.15, 0.4):.2f}">{markup.replace(paint, "#000")}</g>')
        body.append(f'<g transform="translate({x:.2f} {baseline:.2f})">{markup}</g>')
        if rng.random() < 0.04:
            rule = f'height="{max(1.0, cap * 0.08):.1f}" fill="{paint}"'
            body.append(f'<rect x="{x:.1f}" y="{baseline + cap * 0.18:.1f}" width="{width:.1f}" {rule}/>')
        box = (x, baseline - cap * 1.1, x + width, baseline + cap * 0.35)
        moved = tuple((c, start + x, end + x) for c, start, end in letters)
        specs.append(_spec(rng, box, text, font.family, SHEET, moved))
        y += band
    behind = css((rng.randrange(256), rng.randrange(256), rng.randrange(256)))
    canvas = f'<rect width="{SHEET.width}" height="{SHEET.height}" fill="{behind}"/>'
    return rasterise(document(*SHEET, canvas + "".join(body), "".join(defs))), [s for s in specs if s.text.strip()]


def draw_asset(rng: Random, split: str) -> tuple[Image, list[LineSpec]]:
    """Return an asset of the product's own renderer, RGB uint8, its labels set in the faces of `split`."""
    group = rng.choice(["small", "large"])
    width, height, components = rng.choice([b for b in BUCKETS[group] if set(b[2]) & {*WIDE, *TALL}])
    scene = build_scene(rng, rng.choice(components), width, height, unseen=split not in TRAINING)
    font = rng.choice(faces(split))
    scene.parts = [_reset(part, font) if isinstance(part, Label) else part for part in scene.parts]
    style = rng.choice(STYLES)
    image = rasterise(asset_svg(scene, choose_palette(rng, style), style, rng))
    labels = [part for part in scene.parts if isinstance(part, Label) and part.text.strip()]
    return image, [
        _spec(rng, part.box, part.text, part.font.family, Extent.of(image), _letters(part)) for part in labels
    ]


def _letters(part: Label) -> tuple[tuple[str, float, float], ...]:
    found: list[tuple[str, float, float]] = []
    x = part.x
    for character in part.text:
        width = part.font.width(character, part.size)
        found.append((character, x, x + width))
        x += width
    return tuple(found)


def _reset(part: Label, font: Font) -> Label:
    """Return the label in another face, as wide as before."""
    text = "".join(c for c in part.text if c in font.glyphs)
    wide = font.width(text, part.size)
    scale = part.font.width(part.text, part.size) / wide if wide else 1.0
    return replace(part, font=font, text=text, size=part.size * min(max(scale, 0.7), 1.3))


def _spec(
    rng: Random, box: Any, text: str, family: str, extent: Extent, letters: tuple[tuple[str, float, float], ...]
) -> LineSpec:
    slack = [rng.choice([-1, 0, 0, 1, 2, 3]) for _ in range(4)]
    x0, y0, x1, y1 = box
    whole = Box(int(x0) - slack[0], int(y0) - slack[1], int(x1) + 1 + slack[2], int(y1) + 1 + slack[3])
    core = Box(int(x0), int(y0), int(x1) + 1, int(y1) + 1).clipped(extent)
    return LineSpec(core=core, box=whole.clipped(extent), text=text, family=family, letters=letters)
