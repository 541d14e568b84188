"""The detector's figures and the section of the document that they make."""

import json

import numpy as np
import pytest

from scoring.calibration.text_corruptions import HELD_OUT, KINDS
from scoring.text_distortion import MIN_HEIGHT, load_weights
from training.detectors.text_figures import auroc, left_out_faces, measured, rank_correlation, rate, roc_points
from training.detectors.text_lines import faces
from training.detectors.text_report import BEGIN, END, section, write_section
from training.detectors.text_sets import examples
from training.detectors.text_validate import series


@pytest.fixture(scope="module")
def figures():
    weights = load_weights()
    calibration = list(examples("calibration", 2))
    return {
        "threshold": 0.5,
        "min_height": MIN_HEIGHT,
        "calibration_faces": measured(weights, calibration),
        "left_out_faces": left_out_faces(weights, calibration, 0.01),
        "held_out_faces": measured(weights, list(examples("test", 3, KINDS))),
        "held_out_faces_and_kind": measured(weights, list(examples("test", 2, (HELD_OUT,)))),
        "series": series(weights, lines=2),
    }


def test_the_confusion_matrix_counts_every_line(figures):
    one = figures["held_out_faces"]
    assert sum(one["confusion"].values()) == one["lines"]
    assert one["recall"]["count"] == one["confusion"]["true_positive"]
    assert one["false_positives"]["count"] == one["confusion"]["false_positive"]
    assert sum(entry["of"] for entry in one["recall_by_height"].values()) == one["recall"]["of"]


def test_each_calibration_face_is_left_out_once(figures):
    left_out = figures["left_out_faces"]
    assert set(left_out) <= {font.family for font in faces("calibration")}
    assert sum(one["of"] for one in left_out.values()) == figures["calibration_faces"]["false_positives"]["of"]
    assert all(f"| {face} | " in section(figures) for face in left_out)


def test_figures_are_plain_and_finite(figures):
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures


def test_the_section_replaces_itself_and_leaves_the_rest(figures, tmp_path):
    document = tmp_path / "scoring-validation.md"
    document.write_text("# Title\n\nBefore.\n", encoding="utf-8")
    write_section(figures, document)
    once = document.read_text(encoding="utf-8")
    document.write_text(once + "\nAfter.\n", encoding="utf-8")
    write_section(figures, document)
    twice = document.read_text(encoding="utf-8")
    assert twice == once + "\nAfter.\n"
    assert twice.count(BEGIN) == twice.count(END) == 1
    assert section(figures) in twice


def test_auroc_equals_the_share_of_pairs_in_order():
    rng = np.random.default_rng(3)
    scores, truth = rng.normal(size=60).round(1), rng.random(60) < 0.4
    pairs = scores[truth][:, None] - scores[~truth][None]
    assert auroc(scores, truth) == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean(), abs=1e-4)
    assert auroc(scores, np.ones(60, dtype=bool)) is None


def test_rates_and_roc():
    assert rate(np.zeros(0, dtype=bool))["rate"] is None
    hits = rate(np.array([True, True, False, False]))
    assert hits["low"] < 0.5 < hits["high"]
    points = roc_points(np.linspace(0, 1, 200), np.arange(200) >= 100)
    assert all(point["recall"] > 0.95 for point in points)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == -1.0
