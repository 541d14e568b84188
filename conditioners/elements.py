"""The elements of a wireframe: its texts, icons and shapes, given in a file or found in the drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from conditioners.grouping import MAX_ICON_SIDE, as_array, bounding, clusters, parts_of, text_lines
from conditioners.ocr import TextReader
from conditioners.regions import find_regions
from conditioners.wireframe import Wireframe

ElementKind = Literal["text", "icon", "shape"]

KINDS: tuple[ElementKind, ...] = get_args(ElementKind)

MIN_CONFIDENCE = 0.3
"""Readings below this are strokes that only look like text."""

MIN_ICON_SIDE = 8
MAX_ICON_ASPECT = 3.0
MIN_LONG_STROKE = 24
"""A longer stroke (px) that is neither text nor icon is a shape; a shorter one is a stray mark."""


@dataclass(frozen=True, kw_only=True)
class Element:
    """A part of the wireframe: `box` in its pixels, `text` the expected string of a text, `name` free."""

    kind: ElementKind
    box: Box
    text: str = ""
    name: str = ""


def read_elements(path: Path, extent: Extent) -> tuple[Element, ...]:
    """Read an elements file: a JSON list of {"kind", "box": [x0, y0, x1, y1], "text", "name"}.

    Raises InputError, naming file and entry, when the file is missing or no such list, has an unknown key or kind, or
    a box is empty or not inside `extent`.
    """
    from conditioners.elements_file import parse_elements

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the elements file cannot be read ({error})") from error
    return check_elements(parse_elements(text, str(path)), extent, str(path))


def elements_from_list(values: object, extent: Extent, source: str) -> tuple[Element, ...]:
    """Return the elements of a list in the form of an elements file, already read. Raises as `read_elements` does."""
    from conditioners.elements_file import parse_element_list

    return check_elements(parse_element_list(values, source), extent, source)


def check_elements(elements: Sequence[Element], extent: Extent, source: str) -> tuple[Element, ...]:
    """Return `elements`. Raises InputError, naming `source`, when a box is empty or not inside `extent`."""
    for number, element in enumerate(elements, start=1):
        if not element.box.fits(extent):
            raise InputError(
                f"{source}: element {number}: box must satisfy 0 <= x0 < x1 <= {extent.width} and "
                f"0 <= y0 < y1 <= {extent.height}, got {list(element.box)}"
            )
    return tuple(elements)


def find_elements(wireframe: Wireframe, reader: TextReader | None) -> tuple[Element, ...]:
    """Return the elements found in a wireframe, top to bottom.

    Outlines and dividers are shapes. With a `reader`, EasyOCR finds and reads the texts; without one, rows of letters
    are texts of unknown wording. Compact clusters of the strokes that are left are icons.
    """
    regions = find_regions(wireframe.gray())
    if reader is None:
        texts = [Element(kind="text", box=line) for line in text_lines(regions.letters)]
    else:
        texts = _read_texts(wireframe, reader, regions.letters)
    sides = as_array(regions.letters)
    taken = np.zeros(len(sides), dtype=np.bool_)
    for text in texts:
        taken |= parts_of(text.box, sides)
    marks = clusters([stroke for stroke, is_taken in zip(regions.letters, taken, strict=True) if not is_taken])
    icons = [Element(kind="icon", box=box) for box in marks if _is_icon(box)]
    long = [box for box in marks if not _is_icon(box) and max(box.width, box.height) >= MIN_LONG_STROKE]
    shapes = [Element(kind="shape", box=box) for box in (*regions.shapes, *long)]
    return tuple(sorted((*texts, *icons, *shapes), key=lambda element: (element.box.y0, element.box.x0)))


def _read_texts(wireframe: Wireframe, reader: TextReader, letters: Sequence[Box]) -> list[Element]:
    """Return the texts that the reader finds, with boxes drawn tight around their strokes."""
    texts = []
    sides = as_array(letters)
    for box, text, confidence in reader.detect(wireframe.pixels):
        strokes = [letters[int(index)] for index in np.flatnonzero(parts_of(box, sides))]
        if not strokes or confidence < MIN_CONFIDENCE:
            continue
        tight = bounding(strokes)
        # A lone sign is an icon that looks like one: the reader takes a magnifier for a Q and a cross for an X.
        if len(text.strip()) > 1 or tight.height >= 2 * tight.width:
            texts.append(Element(kind="text", box=tight, text=text.strip()))
    return texts


def _is_icon(box: Box) -> bool:
    low, high = sorted((box.width, box.height))
    return MIN_ICON_SIDE <= high <= MAX_ICON_SIDE and high <= MAX_ICON_ASPECT * max(low, 1)
