"""Text distortion: are the letters of a text box well formed, whatever they say?

Recognisers read warped and broken letters well, so reading is no proof of form. A small network looks at the strokes of
the line itself. It needs no expected string and so judges gibberish, too; where one is given, the reason names the
letter. How it was trained and what it reaches is in docs/scoring-validation.md.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from scoring.text_line import LINE_HEIGHT, Floats, TextLine, normalise_line
from scoring.text_network import REACH, STEP, line_logits, size_of, step_logits

if TYPE_CHECKING:
    from torch import Tensor

WEIGHTS = Path(__file__).resolve().parent / "weights" / "text.safetensors"

BOX_MARGIN = 2
"""Pixels around a text box that are looked at with it, as in reading."""

MIN_HEIGHT = 8
"""Ink lower than this (px) is unscored: of 7 px the AUROC on the calibration faces was .91, from 8 px above .97."""

BATCH = 16

WIDTHS = (1.0, 0.93, 1.07)
"""Every line is looked at in these widths, and its logit is the mean of theirs.

A chance likeness to a fault seldom outlasts another sampling: on the calibration faces fewer clean lines are called
distorted at the same recall. The network is trained with widths of 0.88 to 1.14.
"""

NARROW, WIDE = "il.,'!|:;Ijtf()[] ", "mwMW@"


@dataclass(frozen=True, kw_only=True, eq=False)
class DistortionCheck:
    """What was found in one text box.

    `probability` is that of distorted letters, 0 to 1, or None where nothing can be said; `reason` says why or where.
    `heat` is float32 (h, w) of the box clipped to the image, 0 to 1, high where the strokes are odd.
    """

    probability: float | None
    reason: str
    heat: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """The network's tensors, float32, and the line that makes its logit a probability's: `scale * logit + shift`."""

    tensors: "dict[str, Tensor]"
    scale: float
    shift: float


def load_weights(path: Path = WEIGHTS) -> Weights:
    """Read the detector's weights. Raises InputError naming the file where it is missing or no such file."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="pt") as file:
            calibration = json.loads((file.metadata() or {})["calibration"])
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        return Weights(tensors=tensors, scale=float(calibration["scale"]), shift=float(calibration["shift"]))
    except (OSError, SafetensorError, KeyError, ValueError, TypeError) as error:
        raise InputError(f"{path}: must be the text detector's weights with their calibration, got {error}") from error


class TextDetector:
    """Says of text boxes whether their letters are distorted; the weights are loaded on first use and kept."""

    def __init__(self, path: Path = WEIGHTS) -> None:
        self._path = path

    @cached_property
    def _weights(self) -> Weights:
        return load_weights(self._path)

    def check(self, image: NDArray[np.uint8], box: Box, expected: str | None = None) -> DistortionCheck:
        """Check the text in one box of an RGB uint8 (H, W, 3) image. Raises InputError for other pixels."""
        return self.check_boxes(image, [box], [expected])[0]

    def check_boxes(
        self, image: NDArray[np.uint8], boxes: Sequence[Box], expected: Sequence[str | None] = ()
    ) -> tuple[DistortionCheck, ...]:
        """Check several boxes of one image at once; `expected` is empty or has an entry for each box.

        A box is cut at the image's border. Raises InputError where `image` is not RGB uint8 (H, W, 3), and ValueError
        where the two lists differ in length.
        """
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
            raise InputError(f"image must be RGB uint8 (H, W, 3), got {image.dtype} {image.shape}")
        strings = list(expected) or [None] * len(boxes)
        extent = Extent.of(image)
        inner = [box.clipped(extent) for box in boxes]
        looked = [box.grown(BOX_MARGIN, extent) if box.area else box for box in inner]
        lines = [normalise_line(image[box.slices]) for box in looked]
        judged = [line for line in lines if isinstance(line, TextLine) and line.height >= MIN_HEIGHT]
        results = iter(line_scores(self._weights, judged) if judged else [])
        checks = []
        for box, wide, line, string in zip(inner, looked, lines, strings, strict=True):
            if isinstance(line, TextLine) and line.height >= MIN_HEIGHT:
                logit, steps = next(results)
                columns = _columns(steps, line, wide, box)
                checks.append(_judged(probability_of(logit), columns, box, string))
            else:
                reason = line if isinstance(line, str) else _too_low(line)
                heat = np.zeros((box.height, box.width), dtype=np.float32)
                checks.append(DistortionCheck(probability=None, reason=reason, heat=heat))
        return tuple(checks)


def line_scores(weights: Weights, lines: Sequence[TextLine]) -> list[tuple[float, Floats]]:
    """Return (logit, logit of each step as float32 (N,)) of normalised lines, calibrated, in their order.

    The logit is the mean over `WIDTHS`, the steps are those of the line as it is.
    """
    looks = [_scores(weights, [_stretched(line, width) for line in lines]) for width in WIDTHS]
    return [(sum(logit for logit, _ in look) / len(look), look[0][1]) for look in zip(*looks, strict=True)]


def _stretched(line: TextLine, width: float) -> TextLine:
    """Return the line with its ink `width` times as wide."""
    import cv2

    if width == 1.0:
        return line
    wide = max(STEP, round(line.ink.shape[1] * width))
    ink = cv2.resize(line.ink, (wide, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
    return replace(line, ink=ink.astype(np.float32))


def _scores(weights: Weights, lines: Sequence[TextLine]) -> list[tuple[float, Floats]]:
    """Return (logit, logit of each step) of lines; lines of like width share a batch."""
    import torch

    order = sorted(range(len(lines)), key=lambda index: lines[index].ink.shape[1])
    found: dict[int, tuple[float, Floats]] = {}
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        batch, counts = padded([lines[index] for index in chosen])
        with torch.inference_mode():
            steps = step_logits(weights.tensors, torch.from_numpy(batch))
            valid = torch.arange(steps.shape[1])[None] < torch.tensor(counts)[:, None]
            whole = line_logits(steps, valid) * weights.scale + weights.shift
            single = steps * weights.scale + weights.shift
        for row, index in enumerate(chosen):
            found[index] = (float(whole[row]), single[row, : counts[row]].numpy())
    return [found[index] for index in range(len(lines))]


def probability_of(logit: float) -> float:
    """Return the probability of a logit, 0 to 1, rounded to six places.

    >>> probability_of(0.0)
    0.5
    """
    return round(1 / (1 + math.exp(-min(max(logit, -60.0), 60.0))), 6)


def padded(lines: Sequence[TextLine]) -> tuple[Floats, list[int]]:
    """Return the network's input, float32 (B, 2, 32, W), lines padded with ground, and each one's number of steps.

    Every line has at least `REACH` columns of ground behind it, so its logits do not depend on the others' widths.
    """
    widest = max(line.ink.shape[1] for line in lines) + REACH
    batch = np.zeros((len(lines), 2, LINE_HEIGHT, widest), dtype=np.float32)
    for row, line in enumerate(lines):
        batch[row, 0, :, : line.ink.shape[1]] = line.ink
        batch[row, 1] = size_of(line.height)
    return batch, [-(-line.ink.shape[1] // STEP) for line in lines]


def letter_at(text: str, place: float) -> str:
    """Return the letter of `text` at `place`, 0 (start) to 1 (end), by rough widths of letters.

    >>> letter_at("million", 0.05)
    'm'
    """
    letters = " ".join(text.split())
    widths = np.array([0.5 if c in NARROW else 1.5 if c in WIDE else 1.0 for c in letters])
    index = int(np.searchsorted(widths.cumsum() / widths.sum(), min(max(place, 0.0), 1.0)))
    return letters[min(index, len(letters) - 1)]


def _columns(steps: Floats, line: TextLine, looked: Box, box: Box) -> Floats:
    """Return the probability at each column of `box`; the line's columns count from those of `looked`."""
    width = (line.right - line.left) / max(len(steps), 1)
    centres = looked.x0 + line.left + (np.arange(len(steps)) + 0.5) * width
    logits = np.interp(np.arange(box.x0, box.x1) + 0.5, centres, steps)
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -60, 60))), dtype=np.float32)


def _judged(probability: float, columns: Floats, box: Box, expected: str | None) -> DistortionCheck:
    heat = np.broadcast_to(columns, (box.height, box.width)).astype(np.float32)
    worst = int(columns.argmax()) if columns.size else 0
    if probability < 0.5:
        reason = "the strokes look like letters"
    elif expected and expected.strip():
        letter = letter_at(expected, (worst + 0.5) / max(len(columns), 1))
        reason = f"the strokes are odd at x = {box.x0 + worst}, near {letter!r} of {expected!r}"
    else:
        reason = f"the strokes are odd at x = {box.x0 + worst}"
    return DistortionCheck(probability=probability, reason=reason, heat=heat)


def _too_low(line: TextLine) -> str:
    return f"the letters are {line.height} px high; below {MIN_HEIGHT} px distortion cannot be told from blur"
