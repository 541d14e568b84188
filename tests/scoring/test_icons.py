"""The icon detector on icons it never saw: tells faults from shading, says where, and never gives NaN."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.geometry import Box
from scoring.calibration.icon_corruptions import corrupt
from scoring.icons import IconDetector
from scoring.thresholds import load_thresholds
from tests.scoring.drawn_icons import icon

BOX = Box(8, 8, 56, 56)
DETECTOR = IconDetector()
COUNT = 40


needs_threshold = pytest.mark.skipif(
    "icon_distortion" not in load_thresholds().measures, reason="the detector's threshold is not fitted yet"
)


def drawing_of(index: int) -> NDArray[np.uint8]:
    """Return the wireframe of an icon."""
    return np.ascontiguousarray(icon(index, "#16181d", "#ffffff")[0][:, :, 1])


def flagged(image: NDArray[np.uint8], index: int) -> bool:
    """Tell whether an image of an icon is judged distorted."""
    probability = DETECTOR.check(image, drawing_of(index), BOX).probability
    assert probability is not None
    return not load_thresholds().measures["icon_distortion"].accepts(probability)


@needs_threshold
@pytest.mark.parametrize("kind", ["broken", "missing", "extra", "blob", "melted", "warped", "torn"])
def test_most_plain_faults_are_found(kind: str) -> None:
    found = []
    for index in range(COUNT):
        image, ink = icon(index)
        spoiled, changed = corrupt(image, ink, kind, 0.7, index)
        if changed.sum() > 40:
            found.append(flagged(spoiled, index))
    assert np.mean(found) > 0.8, f"{np.mean(found):.2f} of {len(found)}"


@needs_threshold
def test_good_icons_pass_in_any_colours_soft_or_compressed() -> None:
    wrong = []
    for index in range(COUNT):
        for colour, ground in (("#c02040", "#f4f6ff"), ("#ffffff", "#1e73e8"), ("#e8e8ee", "#20222a")):
            image, _ = icon(index, colour, ground)
            coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
            squeezed = cv2.imdecode(coded, cv2.IMREAD_COLOR).astype(np.uint8)
            soft = cv2.GaussianBlur(image, (0, 0), 0.7).astype(np.uint8)
            wrong += [flagged(one, index) for one in (image, squeezed, soft)]
    assert np.mean(wrong) < 0.04, f"{np.mean(wrong):.3f} of {len(wrong)}"


def test_the_heat_is_where_the_fault_is() -> None:
    inside = []
    for index in range(COUNT):
        image, ink = icon(index)
        spoiled, changed = corrupt(image, ink, "blob", 0.7, index)
        heat = DETECTOR.check(spoiled, drawing_of(index), BOX).heat
        where = changed[BOX.slices]
        assert heat.shape == where.shape
        if where.sum() > 40:
            inside.append(heat[where].mean() > 2 * heat[~where].mean())
    assert np.mean(inside) > 0.85


@needs_threshold
def test_a_fault_is_explained_with_its_place() -> None:
    image = np.full((64, 64, 3), 250, np.uint8)
    drawing = np.full((64, 64), 255, np.uint8)
    cv2.rectangle(drawing, (12, 12), (52, 52), 0, 3)
    for start, end in (((12, 12), (52, 12)), ((12, 12), (12, 52)), ((12, 52), (28, 52)), ((52, 12), (52, 28))):
        cv2.line(image, start, end, (30, 60, 160), 3)
    check = DETECTOR.check(image, drawing, BOX)
    assert check.probability is not None
    assert check.probability > 0.5
    assert check.reason == "strokes are missing or broken at the lower right"


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["blank", "constant", "random"]), st.integers(0, 2**31))
def test_no_image_gives_nan(width: int, height: int, kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    images = {
        "blank": np.zeros((height, width, 3), np.uint8),
        "constant": np.full((height, width, 3), rng.integers(256), np.uint8),
        "random": rng.integers(0, 256, (height, width, 3), np.uint8),
    }
    drawings = [np.full((height, width), 255, np.uint8), rng.integers(0, 256, (height, width), np.uint8)]
    for drawing in drawings:
        check = DETECTOR.check(images[kind], drawing, Box(0, 0, width, height))
        assert check.probability is None or 0 <= check.probability <= 1
        assert check.reason
        assert check.heat.shape == (height, width)
        assert np.isfinite(check.heat).all()


def test_several_boxes_are_judged_as_one_by_one() -> None:
    image, drawing = icon(5)[0], drawing_of(5)
    boxes = [BOX, Box(10, 10, 54, 54), Box(0, 0, 6, 6)]
    together = DETECTOR.check_all(image, drawing, boxes)
    for box, check in zip(boxes, together, strict=True):
        alone = DETECTOR.check(image, drawing, box).probability
        assert (alone is None) == (check.probability is None)
        assert alone is None or check.probability == pytest.approx(alone, abs=1e-4)
    assert together[2].probability is None
    assert DETECTOR.check_all(image, drawing, []) == ()


@pytest.mark.parametrize(
    "image, drawing, box, words",
    [
        (np.zeros((9, 9), np.uint8), np.zeros((9, 9), np.uint8), Box(0, 0, 9, 9), "image must be RGB uint8"),
        (np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9, 3), np.uint8), Box(0, 0, 9, 9), "wireframe must be grey"),
        (np.zeros((9, 9, 3), np.uint8), np.zeros((8, 9), np.uint8), Box(0, 0, 9, 8), "must have the same size"),
        (np.zeros((9, 9, 3), np.uint8), np.zeros((9, 9), np.uint8), Box(0, 0, 10, 9), "icon box must lie inside"),
    ],
)
def test_what_does_not_fit_is_refused(
    image: NDArray[np.uint8], drawing: NDArray[np.uint8], box: Box, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        DETECTOR.check(image, drawing, box)


def test_weights_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    image, drawing = icon(1)[0], drawing_of(1)
    wrong, broken = tmp_path / "wrong.safetensors", tmp_path / "broken.safetensors"
    save_file({"enter.weight": np.zeros((2, 2), np.float32)}, wrong)
    broken.write_bytes(b"nothing")
    for file, words in ((wrong, "must hold exactly"), (broken, "readable"), (tmp_path / "none", "readable")):
        with pytest.raises(InputError, match=words):
            IconDetector(file).check(image, drawing, BOX)
