"""The text detector on real renders: clean letters pass, broken ones do not, and nothing gives NaN."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conditioners.errors import InputError
from conditioners.geometry import Box
from scoring.calibration.text_corruptions import corrupt
from scoring.text_distortion import MIN_HEIGHT, TextDetector, letter_at, load_weights
from scoring.text_network import HEAD, LAYERS, REACH, STEP
from tests.scoring.ui_assets import Button, render

BOX = Box(66, 44, 190, 88)
WORDS = ("Save", "Cancel", "Sign in", "Delete", "Next", "Upload")


@pytest.fixture(scope="module")
def detector():
    return TextDetector()


@pytest.mark.parametrize("style", ["flat", "gradient", "shadow"])
@pytest.mark.parametrize("text", WORDS)
def test_clean_letters_pass(detector, text, style):
    check = detector.check(Button(text=text, style=style).asset(), BOX, text)
    assert check.probability is not None
    assert check.probability < 0.5


@pytest.mark.parametrize("kind", ["warped", "shuffled", "extra", "doubled", "sliced", "averaged"])
def test_distorted_letters_are_found_with_and_without_an_expected_string(detector, kind):
    found = []
    for number, text in enumerate(WORDS):
        image = corrupt(Button(text=text).asset(), BOX, kind, 0.9, number).image
        known, unknown = detector.check(image, BOX, text), detector.check(image, BOX)
        assert known.probability == unknown.probability
        found.append((known.probability or 0.0) > 0.5)
    assert sum(found) >= 5


def test_the_reason_and_the_heat_say_where(detector):
    asset = Button(text="Cancel").asset()
    right = Box(140, 44, 190, 88)
    check = detector.check(corrupt(asset, right, "extra", 1.0, 1).image, BOX, "Cancel")
    assert check.heat.shape == (BOX.height, BOX.width)
    assert check.heat.dtype == np.float32
    assert check.heat[0].argmax() > BOX.width / 2
    assert "near" in check.reason
    assert "'Cancel'" in check.reason


def test_a_batch_gives_what_single_calls_give(detector):
    image = np.concatenate([Button(text=text).asset() for text in ("OK", "Upload all", "Next")])
    boxes = [Box(BOX.x0 - 40, BOX.y0 + 128 * row, BOX.x1 + 40, BOX.y1 + 128 * row) for row in range(3)]
    together = detector.check_boxes(image, boxes)
    alone = [detector.check(image, box) for box in boxes]
    for first, second in zip(together, alone, strict=True):
        assert first.probability == pytest.approx(second.probability, abs=1e-4)
        np.testing.assert_allclose(first.heat, second.heat, atol=1e-3)


def test_letters_too_low_to_judge_are_unscored(detector):
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20" fill="white"/>'
        '<text x="8" y="13" font-size="6">menu</text></svg>'
    )
    check = detector.check(image, Box(4, 4, 50, 18), "menu")
    assert check.probability is None
    assert str(MIN_HEIGHT) in check.reason
    assert not check.heat.any()


def test_a_blank_region_is_unscored(detector):
    check = detector.check(np.full((64, 64, 3), 90, dtype=np.uint8), Box(8, 8, 56, 40), "Save")
    assert check.probability is None
    assert "blank" in check.reason


def test_other_pixels_are_refused(detector):
    with pytest.raises(InputError, match="RGB uint8"):
        detector.check(np.zeros((8, 8), dtype=np.uint8), Box(0, 0, 8, 8))


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(InputError, match="nowhere.safetensors"):
        TextDetector(tmp_path / "nowhere.safetensors").check(Button().asset(), BOX)


def test_the_reach_covers_what_an_output_sees():
    sees, jump = 1, 1
    for layer in (*LAYERS, HEAD):
        sees += (layer.kernel[1] - 1) * jump
        jump *= layer.stride[1]
    assert jump == STEP
    assert sees // 2 <= REACH


def test_the_weights_are_small_and_finite():
    weights = load_weights()
    assert sum(tensor.numel() for tensor in weights.tensors.values()) < 500_000
    assert all(bool(tensor.isfinite().all()) for tensor in weights.tensors.values())
    assert weights.scale > 0


@pytest.mark.parametrize(("place", "letter"), [(0.0, "W"), (1.0, "i"), (2.0, "i"), (-1.0, "W")])
def test_a_place_outside_the_string_is_its_end(place, letter):
    assert letter_at("Wifi", place) == letter


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 60), st.just(3))),
    st.tuples(*(st.integers(-10, 70) for _ in range(4))),
)
def test_no_pixels_and_no_box_give_nan(image, sides):
    check = TextDetector().check(image, Box(*sides), "Save")
    assert check.probability is None or 0 <= check.probability <= 1
    assert np.isfinite(check.heat).all()
    assert check.reason
