"""Icon distortion: is the icon's shape still the one that was drawn?

No published detector of distorted icons was found, so this is a measure of our own: a small network, trained on icon
packs with graded faults (`scoring/calibration/icon_corruptions.py`), compares what is painted in the icon's box with
what the wireframe draws there. Stroke width, fill, colour, shading, compression and softness are no faults. How it was
validated is written in `docs/scoring-validation.md`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from scoring.control import require_same_extent
from scoring.icon_network import SHAPES, judge
from scoring.icon_view import MIN_SIDE, Window, icon_view

if TYPE_CHECKING:
    from torch import Tensor

Image = NDArray[np.uint8]
Heat = NDArray[np.float32]

WEIGHTS = Path(__file__).resolve().parent / "weights" / "icons.safetensors"

DOUBT = 0.5
"""Probability from which the reason names a fault and its place; the weights are calibrated to it."""


@dataclass(frozen=True, kw_only=True)
class IconCheck:
    """The verdict on one icon.

    `probability` is that of a distorted shape, 0 to 1; None where there is nothing to compare, and `reason` says why.
    `heat` is float32 (h, w) over the box, 0 to 1: how likely each place is part of a fault.
    """

    probability: float | None
    reason: str
    heat: Heat


class IconDetector:
    """Judges icons; the weights are loaded once, on the first check."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self.file = weights
        self._weights: dict[str, Tensor] | None = None

    def check(self, image: Image, drawing: Image, box: Box) -> IconCheck:
        """Return the verdict on the icon in `box`; see `check_all`."""
        return self.check_all(image, drawing, [box])[0]

    def check_all(self, image: Image, drawing: Image, boxes: Sequence[Box]) -> tuple[IconCheck, ...]:
        """Return the verdicts on the icons in `boxes`, judged in one batch.

        `image` is RGB uint8 (H, W, 3); `drawing`, uint8 (H, W), is the wireframe's grey or a control map of strokes
        or edges, dark on light or light on dark. The wireframe's grey is best. Raises InputError where sizes, types
        or boxes do not fit.
        """
        _require_fit(image, drawing, boxes)
        views = [icon_view(image, drawing, box) for box in boxes]
        seen = [index for index, view in enumerate(views) if view is not None]
        checks = [_unjudged(box) for box in boxes]
        if seen:
            import torch

            inputs = torch.from_numpy(np.stack([view for view in views if view is not None]))
            with torch.inference_mode():
                probabilities, heats = (part.numpy() for part in judge(self.load(), inputs))
            for row, index in enumerate(seen):
                heat = np.clip(Window.around(boxes[index]).of_box(heats[row], boxes[index]), 0, 1)
                probability = float(probabilities[row])
                missing, extra = inputs[row, 4].numpy(), inputs[row, 5].numpy()
                reason = _reason(probability, heats[row], missing, extra)
                checks[index] = IconCheck(probability=round(probability, 6), reason=reason, heat=heat)
        return tuple(checks)

    def load(self) -> "dict[str, Tensor]":
        """Return the weights by name, float32, read on the first call. Raises InputError where the file is wrong."""
        if self._weights is None:
            from safetensors import SafetensorError
            from safetensors.torch import load_file

            try:
                stored = load_file(self.file)
            except (OSError, SafetensorError) as error:
                raise InputError(
                    f"icon weights {self.file}: must be a readable safetensors file, got {error}"
                ) from None
            if {name: tuple(value.shape) for name, value in stored.items()} != SHAPES:
                raise InputError(f"icon weights {self.file}: must hold exactly the tensors of scoring/icon_network.py")
            self._weights = {name: value.float() for name, value in stored.items()}
        return self._weights


def _require_fit(image: Image, drawing: Image, boxes: Sequence[Box]) -> None:
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise InputError(f"image must be RGB uint8 (H, W, 3), got {image.dtype} {image.shape}")
    if drawing.dtype != np.uint8 or drawing.ndim != 2:
        raise InputError(f"wireframe must be grey uint8 (H, W), got {drawing.dtype} {drawing.shape}")
    require_same_extent(image, drawing, ("image", "wireframe"))
    for box in boxes:
        if not box.fits(Extent.of(drawing)):
            raise InputError(f"icon box must lie inside the image ({Extent.of(drawing)}), got {tuple(box)}")


def _unjudged(box: Box) -> IconCheck:
    small = max(box.width, box.height) < MIN_SIDE or min(box.width, box.height) < 2
    reason = (
        f"the icon's box is {box.width} x {box.height} px, icons are judged from {MIN_SIDE} px"
        if small
        else "the wireframe draws nothing in the icon's box"
    )
    return IconCheck(probability=None, reason=reason, heat=np.zeros((box.height, box.width), np.float32))


def _reason(probability: float, places: Heat, missing: Heat, extra: Heat) -> str:
    """Say what seems wrong and where: ink that is drawn and not painted, or painted and not drawn."""
    if probability < DOUBT:
        return "the icon's shape is as drawn"
    where = _largest_part(places)
    scale = missing.shape[0] // places.shape[0]
    tool = np.ones((3 * scale, 3 * scale), np.uint8)
    near = cv2.dilate(np.kron(where, np.ones((scale, scale), np.uint8)), tool) > 0
    lost, added = float(missing[near].sum()), float(extra[near].sum())
    if lost > 3 * added:
        what = "strokes are missing or broken"
    elif added > 3 * lost:
        what = "there is ink that is not drawn"
    else:
        what = "strokes are displaced or run together"
    rows, columns = np.nonzero(where)
    weights = places[rows, columns]
    down = ("upper", "middle", "lower")[_third(np.average(rows, weights=weights), places.shape[0])]
    across = ("left", "centre", "right")[_third(np.average(columns, weights=weights), places.shape[1])]
    return f"{what} at the {down} {across}"


def _largest_part(places: Heat) -> NDArray[np.uint8]:
    """Return 1 in the cells that are at least half as strong as the strongest and joined to it, uint8, 0 elsewhere."""
    strong = (places >= 0.5 * places.max()).astype(np.uint8)
    labels = cv2.connectedComponents(strong, connectivity=8)[1]
    return np.asarray(labels == labels.flat[int(places.argmax())], dtype=np.uint8)


def _third(cell: float, cells: int) -> int:
    return min(2, int((cell + 0.5) * 3 / cells))
