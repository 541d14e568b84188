"""The thresholds file."""

import pytest
import yaml

from conditioners.errors import InputError
from scoring.thresholds import DEFAULT_THRESHOLDS, load_thresholds


def test_bounds_hold_from_both_sides(thresholds):
    assert thresholds.judge("text_ned", 0.9, "ratio", "").verdict == "passed"
    assert thresholds.judge("text_ned", 0.89, "ratio", "").verdict == "failed"
    limit = thresholds.measures["text_ned"].model_copy(update={"at_least": None, "at_most": 2.0})
    upper = thresholds.model_copy(update={"measures": {"control_hd95_px": limit}})
    assert upper.judge("control_hd95_px", 2.0, "px", "").verdict == "passed"
    assert upper.judge("control_hd95_px", 2.1, "px", "").verdict == "failed"


def test_a_measure_without_a_threshold_is_reported(thresholds):
    measurement = thresholds.judge("control_f1_strict", 0.4, "ratio", "")
    assert (measurement.value, measurement.threshold, measurement.verdict) == (0.4, None, "unscored")
    assert "no threshold" in measurement.reason


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.update(extra=1), "extra"),
        (lambda document: document.pop("colour"), "colour"),
        (lambda document: document["measures"]["text_ned"].update(at_most=1.0), "exactly one"),
        (lambda document: document["measures"]["text_ned"].pop("rule"), "rule"),
        (lambda document: document["measures"]["text_ned"].update(at_least=float("nan")), "at_least"),
        (lambda document: document["prompt"]["weights"].update(colour=-1), "colour"),
        (lambda document: document["prompt"]["weights"].update(smell=1), "smell"),
        (lambda document: document["colour"].update(dark_lightness=120), "dark_lightness"),
    ],
)
def test_wrong_files_are_refused(tmp_path, change, message):
    document = yaml.safe_load(DEFAULT_THRESHOLDS.read_text())
    change(document)
    path = tmp_path / "thresholds.yaml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(InputError, match=message) as caught:
        load_thresholds(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize("content", ["", "[]", "a: [", "\x00"])
def test_files_that_are_no_yaml_mapping_are_refused(tmp_path, content):
    path = tmp_path / "thresholds.yaml"
    path.write_text(content)
    with pytest.raises(InputError):
        load_thresholds(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml"):
        load_thresholds(tmp_path / "none.yaml")
