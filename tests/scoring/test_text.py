"""Text: ordered strings against what EasyOCR reads in the boxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.elements import Element
from conditioners.geometry import Box
from conditioners.ocr import TextReader
from scoring.text import assign_strings, check_texts, ned, text_measurement
from tests.scoring.ui_assets import Button, render


@pytest.fixture(scope="module")
def reader():
    return TextReader()


def levenshtein(first, second):
    """The textbook recurrence of Wagner and Fischer."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        previous, row = row, [i]
        for j, b in enumerate(second, 1):
            row.append(min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b)))
    return row[-1]


PRINTED = st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126), max_size=12)


@given(PRINTED, PRINTED)
def test_ned_equals_the_textbook_distance(first, second):
    longest = max(len(first), len(second))
    expected = 1.0 if longest == 0 else 1 - levenshtein(first, second) / longest
    assert ned(first, second) == pytest.approx(expected, abs=1e-12)
    assert 0.0 <= ned(first, second) <= 1.0
    assert ned(first, second) == ned(second, first)


@pytest.mark.parametrize(
    ("expected", "found", "value"),
    [("Save", "Save", 1.0), ("Save", "save", 0.75), ("Save", "", 0.0), ("Log in", " Log  in ", 1.0), ("OK", "0K", 0.5)],
)
def test_case_and_letters_count_but_outer_space_does_not(expected, found, value):
    assert ned(expected, found) == value


def box(x, y=0, text=""):
    return Element(kind="text", box=Box(x, y, x + 40, y + 20), text=text)


def test_strings_go_to_the_boxes_where_they_stand():
    assert assign_strings(("Cancel", "Save"), (box(0), box(50)), ("Save", "Cancel")) == (("Cancel", 1), ("Save", 0))


def test_the_wireframe_says_where_a_garbled_string_belongs():
    boxes = (box(0, text="Save"), box(50, text="Cancel"))
    assert assign_strings(("Cancel", "Save"), boxes, ("xxx", "Svc")) == (("Cancel", 1), ("Save", 0))


def test_equal_matches_go_in_reading_order():
    assert assign_strings(("a", "b"), (box(50), box(0)), ("", "")) == (("a", 1), ("b", 0))


def test_boxes_run_out():
    assert assign_strings(("Save", "Open"), (box(0),), ("Open",)) == (("Save", None), ("Open", 0))
    assert assign_strings(("Save",), (), ()) == (("Save", None),)


def test_given_elements_order_their_own_text(reader, thresholds):
    button = Button(text="Save")
    (check,) = check_texts(button.asset(), button.elements(), (), reader, elements_given=True)
    assert (check.expected, check.found, check.value) == ("Save", "Save", 1.0)
    assert text_measurement((check,), thresholds).verdict == "passed"


def test_another_word_fails_and_the_reason_quotes_both(reader, thresholds):
    drawn, ordered = Button(text="Send"), Button(text="Open")
    checks = check_texts(drawn.asset(), ordered.elements(), (), reader, elements_given=True)
    measurement = text_measurement(checks, thresholds)
    assert measurement.verdict == "failed"
    assert measurement.value == pytest.approx(ned("Open", "Send"))
    assert "'Send'" in measurement.reason
    assert "'Open'" in measurement.reason


def test_found_elements_order_nothing_by_themselves(reader):
    button = Button(text="Save")
    assert check_texts(button.asset(), button.elements(), (), reader, elements_given=False) == ()


def test_ordered_strings_are_not_asked_twice(reader):
    button = Button(text="Save")
    checks = check_texts(button.asset(), button.elements(), ("Save",), reader, elements_given=True)
    assert len(checks) == 1


def test_strings_find_their_boxes(reader):
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="96"><rect width="320" height="96" fill="white"/>'
        '<text x="20" y="60" font-size="36">Cancel</text><text x="200" y="60" font-size="36">Apply</text></svg>'
    )
    elements = (
        Element(kind="text", box=Box(12, 22, 150, 76)),
        Element(kind="text", box=Box(192, 22, 308, 76)),
    )
    checks = check_texts(image, elements, ("Apply", "Cancel"), reader, elements_given=False)
    assert [(check.expected, check.element) for check in checks] == [("Apply", elements[1]), ("Cancel", elements[0])]
    assert [check.value for check in checks] == [1.0, 1.0]


def test_text_without_a_box_is_looked_for_on_the_asset(reader):
    button = Button(text="Save")
    (check,) = check_texts(button.asset(), (), ("Save",), reader, elements_given=False)
    assert check.value == 1.0
    assert check.element is not None
    assert check.element.box.iou(button.elements()[1].box) > 0.3


def test_expected_text_that_is_nowhere_scores_zero(reader, thresholds):
    blank = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="64"><rect width="96" height="64"/></svg>'
    )
    checks = check_texts(blank, (), ("Save",), reader, elements_given=False)
    measurement = text_measurement(checks, thresholds)
    assert measurement.value == 0.0
    assert measurement.verdict == "failed"
    assert "no text box" in measurement.reason


def test_without_a_recogniser_nothing_is_made_up(thresholds):
    button = Button()
    checks = check_texts(button.asset(), button.elements(), ("More",), None, elements_given=True)
    assert [check.value for check in checks] == [None, None]
    measurement = text_measurement(checks, thresholds)
    assert measurement.verdict == "unscored"
    assert "pip install" in measurement.reason


def test_nothing_ordered_is_unscored(thresholds):
    assert text_measurement((), thresholds).verdict == "unscored"
