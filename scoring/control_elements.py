"""The control measures of one element: displacement, corners, missing and invented edges.

They are reported, never judged: the bound of a whole asset does not hold for a box with a few lines.
"""

import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from scoring.control import Mask, edge_f1
from scoring.control_shift import Translation, window_translation
from scoring.control_view import ControlView
from scoring.scorecard import Measurement, unscored

REPORTED = "reported only: the threshold is one of whole assets"
MARGIN = 2
"""Pixels around a box that belong to it: an outline has two sides."""

REACH = 8
"""How far an element's lines are sought, in px."""

CORNER_REACH = 5
CORNER_SIDE = 12
"""Half the side in px of the window around a corner, less for small boxes."""

CORNER_LINES = 6
"""A corner whose window holds fewer px of lines is none."""


def element_control(element: Element, view: ControlView) -> tuple[Measurement, ...]:
    """Return `control_f1_1px`, displacement, missing and invented edges of an element, and the corners of a shape."""
    box = element.box.grown(MARGIN, Extent.of(view.edges))
    found, wanted = view.edges[box.slices], view.lines[box.slices]
    measured = [
        _f1(found, wanted),
        _displacement(box, view),
        _share("control_missing", view.missing[box.slices], wanted, "the control map has no line here", "lines"),
        _share("control_invented", view.invented[box.slices], found, "the image has no edge here", "edges"),
    ]
    if element.kind == "shape":
        measured.append(_corners(element.box, view))
    return tuple(measured)


def _f1(found: Mask, wanted: Mask) -> Measurement:
    if not found.any() and not wanted.any():
        return unscored("control_f1_1px", "ratio", "neither the image nor the control map has a line here")
    value = edge_f1(np.ascontiguousarray(found), np.ascontiguousarray(wanted), 1)
    return _reported("control_f1_1px", value, "ratio", "")


def _share(name: str, part: Mask, whole: Mask, empty: str, what: str) -> Measurement:
    total = int(whole.sum())
    if total == 0:
        return unscored(name, "ratio", empty)
    return _reported(name, float(part.sum()) / total, "ratio", f"{int(part.sum())} of {total} px of {what}")


def _displacement(box: Box, view: ControlView) -> Measurement:
    """The best integer translation of all lines of the box."""
    name = "control_displacement_px"
    best = window_translation(view.lines, view.field, box.slices, REACH)
    if best is None:
        return unscored(name, "px", "the control map has no line here")
    if not best.found:
        return unscored(name, "px", f"the lines are not found within {REACH} px ({best.fit:.0%} of them fit at best)")
    told = f"moved {best.words()}" if best.length else "in its place"
    return _reported(name, best.length, "px", told)


def _corners(box: Box, view: ControlView) -> Measurement:
    """The largest translation of the lines around the four corners of the box."""
    name = "control_corner_px"
    half = max(3, min(CORNER_SIDE, box.width // 3, box.height // 3))
    extent = Extent.of(view.edges)
    moved: dict[str, Translation] = {}
    lost: list[str] = []
    for corner, (x, y) in {
        "top left": (box.x0, box.y0),
        "top right": (box.x1, box.y0),
        "bottom left": (box.x0, box.y1),
        "bottom right": (box.x1, box.y1),
    }.items():
        window = Box(x - half, y - half, x + half, y + half).clipped(extent)
        if int(view.lines[window.slices].sum()) < CORNER_LINES:
            continue
        best = window_translation(view.lines, view.field, window.slices, CORNER_REACH)
        if best is not None and best.found:
            moved[corner] = best
        else:
            lost.append(corner)
    told = f"not found: {', '.join(lost)}" if lost else ""
    if not moved:
        return unscored(name, "px", told or "the control map has no line at a corner of the box")
    worst = max(moved, key=lambda corner: moved[corner].length)
    place = f"the {worst} one moved {moved[worst].words()}" if moved[worst].length else "all found in their place"
    return _reported(name, moved[worst].length, "px", f"{place}; {told}" if told else place)


def _reported(name: str, value: float, unit: str, reason: str) -> Measurement:
    told = f"{reason}; {REPORTED}" if reason else REPORTED
    return Measurement(name=name, value=round(value, 6), unit=unit, threshold=None, verdict="unscored", reason=told)
