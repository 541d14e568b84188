"""The faults themselves, on the ink share of a line: float32 (H, W) in 0 to 1, changed in one place or all along.

Each function takes (ink, random numbers, severity above 0 up to 1, height of the ink in px) and returns a new array,
which may leave 0 to 1 a little; the caller clips.
"""

import cv2
import numpy as np

from scoring.text_line import Floats

Random = np.random.Generator


def _spot(ink: Floats, rng: Random) -> tuple[int, int]:
    """Return (row, column) of a random pixel of full ink."""
    rows, columns = np.nonzero(ink > 0.5)
    index = int(rng.integers(len(rows)))
    return int(rows[index]), int(columns[index])


def _span(ink: Floats, rng: Random, width: float) -> tuple[int, int]:
    """Return columns (first, last + 1) of about `width` px around some ink."""
    _, column = _spot(ink, rng)
    half = max(2, round(width / 2))
    return max(0, column - half), min(ink.shape[1], column + half + 1)


def _inside(ink: Floats, changed: Floats, span: tuple[int, int]) -> Floats:
    result = ink.copy()
    result[:, span[0] : span[1]] = changed[:, span[0] : span[1]]
    return result


def _noise(shape: tuple[int, ...], rng: Random, sigma: float) -> Floats:
    """Return smooth noise with standard deviation 1."""
    field = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), max(sigma, 0.5))
    return np.asarray(field / max(float(field.std()), 1e-6), dtype=np.float32)


def _moved(ink: Floats, dx: Floats, dy: Floats) -> Floats:
    rows, columns = np.mgrid[0 : ink.shape[0], 0 : ink.shape[1]].astype(np.float32)
    return np.asarray(
        cv2.remap(ink, (columns + dx).astype(np.float32), (rows + dy).astype(np.float32), cv2.INTER_LINEAR),
        dtype=np.float32,
    )


def _shifted(ink: Floats, dx: float, dy: float) -> Floats:
    matrix = np.array([[1, 0, dx], [0, 1, dy]], dtype=np.float32)
    return np.asarray(cv2.warpAffine(ink, matrix, ink.shape[::-1], flags=cv2.INTER_LINEAR), dtype=np.float32)


def warped(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Letters pulled out of shape by a smooth field."""
    reach = (0.05 + 0.11 * severity) * height
    dx, dy = (_noise(ink.shape, rng, 0.16 * height) * reach for _ in range(2))
    return _inside(ink, _moved(ink, dx, dy), _span(ink, rng, height * (1.2 + 3 * severity)))


def missing(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Pieces of strokes left out."""
    result = ink.copy()
    for _ in range(1 + round(3 * severity * rng.random())):
        row, column = _spot(ink, rng)
        axes = tuple(max(1, round(height * (0.1 + 0.22 * severity) * rng.uniform(0.7, 1.3))) for _ in range(2))
        cv2.ellipse(result, (column, row), axes, float(rng.uniform(0, 180)), 0, 360, 0.0, -1, cv2.LINE_8)
    return result


def broken(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Strokes cut through by gaps."""
    result = ink.copy()
    for _ in range(2 + round(4 * severity)):
        row, column = _spot(ink, rng)
        angle = rng.uniform(0, np.pi)
        dx, dy = round(np.cos(angle) * height * 0.35), round(np.sin(angle) * height * 0.35)
        thickness = max(1, round(height * (0.05 + 0.09 * severity)))
        cv2.line(result, (column - dx, row - dy), (column + dx, row + dy), 0.0, thickness, cv2.LINE_8)
    return result


def blob(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Clots of ink on the strokes."""
    result = ink.copy()
    for _ in range(1 + round(3 * severity * rng.random())):
        row, column = _spot(ink, rng)
        axes = tuple(max(1, round(height * (0.09 + 0.15 * severity) * rng.uniform(0.8, 1.4))) for _ in range(2))
        cv2.ellipse(result, (column, row), axes, float(rng.uniform(0, 180)), 0, 360, 1.0, -1, cv2.LINE_8)
    return np.maximum(ink, cv2.GaussianBlur(result, (0, 0), 0.6))


def merged(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Strokes that swell until counters close and neighbours touch."""
    side = max(3, round(height * (0.1 + 0.16 * severity)) | 1)
    swollen = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    soft = np.asarray(cv2.GaussianBlur(swollen, (0, 0), 0.5), dtype=np.float32)
    return _inside(ink, soft, _span(ink, rng, height * (0.8 + 3 * severity)))


def extra(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Strokes that belong to no letter."""
    result = ink.copy()
    for _ in range(1 + round(3 * severity)):
        row, column = _spot(ink, rng)
        reach = height * (0.3 + 0.4 * severity)
        first, middle, last = (np.array([column, row]) + rng.uniform(-reach, reach, 2) for _ in range(3))
        steps = np.linspace(0, 1, 12)[:, None]
        curve = (1 - steps) ** 2 * first + 2 * steps * (1 - steps) * middle + steps**2 * last
        thickness = max(1, round(height * rng.uniform(0.06, 0.14)))
        cv2.polylines(result, [np.rint(curve).astype(np.int32)], False, 1.0, thickness, cv2.LINE_8)
    return np.maximum(ink, cv2.GaussianBlur(result, (0, 0), 0.5))


def smeared(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Ink dragged along one direction."""
    side = max(3, round(height * (0.25 + 0.6 * severity)) | 1)
    kernel = np.zeros((side, side), dtype=np.float32)
    angle = rng.uniform(-0.5, 0.5) + (np.pi / 2 if rng.random() < 0.3 else 0.0)
    middle = side // 2
    dx, dy = round(np.cos(angle) * middle), round(np.sin(angle) * middle)
    cv2.line(kernel, (middle - dx, middle - dy), (middle + dx, middle + dy), 1.0, 1)
    drawn = cv2.filter2D(ink, -1, kernel / kernel.sum())
    strong = rng.uniform(1.0, 1.8)
    return _inside(ink, np.asarray(drawn * strong, dtype=np.float32), _span(ink, rng, height * (1.2 + 3 * severity)))


def doubled(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """A second copy of letters over the first."""
    reach = height * rng.uniform(0.14, 0.34)
    angle = rng.uniform(0, 2 * np.pi)
    copy = _shifted(ink, reach * np.cos(angle), reach * 0.7 * np.sin(angle)) * (0.45 + 0.55 * severity)
    return _inside(ink, np.maximum(ink, copy), _span(ink, rng, height * (1 + 3 * severity)))


def mirrored(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """The upper or the lower part of a stretch turned left to right, so that its strokes no longer meet."""
    first, last = _span(ink, rng, height * (0.8 + 2 * severity))
    rows = np.flatnonzero((ink > 0.5).any(axis=1))
    cut = int(rows[0]) + round(len(rows) * rng.uniform(0.4, 0.6))
    band = slice(0, cut) if rng.random() < 0.5 else slice(cut, ink.shape[0])
    result = ink.copy()
    result[band, first:last] = ink[band, first:last][:, ::-1]
    return result


def shuffled(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Pieces of letters put together anew: shapes that resemble letters and are none."""
    first, last = _span(ink, rng, height * (1.2 + 3 * severity))
    rows = np.flatnonzero((ink > 0.5).any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    cut = top + round((bottom - top) * rng.uniform(0.4, 0.6))
    width = max(3, round(height * rng.uniform(0.35, 0.6)))
    cells = [(a, min(a + width, last)) for a in range(first, last, width)]
    result = ink.copy()
    for band in (slice(top, cut), slice(cut, bottom)):
        for (a, b), source in zip(cells, rng.permutation(len(cells)), strict=True):
            piece = ink[band, cells[source][0] : cells[source][0] + (b - a)]
            turned = piece[:, ::-1] if rng.random() < 0.4 else piece
            turned = turned[::-1] if rng.random() < 0.3 else turned
            result[band, a : a + turned.shape[1]] = turned
    return result


def averaged(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """The mean of several guesses at the letters, as a network gives that cannot decide."""
    total = np.zeros_like(ink)
    count = 3 + round(3 * severity)
    for _ in range(count):
        dx, dy = rng.normal(0, height * (0.1 + 0.16 * severity)), rng.normal(0, height * (0.05 + 0.08 * severity))
        total += _shifted(ink, dx, dy)
    mean = np.asarray(total / count * rng.uniform(1.0, 1.5), dtype=np.float32)
    return _inside(ink, mean, _span(ink, rng, height * (1.5 + 5 * severity)))


def sliced(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Horizontal strips pushed aside."""
    result = ink.copy()
    first, last = _span(ink, rng, height * (1 + 3 * severity))
    row = 0
    while row < ink.shape[0]:
        thick = max(2, round(height * rng.uniform(0.15, 0.35)))
        push = round(rng.choice([-1, 1]) * height * (0.06 + 0.2 * severity) * rng.uniform(0.6, 1.2))
        result[row : row + thick, first:last] = np.roll(ink[row : row + thick, first:last], push, axis=1)
        row += thick
    return result


def mottled(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Blotches in and around the strokes."""
    noise = _noise(ink.shape, rng, height * rng.uniform(0.05, 0.1))
    near = np.asarray(cv2.GaussianBlur(ink, (0, 0), max(0.8, 0.12 * height)), dtype=np.float32)
    spots = ink + noise * (0.25 + 0.6 * severity) * np.clip(near * 3, 0, 1)
    return _inside(ink, np.asarray(spots, dtype=np.float32), _span(ink, rng, height * (1.5 + 4 * severity)))


def melted(ink: Floats, rng: Random, severity: float, height: float) -> Floats:
    """Letters run together: corners rounded, counters filled, neighbours merged."""
    soft = cv2.GaussianBlur(ink, (0, 0), height * (0.06 + 0.09 * severity))
    level = rng.uniform(0.25, 0.4)
    flowed = 1 / (1 + np.exp(-(soft - level) * rng.uniform(12, 20)))
    return _inside(ink, np.asarray(flowed, dtype=np.float32), _span(ink, rng, height * (1.2 + 3 * severity)))
