"""What the icon detector sees: the drawn icon and the painted one at one size, whatever their colours.

The painted icon is shown by its contrast: each pixel is projected on the direction that tells the colours under the
drawn strokes best from those around them (Fisher's linear discriminant, 1936). Ground is then 0 and ink 1, on any
colours; a gradient or gloss, which varies along other directions or within both classes, is suppressed.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent

SIDE = 64
"""Pixels a side of the view."""

MARGIN = 0.15
"""Share of the box's longer side that is seen around it, and 2 px."""

MIN_SIDE = 8
"""Shortest box side in px that is judged; below, strokes are one grey pixel wide and nothing can be told."""

MIN_INK = 40.0
"""Grey levels by which the drawing's darkest stroke must differ from its ground to count as one."""

NOISE = 6.0
"""Levels of colour that are never told apart: compression, grain."""

SLACK = 2
"""Pixels of the view by which a stroke may lie beside its drawing, or be thicker, unnoticed by the slack maps."""

View = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Window:
    """The square around a box that is looked at, in pixels of the image; it may stand out of it."""

    x: int
    y: int
    side: int

    @classmethod
    def around(cls, box: Box) -> "Window":
        """Return the window of a box.

        >>> Window.around(Box(10, 10, 30, 30))
        Window(x=5, y=5, side=30)
        """
        longest = max(box.width, box.height)
        side = longest + 2 * (round(MARGIN * longest) + 2)
        return cls(x=(box.x0 + box.x1 - side) // 2, y=(box.y0 + box.y1 - side) // 2, side=side)

    def cut(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the window of `image`, uint8 (H, W) or (H, W, C); outside the image its border is repeated."""
        height, width = image.shape[:2]
        rows = np.clip(np.arange(self.y, self.y + self.side), 0, height - 1)
        columns = np.clip(np.arange(self.x, self.x + self.side), 0, width - 1)
        return image[rows[:, None], columns[None, :]]

    def of_box(self, seen: View, box: Box) -> View:
        """Return what `seen`, float32 (S, S) over the window, says inside `box`, at its own size (h, w)."""
        whole = cv2.resize(seen, (self.side, self.side), interpolation=cv2.INTER_LINEAR)
        return whole[box.y0 - self.y : box.y1 - self.y, box.x0 - self.x : box.x1 - self.x].astype(np.float32)


def _scaled(pixels: NDArray[np.uint8]) -> View:
    shrinks = pixels.shape[0] > SIDE
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cv2.resize(pixels, (SIDE, SIDE), interpolation=method).astype(np.float32)


def drawn_ink(drawing: NDArray[np.uint8], window: Window) -> View | None:
    """Return the ink of a wireframe or of control lines, uint8 (H, W), in the window: 0 to 1, float32 (64, 64).

    The paper is the drawing's median grey, so dark lines on light and light lines on dark are the same. None where
    nothing is drawn.
    """
    paper = float(np.median(drawing))
    ink = np.abs(_scaled(window.cut(drawing)) - paper)
    strongest = float(ink.max())
    return None if strongest < MIN_INK else (ink / strongest).astype(np.float32)


def _inside(window: Window, box: Box) -> View:
    """Return 1 inside the box and 0 in the margin, float32 (64, 64)."""
    scale = SIDE / window.side
    mask = np.zeros((SIDE, SIDE), np.float32)
    top, bottom = (box.y0 - window.y) * scale, (box.y1 - window.y) * scale
    left, right = (box.x0 - window.x) * scale, (box.x1 - window.x) * scale
    mask[int(top) : int(np.ceil(bottom)), int(left) : int(np.ceil(right))] = 1
    return mask


def painted_contrast(image: NDArray[np.uint8], ink: View, window: Window, box: Box) -> tuple[View, View]:
    """Return two views of what `image`, RGB uint8 (H, W, 3), shows in the window, float32 (64, 64) each.

    The first is the signed contrast along the discriminant, 0 ground and 1 ink, -1 to 2; the second the distance of
    the colour from the ground in units of the distance between ink and ground, 0 to 2.
    """
    pixels = _scaled(window.cut(image))
    box_only = _inside(window, box)
    stroke = (np.square(ink) * box_only).ravel()
    away = (cv2.dilate(ink, np.ones((5, 5), np.uint8)) < 0.15).astype(np.float32)
    ground = (away * box_only).ravel()
    if ground.sum() < 16:
        ground = away.ravel()
    if ground.sum() < 16:
        ground = (1 - ink).ravel()
    colours = pixels.reshape(-1, 3)
    paper, inked = _mean(colours, ground), _mean(colours, stroke)
    scatter = 0.5 * (_covariance(colours, ground, paper) + _covariance(colours, stroke, inked))
    difference = inked - paper
    direction = np.linalg.solve(scatter + NOISE**2 * np.eye(3), difference)
    reach = max(float(direction @ difference), 1e-3)
    signed = ((colours - paper) @ direction / reach).reshape(SIDE, SIDE)
    distance = np.linalg.norm(colours - paper, axis=1).reshape(SIDE, SIDE)
    strength = max(float(np.linalg.norm(difference)), 2 * NOISE)
    return (
        np.clip(signed, -1, 2).astype(np.float32),
        np.clip(distance / strength, 0, 2).astype(np.float32),
    )


def _mean(colours: View, weights: View) -> NDArray[np.float64]:
    return np.asarray(weights @ colours / max(float(weights.sum()), 1e-6), dtype=np.float64)


def _covariance(colours: View, weights: View, mean: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = colours - mean
    return np.asarray((centred * weights[:, None]).T @ centred / max(float(weights.sum()), 1e-6), dtype=np.float64)


def slack_maps(ink: View, signed: View) -> tuple[View, View]:
    """Return what is drawn and not painted near it, and what is painted and not drawn near it, float32 (64, 64) each.

    >>> ink, nothing = np.zeros((64, 64), np.float32), np.zeros((64, 64), np.float32)
    >>> ink[20:22] = 1
    >>> [float(part.max()) for part in (*slack_maps(ink, np.roll(ink, 2, axis=0)), *slack_maps(ink, nothing))]
    [0.0, 0.0, 1.0, 0.0]
    """
    tool = np.ones((2 * SLACK + 1, 2 * SLACK + 1), np.uint8)
    painted = np.clip(signed, 0, 1)
    return np.maximum(ink - cv2.dilate(painted, tool), 0), np.maximum(painted - cv2.dilate(ink, tool), 0)


def icon_view(image: NDArray[np.uint8], drawing: NDArray[np.uint8], box: Box) -> View | None:
    """Return the view of an icon, float32 (6, 64, 64).

    Its layers: drawn ink, signed contrast, colour distance, size (log2 of the window's side over 64 px, everywhere the
    same) and the two slack maps. `image` is RGB uint8 (H, W, 3), `drawing` uint8 (H, W), `box` lies inside both. None
    where the box is smaller than `MIN_SIDE` or nothing is drawn there.
    """
    box = box.clipped(Extent.of(drawing))
    if min(box.width, box.height) < 2 or max(box.width, box.height) < MIN_SIDE:
        return None
    window = Window.around(box)
    ink = drawn_ink(drawing, window)
    if ink is None:
        return None
    signed, distance = painted_contrast(image, ink, window, box)
    size = np.full((SIDE, SIDE), np.log2(window.side / SIDE), np.float32)
    return np.stack([ink, signed, distance, size, *slack_maps(ink, signed)]).astype(np.float32)
