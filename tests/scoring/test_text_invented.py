"""Text that nobody ordered is found by reading the whole asset."""

import pytest

from conditioners.elements import Element
from conditioners.geometry import Box
from conditioners.ocr import TextReader
from scoring.text_invented import covered_share, invented_texts
from tests.scoring.ui_assets import render


@pytest.fixture(scope="module")
def reader():
    return TextReader()


@pytest.fixture(scope="module")
def image():
    return render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="128"><rect width="320" height="128" fill="white"/>'
        '<text x="20" y="48" font-size="32">Cancel</text><text x="180" y="108" font-size="32">Apply</text></svg>'
    )


KNOWN = Element(kind="text", box=Box(14, 16, 140, 62), text="Cancel")


def test_what_no_element_accounts_for_is_invented(reader, image):
    (found,) = invented_texts(image, (KNOWN,), reader)
    assert found.text == "Apply"
    assert found.box.iou(Box(180, 82, 260, 118)) > 0.4
    assert 0.4 <= found.confidence <= 1


def test_ordered_text_is_no_invention(reader, image):
    assert invented_texts(image, (KNOWN,), reader, ("apply",)) == ()


def test_shapes_account_for_nothing(reader, image):
    shape = Element(kind="shape", box=Box(0, 0, 320, 128))
    assert {text.text for text in invented_texts(image, (shape,), reader)} == {"Cancel", "Apply"}


@pytest.mark.parametrize(
    ("box", "known", "share"),
    [
        (Box(0, 0, 10, 10), (), 0.0),
        (Box(0, 0, 10, 10), (Box(0, 0, 5, 10), Box(2, 0, 5, 10)), 0.5),
        (Box(0, 0, 10, 10), (Box(20, 20, 30, 30),), 0.0),
        (Box(3, 3, 3, 3), (Box(0, 0, 9, 9),), 0.0),
    ],
)
def test_cover(box, known, share):
    assert covered_share(box, known) == share
