"""The control measures of one asset as measurements: values, verdicts, reasons."""

from dataclasses import dataclass

import numpy as np

from scoring.control import Mask, boundary_f, control_adherence, edge_f1, surface_distances
from scoring.control_placement import inner_scale
from scoring.control_shift import Translation, best_translation
from scoring.control_soft import SMALLEST_SIDE, ms_ssim, soft_edges
from scoring.control_view import ControlView
from scoring.scorecard import Measurement, unscored
from scoring.thresholds import Thresholds

TOLERANCES = {"control_f1_strict": 0, "control_f1_1px": 1, "control_f1_2px": 2, "control_f1_4px": 4}
LARGEST_REACH = 32
"""How far the whole image's lines are sought, in px; an eighth of the shorter side where that is less."""


@dataclass(frozen=True, kw_only=True)
class ControlBounds:
    """The scale of `control_adherence`: two values of `control_f1_1px`, 0 to 1, and in words where they come from.

    `floor` is what the same request reaches without control, `ceiling` what the model's autoencoder can keep.
    """

    floor: float
    ceiling: float
    source: str


def control_measurements(
    view: ControlView, image_kornia: Mask, reference_kornia: Mask, bounds: ControlBounds | None, thresholds: Thresholds
) -> tuple[Measurement, ...]:
    """Return the control measures of an asset, from its view and kornia's edges (H, W) of image and wireframe."""
    edges, lines = view.edges, view.lines
    tolerant = {name: edge_f1(edges, lines, tolerance) for name, tolerance in TOLERANCES.items()}
    told = f"{_told(view.missing, lines, 'missing', 'lines')}, {_told(view.invented, edges, 'invented', 'edges')}"
    return (
        *(
            thresholds.judge(name, round(value, 6), "ratio", told if name == "control_f1_1px" else "")
            for name, value in tolerant.items()
        ),
        thresholds.judge("control_f1_kornia", round(edge_f1(image_kornia, reference_kornia), 6), "ratio", ""),
        thresholds.judge("control_f_davis", round(boundary_f(edges, lines, fields=view.fields), 6), "ratio", ""),
        *_distances(view, thresholds),
        _soft(view, thresholds),
        _shift(view, thresholds),
        _adherence(tolerant["control_f1_1px"], bounds, thresholds),
    )


def _told(part: Mask, whole: Mask, fate: str, what: str) -> str:
    count, total = int(part.sum()), int(whole.sum())
    return f"{count} of {total} px of {what} {fate}"


def _distances(view: ControlView, thresholds: Thresholds) -> tuple[Measurement, Measurement]:
    distances = surface_distances(view.edges, view.lines, view.fields)
    if distances is None:
        empty = "the control map has no line" if not view.lines.any() else "the image has no edge"
        reason = f"{empty}, so no distance is defined"
        return unscored("control_hd95_px", "px", reason), unscored("control_assd_px", "px", reason)
    farthest = f"the line farthest from any edge is off by {distances.back.max():.1f} px"
    return (
        thresholds.judge("control_hd95_px", round(distances.hd95, 6), "px", farthest),
        thresholds.judge("control_assd_px", round(distances.assd, 6), "px", ""),
    )


def _soft(view: ControlView, thresholds: Thresholds) -> Measurement:
    height, width = view.edges.shape
    if min(height, width) < SMALLEST_SIDE:
        return unscored(
            "control_ms_ssim",
            "ratio",
            f"its five scales need sides of {SMALLEST_SIDE} px, got {width}x{height}",
        )
    edges, lines = (None, None) if view.fields is None else (view.fields.edges, view.fields.lines)
    soft = soft_edges(view.edges, edges), soft_edges(view.lines, lines)
    value = ms_ssim(*soft)
    return thresholds.judge("control_ms_ssim", round(value, 6), "ratio", "")


def _shift(view: ControlView, thresholds: Thresholds) -> Measurement:
    """The whole image's translation; never applied, only told."""
    reach = max(1, min(LARGEST_REACH, min(view.lines.shape) // 8))
    best = best_translation(view.lines, np.pad(view.field, reach), reach)
    if best is None:
        return unscored("control_shift_px", "px", "the control map has no line")
    if best.found:
        told = f"the image's lines lie {best.words()} of the wireframe's" if best.length else "the lines lie in place"
        return thresholds.judge("control_shift_px", round(best.length, 6), "px", _position(best, told))
    scale = inner_scale(view.edges, view.lines, best.unmoved)
    if scale is not None:
        return unscored(
            "control_shift_px", "px", f"the image's lines fit the wireframe's at {scale:.3g}x about the centre"
        )
    return unscored("control_shift_px", "px", f"no shift of up to {reach} px brings half of the lines onto edges")


def _position(best: Translation, told: str) -> str:
    return f"{told} ({best.fit:.0%} of them fit there, {best.unmoved:.0%} unmoved)" if best.length else told


def _adherence(f1: float, bounds: ControlBounds | None, thresholds: Thresholds) -> Measurement:
    if bounds is None:
        reason = "control_f1_1px on the scale 0 to 1: floor and ceiling were not measured"
        return thresholds.judge("control_adherence", round(control_adherence(f1), 6), "ratio", reason)
    scale = f"floor {bounds.floor:.3f} and ceiling {bounds.ceiling:.3f} ({bounds.source})"
    if not bounds.floor < bounds.ceiling:
        reason = f"no scale: {scale}; control cannot be told from none on this wireframe"
        return unscored("control_adherence", "ratio", reason)
    value = round(control_adherence(f1, bounds.floor, bounds.ceiling), 6)
    return thresholds.judge("control_adherence", value, "ratio", f"control_f1_1px {f1:.3f} between {scale}")
