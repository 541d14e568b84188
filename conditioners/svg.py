"""SVG wireframes: rendered by resvg at their own size, with one bundled typeface, after `svg_check` has let them pass.

resvg reads no network. System fonts are off, so that the same file gives the same pixels on every machine; text in
any family is set in DejaVu Sans Condensed, whose widths are close to Arial's and which has the symbols of user
interfaces (☰ ✓ ★ ⚙).
"""

import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.raster import check_extent, decode_raster
from conditioners.svg_check import check_svg

FONT_FAMILY = "DejaVu Sans"

_FONTS = Path(__file__).parent / "fonts"
FONT_FILES = (_FONTS / "DejaVuSansCondensed.ttf", _FONTS / "DejaVuSansCondensed-Bold.ttf")

_DPI = 96.0
_LAST_LATIN = 0x24F


def render_svg(data: bytes, source: str) -> tuple[NDArray[np.uint8], bool]:
    """Return an SVG's pixels as RGB uint8 (H, W, 3) on white, and whether it left any of the ground transparent.

    A user unit is one pixel. Raises InputError, naming `source`, when the file is not well-formed or not UTF-8, holds
    a script or an animation, refers to anything outside itself, has no size or one outside the limits, or uses a
    character that the bundled font lacks.
    """
    import resvg_py

    text = _decode(data, source)
    checked = check_svg(text, source)
    check_extent(checked.extent, source)
    _check_glyphs(checked.text, source)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text,
            dpi=_DPI,
            skip_system_fonts=True,
            font_files=[str(file) for file in FONT_FILES],
            font_family=FONT_FAMILY,
            serif_family=FONT_FAMILY,
            sans_serif_family=FONT_FAMILY,
            cursive_family=FONT_FAMILY,
            fantasy_family=FONT_FAMILY,
            monospace_family=FONT_FAMILY,
        )
    except ValueError as error:
        raise InputError(f"{source}: the SVG cannot be rendered ({error})") from error
    pixels, transparent = decode_raster(png, source)
    assert Extent.of(pixels) == checked.extent, f"resvg rendered {Extent.of(pixels)}, the header says {checked.extent}"
    return pixels, transparent


def _decode(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: the SVG must be UTF-8, got another encoding ({error.reason})") from error


def _check_glyphs(text: str, source: str) -> None:
    """Raise InputError when `text` has characters that would be drawn as empty boxes."""
    unusual = {char for char in text if ord(char) > _LAST_LATIN and unicodedata.category(char)[0] not in "CMZ"}
    missing = sorted(char for char in unusual if not _has_glyph(char))
    if missing:
        shown = " ".join(f"{char} (U+{ord(char):04X})" for char in missing[:5])
        raise InputError(f"{source}: text must be in characters of {FONT_FAMILY}, or drawn as paths, got {shown}")


@cache
def _has_glyph(char: str) -> bool:
    """Whether the bundled font has a glyph for `char`: it is drawn unlike a code point that no font has."""
    from PIL import ImageFont

    font = ImageFont.truetype(FONT_FILES[0], 24)
    return bytes(font.getmask(char)) != bytes(font.getmask("\uffff"))
