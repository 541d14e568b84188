import json
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.elements import KINDS, Element, elements_from_list, find_elements, read_elements
from conditioners.elements_file import parse_elements
from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from conditioners.grouping import grouped, text_lines
from conditioners.strokes import stroke_mask
from conditioners.wireframe import load_wireframe, wireframe_from_array
from tests.conditioners.drawings import button, dashboard, written

EXTENT = Extent(200, 100)
GOOD = {"kind": "text", "box": [10, 20, 60, 40], "text": "Save", "name": "label"}


def test_a_file_is_read(tmp_path):
    path = written(tmp_path, "elements.json", json.dumps([GOOD, {"kind": "shape", "box": [0, 0, 200, 100]}]))
    assert read_elements(path, EXTENT) == (
        Element(kind="text", box=Box(10, 20, 60, 40), text="Save", name="label"),
        Element(kind="shape", box=Box(0, 0, 200, 100)),
    )
    assert elements_from_list([GOOD], EXTENT, "row 1") == read_elements(path, EXTENT)[:1]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "label"}, "element 2: kind: "),
        ({"txet": "a"}, "element 2: txet: Extra inputs are not permitted"),
        ({"box": [1, 2, 3]}, "element 2: box"),
        ({"box": [1.5, 2, 3, 4]}, "element 2: box.0"),
        ({"box": ["1", 2, 3, 4]}, "element 2: box.0"),
        ({"box": [60, 20, 10, 40]}, "element 2: box must satisfy 0 <= x0 < x1 <= 200"),
        ({"box": [10, 20, 10, 40]}, "got [10, 20, 10, 40]"),
        ({"box": [-1, 20, 60, 40]}, "got [-1, 20, 60, 40]"),
        ({"box": [10, 20, 201, 40]}, "got [10, 20, 201, 40]"),
        ({"box": [10, 20, 60, 101]}, "0 <= y0 < y1 <= 100"),
        ({"text": 5}, "element 2: text: "),
    ],
)
def test_a_bad_entry_is_named(tmp_path, change, expected):
    path = written(tmp_path, "elements.json", json.dumps([GOOD, GOOD | change]))
    with pytest.raises(InputError) as raised:
        read_elements(path, EXTENT)
    assert expected in str(raised.value)
    assert str(raised.value).startswith(str(path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{}", "must be a JSON list"), ("[", "must be a JSON list"), ("", "must be a JSON list"), ("[5]", "element 1: ")],
)
def test_what_is_no_list_of_entries(tmp_path, text, expected):
    with pytest.raises(InputError) as raised:
        read_elements(written(tmp_path, "elements.json", text), EXTENT)
    assert expected in str(raised.value)


def test_a_file_that_cannot_be_read(tmp_path):
    for path in (tmp_path / "none.json", tmp_path, written(tmp_path, "binary.json", b"\xff\xfe\x00")):
        with pytest.raises(InputError, match="cannot be read"):
            read_elements(path, EXTENT)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4)))
def test_any_json_is_read_or_gives_one_line(value):
    error = None
    try:
        parse_elements(json.dumps(value), "x")
    except InputError as raised:
        error = str(raised)
    assert error is None or ("\n" not in error and error.startswith("x: "))


def recall(found, expected, level=0.5):
    """Return how many of `expected` boxes, by kind, have a found element of their kind at IoU `level`."""
    hits = Counter()
    for kind, boxes in expected.items():
        same = [element.box for element in found if element.kind == kind]
        hits[kind] = sum(any(box.iou(other) >= level for other in same) for box in boxes)
    return hits


@pytest.mark.parametrize("dark", [False, True])
def test_a_screen_without_a_reader(tmp_path, dark):
    """Recall at IoU 0.5 and the number of finds that are nothing, on a screen with small print and filled buttons."""
    screen = dashboard(dark=dark)
    wireframe = load_wireframe(written(tmp_path, "screen.svg", screen.svg()))
    found = find_elements(wireframe, None)
    expected = {"shape": screen.shapes, "icon": screen.icons, "text": [box for _, box in screen.texts]}
    hits = recall(found, expected)
    assert hits["shape"] == len(screen.shapes) == 8
    assert hits["icon"] == len(screen.icons) == 4
    assert hits["text"] >= 10
    real = [*screen.shapes, *screen.icons, *expected["text"]]
    assert sum(all(element.box.iou(box) < 0.5 for box in real) for element in found) <= 1


def test_the_samples_without_a_reader(samples):
    """Recall at IoU 0.5 over the samples' own element files, hand-drawn and scanned ones included."""
    hits, totals = Counter(), Counter()
    for path in sorted((samples / "elements").glob("*.json")):
        (image,) = (each for each in samples.iterdir() if each.stem == path.stem)
        wireframe = load_wireframe(image)
        given_elements = read_elements(path, wireframe.extent)
        expected = {kind: [each.box for each in given_elements if each.kind == kind] for kind in KINDS}
        hits += recall(find_elements(wireframe, None), expected)
        totals += Counter({kind: len(boxes) for kind, boxes in expected.items()})
    assert sum(totals.values()) > 50
    assert hits["shape"] >= 0.85 * totals["shape"]
    assert hits["text"] >= 0.9 * totals["text"]
    assert hits["icon"] >= 0.75 * totals["icon"]


def test_texts_are_read_with_a_reader(samples, reader):
    wireframe = load_wireframe(samples / "save-button.png")
    texts = [element for element in find_elements(wireframe, reader) if element.kind == "text"]
    assert [text.text for text in texts] == ["Save"]
    (given_text,) = (
        each
        for each in read_elements(samples / "elements" / "save-button.json", wireframe.extent)
        if each.kind == "text"
    )
    assert texts[0].box.iou(given_text.box) > 0.6


def test_a_filled_button_is_a_shape_with_its_label(tmp_path):
    gray = np.full((80, 160), 250, np.uint8)
    gray[20:60, 20:140] = 40
    gray[34:46, 50:53] = gray[34:46, 60:63] = gray[34:46, 70:73] = 250
    found = find_elements(wireframe_from_array(gray), None)
    assert Element(kind="shape", box=Box(20, 20, 140, 60)) in found
    assert [element.box for element in found if element.kind == "text"] == [Box(50, 34, 73, 46)]


@given(st.integers(16, 80), st.integers(16, 80), st.integers(0, 999))
def test_any_image_gives_boxes_inside_it(width, height, seed):
    gray = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    extent = Extent(width, height)
    assert all(element.box.fits(extent) for element in find_elements(wireframe_from_array(gray), None))


@given(st.integers(30, 120), st.integers(30, 120), st.booleans())
def test_an_outline_is_one_shape_where_it_was_drawn(width, height, dark):
    found = find_elements(wireframe_from_array(button(width, height, dark=dark)), None)
    x, y = width // 6, height // 6
    assert [element.kind for element in found] == ["shape"]
    assert found[0].box.iou(Box(x, y, width - x, height - y)) > 0.9


def test_strokes_keep_white_on_black_within_black_on_white():
    gray = np.full((90, 140), 255, np.uint8)
    gray[10:50, 10:90] = 0
    gray[28:32, 30:70] = 255
    mask = stroke_mask(gray)
    assert mask[30, 50] == 255
    assert mask[20, 50] == 0
    assert mask[10, 50] == 255


def test_rows_of_letters_become_lines():
    letters = [Box(x, 10, x + 8, 22) for x in (10, 20, 30, 48)] + [Box(10, 60, 18, 72)]
    assert text_lines(letters) == [Box(10, 10, 56, 22)]


@given(st.lists(st.integers(0, 60), max_size=30))
def test_groups_are_a_partition(positions):
    boxes = [Box(x, 0, x + 3, 3) for x in positions]
    groups = grouped(boxes, lambda a, b: abs(a.x0 - b.x0) <= 4)
    assert sorted(box for group in groups for box in group) == sorted(boxes)
    ordered = sorted(positions)
    breaks = sum(second - first > 4 for first, second in pairwise(ordered))
    assert len(groups) == (breaks + 1 if positions else 0)
