"""A line-art map of a drawing: its strokes as thin white lines, by geometry alone."""

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.scribble import centreline, ink_mask, remove_specks

MAX_PEN_WIDTH = 11
"""Ink this wide (px) is a filled area, drawn by its outline; where strokes of up to 6 px cross it is narrower."""


def drawn_lines(gray: NDArray[np.uint8], polarity: str = "dark-on-light") -> NDArray[np.uint8]:
    """Return the strokes of a drawing as thin white lines on black, 8-bit and anti-aliased.

    `gray` is uint8 (H, W); the result has the same shape. The centre of each stroke is white; one pixel beside it
    keeps the share of ink that the drawing has there, so that a slanted line stays smooth. `polarity` is
    "dark-on-light" or "light-on-dark".
    """
    mask = remove_specks(ink_mask(gray, polarity))
    lines = centreline(mask, MAX_PEN_WIDTH)
    darkness = 255 - gray if polarity == "dark-on-light" else gray
    # Only ink within the mask may soften a line, so that paper shading never does.
    beside = np.where(cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0, cv2.bitwise_and(darkness, mask) // 2, 0)
    return np.maximum(lines, beside.astype(np.uint8))
