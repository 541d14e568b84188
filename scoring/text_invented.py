"""Invented text: what a detector reads on the whole asset where nobody ordered any.

It is asked for, not run on every asset: EasyOCR's detector (CRAFT) works through every pixel of the image at full size,
whatever stands there, and takes about ten times as long as reading the known boxes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box
from conditioners.ocr import TextReader
from scoring.scorecard import ElementScore, Measurement, unscored
from scoring.text import NO_READER
from scoring.thresholds import Thresholds

NAME, UNIT = "text_invented", "strings"

MIN_CONFIDENCE = 0.4
"""Readings below this are texture that only looks like text."""

MIN_LETTERS = 2
"""A single sign is more often an icon than text."""

COVERED = 0.4
"""A find that lies in known elements by more than this share of its own area is no invention."""


@dataclass(frozen=True, kw_only=True)
class InventedText:
    """Text on an asset that no element accounts for: its box in px, what it reads, and the reader's confidence."""

    box: Box
    text: str
    confidence: float


def invented_texts(
    image: NDArray[np.uint8], elements: Sequence[Element], reader: TextReader, strings: Sequence[str] = ()
) -> tuple[InventedText, ...]:
    """Return the text that a detector finds on `image`, RGB uint8 (H, W, 3), away from text and icon `elements`.

    Text that reads as one of the ordered `strings` (case aside) is no invention wherever it stands. The order is from
    top to bottom.
    """
    known = [element.box for element in elements if element.kind in ("text", "icon")]
    ordered = {_plain(string) for string in strings}
    return tuple(
        InventedText(box=box, text=text, confidence=round(confidence, 6))
        for box, text, confidence in reader.detect(image)
        if confidence >= MIN_CONFIDENCE
        and sum(letter.isalnum() for letter in text) >= MIN_LETTERS
        and covered_share(box, known) < COVERED
        and _plain(text) not in ordered
    )


def invented_measurement(found: Sequence[InventedText] | None, thresholds: Thresholds) -> Measurement:
    """Return the asset's `text_invented`, the number of strings nobody ordered; unscored where `found` is None, since
    there was no reader."""
    if found is None:
        return unscored(NAME, UNIT, NO_READER)
    told = "; ".join(_told(text) for text in found) or "no text stands where none was ordered"
    return thresholds.judge(NAME, float(len(found)), UNIT, told)


def invented_elements(found: Sequence[InventedText], thresholds: Thresholds) -> tuple[ElementScore, ...]:
    """Return each invented text as an element of its own, so that it has a place on the card."""
    return tuple(
        ElementScore(
            kind="text",
            box=text.box,
            text=text.text,
            measurements=(thresholds.judge(NAME, 1.0, UNIT, _told(text)),),
        )
        for text in found
    )


def _told(text: InventedText) -> str:
    place = f"{text.box.x0}, {text.box.y0}"
    return f"nobody ordered {text.text!r} at {place} (read with confidence {text.confidence:.2f})"


def covered_share(box: Box, known: Sequence[Box]) -> float:
    """Return the share of `box` that `known` boxes cover, 0 to 1; overlaps count once.

    >>> covered_share(Box(0, 0, 4, 2), [Box(0, 0, 2, 2), Box(1, 0, 2, 2)])
    0.5
    """
    if box.area == 0:
        return 0.0
    covered = np.zeros((box.height, box.width), dtype=np.bool_)
    for other in known:
        part = box.intersection(other)
        covered[part.y0 - box.y0 : part.y1 - box.y0, part.x0 - box.x0 : part.x1 - box.x0] |= part.area > 0
    return float(covered.mean())


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
