"""A transparent background: cut along the drawing's own outlines, with the soft edge that the picture has.

The control map says where the background is: what the border of the picture reaches without crossing a line. In a band
around that border each pixel is a mixture of the background and foreground near it, c = a F + (1 - a) B (Porter and
Duff 1984), solved for the share a. Shadows and glows outside the outline belong to the background and are lost.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.control_map import LINE_LEVEL
from conditioners.errors import InputError

BAND: Final = 2
"""Pixels on either side of the outline in which the share is solved for; a model draws its edges that exactly."""

GAP: Final = 5
"""Gaps in an outline up to this many px less one are closed."""

WINDOW: Final = 9
"""Side in px of the neighbourhood that background and foreground colours are taken from."""

MIN_INSIDE: Final = 0.01
"""Share of the picture that outlines must enclose, beside the lines themselves."""

MIN_CONTRAST: Final = 24.0
"""Euclidean RGB distance of foreground and background below which colour cannot tell the share."""


def transparent_background(image: NDArray[np.uint8], control_map: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return RGBA uint8 (H, W, 4) of `image`, RGB uint8 (H, W, 3); `control_map` is uint8 (H, W), white on black.

    Colour is not premultiplied; under full transparency it is that of the nearest foreground, so that no dark or light
    fringe shows when the picture is resampled.

    Raises:
        InputError: sizes differ, or no outline closes around anything, so that the background cannot be told.
    """
    if image.shape[:2] != control_map.shape:
        raise InputError(f"image and control map must have one size, got {image.shape[:2]} and {control_map.shape}")
    outside = background_mask(control_map)
    alpha, colour = _solve(image.astype(np.float32), outside)
    return np.dstack([colour, np.rint(alpha * 255).astype(np.uint8)])


def background_mask(control_map: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return what the border reaches without crossing a line, bool (H, W). Raises InputError as above."""
    lines = np.where(control_map >= LINE_LEVEL, 255, 0).astype(np.uint8)
    # Closing needs room around the picture, or lines would stick to its border.
    framed = cv2.copyMakeBorder(lines, GAP, GAP, GAP, GAP, cv2.BORDER_CONSTANT, value=0)
    closed = cv2.morphologyEx(framed, cv2.MORPH_CLOSE, np.ones((GAP, GAP), np.uint8))
    # Four neighbours: a one-pixel diagonal line must hold the background back.
    _, labels = cv2.connectedComponents(np.where(closed > 0, 0, 255).astype(np.uint8), connectivity=4)
    inner = (slice(GAP, -GAP), slice(GAP, -GAP))
    outside: NDArray[np.bool_] = (labels == labels[0, 0])[inner]
    enclosed = np.count_nonzero(~outside & ~(closed[inner] > 0)) / outside.size
    if enclosed < MIN_INSIDE:
        raise InputError(
            f"a transparent background needs a closed outline in the drawing: its lines enclose {enclosed:.1%} of the "
            f"picture, at least {MIN_INSIDE:.0%} is needed"
        )
    return outside


def _solve(image: NDArray[np.float32], outside: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return shares, float32 (H, W) of 0 to 1, and colours, uint8 (H, W, 3)."""
    inside = ~outside
    sure_back = _eroded(outside, BAND, border=1)
    sure_fore = _eroded(inside, BAND, border=1)
    # Fine parts, thinner than the band, have no sure middle; they are foreground as drawn.
    fine = inside & ~_dilated(sure_fore, 2 * BAND)
    sure_fore = sure_fore | fine
    back, fore = _spread(image, sure_back), _spread(image, sure_fore)
    difference = fore - back
    contrast = np.square(difference).sum(axis=2)
    share = ((image - back) * difference).sum(axis=2) / np.maximum(contrast, 1.0)
    told = contrast >= MIN_CONTRAST**2
    alpha = np.where(told, np.clip(share, 0.0, 1.0), inside.astype(np.float32)).astype(np.float32)
    alpha[sure_back], alpha[sure_fore] = 0.0, 1.0
    mixed = (alpha < 1.0)[..., None]
    return alpha, np.clip(np.rint(np.where(mixed, fore, image)), 0, 255).astype(np.uint8)


def _spread(image: NDArray[np.float32], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return for each pixel the mean colour of the mask's pixels near it, or the nearest one's beyond."""
    weight = mask.astype(np.float32)
    total = cv2.boxFilter(weight, -1, (WINDOW, WINDOW), normalize=False, borderType=cv2.BORDER_CONSTANT)
    colour = cv2.boxFilter(
        image * weight[..., None], -1, (WINDOW, WINDOW), normalize=False, borderType=cv2.BORDER_CONSTANT
    )
    near = total > 0.5
    mean = colour / np.maximum(total, 1.0)[..., None]
    if near.all() or not near.any():
        return mean.astype(np.float32, copy=False)
    seeds = np.where(near, 0, 255).astype(np.uint8)
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.zeros((int(labels.max()) + 1, 3), np.float32)
    table[labels[near]] = mean[near]
    spread: NDArray[np.float32] = table[labels]
    return spread


def _eroded(mask: NDArray[np.bool_], by: int, border: int) -> NDArray[np.bool_]:
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    shrunk = cv2.erode(mask.astype(np.uint8), kernel, borderType=cv2.BORDER_CONSTANT, borderValue=border)
    return shrunk > 0


def _dilated(mask: NDArray[np.bool_], by: int) -> NDArray[np.bool_]:
    kernel = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return cv2.dilate(mask.astype(np.uint8), kernel) > 0
