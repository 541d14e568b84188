"""The ground of an asset: its commonest colour, both ends of its gradient, and its colour at every place.

Works on CIELAB (H, W, 3) as `scoring/regions.py` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour_table import Lab
from scoring.control import Mask
from scoring.regions import DISTINCT, MIN_PIXELS, box_mask, dominant_colour, picked, pixels_in

THIN_SHARE = 0.05
"""Share of the image that a background right beside the elements must have: a narrow rim is mostly their shadow."""

END_SHARE = 0.12
"""Share of the background, by area, that is one end of its gradient."""

STRAY = 20.0
"""CIELAB distance from a first fit beyond which a pixel is no part of the ground."""

RING = 3
"""Pixels around a box that are taken for the ground of what stands in it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class GroundModel:
    """A smooth ground: CIELAB as a polynomial of the place, within `low` to `high`, (3,) each.

    `factors` is (6, 3), of 1, x, y, x squared, x y and y squared in units of `scale` px; (3, 3) of the first three for
    a plane.
    """

    factors: NDArray[np.float64]
    scale: float
    low: NDArray[np.float32]
    high: NDArray[np.float32]

    def at(self, rows: NDArray[Any], columns: NDArray[Any]) -> NDArray[np.float32]:
        """Return the ground's colour at places (...), float32 (..., 3)."""
        design = _design(rows, columns, self.scale, len(self.factors))
        return np.clip(design @ self.factors, self.low, self.high).astype(np.float32)

    def in_box(self, box: Box) -> NDArray[np.float32]:
        """Return the ground's colours in `box`, float32 (h, w, 3)."""
        x = (np.arange(box.x0, box.x1) / self.scale)[None, :, None]
        y = (np.arange(box.y0, box.y1) / self.scale)[:, None, None]
        factors = np.zeros((6, 3))
        factors[: len(self.factors)] = self.factors
        across = (factors[0] + x * (factors[1] + x * factors[3])).astype(np.float32)
        down = (y * (factors[2] + y * factors[5])).astype(np.float32)
        both = x.astype(np.float32) * (y * factors[4]).astype(np.float32)
        return np.asarray(np.clip(across + down + both, self.low, self.high), dtype=np.float32)


def _design(rows: NDArray[Any], columns: NDArray[Any], scale: float, terms: int) -> NDArray[np.float64]:
    x, y = columns / scale, rows / scale
    parts = [np.ones_like(x), x, y, x * x, x * y, y * y]
    return np.stack(parts[:terms], axis=-1)


def fitted_ground(lab: Lab, mask: Mask, terms: int = 6) -> GroundModel | None:
    """Fit the ground to the pixels of `mask` (H, W) by least squares, then without what is far off.

    None where there are too few pixels, or where most of them fit no smooth ground.
    """
    rows, columns = picked(mask)
    if len(rows) < 4 * terms:
        return None
    pixels = np.asarray(lab[rows, columns], dtype=np.float64)
    scale = float(max(lab.shape[:2]))
    near = np.linalg.norm(pixels - np.median(pixels, axis=0), axis=1) <= 3 * STRAY
    design = _design(rows, columns, scale, terms)
    for _ in range(2):
        if near.sum() < max(4 * terms, 0.5 * len(rows)):
            return None
        factors = np.linalg.lstsq(design[near], pixels[near], rcond=None)[0]
        near = np.linalg.norm(pixels - design @ factors, axis=1) <= STRAY
    if near.sum() < max(4 * terms, 0.5 * len(rows)):
        return None
    low, high = (part.astype(np.float32) for part in (pixels[near].min(axis=0), pixels[near].max(axis=0)))
    return GroundModel(factors=factors, scale=scale, low=low, high=high)


def ground_mask(shape: tuple[int, ...], elements: Sequence[Element]) -> Mask | None:
    """Return the mask (H, W) of the background, as far from the elements as there is room for; None without room."""
    boxes = [element.box for element in elements]
    for margin, share in ((8, 0.01), (4, 0.01), (1, THIN_SHARE)):
        outside = ~box_mask(shape, boxes, margin)
        if outside.sum() >= max(MIN_PIXELS, share * outside.size):
            return outside
    return None


def background_colour(lab: Lab, elements: Sequence[Element]) -> Lab | None:
    """Return the colour outside all elements; None where the elements fill the image.

    A margin keeps shadows out while there is room for one. Without elements the image's border speaks for it.
    """
    if not elements:
        rim = max(1, min(lab.shape[:2]) // 20)
        border = np.ones(lab.shape[:2], np.bool_)
        border[rim:-rim, rim:-rim] = False
        return dominant_colour(pixels_in(lab, border))
    outside = ground_mask(lab.shape, elements)
    return None if outside is None else dominant_colour(pixels_in(lab, outside))


def ground_ends(lab: Lab, elements: Sequence[Element]) -> list[tuple[Lab, Lab]]:
    """Return the colours at both ends of the background, downwards, across and along both diagonals."""
    mask = ground_mask(lab.shape, elements)
    if mask is None or mask.sum() < 2 * MIN_PIXELS:
        return []
    rows, columns = picked(mask)
    pixels = lab[rows, columns]
    y, x = rows / lab.shape[0], columns / lab.shape[1]
    ends = []
    for position in (y, x, x + y, x - y):
        low, high = np.quantile(position, (END_SHARE, 1 - END_SHARE))
        first, last = dominant_colour(pixels[position <= low]), dominant_colour(pixels[position >= high])
        if first is not None and last is not None:
            ends.append((first, last))
    return ends


def widest(ends: Sequence[tuple[Lab, Lab]]) -> tuple[Lab, Lab] | None:
    """Return the pair of `ground_ends` that is farthest apart, None where it is one colour."""
    spread = max(ends, key=lambda pair: float(np.linalg.norm(pair[0] - pair[1])), default=None)
    if spread is None or np.linalg.norm(spread[0] - spread[1]) <= DISTINCT:
        return None
    return spread


def ground_colours(commonest: Lab | None, ends: Sequence[tuple[Lab, Lab]]) -> list[Lab]:
    """Return the colours of the background, several where it is a gradient: the commonest one and both ends' way."""
    if commonest is None:
        return []
    spread = widest(ends)
    if spread is None:
        return [commonest]
    return [commonest, *(spread[0] + share * (spread[1] - spread[0]) for share in (0.0, 0.25, 0.5, 0.75, 1.0))]


def ring_mask(shape: tuple[int, ...], box: Box, inner: int = 0, outer: int = RING) -> Mask:
    """Return the mask (H, W) of the pixels from `inner` to `outer` px outside `box`."""
    return box_mask(shape, [box], outer) & ~box_mask(shape, [box], inner)
