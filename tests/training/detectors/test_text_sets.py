"""The sets of the text detector: disjoint faces, matched pairs, truth that lies on the fault."""

import gzip
import json
import string

import numpy as np
import pytest

from scoring.calibration.text_corruptions import HELD_OUT
from scoring.text_line import LINE_HEIGHT
from scoring.text_network import STEP
from training.detectors.text_faces import CALIBRATION, FACES, LICENCES, detector_faces
from training.detectors.text_fit import calibrated, pairs_of, window
from training.detectors.text_lines import CALIBRATION_FACES, faces
from training.detectors.text_sets import WORN, examples
from training.detectors.text_trainable import TrainableNetwork
from training.render.material import FOLDER, fonts


@pytest.fixture(scope="module")
def found():
    return list(examples("train", 4))


def test_faces_of_the_splits_are_disjoint():
    names = [{font.family for font in faces(split)} for split in ("train", "wide", "calibration", "test")]
    assert names[0] < names[1]
    assert not names[1] & names[2]
    assert not (names[1] | names[2]) & names[3]
    assert len(names[1]) >= 45
    assert len(names[3]) >= 3


def test_the_detectors_own_faces_are_of_other_families_and_free():
    others = {font.family for font in (*fonts(), *fonts(unseen=True))}
    kept_out = {family.lower() for family in CALIBRATION_FACES} | {"roboto", "spartan", "oxygen"}
    assert not set(FACES) & set(CALIBRATION)
    assert not {word for package in (*FACES, *CALIBRATION) for word in package.split("-")} & kept_out
    assert {font.family for split in ("train", "calibration") for font in detector_faces(split)}.isdisjoint(others)
    content = json.loads(gzip.decompress((FOLDER / "faces-detector.json.gz").read_bytes()))
    assert {entry["licence"] for entry in content.values()} <= set(LICENCES)
    assert {entry["source"].split()[0].removeprefix("@fontsource/") for entry in content.values()} == {
        *FACES,
        *CALIBRATION,
    }


def test_outlines_of_the_detectors_own_faces_are_complete():
    for font in (*detector_faces("train"), *detector_faces("calibration")):
        assert all(font.glyphs[character][1] for character in string.ascii_letters + string.digits), font.family
        assert 0.5 < font.cap / font.units < 0.9


def test_the_renderer_draws_from_its_own_faces_only():
    assert {font.family for font in fonts()} == {font.family for s in ("train", "calibration") for font in faces(s)} - {
        font.family for font in detector_faces("calibration")
    }


def test_harder_lines_are_for_training_alone():
    wide = list(examples("wide", 12))
    assert WORN in {example.channel for example in wide}
    assert {example.family for example in wide} & {font.family for font in detector_faces("train")}
    for split in ("calibration", "test"):
        assert WORN not in {example.channel for example in examples(split, 3)}


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


def test_a_network_that_takes_over_folded_tensors_gives_the_same():
    import torch

    from scoring.text_distortion import load_weights
    from scoring.text_network import step_logits

    tensors = load_weights().tensors
    lines = torch.rand(8, 2, LINE_HEIGHT, 64)
    network = TrainableNetwork()
    network.unfold(tensors, lines)
    with torch.no_grad():
        expected = step_logits(tensors, lines)
        assert torch.allclose(network.eval()(lines)[0], expected, atol=1e-3)
        assert torch.allclose(network.train()(lines)[0], expected, atol=0.05)


def test_the_calibration_keeps_the_promised_share_below_the_threshold():
    rng = np.random.default_rng(0)
    logits = np.concatenate([rng.normal(-2, 1, 1000), rng.normal(3, 1, 1000)])
    truth = np.repeat([False, True], 1000)
    scale, shift = calibrated(logits, truth, 0.01)
    probabilities = 1 / (1 + np.exp(-(scale * logits + shift)))
    assert scale > 0
    assert (probabilities[~truth] > 0.5).mean() == pytest.approx(0.01, abs=0.002)
