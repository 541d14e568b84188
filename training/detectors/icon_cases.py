"""One icon to judge, how a fault is put into it, and whether anybody would see it."""

from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent
from scoring.calibration.icon_corruptions import corrupt, is_visible
from training.render.scene import Icon

MIN_CONTRAST = 25.0
"""Levels by which an icon must stand out of its ground; what nobody sees is neither intact nor distorted."""

MARGIN = 0.12
"""Share of the box's side around it that a fault may spill into."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One icon to judge. `kind` is "" and `severity` 0 for an intact one; `changed` (H, W) is where the fault shows.

    `treatment` is what was done to the whole image: "clean", or some of "shaded", "weathered", "round trip".
    """

    box: Box
    side: float
    name: str
    pack: str
    variant: str
    style: str
    drawing: str
    treatment: str
    kind: str
    severity: float
    changed: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The image RGB uint8 (H, W, 3), the drawing uint8 (H, W) and the icons on it."""

    image: NDArray[np.uint8]
    drawing: NDArray[np.uint8]
    cases: tuple[Case, ...]


def spoil(
    image: NDArray[np.uint8], ink: NDArray[np.bool_], box: Box, kind: str, severity: float, seed: int
) -> NDArray[np.bool_] | None:
    """Put a fault into `image` in place and return where it shows, (H, W); None if nobody would see it."""
    around = box.grown(round(MARGIN * max(box.width, box.height)), Extent.of(image))
    spoiled, changed = corrupt(image[around.slices].copy(), ink[around.slices], kind, severity, seed)
    if not is_visible(changed, max(box.width, box.height)):
        return None
    image[around.slices] = spoiled
    where = np.zeros(ink.shape, np.bool_)
    where[around.slices] = changed
    return where


def contrast(image: NDArray[np.uint8], ink: NDArray[np.bool_], box: Box) -> float:
    """Return how many levels an icon stands out of its ground, in the channel where it does most."""
    around = box.grown(3, Extent.of(image))
    pixels, inked = image[around.slices], ink[around.slices].astype(np.uint8)
    near, far = (cv2.dilate(inked, np.ones((side, side), np.uint8)) for side in (3, 7))
    ring = (far > 0) & (near == 0)
    if inked.sum() < 4 or ring.sum() < 4:
        return 0.0
    difference = np.median(pixels[inked > 0], axis=0) - np.median(pixels[ring], axis=0)
    return float(np.abs(difference).max())


def box_of(icon: Icon, ink: NDArray[np.bool_], rng: Random) -> Box:
    """Return a box as an elements file (the icon's grid) or as `find_elements` (tight) would give it."""
    height, width = ink.shape
    x0, y0 = max(0, int(icon.x)), max(0, int(icon.y))
    x1, y1 = min(width, int(icon.x + icon.side) + 1), min(height, int(icon.y + icon.side) + 1)
    rows, columns = np.nonzero(ink[y0:y1, x0:x1])
    if rng.random() < 0.5 or not len(rows) or min(np.ptp(rows), np.ptp(columns)) < 3:
        return Box(x0, y0, x1, y1)
    tight = Box(x0 + int(columns.min()), y0 + int(rows.min()), x0 + int(columns.max()) + 1, y0 + int(rows.max()) + 1)
    return tight.grown(rng.choice([0, 0, 1, 2]), Extent(width, height))
