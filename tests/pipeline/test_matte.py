"""Transparent backgrounds: drawn scenes whose true share of every pixel is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from conditioners.errors import InputError
from pipeline.matte import background_mask, transparent_background

SIDE = 96


def disc(radius: float, fore: int, back: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float64]]:
    """A grey disc, smooth at its edge, with its Canny map and the true alpha."""
    y, x = np.mgrid[:SIDE, :SIDE]
    alpha = np.clip(radius + 0.5 - np.hypot(y - SIDE / 2, x - SIDE / 2), 0, 1)
    grey = np.rint(alpha * fore + (1 - alpha) * back).astype(np.uint8)
    control_map = cv2.Canny(grey, 100, 200).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2), control_map, alpha


@pytest.mark.parametrize(("fore", "back"), [(20, 240), (240, 20), (90, 200)])
def test_the_share_of_every_pixel_is_found_again(fore: int, back: int) -> None:
    image, control_map, alpha = disc(30, fore, back)
    cut = transparent_background(image, control_map)
    assert np.abs(cut[..., 3] / 255 - alpha).max() < 0.06
    # Composited on what it stood on, the picture is as before.
    share = cut[..., 3:] / 255
    assert np.abs(cut[..., :3] * share + back * (1 - share) - image).max() < 12


def test_a_picture_of_one_colour_is_cut_by_its_outline_alone() -> None:
    _, control_map, alpha = disc(30, 0, 255)
    flat = np.full((SIDE, SIDE, 3), 128, np.uint8)
    share = transparent_background(flat, control_map)[..., 3] / 255
    assert np.abs(share - alpha).mean() < 0.05
    assert share[SIDE // 2, SIDE // 2] == 1
    assert share[2, 2] == 0


def test_under_full_transparency_lies_the_foreground_s_colour() -> None:
    image, control_map, _ = disc(30, 20, 240)
    cut = transparent_background(image, control_map)
    assert cut[2, 2, 3] == 0
    assert cut[..., :3].max() < 40


def test_a_gap_in_the_outline_is_closed_and_a_wide_one_told() -> None:
    control_map = np.zeros((SIDE, SIDE), np.uint8)
    cv2.rectangle(control_map, (20, 20), (75, 75), 255, 1)
    control_map[20, 40:43] = 0
    assert not background_mask(control_map)[48, 48]
    control_map[20, 40:60] = 0
    with pytest.raises(InputError, match="needs a closed outline"):
        background_mask(control_map)


def test_an_outline_that_touches_the_border_leaves_the_background_outside() -> None:
    control_map = np.zeros((SIDE, SIDE), np.uint8)
    cv2.rectangle(control_map, (0, 30), (60, 70), 255, 1)
    outside = background_mask(control_map)
    assert not outside[50, 30]
    assert outside[10, 10]
    assert outside[50, 80]


def test_sizes_must_agree() -> None:
    with pytest.raises(InputError, match="one size"):
        transparent_background(np.zeros((9, 9, 3), np.uint8), np.zeros((9, 8), np.uint8))


@given(left=st.integers(4, 30), top=st.integers(4, 30), width=st.integers(30, 60), height=st.integers(30, 60))
def test_a_drawn_box_is_opaque_and_all_else_is_not(left: int, top: int, width: int, height: int) -> None:
    image = np.full((SIDE, SIDE, 3), 250, np.uint8)
    cv2.rectangle(image, (left, top), (left + width, top + height), (30, 90, 200), cv2.FILLED)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    cut = transparent_background(image, cv2.Canny(grey, 100, 200).astype(np.uint8))
    box = np.zeros((SIDE, SIDE), bool)
    box[top : top + height + 1, left : left + width + 1] = True
    assert (cut[..., 3] > 127)[box].mean() > 0.99
    assert (cut[..., 3] > 127)[~box].sum() <= 2 * (width + height) * 0.02
