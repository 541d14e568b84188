"""MS-SSIM of soft edges: how alike two edge images are when an edge that lies near still counts for something.

ControlNet++ publishes the MS-SSIM of HED and LineArt maps. Those need learned weights, so the soft edges here are
made of the same two masks as the other control measures; figures are not comparable with the published ones.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.control import Mask, distance_to, require_same_extent

Plane = NDArray[np.float64]

SOFTNESS = 2.0
"""Standard deviation in px of a soft edge across its line."""

BETAS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
KERNEL, SIGMA, K1, K2 = 11, 1.5, 0.01, 0.03
SMALLEST_SIDE = KERNEL * 16
"""Sides from this (px) leave the kernel room at the coarsest of the five scales; torchmetrics asks for the same."""


def soft_edges(mask: Mask, distance: Plane | None = None) -> Plane:
    """Return a mask (H, W) as soft edges, float64 (H, W) in 0 to 1: exp(-d^2 / 8) at d px from its nearest pixel.

    An empty mask gives zeros. `distance` is that of each pixel to the mask where it is known already.
    """
    if not mask.any():
        return np.zeros(mask.shape)
    near = distance_to(mask) if distance is None else distance
    soft: Plane = np.exp(near * near / (-2 * SOFTNESS**2))
    return soft


def ms_ssim(first: Plane, second: Plane) -> float:
    """Return the multi-scale structural similarity of two images, float64 (H, W) in 0 to 1; at most 1.

    Wang et al. 2003 with a Gaussian of 11 px and sigma 1.5, as torchmetrics' MultiScaleStructuralSimilarityIndexMeasure
    with data_range 1 (negative contrast terms count as 0).
    Raises InputError when the sizes differ, ValueError for a side below `SMALLEST_SIDE`: fewer scales would be another
    measure.
    """
    require_same_extent(first, second, ("the first image", "the second image"))
    if min(first.shape) < SMALLEST_SIDE:
        raise ValueError(f"MS-SSIM needs sides of at least {SMALLEST_SIDE} px, got {first.shape[1]}x{first.shape[0]}")
    product = 1.0
    for scale, beta in enumerate(BETAS):
        similarity, contrast = _ssim(first, second)
        term = similarity if scale == len(BETAS) - 1 else contrast
        product *= max(term, 0.0) ** beta
        first, second = _halved(first), _halved(second)
    return product


def _ssim(first: Plane, second: Plane) -> tuple[float, float]:
    """Return the mean SSIM over the mirrored image, and the mean of its contrast part where the window is whole."""
    c1, c2 = K1**2, K2**2
    mean_a, mean_b = _blurred(first), _blurred(second)
    spread = np.maximum(_blurred(first * first) - mean_a**2, 0) + np.maximum(_blurred(second * second) - mean_b**2, 0)
    contrast = (2 * (_blurred(first * second) - mean_a * mean_b) + c2) / (spread + c2)
    brightness = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    margin = KERNEL // 2
    return float((brightness * contrast).mean()), float(contrast[margin:-margin, margin:-margin].mean())


def _blurred(image: Plane) -> Plane:
    blurred = cv2.GaussianBlur(image, (KERNEL, KERNEL), SIGMA, borderType=cv2.BORDER_REFLECT_101)
    return np.asarray(blurred, dtype=np.float64)


def _halved(image: Plane) -> Plane:
    height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
    blocks = image[:height, :width].reshape(height // 2, 2, width // 2, 2)
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float64)
