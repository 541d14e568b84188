"""The control measures of one asset as measurements: values, verdicts, reasons."""

import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Extent
from scoring.control import Image, Mask, control_adherence, directed_distances, edge_f1, hd95, kornia_f1
from scoring.overlay import compare_edges
from scoring.scorecard import Measurement, unscored
from scoring.thresholds import Thresholds

TOLERANCES = {"control_f1_strict": 0, "control_f1_1px": 1, "control_f1_2px": 2}


def control_measurements(
    image: Image, wireframe: Image, edges: Mask, lines: Mask, thresholds: Thresholds
) -> tuple[Measurement, ...]:
    """Return the control measures of `image` against the `lines` of its control map.

    `image` and `wireframe` are RGB uint8 (H, W, 3), `edges` and `lines` masks (H, W), all of one size.
    """
    tolerant = {name: edge_f1(edges, lines, tolerance) for name, tolerance in TOLERANCES.items()}
    comparison = compare_edges(edges, lines)
    told = (
        _told(comparison.missing, lines, "missing", "lines")
        + ", "
        + _told(comparison.invented, edges, "invented", "edges")
    )
    f1_1px = tolerant["control_f1_1px"]
    return (
        *(
            thresholds.judge(name, round(value, 6), "ratio", told if name == "control_f1_1px" else "")
            for name, value in tolerant.items()
        ),
        thresholds.judge("control_f1_kornia", round(kornia_f1(image, wireframe), 6), "ratio", ""),
        distance_measurement(edges, lines, thresholds),
        thresholds.judge(
            "control_adherence",
            round(control_adherence(f1_1px), 6),
            "ratio",
            "control_f1_1px on the scale 0 to 1: floor and ceiling were not measured",
        ),
    )


def _told(part: Mask, whole: Mask, fate: str, what: str) -> str:
    count, total = int(part.sum()), int(whole.sum())
    return f"{count} of {total} px of {what} {fate}"


def distance_measurement(edges: Mask, lines: Mask, thresholds: Thresholds) -> Measurement:
    """Return `control_hd95_px`; unscored where the image has no edge or the map no line."""
    distance = hd95(edges, lines)
    if distance is None:
        empty = "the control map has no line" if not lines.any() else "the image has no edge"
        return unscored("control_hd95_px", "px", f"{empty}, so no distance is defined")
    lost = float(directed_distances(lines, edges).max())
    reason = f"the line farthest from any edge is off by {lost:.1f} px"
    return thresholds.judge("control_hd95_px", round(distance, 6), "px", reason)


def element_control(element: Element, edges: Mask, lines: Mask, thresholds: Thresholds) -> Measurement:
    """Return `control_f1_1px` of the pixels in and just around the element's box; reported, never judged.

    The bound of a whole asset does not hold for a box with a few lines.
    """
    window = element.box.grown(2, Extent.of(edges)).slices
    found, wanted = edges[window], lines[window]
    if not found.any() and not wanted.any():
        return unscored("control_f1_1px", "ratio", "neither the image nor the control map has a line here")
    value = round(edge_f1(np.ascontiguousarray(found), np.ascontiguousarray(wanted), 1), 6)
    return Measurement(
        name="control_f1_1px",
        value=value,
        unit="ratio",
        threshold=None,
        verdict="unscored",
        reason="reported only: the threshold is one of whole assets",
    )
