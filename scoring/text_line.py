"""A line of text as the distortion detector sees it: ink on nothing, of one height, whatever its colours.

The crop's ground is fitted as a plane to its border, so that a button's gradient is no ink; every pixel is projected
on the way from ground to ink. That makes dark on light, white on red and grey on a gradient the same picture.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LINE_HEIGHT = 32
"""Rows of a normalised line."""

INK_ROWS = 24
"""Rows that the ink fills; the others are margin."""

MIN_CONTRAST = 14.0
"""Distance in RGB from ground to ink below which a region counts as blank."""

SPAN = 0.85
"""Share of a crop's width that a surface spans at least."""

FAINT = 0.3
"""A pixel belongs to a part from this share of the largest distance from the ground."""

MIDDLE = 0.3
"""Share of the middle row that a part at the crop's border covers at most, if it is the edge of a surface."""

INK_LEVEL = 0.4
"""A pixel is ink from this share of the way from ground to ink."""

MAX_ASPECT = 120.0
"""Lines wider than this many heights are rules, not text."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TextLine:
    """A normalised line. `ink` is float32 (32, W), 0 on the ground and 1 on full ink, clipped to -0.25 to 1.25.

    `height` is that of the ink in px of the image, `contrast` its distance from the ground in RGB, and `left`, `right`
    are the columns of the crop (half open) that the W columns stand for.
    """

    ink: Floats
    height: int
    contrast: float
    left: int
    right: int


def fitted_ground(pixels: Floats) -> Floats:
    """Return the ground, float32 (H, W, 3), of a crop of the same shape: a plane through its border pixels.

    Pixels far from a first fit (a letter or a button's edge that touches the border) are left out of the second.
    """
    height, width = pixels.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    design = np.stack([np.ones_like(rows), rows / height - 0.5, columns / width - 0.5], axis=2)
    ring = np.zeros((height, width), dtype=np.bool_)
    ring[[0, -1]] = True
    ring[:, [0, -1]] = True
    known, colours = design[ring], pixels[ring]
    keep = np.abs(colours - np.median(colours, axis=0)).max(axis=1) < 48
    if keep.sum() < 8:
        return np.broadcast_to(np.median(colours, axis=0), pixels.shape).astype(np.float32)
    factors = np.linalg.lstsq(known[keep], colours[keep], rcond=None)[0]
    near = keep & (np.abs(colours - known @ factors).max(axis=1) < 24)
    if near.sum() >= 8:
        factors = np.linalg.lstsq(known[near], colours[near], rcond=None)[0]
    return np.asarray(design @ factors, dtype=np.float32)


def ink_of(pixels: Floats) -> tuple[Floats, float]:
    """Return (share of ink, float32 (H, W), about 0 to 1; contrast in RGB levels) of a crop, float32 (H, W, 3).

    The ink's colour is the mean of the pixels farthest from the ground. Where the crop reaches beyond the surface that
    the text stands on, only that surface counts (`inner_surface`); edges that run through the crop (`foreign_parts`)
    have no ink.
    """
    nothing = np.zeros(pixels.shape[:2], dtype=np.float32)
    difference = pixels - fitted_ground(pixels)
    distance = np.linalg.norm(difference, axis=2)
    level = float(np.percentile(distance, 99))
    if level < MIN_CONTRAST / 2:
        return nothing, 0.0
    inner = inner_surface(distance, level)
    if inner is not None:
        nothing[inner], contrast = ink_of(pixels[inner])
        return nothing, contrast
    foreign = foreign_parts(distance > FAINT * level)
    distance[foreign] = 0
    level = float(np.percentile(distance, 99))
    if level < MIN_CONTRAST / 2:
        return nothing, 0.0
    strongest = difference[distance >= 0.8 * level]
    # Ink and its shadow may lie on either side of the ground; the commoner side is the ink.
    axis = strongest[np.argmax(np.linalg.norm(strongest, axis=1))]
    side = strongest @ axis > 0
    ink = strongest[side].mean(axis=0) if side.mean() >= 0.5 else strongest[~side].mean(axis=0)
    length = float(np.linalg.norm(ink))
    share = (difference @ ink) / max(length * length, 1e-6)
    share[foreign] = 0
    return share.astype(np.float32), length


def inner_surface(distance: Floats, level: float) -> tuple[slice, slice] | None:
    """Return the rows and columns of a surface inside a crop, such as a button that the crop reaches beyond, or None.

    `distance` is that from the ground at the border, float32 (H, W), and `level` its largest. A surface is solid and
    nearly as wide as the crop; letters are not. Two pixels at its edge are left out.
    """
    height, width = distance.shape
    for bound, solid in ((FAINT * level, 0.6), (max(10.0, 0.06 * level), 0.8)):
        _, _, stats, _ = cv2.connectedComponentsWithStats((distance > bound).astype(np.uint8), connectivity=8)
        if len(stats) < 2:
            continue
        x, y, wide, high, area = (int(value) for value in stats[1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())])
        is_large = wide >= SPAN * width and high >= 0.5 * height and wide * high < 0.97 * width * height
        if is_large and area >= solid * wide * high and min(wide, high) >= 8:
            return slice(y + 2, y + high - 2), slice(x + 2, x + wide - 2)
    return None


def foreign_parts(marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the part of a mask (H, W) that runs through it, one pixel around included.

    Such a part is the edge of a button or the surface beside it: it touches two sides of the mask, or lies along more
    than half of one. What covers much of the middle row is no edge but smeared or melted ink, and stays. A mask that
    holds nothing else is left whole.
    """
    count, labels = cv2.connectedComponents(marked.astype(np.uint8), connectivity=8)
    sides = (labels[0], labels[-1], labels[:, 0], labels[:, -1])
    along = np.stack([np.bincount(side, minlength=count)[1:] for side in sides])
    lengths = np.array([[side.size] for side in sides])
    at_edge = np.flatnonzero(((along > 0).sum(axis=0) >= 2) | (along > 0.5 * lengths).any(axis=0)) + 1
    height = len(marked)
    middle = labels[int(0.4 * height) : int(0.6 * height) + 1]
    chosen = [label for label in at_edge if (middle == label).any(axis=0).mean() <= MIDDLE]
    foreign = np.isin(labels, chosen)
    if not foreign.any() or foreign.sum() == marked.sum():
        return np.zeros(marked.shape, dtype=np.bool_)
    return cv2.dilate(foreign.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def ink_rows(marked: NDArray[np.bool_]) -> tuple[int, int]:
    """Return rows (first, last + 1) of the ink in a mask (H, W) that has some.

    What touches the upper or lower border and is parted from most of the ink by an empty row is no part of the line: an
    edge of a button, the next line's descenders.
    """
    counts = marked.sum(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], counts > 0, [0]]).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    main = max(runs, key=lambda run: int(counts[run[0] : run[1]].sum()))
    kept = [run for run in runs if run == main or (run[0] > 0 and run[1] < len(counts))]
    return int(kept[0][0]), int(kept[-1][1])


def normalise_line(image: NDArray[np.uint8]) -> TextLine | str:
    """Return the line in a crop, RGB uint8 (H, W, 3), or in words why there is none. Never gives NaN."""
    height, width = image.shape[:2]
    if height < 4 or width < 4:
        return f"the region is {width}x{height} px, too small to hold text"
    share, contrast = ink_of(image.astype(np.float32))
    marked = share > INK_LEVEL
    if contrast < MIN_CONTRAST or not marked.any():
        return "the region is blank: nothing stands out from its ground"
    top, bottom = ink_rows(marked)
    columns = np.flatnonzero(marked[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    tall = bottom - top
    if right - left > MAX_ASPECT * tall:
        return "the region holds a rule, no text"
    margin = max(1, round(tall * (LINE_HEIGHT - INK_ROWS) / 2 / INK_ROWS))
    share[: max(0, top - 1)] = share[bottom + 1 :] = 0
    framed = np.pad(share, margin)[top : bottom + 2 * margin, left : right + 2 * margin]
    wide = max(8, round(framed.shape[1] * LINE_HEIGHT / framed.shape[0]))
    method = cv2.INTER_AREA if framed.shape[0] > LINE_HEIGHT else cv2.INTER_CUBIC
    ink = np.clip(cv2.resize(framed, (wide, LINE_HEIGHT), interpolation=method), -0.25, 1.25).astype(np.float32)
    return TextLine(ink=ink, height=tall, contrast=contrast, left=left - margin, right=right + margin)
