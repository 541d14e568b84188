"""Where the image's lines lie, seen from the wireframe's: the integer translation that fits them best.

Nothing is aligned by it: an image that is displaced scores badly, and this says by how much, to a pixel: Canny puts
the edge of a fill and the sides of a drawn line up to a pixel apart, so a shift by one pixel is not told from none.
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.control import Mask, distance_to

FIELD_SOFTNESS = 1.5
"""Standard deviation in px of what an edge near a line is worth: 1 on it, .80 at 1 px, .41 at 2 px, .14 at 3 px."""

FOUND = 0.5
"""Mean worth from which lines count as found: half of them lie exactly there, or most of them within 2 px."""

GAIN = 0.1
"""How much better than staying a translation must be to be told."""

AXIS_COST = 0.05
LENGTH_COST = 0.002
"""What a translation costs for each axis it uses, and a px of its length: a fill has one edge where a drawn line has
two sides, so positions a pixel apart fit nearly alike, and the simplest of them is meant."""


@dataclass(frozen=True, kw_only=True)
class Translation:
    """The best translation, `right` and `down` in px; `fit` is its worth, `unmoved` that of staying, 0 to 1."""

    right: int
    down: int
    fit: float
    unmoved: float

    @property
    def length(self) -> float:
        """How far it is, in px."""
        return math.hypot(self.right, self.down)

    @property
    def found(self) -> bool:
        """Whether the lines fit there at all."""
        return self.fit >= FOUND

    def words(self) -> str:
        """The direction for people, such as "3 px right and 1 px down"; "" for none."""
        parts = [
            f"{abs(step)} px {positive if step > 0 else negative}"
            for step, positive, negative in ((self.right, "right", "left"), (self.down, "down", "up"))
            if step
        ]
        return " and ".join(parts)


def edge_field(edges: Mask, distance: NDArray[np.float64] | None = None) -> NDArray[np.float32]:
    """Return the worth of a line at each pixel (H, W): exp(-d^2 / 4.5) at d px from the nearest of `edges` (H, W).

    `distance` is that of each pixel to the nearest edge where it is known already.
    """
    if not edges.any():
        return np.zeros(edges.shape, np.float32)
    near = (distance_to(edges) if distance is None else distance).astype(np.float32)
    field: NDArray[np.float32] = np.exp(near * near / np.float32(-2 * FIELD_SOFTNESS**2))
    return field


def best_translation(lines: Mask, field: NDArray[np.float32], reach: int) -> Translation | None:
    """Return the translation of at most `reach` px a side that brings `lines` (h, w) on the edges of `field`.

    `field` is float32 (h + 2 reach, w + 2 reach), the lines' surroundings included. None where there is no line.

    >>> line = np.zeros((16, 16), np.bool_); line[4, 2:9] = line[4:9, 2] = True
    >>> moved = np.pad(np.roll(line, 3, axis=1), 4)
    >>> best_translation(line, edge_field(moved), 4).words()
    '3 px right'
    """
    count = int(lines.sum())
    if count == 0:
        return None
    worth = cv2.matchTemplate(field, lines.astype(np.float32), cv2.TM_CCORR) / count
    unmoved = float(worth[reach, reach])
    steps = np.arange(-reach, reach + 1)
    lengths = np.hypot(steps[:, None], steps[None, :])
    cost = AXIS_COST * (np.sign(np.abs(steps))[:, None] + np.sign(np.abs(steps))[None, :]) + LENGTH_COST * lengths
    row, column = (int(index) for index in np.unravel_index(int(np.argmax(worth - cost)), worth.shape))
    fit = float(worth[row, column])
    if fit < unmoved + GAIN:
        return Translation(right=0, down=0, fit=_share(unmoved), unmoved=_share(unmoved))
    return Translation(right=column - reach, down=row - reach, fit=_share(fit), unmoved=_share(unmoved))


def _share(worth: float) -> float:
    """The transform that correlates large windows rounds, so a perfect fit may come a little above 1."""
    return min(1.0, max(0.0, worth))


def window_translation(
    lines: Mask, field: NDArray[np.float32], window: tuple[slice, slice], reach: int
) -> Translation | None:
    """Return the best translation of the lines in `window` of `lines`, of the extent of `field` (H, W)."""
    rows, columns = window
    padded = np.pad(
        field[max(0, rows.start - reach) : rows.stop + reach, max(0, columns.start - reach) : columns.stop + reach],
        (
            (max(0, reach - rows.start), max(0, rows.stop + reach - lines.shape[0])),
            (max(0, reach - columns.start), max(0, columns.stop + reach - lines.shape[1])),
        ),
    )
    return best_translation(lines[window], padded, reach)
