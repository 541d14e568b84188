"""The shapes of a drawing: frames, closed outlines, cells and dividers, by OpenCV's components and contours."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent
from conditioners.strokes import stroke_mask

MIN_SHAPE_SIDE = 12
"""Smaller outlines (px) are letters."""

MAX_ROUND_ICON = 48
"""A lone circle up to this side (px) is an icon, such as a radio button; a larger one is a shape."""

MAX_RULE_WIDTH = 6
MIN_RULE_LENGTH = 48
"""A stroke at most `MAX_RULE_WIDTH` px wide and this long is a divider; a shorter one may be part of an icon."""

SIDE_COVERAGE = 0.7
"""Share of each side that a hand-drawn frame must cover."""

FRAME_BAND = 0.1
"""How far a frame's side may wander, in parts of its smaller side."""

RECTANGLE_FILL = 0.85
ELLIPSE_FILL = 0.7
"""Area of a closed outline in parts of its box: pi / 4 for a circle."""


@dataclass(frozen=True, kw_only=True)
class Regions:
    """The boxes found in a drawing. `letters` are the strokes that belong to no shape."""

    shapes: tuple[Box, ...]
    letters: tuple[Box, ...]


def find_regions(gray: NDArray[np.uint8]) -> Regions:
    """Return the shapes of a drawing, uint8 (H, W), and the strokes that are left when they are taken away.

    A shape is a rectangle or ellipse drawn as an outline (gaps of a hand-drawn one allowed), a cell that a divider
    cuts out of one, or a divider.
    """
    mask = stroke_mask(gray)
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    shapes: list[Box] = []
    rest = mask.copy()
    for label in range(1, count):
        box = _stats_box(stats[label])
        part = (labels[box.slices] == label).astype(np.uint8) * np.uint8(255)
        if _is_shape(part):
            shapes.append(box)
            shapes += [cell for cell in _cells(part, box) if cell.iou(box) < 0.75]
            rest[box.slices][part > 0] = 0
    return Regions(shapes=tuple(_distinct(shapes)), letters=tuple(component_boxes(rest)))


def component_boxes(mask: NDArray[np.uint8]) -> list[Box]:
    """Return the box of each connected component of `mask`, uint8 (H, W)."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return [_stats_box(stats[label]) for label in range(1, count)]


def _is_rule(box: Box) -> bool:
    """Whether a stroke's box is that of a divider."""
    return min(box.width, box.height) <= MAX_RULE_WIDTH and max(box.width, box.height) >= MIN_RULE_LENGTH


def _stats_box(row: NDArray[np.int32]) -> Box:
    x, y, width, height = (int(value) for value in row[:4])
    return Box(x, y, x + width, y + height)


def _is_shape(part: NDArray[np.uint8]) -> bool:
    """Whether a component, cut to its box, is a frame, a closed outline or a divider."""
    extent = Extent.of(part)
    if _is_rule(Box(0, 0, *extent)):
        return True
    if min(extent) < MIN_SHAPE_SIDE:
        return False
    if _covers_sides(part):
        return True
    contours, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    fill = cv2.contourArea(contours[0]) / extent.area
    hollow = bool(np.count_nonzero(part) < 0.5 * extent.area)
    round_side = max(extent) > MAX_ROUND_ICON
    return hollow and (fill >= RECTANGLE_FILL or (fill >= ELLIPSE_FILL and round_side))


def _covers_sides(part: NDArray[np.uint8]) -> bool:
    """Whether ink runs along all four sides of the box, as around a rectangle with or without round corners."""
    band = max(2, round(FRAME_BAND * min(part.shape)))
    ink = part > 0
    sides = (ink[:band].any(axis=0), ink[-band:].any(axis=0), ink[:, :band].any(axis=1), ink[:, -band:].any(axis=1))
    return all(float(side.mean()) >= SIDE_COVERAGE for side in sides)


def _cells(part: NDArray[np.uint8], box: Box) -> list[Box]:
    """Return the rectangular holes of an outline, such as the cells of a table, in the drawing's pixels."""
    contours, hierarchy = cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    cells = []
    for contour, relation in zip(contours, hierarchy[0], strict=True):
        x, y, width, height = cv2.boundingRect(contour)
        is_hole = relation[3] >= 0
        is_large = min(width, height) >= 2 * MIN_SHAPE_SIDE
        if is_hole and is_large and cv2.contourArea(contour) >= RECTANGLE_FILL * (width - 1) * (height - 1):
            cells.append(Box(box.x0 + x, box.y0 + y, box.x0 + x + width, box.y0 + y + height))
    return cells


def _distinct(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes without near copies, such as the two edges of one thick outline."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda each: -each.area):
        if all(box.iou(other) < RECTANGLE_FILL for other in kept):
            kept.append(box)
    return kept
