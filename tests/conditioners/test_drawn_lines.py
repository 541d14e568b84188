"""Scribble and line art of drawings with known lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.canny import automatic_thresholds, canny_edges
from conditioners.lineart import drawn_lines
from conditioners.scribble import (
    LINE_WIDTH,
    MAX_STROKE_WIDTH,
    MIN_SPECK_AREA,
    centreline,
    ink_mask,
    remove_specks,
    scribble_lines,
)


def cross(width: int, *, shade: float = 0.0) -> np.ndarray:
    """A plus of the given stroke width on a sheet of 121x101, darker to the right by `shade` grey levels."""
    columns = np.mgrid[0:101, 0:121][1]
    sheet = (235 - shade * columns / 120).astype(np.uint8)
    sheet[50 - width // 2 : 50 - width // 2 + width, 20:101] = 30
    sheet[20:81, 60 - width // 2 : 60 - width // 2 + width] = 30
    return sheet


@pytest.mark.parametrize("width", range(1, MAX_STROKE_WIDTH))
@pytest.mark.parametrize("shade", [0.0, 90.0])
def test_strokes_of_any_width_come_out_at_one_width_in_place(width, shade):
    lines = scribble_lines(cross(width, shade=shade))
    assert set(np.unique(lines)) == {0, 255}
    column = np.flatnonzero(lines[:, 35])
    assert len(column) == LINE_WIDTH
    assert abs(column.mean() - 50) <= 1.5
    row = np.flatnonzero(lines[30])
    assert len(row) == LINE_WIDTH
    assert abs(row.mean() - 60) <= 1.5


@pytest.mark.parametrize("width", range(2, 7))
def test_line_art_is_thin_and_in_place(width):
    lines = drawn_lines(cross(width))
    core = np.flatnonzero(lines[:, 35] == 255)
    assert len(core) == 1
    assert abs(core[0] - 50) <= 1
    assert np.count_nonzero(lines[:, 35]) <= 3
    assert np.count_nonzero(lines[40:60, 50:70] == 255) <= 40


def test_a_filled_area_gives_its_outline():
    gray = np.full((80, 100), 240, np.uint8)
    gray[30:50, 30:70] = 20
    lines = scribble_lines(gray)
    assert lines[38:42, 40:60].max() == 0
    assert lines[28:33, 50].max() == 255
    assert lines[48:53, 50].max() == 255


@given(st.integers(0, 1000))
def test_dust_and_noise_leave_no_line(seed):
    random = np.random.default_rng(seed)
    gray = np.clip(random.normal(225, 5, (60, 70)), 0, 255).astype(np.uint8)
    gray[10, 10 : 10 + MIN_SPECK_AREA - 1] = 20
    assert not ink_mask(gray, "dark-on-light")[20:].any()
    assert not remove_specks(ink_mask(gray, "dark-on-light")).any()


@given(st.integers(16, 70), st.integers(16, 70), st.integers(0, 1000))
def test_shape_and_values_hold_for_any_image(width, height, seed):
    gray = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    for polarity in ("dark-on-light", "light-on-dark"):
        for result in (scribble_lines(gray, polarity), drawn_lines(gray, polarity)):
            assert result.shape == gray.shape
            assert result.dtype == np.uint8
    assert set(np.unique(centreline(ink_mask(gray, "dark-on-light")))) <= {0, 255}
    low, high = automatic_thresholds(gray)
    assert 0 <= low <= high <= 2040
    assert set(np.unique(canny_edges(gray, low, high))) <= {0, 255}


def test_automatic_thresholds_follow_the_contrast():
    strong, faint = cross(3), (235 - (235 - cross(3).astype(int)) // 6).astype(np.uint8)
    assert automatic_thresholds(faint)[1] < automatic_thresholds(strong)[1]
    for gray in (strong, faint):
        edges = canny_edges(gray, *automatic_thresholds(gray))
        assert abs(np.flatnonzero(edges[:, 35]).mean() - 50) <= 1
    assert automatic_thresholds(np.full((20, 20), 9, np.uint8)) == (100, 200)
