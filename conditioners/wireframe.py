"""A wireframe: the drawing that every later step is held to, loaded, checked and named by a digest."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.polarity import Polarity, resolve_polarity
from conditioners.raster import MAX_SIDE, MIN_SIDE, check_extent, decode_raster, sniff_format
from conditioners.svg import render_svg
from conditioners.svg_check import looks_like_svg

__all__ = ["MAX_SIDE", "MIN_SIDE", "Wireframe", "load_wireframe", "pixel_digest", "wireframe_from_array"]

MAX_FILE_BYTES = 128 * 1024 * 1024
"""Larger files are refused unread; a 4096x4096 PNG of 16-bit noise stays under it."""

BLANK_CONTRAST = 12
"""Grey levels by which a pixel must differ from the median to count as drawn."""

BLANK_PIXELS = 8
"""Fewer drawn pixels than this are a blank sheet."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Wireframe:
    """A checked wireframe.

    `pixels` is RGB uint8 (H, W, 3), read-only; `source` is the path it came from, for messages; `digest` is the
    SHA-256 of extent and pixels, so that the same drawing has the same digest in any file format.
    """

    pixels: NDArray[np.uint8]
    polarity: Polarity
    polarity_forced: bool
    source: str
    digest: str

    @property
    def extent(self) -> Extent:
        """Width and height in px."""
        return Extent.of(self.pixels)

    def gray(self) -> NDArray[np.uint8]:
        """Return the luma of the drawing, uint8 (H, W)."""
        return to_gray(self.pixels)


def to_gray(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return Rec. 601 luma, uint8 (H, W), of RGB uint8 (H, W, 3)."""
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)


def pixel_digest(pixels: NDArray[np.uint8]) -> str:
    """Return the SHA-256, in hex, of the shape and content of a uint8 array (H, W) or (H, W, C).

    >>> pixel_digest(np.zeros((2, 3), np.uint8))[:12]
    '98be973bb11f'
    """
    shape = "x".join(str(side) for side in pixels.shape)
    return hashlib.sha256(f"{shape}:".encode() + np.ascontiguousarray(pixels).tobytes()).hexdigest()


def load_wireframe(path: Path, polarity: str = "auto") -> Wireframe:
    """Read a wireframe from a PNG, JPEG, WebP or SVG file of 16 to 4096 px a side.

    `polarity` is "auto", "dark-on-light" or "light-on-dark". Raises InputError, with the path, the rule and the
    value, when the file is missing, is no such image, is damaged, animated, CMYK or blank, or has a side outside the
    limits; an SVG also when it holds a script or refers to anything outside itself.
    """
    source = str(path)
    data = _read_bytes(path, source)
    if sniff_format(data) is None and looks_like_svg(data):
        pixels, transparent = render_svg(data, source)
    else:
        pixels, transparent = decode_raster(data, source)
    return _checked(pixels, source=source, polarity=polarity, transparent=transparent)


def wireframe_from_array(pixels: NDArray[Any], source: str = "<array>", polarity: str = "auto") -> Wireframe:
    """Make a wireframe of RGB (H, W, 3) or grey (H, W) uint8 pixels, which are copied.

    Raises InputError when shape or dtype are others, and as `load_wireframe` does for size and content.
    """
    if pixels.dtype != np.uint8 or not (pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)):
        raise InputError(f"{source}: pixels must be uint8 (H, W) or (H, W, 3), got {pixels.dtype} {pixels.shape}")
    check_extent(Extent.of(pixels), source)
    rgb = np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else pixels.copy()
    return _checked(rgb, source=source, polarity=polarity, transparent=False)


def _read_bytes(path: Path, source: str) -> bytes:
    """Return the file's content. Raises InputError when there is none to read or too much."""
    try:
        if path.is_dir():
            raise InputError(f"{source}: the wireframe must be a file, got a directory")
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise InputError(f"{source}: the file must be at most {MAX_FILE_BYTES} bytes, got {size}")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{source}: the wireframe does not exist") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{source}: the wireframe cannot be read ({error})") from error
    if not data:
        raise InputError(f"{source}: the wireframe must be a PNG, JPEG, WebP or SVG file, got an empty file (0 bytes)")
    return data


def _checked(pixels: NDArray[np.uint8], *, source: str, polarity: str, transparent: bool) -> Wireframe:
    """Return the wireframe, or raise InputError when nothing is drawn on it."""
    gray = to_gray(pixels)
    difference = np.abs(gray.astype(np.int16) - int(np.median(gray)))
    drawn = int(np.count_nonzero(difference >= BLANK_CONTRAST))
    if drawn < BLANK_PIXELS:
        ground = " on white, where its transparency lies," if transparent else ""
        raise InputError(
            f"{source}: the wireframe is blank: at least {BLANK_PIXELS} pixels must differ from the ground by "
            f"{BLANK_CONTRAST} grey levels or more,{ground} got {drawn}"
        )
    pixels = np.ascontiguousarray(pixels)
    pixels.flags.writeable = False
    return Wireframe(
        pixels=pixels,
        polarity=resolve_polarity(gray, polarity),
        polarity_forced=polarity != "auto",
        source=source,
        digest=pixel_digest(pixels),
    )
