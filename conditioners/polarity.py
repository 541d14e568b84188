"""Which way round a drawing is: dark lines on a light ground, or light lines on a dark one."""

from typing import Literal, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError

Polarity = Literal["dark-on-light", "light-on-dark"]

POLARITIES: tuple[Polarity, ...] = get_args(Polarity)

CLEAR_MAJORITY = 0.65
"""Share of the pixels on one side of Otsu's threshold above which that side is taken for the ground."""

_VOTE_SIDE = 256
_VOTE_WINDOW = 31
_VOTE_CONTRAST = 24


def detect_polarity(gray: NDArray[np.uint8]) -> Polarity:
    """Return the polarity of a drawing, `gray` uint8 (H, W).

    The ground is the larger class of Otsu's threshold. Where neither class is clearly larger, as on a photographed
    sheet whose shading spans the threshold, each pixel that differs from the median around it votes.
    Source: N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979.
    """
    light = light_share(gray)
    if light >= CLEAR_MAJORITY:
        return "dark-on-light"
    if light <= 1 - CLEAR_MAJORITY:
        return "light-on-dark"
    darker, lighter = _local_votes(gray)
    if darker == lighter:
        return "dark-on-light" if light >= 0.5 else "light-on-dark"
    return "dark-on-light" if darker > lighter else "light-on-dark"


def light_share(gray: NDArray[np.uint8]) -> float:
    """Return the share, 0 to 1, of the pixels of `gray`, uint8 (H, W), on the light side of Otsu's threshold."""
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return float(np.count_nonzero(gray > threshold)) / gray.size


def resolve_polarity(gray: NDArray[np.uint8], polarity: str) -> Polarity:
    """Return the polarity that `polarity` asks for: "auto" detects it, a name forces it.

    Raises InputError on any other word.
    """
    if polarity == "auto":
        return detect_polarity(gray)
    for known in POLARITIES:
        if polarity == known:
            return known
    raise InputError(f"polarity must be one of auto, {', '.join(POLARITIES)}, got {polarity!r}")


def _local_votes(gray: NDArray[np.uint8]) -> tuple[int, int]:
    """Return how many pixels are clearly darker and how many clearly lighter than the median around them."""
    scale = min(1.0, _VOTE_SIDE / max(gray.shape))
    # A thin line vanishes from an area average, so the extremes of each cell vote, not its mean.
    cell = int(np.ceil(1 / scale))
    kernel = np.ones((cell, cell), np.uint8)
    darkest = cv2.erode(gray, kernel)[::cell, ::cell]
    lightest = cv2.dilate(gray, kernel)[::cell, ::cell]
    window = min(_VOTE_WINDOW, (min(darkest.shape) // 2) * 2 - 1)
    if window < 3:
        return 0, 0
    ground = cv2.medianBlur(np.ascontiguousarray(gray[::cell, ::cell]), window).astype(np.int16)
    darker = np.count_nonzero(ground - darkest > _VOTE_CONTRAST)
    lighter = np.count_nonzero(lightest.astype(np.int16) - ground > _VOTE_CONTRAST)
    return int(darker), int(lighter)
