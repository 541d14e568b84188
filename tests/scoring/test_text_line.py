"""A line of text becomes the same picture whatever its colours, ground and size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conditioners.geometry import Box
from scoring.text_line import LINE_HEIGHT, TextLine, foreign_parts, ink_rows, normalise_line
from tests.scoring.ui_assets import Button

BOX = Box(70, 40, 186, 88)


def line_of(button):
    line = normalise_line(button.asset()[BOX.slices])
    assert isinstance(line, TextLine)
    return line


@pytest.mark.parametrize(
    "button",
    [
        Button(fill="#FFFFFF", ink="#101010"),
        Button(fill="#C02020", ink="#30FF40"),
        Button(fill="#808080", ink="#A0A0A0"),
        Button(style="gradient"),
    ],
    ids=["dark on light", "green on red", "low contrast", "gradient"],
)
def test_colours_do_not_matter(button):
    plain, other = line_of(Button()), line_of(button)
    assert other.ink.shape == plain.ink.shape
    assert np.abs(other.ink - plain.ink).mean() < 0.02


def test_the_line_is_framed_by_its_ink():
    line = line_of(Button())
    assert line.ink.shape[0] == LINE_HEIGHT
    marked = np.flatnonzero((line.ink > 0.4).any(axis=1))
    assert 2 <= marked[0] <= 5
    assert LINE_HEIGHT - 6 <= marked[-1] <= LINE_HEIGHT - 3


def test_the_edge_of_a_button_in_the_box_is_no_part_of_the_line():
    asset = Button(border="#000000").asset()
    loose = normalise_line(asset[28:92, 70:186])
    assert isinstance(loose, TextLine)
    assert loose.height == line_of(Button()).height


def test_a_field_s_frame_in_the_box_is_no_part_of_the_line():
    frame = Button(fill="#FFFFFF", ink="#606060", border="#000000").asset()
    for rows, columns in (((30, 92), (70, 186)), ((40, 98), (70, 186)), ((40, 88), (28, 186))):
        loose = normalise_line(frame[slice(*rows), slice(*columns)])
        assert isinstance(loose, TextLine)
        assert loose.height == line_of(Button()).height


@pytest.mark.parametrize("button", [Button(), Button(fill="#E8E8E8", ink="#202020")], ids=["as light", "darker"])
def test_a_box_that_reaches_beyond_its_button_shows_the_same_line(button):
    beyond = normalise_line(button.asset()[28:100, 24:232])
    assert isinstance(beyond, TextLine)
    assert beyond.height == line_of(Button()).height


def test_an_underline_belongs_to_its_text():
    mask = np.zeros((20, 40), dtype=np.bool_)
    mask[4:12, 6:34:4], mask[14, 6:34] = True, True
    assert not foreign_parts(mask).any()


def test_a_mask_of_one_surface_is_left_whole():
    assert not foreign_parts(np.ones((6, 9), dtype=np.bool_)).any()


def test_rows_that_touch_the_border_and_stand_apart_are_left_out():
    mask = np.zeros((12, 9), dtype=np.bool_)
    mask[0], mask[3:6, 2:7], mask[7, 4], mask[11] = True, True, True, True
    assert ink_rows(mask) == (3, 8)


def test_a_line_that_fills_its_box_is_kept():
    mask = np.zeros((6, 9), dtype=np.bool_)
    mask[:, 2:7] = True
    assert ink_rows(mask) == (0, 6)


def test_a_blank_region_says_so():
    found = normalise_line(np.full((32, 64, 3), 80, dtype=np.uint8))
    assert isinstance(found, str)
    assert "blank" in found


def test_a_rule_is_no_text():
    rule = np.full((20, 400, 3), 255, dtype=np.uint8)
    rule[10, 4:-4] = 0
    found = normalise_line(rule)
    assert isinstance(found, str)
    assert "rule" in found


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(0, 30), st.integers(0, 60), st.just(3))))
def test_no_pixels_give_nan(image):
    found = normalise_line(image)
    if isinstance(found, TextLine):
        assert np.isfinite(found.ink).all()
        assert np.isfinite(found.contrast)
        assert found.ink.shape[0] == LINE_HEIGHT
    else:
        assert found


def test_ink_that_is_smeared_over_the_line_is_no_edge_of_a_button():
    marked = np.zeros((24, 120), np.bool_)
    marked[6:18, 4:30] = True
    smeared = marked.copy()
    smeared[4:, 50:] = True
    assert not foreign_parts(smeared).any()
    edges = marked.copy()
    edges[:, 112:] = True
    edges[21:] = True
    assert foreign_parts(edges)[:, 113:].all()
    assert foreign_parts(edges)[22:].all()
    assert not foreign_parts(edges)[6:18, 4:30].any()
