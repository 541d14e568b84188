"""The colour of a part of the image: fill, ink, border or background, in CIELAB.

Everything works on `lab`, CIELAB float64 (H, W, 3), and `lines`, a mask (H, W) of edges whose pixels mix two colours.
A colour that cannot be measured, because too few pixels are left, is None.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from scoring.colour_table import Lab
from scoring.control import Mask

MIN_PIXELS = 6
MIN_ACCENT = 12
MAX_ACCENTS = 6

BIN = 8.0
"""Side of the CIELAB cells in which the commonest colour is sought."""

SAME_COLOUR = 20.0
"""CIELAB distance within which pixels belong to the commonest colour: gradient, shading, compression."""

DISTINCT = 12.0
"""CIELAB distance from which ink is told from the ground around it."""

THIN_SHARE = 0.05
"""Share of the image that a background right beside the elements must have: a narrow rim is mostly their shadow."""

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


def box_mask(shape: tuple[int, ...], boxes: Sequence[Box], margin: int = 0) -> Mask:
    """Return the mask (H, W) of the pixels in any of `boxes`, each grown by `margin` px (shrunk where negative)."""
    mask = np.zeros(shape[:2], np.bool_)
    extent = Extent.of(mask)
    for box in boxes:
        mask[box.grown(margin, extent).slices] = True
    return mask


def background_colour(lab: Lab, elements: Sequence[Element]) -> Lab | None:
    """Return the colour outside all elements; None where the elements fill the image.

    A margin keeps shadows out while there is room for one. Without elements the image's border speaks for it.
    """
    boxes = [element.box for element in elements]
    if not boxes:
        rim = max(1, min(lab.shape[:2]) // 20)
        border = np.ones(lab.shape[:2], np.bool_)
        border[rim:-rim, rim:-rim] = False
        return dominant_colour(lab[border])
    outside = _ground(lab, elements)
    return None if outside is None else dominant_colour(lab[outside])


def _ground(lab: Lab, elements: Sequence[Element]) -> Mask | None:
    """Return the mask of the background, as far from the elements as there is room for; None where there is none."""
    boxes = [element.box for element in elements]
    for margin, share in ((8, 0.01), (4, 0.01), (1, THIN_SHARE)):
        outside = ~box_mask(lab.shape, boxes, margin)
        if outside.sum() >= max(MIN_PIXELS, share * outside.size):
            return outside
    return None


END_SHARE = 0.12
"""Share of the background, by area, that is one end of its gradient."""


def ground_ends(lab: Lab, elements: Sequence[Element]) -> list[tuple[Lab, Lab]]:
    """Return the colours at both ends of the background, downwards, across and along both diagonals."""
    mask = _ground(lab, elements)
    if mask is None or mask.sum() < 2 * MIN_PIXELS:
        return []
    rows, columns = np.nonzero(mask)
    pixels = lab[mask]
    y, x = rows / lab.shape[0], columns / lab.shape[1]
    ends = []
    for position in (y, x, x + y, x - y):
        low, high = np.quantile(position, (END_SHARE, 1 - END_SHARE))
        first, last = dominant_colour(pixels[position <= low]), dominant_colour(pixels[position >= high])
        if first is not None and last is not None:
            ends.append((first, last))
    return ends


def ground_colours(lab: Lab, elements: Sequence[Element]) -> list[Lab]:
    """Return the colours of the background, several where it is a gradient: the commonest one and both ends' way."""
    commonest = background_colour(lab, elements)
    if commonest is None:
        return []
    spread = max(ground_ends(lab, elements), key=lambda pair: float(np.linalg.norm(pair[0] - pair[1])), default=None)
    if spread is None or np.linalg.norm(spread[0] - spread[1]) <= DISTINCT:
        return [commonest]
    return [commonest, *(spread[0] + share * (spread[1] - spread[0]) for share in (0.0, 0.25, 0.5, 0.75, 1.0))]


def fill_colour(lab: Lab, lines: Mask, shape: Element, elements: Sequence[Element]) -> Lab | None:
    """Return the colour of the inside of `shape`, without what lies on it and without its edges.

    What is left out is taken back step by step while too few pixels remain.
    """
    inset = min(3, min(shape.box.width, shape.box.height) // 6)
    inside = box_mask(lab.shape, [shape.box], -inset)
    others = [element for element in elements if element is not shape]
    nested = box_mask(lab.shape, [e.box for e in others if e.kind == "shape" and _is_part(e, shape)], 1)
    marks = box_mask(lab.shape, [e.box for e in others if e.kind != "shape"], 1)
    enough = max(MIN_PIXELS, 0.02 * shape.box.area)
    for mask in (inside & ~nested & ~marks & ~lines, inside & ~marks & ~lines, inside & ~lines, inside):
        if mask.sum() >= enough:
            return dominant_colour(lab[mask])
    return dominant_colour(lab[box_mask(lab.shape, [shape.box])])


def _is_part(inner: Element, outer: Element) -> bool:
    return bool(outer.box.contains(inner.box) and inner.box.area < NESTED_SHARE * outer.box.area)


def accent_colours(lab: Lab, box: Box, grounds: Sequence[Lab | None], without: Sequence[Box] = ()) -> list[Lab]:
    """Return the colours in `box` that differ from all `grounds`, the commonest first: strokes, a knob, the filled
    part of a bar, the button of a dialog.

    Boxes in `without` are left out. A colour counts from 1% of the box, and from `MIN_ACCENT` px.
    """
    mask = box_mask(lab.shape, [box], 1) & ~box_mask(lab.shape, without, 1)
    seen = [ground for ground in grounds if ground is not None]
    left = lab[mask]
    left = left[_distance_to_nearest(left, seen) > DISTINCT]
    found: list[Lab] = []
    while len(left) >= max(MIN_ACCENT, 0.01 * box.area) and len(found) < MAX_ACCENTS:
        colour = dominant_colour(left)
        assert colour is not None
        near = np.linalg.norm(left - colour, axis=1) <= SAME_COLOUR
        if near.sum() >= max(MIN_ACCENT, 0.01 * box.area):
            found.append(colour)
        left = left[~near]
    return found


def ink_colour(lab: Lab, box: Box) -> Lab | None:
    """Return the colour of the glyphs or the icon in `box`, told from the ground that surrounds the box.

    The pixels farthest from the ground are taken, since the rim of a thin stroke is mixed with it. None where nothing
    stands out.
    """
    around = box_mask(lab.shape, [box], 3) & ~box_mask(lab.shape, [box], 0)
    ground = dominant_colour(lab[around])
    inside = lab[box_mask(lab.shape, [box])]
    if ground is None:
        ground = dominant_colour(inside)
    if ground is None:
        return None
    distance = _distance_to_nearest(inside, [ground])
    reach = float(np.percentile(distance, 98))
    if reach <= DISTINCT:
        return None
    return dominant_colour(inside[distance >= max(DISTINCT, 0.7 * reach)])


def border_colour(lab: Lab, box: Box, grounds: Sequence[Lab | None]) -> Lab | None:
    """Return the colour of the strip along the edge of `box` where it differs from all `grounds`, else None."""
    inset = min(4, max(1, min(box.width, box.height) // 4))
    strip = box_mask(lab.shape, [box], 2) & ~box_mask(lab.shape, [box], -inset)
    pixels = lab[strip]
    distance = _distance_to_nearest(pixels, [ground for ground in grounds if ground is not None])
    if len(pixels) == 0 or (distance > DISTINCT).mean() < 0.05:
        return None
    return dominant_colour(pixels[distance > DISTINCT])


def _distance_to_nearest(pixels: Lab, grounds: Sequence[Lab]) -> NDArray[np.float64]:
    if not grounds:
        return np.full(len(pixels), np.inf)
    distances = np.stack([np.linalg.norm(pixels - ground, axis=1) for ground in grounds])
    return np.asarray(distances.min(axis=0), dtype=np.float64)
