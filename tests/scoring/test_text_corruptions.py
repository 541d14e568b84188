"""Faults of lettering: graded, only where they are meant, and the same from the same seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conditioners.geometry import Box
from scoring.calibration.text_corruptions import FAULTS, HELD_OUT, KINDS, MIN_CHANGE, corrupt
from tests.scoring.ui_assets import Button

BOX = Box(78, 46, 178, 84)


@pytest.fixture(scope="module")
def image():
    return Button(text="Sample", style="gradient").asset()


def outside(first, second):
    difference = np.abs(first.astype(int) - second).max(axis=2)
    difference[BOX.y0 - 3 : BOX.y1 + 3, BOX.x0 - 3 : BOX.x1 + 3] = 0
    return difference.max()


@pytest.mark.parametrize("kind", FAULTS)
def test_severity_nought_changes_nothing(kind, image):
    result = corrupt(image, BOX, kind, 0.0, 1)
    np.testing.assert_array_equal(result.image, image)
    assert result.amount == 0.0
    assert result.change.shape == (BOX.height, BOX.width)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_changes_the_letters_and_nothing_else(kind, image):
    result = corrupt(image, BOX, kind, 0.6, 1)
    assert result.amount >= MIN_CHANGE
    assert result.image.dtype == np.uint8
    assert np.abs(result.image.astype(int) - image).max() > 30
    assert outside(result.image, image) == 0
    assert result.change.max() <= 1.0


@pytest.mark.parametrize("kind", FAULTS)
def test_the_same_seed_gives_the_same_pixels(kind, image):
    first, second, other = (corrupt(image, BOX, kind, 0.7, seed).image for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, second)
    assert np.any(first != other)


@pytest.mark.parametrize("kind", FAULTS)
def test_more_severe_means_more_ink_moved(kind, image):
    mean = [np.mean([corrupt(image, BOX, kind, s, seed).change.sum() for seed in range(6)]) for s in (0.1, 0.5, 1.0)]
    assert mean[0] < mean[2]
    assert mean[1] < 1.15 * mean[2]


def test_light_ink_on_dark_and_dark_on_light_are_corrupted_alike():
    for button in (Button(), Button(fill="#FFFFFF", ink="#101010")):
        asset = button.asset()
        assert corrupt(asset, BOX, "blob", 0.8, 3).amount > MIN_CHANGE


def test_the_held_out_kind_is_not_among_the_trained_ones():
    assert HELD_OUT in FAULTS
    assert HELD_OUT not in KINDS
    assert len(KINDS) == len(FAULTS) - 1


def test_what_is_no_kind_or_severity_is_refused(image):
    with pytest.raises(KeyError, match="cracked"):
        corrupt(image, BOX, "cracked", 0.5, 0)
    with pytest.raises(ValueError, match="severity must be 0 to 1, got 1.5"):
        corrupt(image, BOX, "blob", 1.5, 0)


@settings(max_examples=30, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 40), st.just(3))),
    st.sampled_from(sorted(FAULTS)),
    st.floats(0, 1),
)
def test_any_image_comes_back_finite_and_of_its_size(image, kind, severity):
    result = corrupt(image, Box(0, 0, image.shape[1], image.shape[0]), kind, severity, 0)
    assert result.image.shape == image.shape
    assert np.isfinite(result.change).all()
    assert np.isfinite(result.amount)
