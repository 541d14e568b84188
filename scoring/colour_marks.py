"""The colours of what stands on a ground: accents, the ink of text and icons, borders. In CIELAB, as in `regions.py`.

A thin stroke is mostly rim, where its colour is mixed with the ground's. So the colour of ink and of borders is that of
the pixels farthest from the ground, and an accent that is nowhere two pixels wide and whose colour is a mixture of two
others is no colour of its own.
"""

from collections.abc import Sequence
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent
from scoring.colour_ground import GroundModel, fitted_ground, ring_mask
from scoring.colour_table import Lab, to_lab
from scoring.regions import DISTINCT, MIN_PIXELS, SAME_COLOUR, box_mask, dominant_colour, pixels_in

MIN_ACCENT = 12
MAX_ACCENTS = 6

RIM_SHARE = 0.6
"""Share of an accent's pixels that lie in squares of 2 x 2 of it below which it is a rim, or a hairline."""

MIXED = 9.0
"""CIELAB distance from a mixture of two colours, mixed in sRGB, up to which a colour is taken for one."""

MIXING = np.linspace(0.12, 0.88, 9)

PUREST = 0.3
"""Share of a border's pixels, those farthest from the ground, that its colour is taken from."""

RING_FAR = 5
"""Pixels around a shape in which its own ground is sought, shadow and softness of the edge left out."""


def accent_colours(
    lab: Lab,
    box: Box,
    grounds: Sequence[Lab | None],
    without: Sequence[Box] = (),
    model: GroundModel | None = None,
) -> list[Lab]:
    """Return the colours in `box` that differ from all `grounds`, the commonest first: strokes, a knob, the filled
    part of a bar, the button of a dialog.

    Boxes in `without` are left out; `model` is a ground whose colour depends on the place. A colour counts from 1% of
    the box, and from `MIN_ACCENT` px.
    """
    whole = box.grown(1, Extent.of(lab))
    if whole.area == 0:
        return []
    mask = ~box_mask(lab.shape, without, 1)[whole.slices]
    seen = [ground for ground in grounds if ground is not None]
    crop = lab[whole.slices]
    far = _distance_to_nearest(crop.reshape(-1, 3), seen) > DISTINCT
    if model is not None:
        far &= _distance(crop.reshape(-1, 3), model.in_box(whole).reshape(-1, 3)) > DISTINCT
    places = np.flatnonzero(far & mask.ravel())
    left = crop.reshape(-1, 3)[places]
    least = max(MIN_ACCENT, 0.01 * box.area)
    found: list[tuple[Lab, bool]] = []
    while len(left) >= least and len(found) < MAX_ACCENTS:
        colour = dominant_colour(left)
        assert colour is not None
        near = _distance(left, colour.astype(left.dtype)) <= SAME_COLOUR
        if near.sum() >= least:
            found.append((colour, _is_thin(places[near], (whole.height, whole.width))))
        left, places = left[~near], places[~near]
    if model is not None:
        seen = [*seen, *model.at(*_corners(whole))]
    colours = [colour for colour, _ in found]
    return [
        colour
        for index, (colour, thin) in enumerate(found)
        if not (thin and _is_mixture(colour, [*seen, *colours[:index], *colours[index + 1 :]]))
    ]


def _corners(box: Box) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return np.array([box.y0, box.y0, box.y1, box.y1]), np.array([box.x0, box.x1, box.x0, box.x1])


def _is_thin(places: NDArray[np.intp], shape: tuple[int, int]) -> bool:
    """Tell whether pixels, as indices into an image of `shape`, seldom fill a square of 2 x 2."""
    drawn = np.zeros(shape[0] * shape[1], np.uint8)
    drawn[places] = 1
    solid = cv2.morphologyEx(drawn.reshape(shape), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    return int(solid.sum()) < RIM_SHARE * len(places)


def _is_mixture(colour: Lab, others: Sequence[Lab]) -> bool:
    """Tell whether a colour is what two of `others`, CIELAB (3,) each, give where they meet."""
    from skimage.color import lab2rgb

    if len(others) < 2:
        return False
    rgb = lab2rgb(np.stack(others))
    pairs = np.array(list(combinations(range(len(others)), 2)))
    first, second = rgb[pairs[:, 0], None], rgb[pairs[:, 1], None]
    mixtures = to_lab(np.rint(255 * (first + MIXING[:, None] * (second - first))).clip(0, 255).astype(np.uint8))
    return bool((np.linalg.norm(mixtures - colour, axis=-1) <= MIXED).any())


def ink_colour(lab: Lab, box: Box) -> Lab | None:
    """Return the colour of the glyphs or the icon in `box`, told from the ground that surrounds the box.

    The ground may be a gradient. The pixels farthest from it are taken, since the rim of a thin stroke is mixed with
    it. None where nothing stands out.
    """
    inside = box_mask(lab.shape, [box])
    ring = ring_mask(lab.shape, box)
    crop = lab[box.clipped(Extent.of(lab)).slices]
    model = fitted_ground(lab, ring, terms=3)
    if model is not None:
        distance = _distance(crop.reshape(-1, 3), model.in_box(box.clipped(Extent.of(lab))).reshape(-1, 3))
    else:
        ground = dominant_colour(pixels_in(lab, ring))
        if ground is None:
            ground = dominant_colour(pixels_in(lab, inside))
        if ground is None:
            return None
        distance = _distance(crop.reshape(-1, 3), ground.astype(crop.dtype))
    if len(distance) == 0:
        return None
    reach = float(np.percentile(distance, 98))
    if reach <= DISTINCT:
        return None
    return dominant_colour(crop.reshape(-1, 3)[distance >= max(DISTINCT, 0.7 * reach)])


def border_colour(lab: Lab, box: Box, grounds: Sequence[Lab | None], model: GroundModel | None = None) -> Lab | None:
    """Return the colour of the strip along the edge of `box` where it differs from all `grounds`, from what lies
    around the box, and from `model`, a ground whose colour depends on the place; else None."""
    inset = min(4, max(1, min(box.width, box.height) // 4))
    strip = box_mask(lab.shape, [box], 2) & ~box_mask(lab.shape, [box], -inset)
    around = dominant_colour(pixels_in(lab, ring_mask(lab.shape, box, RING_FAR - 2, RING_FAR)))
    rows, columns = np.nonzero(strip)
    pixels = lab[rows, columns]
    distance = _distance_to_nearest(pixels, [ground for ground in (*grounds, around) if ground is not None])
    if model is not None:
        distance = np.minimum(distance, _distance(pixels, model.at(rows, columns)))
    distinct = distance > DISTINCT
    if len(pixels) == 0 or distinct.mean() < 0.05 or distinct.sum() < MIN_PIXELS:
        return None
    pixels, distance = pixels[distinct], distance[distinct]
    purest = pixels[distance >= np.quantile(distance, 1 - PUREST)]
    return dominant_colour(purest if len(purest) >= MIN_PIXELS else pixels)


def _distance_to_nearest(pixels: Lab, grounds: Sequence[Lab]) -> Lab:
    """Return the distance of each of `pixels` (N, 3) to the nearest of `grounds`, infinite without any."""
    nearest = np.full(len(pixels), np.inf, pixels.dtype)
    for ground in grounds:
        nearest = np.minimum(nearest, _distance(pixels, ground.astype(pixels.dtype)))
    return nearest


def _distance(pixels: Lab, others: Lab) -> Lab:
    """Return the distance of each of `pixels` (N, 3) to `others`, (3,) or (N, 3)."""
    apart = pixels - others
    return np.asarray(np.sqrt(np.einsum("ij,ij->i", apart, apart)))
