"""The colour of a region of the image: masks, the commonest colour, the fill of a shape, in CIELAB.

Everything works on `lab`, CIELAB (H, W, 3), and `lines`, a mask (H, W) of edges whose pixels mix two colours. A colour
that cannot be measured, because too few pixels are left, is None. Large regions are measured on every n-th pixel.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from scoring.colour_table import Lab
from scoring.control import Mask

MIN_PIXELS = 6

MOST_PIXELS = 8192
"""Pixels of a region that are looked at; of a larger one every n-th, n a prime lest a grid falls in step."""

STEPS = (1, 2, 3, 5, 7, 11, 13, 17, 23, 31, 41, 53, 71, 97, 127, 173, 251, 503, 1009, 2053)

BIN = 8.0
"""Side of the CIELAB cells in which the commonest colour is sought."""

SAME_COLOUR = 20.0
"""CIELAB distance within which pixels belong to the commonest colour: gradient, shading, compression."""

DISTINCT = 12.0
"""CIELAB distance from which ink is told from the ground around it."""

NESTED_SHARE = 0.7
"""A shape inside another is a part of it only below this share of its area; above, it is the same outline twice."""


def dominant_colour(pixels: Lab) -> Lab | None:
    """Return the commonest colour (3,) of CIELAB `pixels` (N, 3), None for fewer than `MIN_PIXELS`.

    The fullest cell of a coarse histogram, then the median of all pixels near it: text, icons and noise do not pull.
    """
    if len(pixels) < MIN_PIXELS:
        return None
    cells = np.floor(pixels / BIN).astype(np.int64)
    keys = (cells[:, 0] * 64 + cells[:, 1] + 32) * 64 + cells[:, 2] + 32
    centre = np.median(pixels[keys == int(np.bincount(keys).argmax())], axis=0)
    near = np.linalg.norm(pixels - centre, axis=1) <= SAME_COLOUR
    return np.asarray(np.median(pixels[near], axis=0), dtype=np.float64)


def picked(mask: Mask) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return (rows, columns) of the pixels of `mask` (H, W), of a large one of every n-th."""
    places = np.flatnonzero(mask)
    step = next((step for step in STEPS if len(places) <= step * MOST_PIXELS), STEPS[-1])
    rows, columns = np.divmod(places[::step], mask.shape[1])
    return rows, columns


def pixels_in(lab: Lab, mask: Mask) -> Lab:
    """Return the CIELAB pixels (N, 3) of `mask` (H, W), of a large one every n-th."""
    return lab[picked(mask)]


def box_mask(shape: tuple[int, ...], boxes: Sequence[Box], margin: int = 0) -> Mask:
    """Return the mask (H, W) of the pixels in any of `boxes`, each grown by `margin` px (shrunk where negative)."""
    mask = np.zeros(shape[:2], np.bool_)
    extent = Extent.of(mask)
    for box in boxes:
        mask[box.grown(margin, extent).slices] = True
    return mask


def fill_colour(lab: Lab, lines: Mask, shape: Element, elements: Sequence[Element]) -> Lab | None:
    """Return the colour of the inside of `shape`, without what lies on it and without its edges."""
    return dominant_colour(pixels_in(lab, fill_mask(lines, shape, elements)))


def unlit_colour(lab: Lab, lines: Mask, shape: Element, elements: Sequence[Element]) -> Lab | None:
    """Return the colour of the darker half of the inside of `shape`: what it is without a highlight laid on it."""
    pixels = pixels_in(lab, fill_mask(lines, shape, elements))
    return dominant_colour(pixels[pixels[:, 0] <= np.median(pixels[:, 0])]) if len(pixels) else None


def fill_mask(lines: Mask, shape: Element, elements: Sequence[Element]) -> Mask:
    """Return the mask (H, W) of the inside of `shape`, without what lies on it and without its edges.

    What is left out is taken back step by step while too few pixels remain.
    """
    inset = min(3, min(shape.box.width, shape.box.height) // 6)
    inside = box_mask(lines.shape, [shape.box], -inset)
    others = [element for element in elements if element is not shape]
    nested = box_mask(lines.shape, [e.box for e in others if e.kind == "shape" and _is_part(e, shape)], 1)
    marks = box_mask(lines.shape, [e.box for e in others if e.kind != "shape"], 1)
    enough = max(MIN_PIXELS, 0.02 * shape.box.area)
    for mask in (inside & ~nested & ~marks & ~lines, inside & ~marks & ~lines, inside & ~lines, inside):
        if mask.sum() >= enough:
            return mask
    return box_mask(lines.shape, [shape.box])


def _is_part(inner: Element, outer: Element) -> bool:
    return bool(outer.box.contains(inner.box) and inner.box.area < NESTED_SHARE * outer.box.area)
