"""The strokes of a drawing whatever is behind them: on the paper, and on the filled areas that lie on it."""

import cv2
import numpy as np
from numpy.typing import NDArray

STROKE_CONTRAST = 32
"""Grey levels by which a stroke must differ from what it is drawn on; scans and JPEG files stray by less."""

SOLID_WIDTH = 12
"""Ink at least this wide (px) is a filled area, whose own strokes are what differs from it."""

_PAPER_SIDE = 160
_PAPER_STEPS = 6
_FIRST_TOLERANCE = 64
_MIN_STROKE_AREA = 3


def stroke_mask(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the strokes of a drawing, uint8 (H, W), as 0 and 255 of the same shape.

    A filled area gives its outline and, within it, what differs from the fill: a white label on a dark button is
    found like a dark one on the page, in drawings of either polarity.
    """
    ink = _ink(gray)
    kernel = np.ones((SOLID_WIDTH, SOLID_WIDTH), np.uint8)
    opened = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel).astype(np.uint8, copy=False)
    strokes = ink.copy()
    for contour in _solid_contours(ink, opened):
        x, y, width, height = cv2.boundingRect(contour)
        window = (slice(y, y + height), slice(x, x + width))
        inside = np.zeros((height, width), np.uint8)
        cv2.drawContours(inside, [contour], -1, 255, cv2.FILLED, offset=(-x, -y))
        core = cv2.erode(inside, np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
        fill = int(np.median(gray[window][core]))
        differs = np.abs(gray[window].astype(np.int16) - fill) > STROKE_CONTRAST
        outline = (inside > 0) & ~core
        strokes[window][inside > 0] = 0
        strokes[window][outline | (core & differs)] = 255
    return _without_dust(strokes)


def _ink(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return what differs from the paper, uint8 (H, W) of 0 and 255."""
    return np.where(np.abs(gray - paper_level(gray)) > STROKE_CONTRAST, 255, 0).astype(np.uint8)


def paper_level(gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the grey level of the paper under a drawing, float32 (H, W).

    It is a quadratic surface fitted to the pixels that lie near it, starting from those near the median: the shading
    of a photographed sheet is smooth and part of it, a filled button is not.
    """
    scale = min(1.0, _PAPER_SIDE / max(gray.shape))
    size = (max(3, round(gray.shape[1] * scale)), max(3, round(gray.shape[0] * scale)))
    small = cv2.resize(gray, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    y, x = (axis.astype(np.float32) for axis in np.mgrid[-1 : 1 : size[1] * 1j, -1 : 1 : size[0] * 1j])
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    paper = np.full_like(small, float(np.median(gray)))
    for tolerance in np.linspace(_FIRST_TOLERANCE, STROKE_CONTRAST, _PAPER_STEPS):
        near = np.abs(small - paper) < tolerance
        if np.count_nonzero(near) < 2 * terms.shape[-1]:
            break
        weights, *_ = np.linalg.lstsq(terms[near], small[near], rcond=None)
        paper = np.clip(terms @ weights, 0, 255).astype(np.float32)
    return cv2.resize(paper, gray.shape[::-1], interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)


def _solid_contours(ink: NDArray[np.uint8], opened: NDArray[np.uint8]) -> list[NDArray[np.int32]]:
    """Return the outer contours of the ink's filled areas: wide ink that covers half of what its contour encloses."""
    contours, _ = cv2.findContours(ink, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    solid = []
    for contour in contours:
        x, y, width, height = cv2.boundingRect(contour)
        window = (slice(y, y + height), slice(x, x + width))
        if min(width, height) < SOLID_WIDTH or not opened[window].any():
            continue
        enclosed = np.zeros((height, width), np.uint8)
        cv2.drawContours(enclosed, [contour], -1, 255, cv2.FILLED, offset=(-x, -y))
        inside = enclosed > 0
        if np.count_nonzero(ink[window][inside]) >= 0.5 * np.count_nonzero(inside):
            solid.append(contour.astype(np.int32, copy=False))
    return solid


def _without_dust(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] >= _MIN_STROKE_AREA
    keep[0] = False
    return np.where(keep[labels], 255, 0).astype(np.uint8) if count > 1 else np.zeros_like(mask)
