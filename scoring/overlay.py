"""The picture that explains control adherence: which lines were kept, missing, invented, and the largest shift."""

import textwrap
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as Pictures
from PIL import ImageDraw, ImageFont

from scoring.control import Image, Mask, dilate, require_same_extent
from scoring.scorecard import ElementScore, ScoreCard

KEPT = (128, 128, 128)
MISSING = (220, 38, 38)
INVENTED = (37, 99, 235)
SHIFTED = (217, 119, 6)

SHIFT_MEASURES = ("control_displacement_px", "control_corner_px")
FONT_SIZE, LINE, LETTER = 10, 13, 5.6
"""Of the strip below the picture, in px; `LETTER` is the mean width of a letter."""


@dataclass(frozen=True, kw_only=True, eq=False)
class EdgeComparison:
    """Edge pixels by their fate, as masks (H, W); `kept` holds image and reference pixels that found each other."""

    kept: Mask
    missing: Mask
    invented: Mask


def compare_edges(edges: Mask, reference: Mask, tolerance: int = 1) -> EdgeComparison:
    """Sort the pixels of `edges` and `reference`, masks (H, W), by whether the other has one within `tolerance` px.

    Raises InputError when the sizes differ.
    """
    require_same_extent(edges, reference, ("the image's edges", "the reference lines"))
    missing = reference & ~dilate(edges, tolerance)
    invented = edges & ~dilate(reference, tolerance)
    return EdgeComparison(kept=(edges | reference) & ~missing & ~invented, missing=missing, invented=invented)


def edge_overlay(edges: Mask, reference: Mask, tolerance: int = 1, image: Image | None = None) -> Image:
    """Return a picture, RGB uint8 (H, W, 3): kept lines grey, missing ones red, invented ones blue.

    They lie on white, or on `image` (RGB uint8 (H, W, 3)) faded to a quarter of its contrast.
    Raises InputError when the sizes differ.
    """
    comparison = compare_edges(edges, reference, tolerance)
    picture = np.full((*edges.shape, 3), 255, np.uint8)
    if image is not None:
        require_same_extent(image, edges, ("image", "the image's edges"))
        picture = (191 + image.astype(np.uint16) // 4).astype(np.uint8)
    picture[comparison.kept] = KEPT
    picture[comparison.invented] = INVENTED
    picture[comparison.missing] = MISSING
    return picture


@dataclass(frozen=True, kw_only=True)
class Shift:
    """The element of an asset that moved farthest, by `pixels`, and how in words."""

    element: ElementScore
    pixels: float
    words: str


def largest_shift(card: ScoreCard) -> Shift | None:
    """Return the largest displacement of an element or of a shape's corner; None where none could be measured."""
    shifts = [
        Shift(element=element, pixels=measurement.value, words=measurement.reason.partition(";")[0])
        for element in card.elements
        for measurement in element.measurements
        if measurement.name in SHIFT_MEASURES and measurement.value is not None
    ]
    return max(shifts, key=lambda shift: shift.pixels, default=None)


def asset_overlay(edges: Mask, reference: Mask, card: ScoreCard, image: Image | None = None) -> Image:
    """Return `edge_overlay` with the largest shift: RGB uint8 (H + n, W, 3), with a strip of n px of words below.

    The element that moved is framed in amber; the words name it, its shift in px and the direction.
    Raises InputError when the sizes differ.
    """
    picture = edge_overlay(edges, reference, image=image)
    shift = largest_shift(card)
    if shift is None:
        return _captioned(picture, "no shift could be measured")
    if shift.pixels == 0:
        return _captioned(picture, "largest shift 0 px")
    x0, y0, x1, y1 = shift.element.box
    cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), SHIFTED, 1)
    name = f"{shift.element.kind} {shift.element.text}".strip()
    return _captioned(picture, f"largest shift {shift.pixels:.1f} px: {name}, {shift.words}")


def _captioned(picture: Image, words: str) -> Image:
    height, width = picture.shape[:2]
    lines = textwrap.wrap(words, max(4, int((width - 4) / LETTER)))
    sheet = Pictures.new("RGB", (width, height + LINE * len(lines) + 4), "white")
    sheet.paste(Pictures.fromarray(picture))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=FONT_SIZE)
    for index, line in enumerate(lines):
        draw.text((2, height + 2 + LINE * index), line, fill="black", font=font)
    return np.asarray(sheet)
