"""Lettering of the samples: outlines of the sans-serif that Pillow carries (Aileron, public domain)."""

import functools
import io
from dataclasses import dataclass
from typing import Any

from PIL import ImageFont

from training.samples.shapes import Bounds, Points


@functools.cache
def _font() -> Any:
    from fontTools.ttLib import TTFont

    built_in = ImageFont.load_default(size=16)
    assert isinstance(built_in, ImageFont.FreeTypeFont), "Pillow was built without FreeType"
    return TTFont(io.BytesIO(built_in.font_bytes))


@dataclass(frozen=True, kw_only=True)
class Label:
    """`text` in letters of `size` px (the em), starting at `x` on the line `baseline`."""

    text: str
    x: float
    baseline: float
    size: float

    def path(self) -> str:
        """Return the outlines as SVG path data, at most two decimals."""
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.transformPen import TransformPen

        font = _font()
        glyphs, scale = font.getGlyphSet(), self.size / font["head"].unitsPerEm
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.2f}".rstrip("0").rstrip("."))
        x = self.x
        for name in _glyph_names(self.text):
            glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, self.baseline)))
            x += glyphs[name].width * scale
        commands: str = pen.getCommands()
        return commands

    def svg(self) -> str:
        return f'<path class="ink" d="{self.path()}"/>'

    def outlines(self) -> list[Points]:
        """Return nothing: letters are inked as areas, not drawn by one stroke."""
        return []

    def bounds(self) -> Bounds:
        return text_bounds(self.text, self.x, self.baseline, self.size)


def _glyph_names(text: str) -> list[str]:
    character_map = _font().getBestCmap()
    missing = sorted({letter for letter in text if ord(letter) not in character_map})
    if missing:
        raise ValueError(f"text: the font has no letters {missing}, in {text!r}")
    return [character_map[ord(letter)] for letter in text]


def text_width(text: str, size: float) -> float:
    """Return the advance width of `text` in px at `size` px.

    >>> text_width("ll", 20) == 2 * text_width("l", 20)
    True
    """
    font = _font()
    glyphs = font.getGlyphSet()
    units: float = sum(glyphs[name].width for name in _glyph_names(text))
    return units * size / float(font["head"].unitsPerEm)


def text_bounds(text: str, x: float, baseline: float, size: float) -> Bounds:
    """Return the box of the ink of `text`."""
    from fontTools.pens.boundsPen import BoundsPen
    from fontTools.pens.transformPen import TransformPen

    font = _font()
    glyphs, scale = font.getGlyphSet(), size / font["head"].unitsPerEm
    pen = BoundsPen(glyphs)
    for name in _glyph_names(text):
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
        x += glyphs[name].width * scale
    x0, y0, x1, y1 = pen.bounds
    return float(x0), float(y0), float(x1), float(y1)


def label(text: str, x: float, y: float, size: float, anchor: str = "middle") -> Label:
    """Return `text`, its capitals centred on the height `y`; `anchor` says if `x` is its start, middle or end."""
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * text_width(text, size)
    _, top, _, bottom = text_bounds("H", 0, 0, size)
    return Label(text=text, x=x - shift, baseline=y + (bottom - top) / 2, size=size)
