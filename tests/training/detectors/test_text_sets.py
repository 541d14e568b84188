"""The sets of the text detector: disjoint faces, matched pairs, truth that lies on the fault."""

import numpy as np
import pytest

from scoring.calibration.text_corruptions import HELD_OUT
from scoring.text_line import LINE_HEIGHT
from scoring.text_network import STEP
from training.detectors.text_fit import TrainableNetwork, calibrated, pairs_of, window
from training.detectors.text_lines import faces
from training.detectors.text_sets import examples


@pytest.fixture(scope="module")
def found():
    return list(examples("train", 4))


def test_faces_of_the_splits_are_disjoint():
    names = [{font.family for font in faces(split)} for split in ("train", "calibration", "test")]
    assert not names[0] & names[1]
    assert not (names[0] | names[1]) & names[2]
    assert len(names[2]) >= 3


def test_the_same_seed_gives_the_same_lines(found):
    again = list(examples("train", 4))
    assert [e.text for e in again] == [e.text for e in found]
    for first, second in zip(found, again, strict=True):
        np.testing.assert_array_equal(first.line.ink, second.line.ink)


def test_truth_has_a_value_for_each_step(found):
    for example in found:
        steps = -(-example.line.ink.shape[1] // STEP)
        assert example.steps.shape == example.letters.shape == (steps,)
        assert example.distorted or not example.steps.any()


def test_training_never_sees_the_held_out_fault(found):
    assert HELD_OUT not in {example.kind for example in found}


def test_pairs_hold_one_line_clean_and_corrupted(found):
    pairs = pairs_of(found)
    assert pairs
    for clean, bad in pairs:
        assert clean.text == bad.text
        assert clean.channel == bad.channel
        assert bad.distorted
        assert not clean.distorted


def test_a_window_of_a_distorted_line_shows_the_fault(found):
    rng = np.random.default_rng(0)
    for _, bad in pairs_of(found):
        picture, labels, letters = window(bad, rng)
        assert picture.shape[:2] == (2, LINE_HEIGHT)
        assert np.isfinite(picture).all()
        assert (labels == 1).any()
        assert (letters[labels == 1] == -1).all()


def test_folding_keeps_the_output():
    import torch

    from scoring.text_network import step_logits

    torch.manual_seed(0)
    network = TrainableNetwork()
    lines = torch.randn(8, 2, LINE_HEIGHT, 64)
    network(lines)  # gives the normalisation its statistics
    network.eval()
    tensors = {name: tensor.float() for name, tensor in network.folded().items()}
    with torch.no_grad():
        expected = network(lines)[0]
        assert torch.allclose(step_logits(tensors, lines), expected, atol=0.02)


def test_the_calibration_keeps_the_promised_share_below_the_threshold():
    rng = np.random.default_rng(0)
    logits = np.concatenate([rng.normal(-2, 1, 1000), rng.normal(3, 1, 1000)])
    truth = np.repeat([False, True], 1000)
    scale, shift = calibrated(logits, truth, 0.01)
    probabilities = 1 / (1 + np.exp(-(scale * logits + shift)))
    assert scale > 0
    assert (probabilities[~truth] > 0.5).mean() == pytest.approx(0.01, abs=0.002)
