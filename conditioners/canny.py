"""Canny edges of a wireframe, by OpenCV at full size."""

import cv2
import numpy as np
from numpy.typing import NDArray

DEFAULT_LOW = 100
DEFAULT_HIGH = 200


def canny_edges(gray: NDArray[np.uint8], low: int = DEFAULT_LOW, high: int = DEFAULT_HIGH) -> NDArray[np.uint8]:
    """Return the edges of `gray` as one-pixel white lines on black.

    `gray` is uint8 (H, W), 0 to 255; the result has the same shape and holds only 0 and 255.
    `low` and `high` are the hysteresis thresholds on OpenCV's L1 gradient (3x3 Sobel).
    Source: J. Canny, "A Computational Approach to Edge Detection", 1986; cv2.Canny.
    """
    return cv2.Canny(gray, low, high).astype(np.uint8, copy=False)


def automatic_thresholds(gray: NDArray[np.uint8]) -> tuple[int, int]:
    """Return (low, high) hysteresis thresholds fitted to the contrast of `gray`, uint8 (H, W).

    Otsu's threshold of the gradient magnitude is the high one and half of it the low one, so that a faint pencil
    drawing keeps its lines. Source: M. Fang et al., "The Study on an Application of Otsu Method in Canny Operator",
    2009.
    """
    dx = cv2.Sobel(gray, cv2.CV_16S, 1, 0)
    dy = cv2.Sobel(gray, cv2.CV_16S, 0, 1)
    magnitude = np.minimum(np.abs(dx) + np.abs(dy), 1020).astype(np.uint16)
    strong = (magnitude[magnitude > 0] // 4).astype(np.uint8)
    if strong.size == 0:
        return DEFAULT_LOW, DEFAULT_HIGH
    otsu, _ = cv2.threshold(strong.reshape(1, -1), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    high = int(max(otsu * 4, 20))
    return high // 2, high
