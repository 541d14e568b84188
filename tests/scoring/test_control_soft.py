"""MS-SSIM of soft edges against torchmetrics on real image pairs."""

import numpy as np
import pytest

from conditioners.errors import InputError
from scoring.control import image_edges
from scoring.control_soft import SMALLEST_SIDE, ms_ssim, soft_edges
from tests.scoring.pairs import pairs

PAIRS = [
    (label, *(np.ascontiguousarray(pixels[:SMALLEST_SIDE, :SMALLEST_SIDE]) for pixels in pair))
    for label, *pair in pairs(240)
    if min(pair[0].shape[:2]) >= SMALLEST_SIDE
]


def torchmetrics_ms_ssim(first, second):
    import torch
    from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

    # In float64: in float32 its variances, differences of nearly equal squares, are off by up to 1e-4.
    tensors = [torch.from_numpy(image)[None, None] for image in (first, second)]
    return multiscale_structural_similarity_index_measure(*tensors, data_range=1.0).item()


@pytest.mark.parametrize("label, image, degraded", PAIRS, ids=[label for label, _, _ in PAIRS])
def test_ms_ssim_of_soft_edges_equals_torchmetrics(label, image, degraded):
    first, second = soft_edges(image_edges(degraded)), soft_edges(image_edges(image))
    assert ms_ssim(first, second) == pytest.approx(torchmetrics_ms_ssim(first, second), abs=1e-6)


@pytest.mark.parametrize("label, image, degraded", PAIRS[:6], ids=[label for label, _, _ in PAIRS[:6]])
def test_ms_ssim_of_pictures_equals_torchmetrics(label, image, degraded):
    grey = [pixels.mean(axis=2) / 255 for pixels in (degraded, image)]
    assert ms_ssim(*grey) == pytest.approx(torchmetrics_ms_ssim(*grey), abs=1e-6)


def test_at_least_fifty_pairs_are_compared():
    assert len(PAIRS) >= 50


def test_soft_edges_fall_off_with_distance():
    line = np.zeros((20, 20), np.bool_)
    line[10] = True
    soft = soft_edges(line)
    assert soft[10, 5] == 1.0
    assert soft[12, 5] == pytest.approx(np.exp(-0.5))
    assert not soft_edges(np.zeros((20, 20), np.bool_)).any()


@pytest.mark.parametrize("fill", [0.0, 0.5, 1.0])
def test_constant_images_are_alike_and_give_no_nan(fill):
    image = np.full((SMALLEST_SIDE, SMALLEST_SIDE), fill)
    assert ms_ssim(image, image) == pytest.approx(1.0)
    assert np.isfinite(ms_ssim(image, 1 - image))


def test_small_images_are_refused_not_measured_otherwise():
    small = np.zeros((SMALLEST_SIDE - 1, 300))
    with pytest.raises(ValueError, match="at least 176 px, got 300x175"):
        ms_ssim(small, small)
    with pytest.raises(InputError, match="same size"):
        ms_ssim(np.zeros((200, 200)), np.zeros((200, 201)))
