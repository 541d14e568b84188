"""Faults of icons: nothing at severity 0, more with severity, the same for a seed, and only in the crop's icon."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.calibration.icon_corruptions import CORRUPTIONS, HELD_OUT, TRAINED, corrupt, is_visible
from tests.scoring.drawn_icons import SIDE, icon


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_severity_zero_changes_nothing(kind: str) -> None:
    image, ink = icon(3)
    spoiled, changed = corrupt(image, ink, kind, 0.0, 5)
    assert not changed.any()
    assert np.abs(spoiled.astype(int) - image).max() <= 1


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_a_fault_grows_with_severity(kind: str) -> None:
    areas = np.zeros(5)
    for index in range(4, 16):
        image, ink = icon(index)
        areas += [corrupt(image, ink, kind, severity, index)[1].sum() for severity in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert (np.diff(areas) > 0).all(), areas
    assert areas[-1] / 12 > 0.01 * SIDE * SIDE


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(CORRUPTIONS)), st.floats(0, 1), st.integers(0, 2**31), st.integers(0, 60))
def test_a_fault_is_an_image_and_the_same_for_a_seed(kind: str, severity: float, seed: int, index: int) -> None:
    image, ink = icon(index)
    before = image.copy()
    spoiled, changed = corrupt(image, ink, kind, severity, seed)
    again, _ = corrupt(image, ink, kind, severity, seed)
    assert spoiled.shape == image.shape
    assert spoiled.dtype == np.uint8
    assert changed.shape == ink.shape
    assert np.array_equal(spoiled, again)
    assert np.array_equal(before, image), "the input is left as it was"


@pytest.mark.parametrize("kind", CORRUPTIONS)
@pytest.mark.parametrize("shape", [(1, 1), (3, 9), (12, 12)])
@pytest.mark.parametrize("inked", [False, True])
def test_tiny_and_blank_crops_are_survived(kind: str, shape: tuple[int, int], inked: bool) -> None:
    image = np.full((*shape, 3), 90, np.uint8)
    spoiled, _ = corrupt(image, np.full(shape, inked), kind, 0.7, 1)
    assert spoiled.shape == image.shape


def test_wrong_orders_are_refused() -> None:
    image, ink = icon(0)
    with pytest.raises(ValueError, match="severity must be 0 to 1, got 1.5"):
        corrupt(image, ink, "broken", 1.5, 0)
    with pytest.raises(ValueError, match="kind must be one of .*, got 'cracked'"):
        corrupt(image, ink, "cracked", 0.5, 0)


def test_the_held_out_kind_is_not_trained() -> None:
    assert HELD_OUT
    assert not set(HELD_OUT) & set(TRAINED)


def test_visibility_asks_for_some_pixels() -> None:
    nothing, spot = np.zeros((64, 64), bool), np.zeros((64, 64), bool)
    spot[:5, :5] = True
    assert not is_visible(nothing, 64)
    assert is_visible(spot, 64)
    assert not is_visible(spot, 120)
