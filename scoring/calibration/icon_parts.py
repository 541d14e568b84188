"""An icon taken apart, and put together with something erased, painted over or moved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Layer = NDArray[np.float32]

FINE = 4
"""Supersampling of what is drawn, for smooth edges."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """An icon taken apart.

    `plate` is the ground without it and `layer` what the icon adds, float32 (H, W, 3); `ink` bool (H, W) where it is;
    `colour` (3,) that of its core; `side` the longer side of its ink and `stroke` the width of its strokes, in px.
    """

    plate: Layer
    layer: Layer
    ink: Mask
    colour: Layer
    side: float
    stroke: float


def take_apart(image: Image, ink: Mask) -> Parts:
    """Return the parts of an icon; the ground under it is painted over (Telea 2004, `cv2.inpaint`)."""
    rows, columns = np.nonzero(ink)
    side = float(max(np.ptp(rows), np.ptp(columns)) + 1) if len(rows) else float(min(ink.shape))
    reach = 2 * max(2, round(0.03 * side)) + 1
    cover = cv2.dilate(ink.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    plate = cv2.inpaint(image, cover, 3, cv2.INPAINT_TELEA).astype(np.float32)
    layer = image.astype(np.float32) - plate
    depth = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 3)
    core = depth >= np.percentile(depth[ink], 60) if ink.any() else ink
    colour = np.median(image[core], axis=0) if core.any() else np.zeros(3)
    stroke = 2 * float(np.percentile(depth[ink], 80)) if ink.any() else 1.0
    return Parts(
        plate=plate,
        layer=layer.astype(np.float32),
        ink=ink,
        colour=colour.astype(np.float32),
        side=side,
        stroke=float(np.clip(stroke, 1.2, max(1.2, 0.12 * side))),
    )


def drawn(shape: tuple[int, ...], draw: Callable[[Image], None]) -> Layer:
    """Return the coverage, 0 to 1 (H, W, 1), of what `draw` fills with 255 on a canvas `FINE` times as large."""
    canvas = np.zeros((shape[0] * FINE, shape[1] * FINE), np.uint8)
    draw(canvas)
    small = cv2.resize(canvas, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return (small[:, :, None] / 255.0).astype(np.float32)


def fine_point(x: float, y: float) -> tuple[int, int]:
    """Return the point of `drawn`'s canvas at the middle of pixel (x, y)."""
    return round((x + 0.5) * FINE), round((y + 0.5) * FINE)


def pixels(image: NDArray[np.floating[Any]]) -> Image:
    """Return `image`, (H, W, 3) of levels, rounded to uint8."""
    return np.asarray(np.clip(np.rint(image), 0, 255), dtype=np.uint8)


def erased(parts: Parts, where: Layer) -> Image:
    """Return the icon without what it adds `where` (0 to 1, (H, W, 1))."""
    return pixels(parts.plate + parts.layer * (1 - where))


def painted(parts: Parts, where: Layer) -> Image:
    """Return the icon with its own colour laid on `where` (0 to 1, (H, W, 1))."""
    whole = parts.plate + parts.layer
    return pixels(whole + (parts.colour - whole) * where)


def moved(parts: Parts, dx: Layer, dy: Layer) -> Image:
    """Return the icon with its pixels displaced by (`dx`, `dy`) px, float32 (H, W); the ground stays."""
    ys, xs = np.mgrid[0 : dx.shape[0], 0 : dx.shape[1]].astype(np.float32)
    shifted = cv2.remap(
        parts.layer, xs - dx, ys - dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0)
    )
    return pixels(parts.plate + shifted)


def waves(shape: tuple[int, ...], cells: int, reach: float, rng: np.random.Generator) -> tuple[Layer, Layer]:
    """Return a smooth random displacement (dx, dy) with a largest value of `reach` px."""
    fields = []
    for _ in range(2):
        knots = rng.uniform(-1, 1, (cells, cells)).astype(np.float32)
        field = cv2.resize(knots, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
        fields.append((field * reach / max(float(np.abs(field).max()), 1e-6)).astype(np.float32))
    return fields[0], fields[1]
