"""How thick a drawing's lines are, as reports group it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def mean_stroke_width(gray: NDArray[np.uint8]) -> float | None:
    """Mean width in px of the strokes of a drawing, uint8 (H, W): their area over the length of their centrelines.

    The centrelines are Zhang and Suen's skeleton (CACM 27, 1984). None where there are no strokes.
    """
    from skimage.morphology import skeletonize

    from conditioners.strokes import stroke_mask

    strokes = stroke_mask(gray) > 0
    length = int(skeletonize(strokes).sum())
    return float(strokes.sum() / length) if length else None
