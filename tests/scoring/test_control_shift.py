"""Images that were moved or resized are told so, in words and px, and never aligned."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.control import image_edges, reference_lines
from scoring.control_placement import inner_scale, likely_placement
from scoring.control_shift import best_translation, edge_field, window_translation
from scoring.control_view import ControlView
from tests.scoring.ui_assets import Button

BUTTON = Button(style="gradient")
LINES = reference_lines(BUTTON.control_map().pixels, "canny")


def moved(image, right, down):
    matrix = np.array([[1.0, 0, right], [0, 1.0, down]])
    return cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def translation(image, conditioner="canny", reach=12):
    view = ControlView.of(image, BUTTON.control_map(conditioner).pixels, conditioner)
    return best_translation(view.lines, np.pad(view.field, reach), reach)


@pytest.mark.parametrize("conditioner", ["canny", "scribble"])
@pytest.mark.parametrize("right, down", [(3, 0), (-4, 0), (0, 5), (0, -3), (6, 4), (-8, 7)])
def test_a_shift_is_found_to_a_pixel(conditioner, right, down):
    best = translation(moved(BUTTON.asset(), right, down), conditioner)
    assert best.found
    assert abs(best.right - right) <= 1
    assert abs(best.down - down) <= 1
    assert best.fit > best.unmoved


@pytest.mark.parametrize("conditioner", ["canny", "scribble"])
def test_a_faithful_asset_has_not_moved(conditioner):
    best = translation(BUTTON.asset(), conditioner)
    assert (best.right, best.down, best.words()) == (0, 0, "")
    assert best.found


def test_a_shift_is_told_in_words():
    mask = np.zeros((24, 24), np.bool_)
    mask[8, 4:15] = mask[8:15, 4] = True
    field = edge_field(np.pad(np.roll(mask, (-2, 3), axis=(0, 1)), 5))
    assert best_translation(mask, field, 5).words() == "3 px right and 2 px up"


@given(st.integers(-5, 5), st.integers(-5, 5), st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_any_translation_of_random_lines_is_found_exactly(right, down, seed):
    lines = np.zeros((40, 50), np.bool_)
    lines[10:30, 10:40] = np.random.default_rng(seed).random((20, 30)) < 0.06
    lines[20, 25] = True
    best = best_translation(lines, np.pad(edge_field(np.roll(lines, (down, right), axis=(0, 1))), 6), 6)
    assert best.fit == pytest.approx(1.0, abs=1e-5) or best.length == 0
    if best.length:
        assert (best.right, best.down) == (right, down)


def test_a_window_at_the_border_is_searched_as_any_other():
    lines = np.zeros((30, 30), np.bool_)
    lines[0:6, 2] = lines[2, 0:6] = True
    field = edge_field(np.roll(lines, (3, 2), axis=(0, 1)))
    best = window_translation(lines, field, (slice(0, 8), slice(0, 8)), 4)
    assert (best.right, best.down) == (2, 3)


def test_nothing_to_move_is_none_and_nothing_to_find_is_not_found():
    blank = np.zeros((30, 30), np.bool_)
    assert best_translation(blank, np.zeros((40, 40), np.float32), 5) is None
    assert not best_translation(~blank, np.zeros((40, 40), np.float32), 5).found


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda image: cv2.resize(image, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), "at 2x"),
        (lambda image: cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), "at 0.5x"),
        (lambda image: cv2.resize(image, (384, 128)), "stretched, 1.5x across and 1x down"),
        (lambda image: np.pad(image, ((32, 32), (0, 0), (0, 0)), "edge"), "at 1x centred, with 64 px of height added"),
        (lambda image: np.pad(image, ((0, 8), (0, 16), (0, 0)), "edge"), "at 1x at the top left, with 16 px of width"),
        (lambda image: image[:, 16:-16], "at 1x centred, with 32 px of width cut off"),
        (lambda image: np.full((100, 300, 3), 128, np.uint8), "its lines do not fit the wireframe's so"),
    ],
)
def test_the_likely_scale_of_an_image_of_another_size_is_named(change, words):
    assert words in likely_placement(np.ascontiguousarray(change(BUTTON.asset())), LINES)


@pytest.mark.parametrize("scale", [0.75, 1.25])
def test_another_scale_within_the_same_size_is_found(scale):
    image = BUTTON.asset()
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2 - 0.5, height / 2 - 0.5), 0, scale)
    scaled = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    assert inner_scale(image_edges(scaled), LINES, 0.2) == pytest.approx(scale)
    assert inner_scale(image_edges(image), LINES, 0.7) is None
