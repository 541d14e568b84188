"""Faults of icons, graded: what a diffusion model does to strokes, made on purpose and by degrees.

Every kind takes the crop of an icon, RGB uint8 (H, W, 3), the mask `ink` bool (H, W) of its strokes and fills, a
`severity` from 0 (nothing) to 1 and a generator, and returns a new crop. Lengths scale with the side of the ink, so
a severity means the same at every size. The place of a fault depends on the generator alone: the same seed at growing
severity gives a growing fault. The idea of grading is AugMix's and ImageNet-C's (Hendrycks and Dietterich 2019).
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.calibration.icon_parts import (
    FINE,
    Image,
    Mask,
    Parts,
    drawn,
    erased,
    fine_point,
    moved,
    painted,
    pixels,
    take_apart,
    waves,
)

VISIBLE = 0.35
"""Share of the icon's own contrast from which a pixel counts as changed."""


BENDS = {"warped": 0.2, "wobbly": 0.12}
"""Share of the icon's side by which the bending kinds displace it at most, at severity 1."""

LEAST_BEND = 1.0
"""Pixels of displacement below which a bend is no fault: intact icons lie that far beside the grid as well."""


def _place(parts: Parts, rng: np.random.Generator) -> tuple[float, float]:
    """Return (x, y) of a random pixel of ink."""
    rows, columns = np.nonzero(parts.ink)
    if not len(rows):
        return parts.ink.shape[1] / 2, parts.ink.shape[0] / 2
    chosen = int(rng.integers(len(rows)))
    return float(columns[chosen]), float(rows[chosen])


def broken(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """A gap in a stroke, up to 0.45 of the side long."""
    x, y = _place(parts, rng)
    radius = round(0.225 * severity * parts.side * FINE)
    return erased(parts, drawn(parts.ink.shape, lambda c: _disc(c, x, y, radius)))


def _disc(canvas: Image, x: float, y: float, radius: int) -> None:
    if radius > 0:
        cv2.circle(canvas, fine_point(x, y), radius, 255, -1)


def missing(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """A whole part is absent: up to 0.8 of the ink, from one side on."""
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.nonzero(parts.ink)
    if not len(rows):
        return pixels(parts.plate + parts.layer)
    along = np.cos(angle) * columns + np.sin(angle) * rows
    bound = np.quantile(along, 1 - 0.8 * severity)
    ys, xs = np.mgrid[0 : parts.ink.shape[0], 0 : parts.ink.shape[1]].astype(np.float32)
    gone = np.clip(np.cos(angle) * xs + np.sin(angle) * ys - bound + 0.5, 0, 1) if severity > 0 else xs * 0
    return erased(parts, gone[:, :, None].astype(np.float32))


def extra(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """A bent stroke that nobody ordered, up to 0.8 of the side long, where the icon has least ink."""
    best: tuple[float, list[tuple[float, float]]] = (np.inf, [])
    for _ in range(6):
        x, y = _place(parts, rng)
        angle, bend = rng.uniform(0, 2 * np.pi), rng.uniform(-2.0, 2.0)
        points = [(x, y)]
        for step in range(12):
            turned = angle + bend * step / 12
            points.append(
                (
                    points[-1][0] + 0.8 / 12 * parts.side * np.cos(turned),
                    points[-1][1] + 0.8 / 12 * parts.side * np.sin(turned),
                )
            )
        hidden = sum(_covered(parts.ink, px, py) for px, py in points[1:])
        best = min(best, (hidden, points), key=lambda entry: entry[0])
    line = np.array([fine_point(x, y) for x, y in best[1]])
    length = severity * (len(line) - 1)
    whole = int(length)
    end = line[whole] + (line[min(whole + 1, len(line) - 1)] - line[whole]) * (length - whole)
    route = np.vstack([line[: whole + 1], np.rint(end)[None]]).astype(np.int32)
    width = max(1, round(parts.stroke * FINE))
    if severity <= 0:
        return pixels(parts.plate + parts.layer)
    return painted(parts, drawn(parts.ink.shape, lambda c: _polyline(c, route, width)))


def _covered(ink: Mask, x: float, y: float) -> float:
    row, column = round(y), round(x)
    inside = 0 <= row < ink.shape[0] and 0 <= column < ink.shape[1]
    return float(ink[row, column]) if inside else 1.0


def _polyline(canvas: Image, route: NDArray[np.int32], width: int) -> None:
    cv2.polylines(canvas, [route[:, None]], False, 255, width)


def blob(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """A lump of ink on a stroke, up to 0.4 of the side across."""
    x, y = _place(parts, rng)
    ratio, angle = rng.uniform(0.65, 1.0), rng.uniform(0, 180)
    axes = (round(0.2 * severity * parts.side * FINE), round(0.2 * severity * ratio * parts.side * FINE))
    if min(axes) < 1:
        return pixels(parts.plate + parts.layer)
    return painted(parts, drawn(parts.ink.shape, lambda c: _ellipse(c, x, y, axes, angle)))


def _ellipse(canvas: Image, x: float, y: float, axes: tuple[int, int], angle: float) -> None:
    cv2.ellipse(canvas, fine_point(x, y), axes, angle, 0, 360, 255, -1)


def melted(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """Neighbouring strokes flow into one: gaps up to 0.3 of the side close around a place, and strokes swell."""
    x, y = _place(parts, rng)
    height, width = parts.ink.shape
    large = cv2.resize(parts.ink.astype(np.uint8) * 255, (width * FINE, height * FINE), interpolation=cv2.INTER_CUBIC)
    reach = round(0.15 * severity * parts.side * FINE)
    if reach < 1:
        return pixels(parts.plate + parts.layer)
    tool = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    padded = cv2.copyMakeBorder(large, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, tool)[reach:-reach, reach:-reach]
    swell = 2 * (reach // 5) + 1
    closed = cv2.dilate(closed, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (swell, swell)))
    where = cv2.resize(closed, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    near = np.clip((0.4 * parts.side - np.hypot(xs - x, ys - y)) / (0.1 * parts.side) + 1, 0, 1)
    return painted(parts, (where * near)[:, :, None].astype(np.float32))


def warped(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """The shape is bent in long waves, by up to 0.2 of the side."""
    return moved(parts, *waves(parts.ink.shape, 3, BENDS["warped"] * severity * parts.side, rng))


def wobbly(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """Strokes tremble in short waves, by up to 0.12 of the side."""
    return moved(parts, *waves(parts.ink.shape, 7, BENDS["wobbly"] * severity * parts.side, rng))


def doubled(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """A second, fainter copy of the icon stands up to 0.3 of the side away."""
    angle, strength = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 0.95)
    shift = 0.3 * severity * parts.side
    matrix = np.array([[1, 0, shift * np.cos(angle)], [0, 1, shift * np.sin(angle)]])
    copy = cv2.warpAffine(parts.ink.astype(np.float32), matrix, parts.ink.shape[::-1])
    return painted(parts, (copy * strength * (shift > 0))[:, :, None].astype(np.float32))


def torn(parts: Parts, severity: float, rng: np.random.Generator) -> Image:
    """The icon is cut through its middle, and one half slips along the cut by up to 0.35 of the side."""
    angle = rng.uniform(0, 2 * np.pi)
    rows, columns = np.nonzero(parts.ink)
    centre = (columns.mean(), rows.mean()) if len(rows) else (parts.ink.shape[1] / 2, parts.ink.shape[0] / 2)
    ys, xs = np.mgrid[0 : parts.ink.shape[0], 0 : parts.ink.shape[1]].astype(np.float32)
    beyond = (xs - centre[0]) * -np.sin(angle) + (ys - centre[1]) * np.cos(angle) > 0
    shift = 0.35 * severity * parts.side * beyond.astype(np.float32)
    return moved(parts, shift * np.float32(np.cos(angle)), shift * np.float32(np.sin(angle)))


Corruption = Callable[[Parts, float, np.random.Generator], Image]

TRAINED: dict[str, Corruption] = {
    "broken": broken,
    "missing": missing,
    "extra": extra,
    "blob": blob,
    "melted": melted,
    "warped": warped,
    "wobbly": wobbly,
    "doubled": doubled,
}
HELD_OUT: dict[str, Corruption] = {"torn": torn}
"""Never trained on: it tells whether the detector knows faults or only the faults it was shown."""

CORRUPTIONS: dict[str, Corruption] = {**TRAINED, **HELD_OUT}


def corrupt(image: Image, ink: Mask, kind: str, severity: float, seed: int) -> tuple[Image, Mask]:
    """Return `image` with a fault of `kind`, and the mask (H, W) of the pixels it visibly changed.

    `image` is RGB uint8 (H, W, 3), `ink` bool (H, W). Raises ValueError for a severity outside 0 to 1 or an unknown
    kind.

    >>> crop, ink = np.full((32, 32, 3), 255, np.uint8), np.zeros((32, 32), bool)
    >>> crop[15:18, 4:28], ink[15:18, 4:28] = 0, True
    >>> bool(corrupt(crop, ink, "broken", 0.0, 1)[1].any()), bool(corrupt(crop, ink, "broken", 0.5, 1)[1].any())
    (False, True)
    """
    if not 0 <= severity <= 1:
        raise ValueError(f"severity must be 0 to 1, got {severity}")
    if kind not in CORRUPTIONS:
        raise ValueError(f"kind must be one of {', '.join(CORRUPTIONS)}, got {kind!r}")
    parts = take_apart(image, ink)
    spoiled = CORRUPTIONS[kind](parts, severity, np.random.default_rng(seed))
    strength = np.abs(parts.layer).max(axis=2)
    contrast = float(np.percentile(strength[ink], 75)) if ink.any() else 0.0
    change = np.abs(spoiled.astype(np.float32) - image).max(axis=2)
    return spoiled, np.asarray(change > max(VISIBLE * contrast, 6.0), dtype=np.bool_)


def is_visible(changed: Mask, side: float) -> bool:
    """Tell whether a fault can be seen: at least 4 px and 0.4% of the icon's square (`side` px) changed."""
    return bool(changed.sum() >= max(4.0, 0.004 * side * side))


def is_below_pixel(kind: str, severity: float, side: float) -> bool:
    """Tell whether a fault bends an icon, whose square is `side` px wide, by less than a pixel.

    >>> is_below_pixel("warped", 0.2, 20), is_below_pixel("warped", 0.2, 32), is_below_pixel("broken", 0.1, 20)
    (True, False, False)
    """
    return kind in BENDS and BENDS[kind] * severity * side < LEAST_BEND
