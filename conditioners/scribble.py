"""A scribble map of a drawing: its strokes, cleaned and brought to one width."""

import cv2
import numpy as np
from numpy.typing import NDArray

LINE_WIDTH = 2
"""Width in px of the lines on the map, the width the embedded model was trained on."""

BACKGROUND_WINDOW = 41
"""Side in px of the window that estimates the paper behind the strokes; wider than any stroke."""

MIN_CONTRAST = 40
"""Grey levels by which a stroke must differ from its paper."""

MIN_SPECK_AREA = 4
"""Strokes of fewer pixels are dust of a scan."""

MAX_STROKE_WIDTH = 5
"""Ink this wide (px) or wider is a filled area, drawn by its outline."""

CROSSING_AREA = 4
"""Wide ink of less than this many squares of the width is where strokes cross, and stays a stroke."""


def ink_mask(gray: NDArray[np.uint8], polarity: str) -> NDArray[np.uint8]:
    """Return where the pen was: uint8 (H, W) of 0 and 255, for `gray` uint8 (H, W).

    `polarity` is "dark-on-light" or "light-on-dark". The paper is estimated by a large median, so shadows of a
    photograph fall away; the threshold is Otsu's on the difference, never under `MIN_CONTRAST`.
    """
    drawn = gray if polarity == "dark-on-light" else 255 - gray
    window = min(BACKGROUND_WINDOW, (min(drawn.shape) // 2) * 2 - 1)
    paper = cv2.medianBlur(drawn, max(window, 3))
    paper = np.maximum(paper, drawn)
    darkness = paper - drawn
    otsu, _ = cv2.threshold(darkness, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.where(darkness > max(otsu, MIN_CONTRAST), 255, 0).astype(np.uint8)


def remove_specks(mask: NDArray[np.uint8], min_area: int = MIN_SPECK_AREA) -> NDArray[np.uint8]:
    """Return `mask` (uint8 (H, W), 0 and 255) without connected components of fewer than `min_area` pixels."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= min_area
    keep[0] = False
    return np.where(keep[labels], 255, 0).astype(np.uint8) if count > 1 else np.zeros_like(mask)


def centreline(mask: NDArray[np.uint8], max_width: int = MAX_STROKE_WIDTH) -> NDArray[np.uint8]:
    """Return the one-pixel skeleton of `mask`; areas of `max_width` px and wider give their outline instead.

    uint8 (H, W) of 0 and 255 in and out. Source: T. Y. Zhang and C. Y. Suen, 1984, as in skimage's `skeletonize`.
    """
    from skimage.morphology import skeletonize

    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max_width, max_width))
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel).astype(np.uint8, copy=False)
    filled = remove_specks(opened, CROSSING_AREA * max_width**2)
    if filled.any():
        area = cv2.bitwise_and(cv2.dilate(filled, np.ones((3, 3), np.uint8)), mask)
        outline = cv2.subtract(area, cv2.erode(area, np.ones((3, 3), np.uint8)))
        mask = cv2.bitwise_or(cv2.subtract(mask, area), outline).astype(np.uint8, copy=False)
    return np.where(skeletonize(mask > 0), 255, 0).astype(np.uint8)


def scribble_lines(gray: NDArray[np.uint8], polarity: str = "dark-on-light") -> NDArray[np.uint8]:
    """Return the strokes of a drawing as white lines `LINE_WIDTH` px wide on black.

    `gray` is uint8 (H, W); the result has the same shape and holds only 0 and 255.
    """
    lines = centreline(remove_specks(ink_mask(gray, polarity)))
    return cv2.dilate(lines, np.ones((LINE_WIDTH, LINE_WIDTH), np.uint8)).astype(np.uint8, copy=False)
