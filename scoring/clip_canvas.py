"""The square view that the embedded CLIP sees: assets come in many sizes and ratios, its canvas has one.

A view is cut around the elements, scaled to fit and centred; what is left is filled with the colour of its border, so
that the ground seems to go on.
"""

from collections.abc import Sequence
from functools import reduce

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent

CANVAS = 128
"""Side of the view in px."""

MARGIN = 0.12
"""Ground around the elements, as a share of their longer side."""

MIN_MARGIN = 6

Image = NDArray[np.uint8]


def view_box(boxes: Sequence[Box], extent: Extent, margin: float = MARGIN) -> Box:
    """Return the part of an image to look at: all `boxes` with ground around them, or the whole image without boxes.

    >>> view_box([Box(40, 40, 90, 60)], Extent(128, 128))
    Box(x0=34, y0=34, x1=96, y1=66)
    """
    if not boxes:
        return Box(0, 0, extent.width, extent.height)
    union = reduce(Box.union, boxes)
    return union.grown(max(MIN_MARGIN, round(margin * max(union.width, union.height))), extent)


def square_view(image: Image, side: int = CANVAS) -> Image:
    """Return `image`, RGB uint8 (H, W, 3), letterboxed to uint8 (side, side, 3) on the median colour of its border."""
    height, width = image.shape[:2]
    scale = side / max(height, width)
    inner = max(1, round(width * scale)), max(1, round(height * scale))
    scaled = cv2.resize(image, inner, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    canvas = np.empty((side, side, 3), np.uint8)
    canvas[:] = np.median(border, axis=0).round().astype(np.uint8)
    x, y = (side - inner[0]) // 2, (side - inner[1]) // 2
    canvas[y : y + inner[1], x : x + inner[0]] = scaled
    return canvas
