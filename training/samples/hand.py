"""A drawing hand and a scanner: strokes that tremble and overshoot, paper with grain, shadow and a tilt."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.samples.design import Design
from training.samples.lettering import Label
from training.samples.shapes import Bounds, Points

SUPERSAMPLING = 4
SPACING = 2.0
"""Distance in px between the points of a stroke at which the hand may tremble."""

PEN_WIDTH = 2.4
TREMBLE = 0.8
"""Standard deviation in px of the hand's error."""

BOW = 1.4
"""Largest bend in px of a stroke meant to be straight."""

OVERSHOOT = 5.0
"""Longest stretch in px by which a stroke runs past its end."""

LETTER_WAVE = 9
"""Distance in px over which the hand's error in letters changes."""

TILT_DEGREES = 1.6


def resampled(points: Points, spacing: float) -> Points:
    """Return `points` as a polyline with a point about every `spacing` px.

    >>> len(resampled(np.array([[0.0, 0.0], [10.0, 0.0]]), 2.0))
    6
    """
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    count = max(2, round(float(lengths[-1]) / spacing) + 1)
    at = np.linspace(0, lengths[-1], count)
    return np.stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)], axis=1)


def _smooth_noise(count: int, reach: int, rng: np.random.Generator) -> NDArray[np.float64]:
    kernel = np.hanning(2 * reach + 3)
    noise = np.convolve(rng.normal(size=count + 2 * reach + 2), kernel, mode="valid")
    smooth: NDArray[np.float64] = noise / np.sqrt((kernel**2).sum())
    return smooth[:count]


def drawn_by_hand(points: Points, rng: np.random.Generator) -> Points:
    """Return the stroke that a hand makes of `points`: extended at its ends, bowed and trembling."""
    start, end = points[0] - points[1], points[-1] - points[-2]
    ends = [vector / max(float(np.hypot(*vector)), 1e-6) * rng.uniform(0, OVERSHOOT) for vector in (start, end)]
    line = resampled(np.concatenate([[points[0] + ends[0]], points, [points[-1] + ends[1]]]), SPACING)
    chord = line[-1] - line[0]
    length = float(np.hypot(*chord))
    if length > 1:
        normal = np.array([-chord[1], chord[0]]) / length
        bend = rng.uniform(-BOW, BOW) * min(1.0, length / 80) * np.sin(np.linspace(0, np.pi, len(line)))
        line = line + bend[:, None] * normal
    error = np.stack([_smooth_noise(len(line), 9, rng) for _ in range(2)], axis=1)
    return line + error * TREMBLE


def _inked(mask: NDArray[np.uint8], line: Points, rng: np.random.Generator) -> None:
    fine = resampled(line, 0.5)
    widths = PEN_WIDTH * (1 + 0.22 * _smooth_noise(len(fine), 30, rng))
    for (x, y), width in zip(fine, np.clip(widths, 1.4, 3.6), strict=True):
        centre = (round(x * SUPERSAMPLING), round(y * SUPERSAMPLING))
        cv2.circle(mask, centre, max(1, round(width * SUPERSAMPLING / 2)), 255, -1)


def _letters(mask: NDArray[np.uint8], label: Label, rng: np.random.Generator) -> None:
    """Ink `label` as single strokes: the middle lines of the letters, displaced by a smooth field."""
    from skimage.morphology import skeletonize

    height, width = mask.shape
    page = Image.new("L", (width, height))
    font = ImageFont.load_default(size=label.size * SUPERSAMPLING)
    ImageDraw.Draw(page).text(
        (label.x * SUPERSAMPLING, label.baseline * SUPERSAMPLING), label.text, fill=255, font=font, anchor="ls"
    )
    middle = skeletonize(np.asarray(page) > 127)
    side = 2 * round(PEN_WIDTH * SUPERSAMPLING / 2) + 1
    strokes = cv2.dilate(middle.astype(np.uint8) * 255, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    cell = LETTER_WAVE * SUPERSAMPLING
    grid = (2, height // cell + 2, width // cell + 2)
    coarse = rng.normal(scale=TREMBLE * SUPERSAMPLING, size=grid).astype(np.float32)
    shifts = [cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in coarse]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    np.maximum(mask, cv2.remap(strokes, columns + shifts[0], rows + shifts[1], cv2.INTER_LINEAR), out=mask)


def pen_on_paper(design: Design, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how much ink lies on each pixel of a hand-drawn `design`, float64 (H, W), 0 to 1."""
    mask = np.zeros((design.height * SUPERSAMPLING, design.width * SUPERSAMPLING), dtype=np.uint8)
    for part in design.parts:
        for shape in part.shapes:
            if isinstance(shape, Label):
                _letters(mask, shape, rng)
            for outline in shape.outlines():
                _inked(mask, drawn_by_hand(outline, rng), rng)
    small = cv2.resize(mask, (design.width, design.height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float64) / 255


def sketch(design: Design, rng: np.random.Generator) -> Image.Image:
    """Return a hand-drawn design as grey pixels: dark ink on white, paler where the pen ran fast."""
    ink = pen_on_paper(design, rng)
    return Image.fromarray(np.round(255 - ink * 215).astype(np.uint8))


def _tilt(design: Design) -> NDArray[np.float64]:
    matrix = cv2.getRotationMatrix2D((design.width / 2, design.height / 2), TILT_DEGREES, 1.0)
    return np.asarray(matrix, dtype=np.float64)


def tilted(bounds: Bounds, design: Design) -> Bounds:
    """Return the box around `bounds` after the scanner's tilt."""
    x0, y0, x1, y1 = bounds
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]]) @ _tilt(design).T
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def scan(design: Design, rng: np.random.Generator) -> Image.Image:
    """Return a hand-drawn design as a photograph of paper: warm, grainy, shadowed to one corner, a little askew."""
    height, width = design.height, design.width
    ink = cv2.warpAffine(pen_on_paper(design, rng), _tilt(design), (width, height), flags=cv2.INTER_LINEAR)
    paper = np.array([244.0, 239.0, 226.0])
    pencil = np.array([62.0, 60.0, 66.0])
    grain = cv2.GaussianBlur(rng.normal(size=(height, width)), (0, 0), 1.1)
    shadow = 1 - 0.24 * (np.linspace(0, 1, width)[None, :] ** 1.5) * (0.35 + 0.65 * np.linspace(0, 1, height)[:, None])
    picture = paper * (1 - ink[..., None]) + pencil * ink[..., None]
    picture = (picture + 7 * grain[..., None]) * shadow[..., None]
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6) + rng.normal(scale=2.0, size=(height, width, 1))
    return Image.fromarray(np.clip(np.round(picture), 0, 255).astype(np.uint8))
