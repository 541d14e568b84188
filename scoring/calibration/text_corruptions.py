"""Graded faults of lettering, as generators make them: image in, image out, severity 0 to 1.

A crop is taken apart into ground, ink and the share of ink of each pixel; a fault changes that share, and only where it
does the pixels change. So colours, gradients and what lies around the letters stay as they were.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent
from scoring.calibration import text_faults as faults
from scoring.text_line import MIN_CONTRAST, Floats, ink_of

Image = NDArray[np.uint8]
Fault = Callable[[Floats, np.random.Generator, float, float], Floats]

FAULTS: dict[str, Fault] = {
    "warped": faults.warped,
    "missing": faults.missing,
    "broken": faults.broken,
    "blob": faults.blob,
    "merged": faults.merged,
    "extra": faults.extra,
    "smeared": faults.smeared,
    "doubled": faults.doubled,
    "mirrored": faults.mirrored,
    "shuffled": faults.shuffled,
    "averaged": faults.averaged,
    "sliced": faults.sliced,
    "mottled": faults.mottled,
    "melted": faults.melted,
}
"""Fault by kind; each maps (ink share, random numbers, severity, height of the ink in px) to a new ink share."""

HELD_OUT = "melted"
"""The kind that no detector is trained on."""

KINDS = tuple(kind for kind in FAULTS if kind != HELD_OUT)

MIN_CHANGE = 0.2
"""A fault that moves less than this share of one letter's ink is drawn again: it hit nothing."""

TRIES = 8
MARGIN = 2
"""Pixels around the box that a fault may reach; what lies there is no letter."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Corrupted:
    """A corrupted image, RGB uint8 (H, W, 3), and `change`, float32 (h, w) in the box's pixels: ink moved, 0 to 1.

    `amount` is the largest share of a letter's ink that moved; 0 where the box held no ink and nothing was changed.
    """

    image: Image
    change: Floats
    amount: float


def corrupt(image: Image, box: Box, kind: str, severity: float, seed: int) -> Corrupted:
    """Return `image` with a fault of `kind` in the text of `box`; severity 0 changes nothing, 1 the most.

    Raises KeyError for an unknown kind and ValueError for a severity outside 0 to 1.
    """
    fault = FAULTS[kind]
    if not 0 <= severity <= 1:
        raise ValueError(f"severity must be 0 to 1, got {severity}")
    place = box.clipped(Extent.of(image)).grown(MARGIN, Extent.of(image))
    inner = box.clipped(Extent.of(image))
    change = np.zeros((inner.height, inner.width), dtype=np.float32)
    unchanged = Corrupted(image=image.copy(), change=change, amount=0.0)
    if severity == 0 or min(place.width, place.height) < 5:
        return unchanged
    crop = image[place.slices]
    share, contrast = ink_of(crop.astype(np.float32))
    if contrast < MIN_CONTRAST:
        return unchanged
    ground, difference = _layers(crop, share)
    share = np.clip((crop.astype(np.float32) - ground) @ difference / float(difference @ difference), 0, 1)
    y, x = inner.y0 - place.y0, inner.x0 - place.x0
    share[:y] = share[y + inner.height :] = share[:, :x] = share[:, x + inner.width :] = 0
    rows = np.flatnonzero((share > 0.5).any(axis=1))
    if rows.size == 0:
        return unchanged
    height = float(rows[-1] - rows[0] + 1)
    rng = np.random.default_rng(seed)
    best, amount = share, 0.0
    for _ in range(TRIES):
        new = np.clip(fault(share, rng, severity, height), 0, 1).astype(np.float32)
        moved = changed_share(share, new, height)
        if moved > amount:
            best, amount = new, moved
        if amount >= MIN_CHANGE:
            break
    pixels = crop + (best - share)[:, :, None] * difference
    result = image.copy()
    result[place.slices] = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    change = np.abs(best - share)[y : y + inner.height, x : x + inner.width]
    return Corrupted(image=result, change=change.astype(np.float32), amount=amount)


def changed_share(before: Floats, after: Floats, height: float) -> float:
    """Return the largest amount of ink that moved within a letter's width, in parts of the mean ink of such a width.

    `before`, `after` are ink shares, float32 (H, W); a letter is taken to be 0.7 of `height` px wide.
    """
    width = max(1, round(0.7 * height))
    window = np.ones(width, dtype=np.float32)
    moved = np.convolve(np.abs(after - before).sum(axis=0), window).max()
    return float(moved / max(_letter_ink(before, width), 1e-6))


def _letter_ink(share: Floats, width: int) -> float:
    columns = share.sum(axis=0)
    inked = columns > 0.3
    return float(columns[inked].mean() * width) if inked.any() else 0.0


def _layers(crop: Image, share: Floats) -> tuple[Floats, Floats]:
    """Return (ground without ink, float32 (H, W, 3); colour of the ink less that of the ground, float32 (3,))."""
    mask = cv2.dilate((share > 0.12).astype(np.uint8), np.ones((3, 3), np.uint8))
    ground = cv2.inpaint(crop, mask, 3, cv2.INPAINT_TELEA).astype(np.float32)
    solid = share >= min(0.85, float(np.percentile(share, 99)))
    difference = (crop.astype(np.float32) - ground)[solid].mean(axis=0)
    return ground, difference.astype(np.float32) + np.float32(1e-3)
