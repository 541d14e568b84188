"""What is told of the detectors' own errors is what their validation found."""

from pathlib import Path

import pytest

from conditioners.errors import InputError
from scoring.detector_errors import Trial, load_detector_errors
from training.detectors.error_rates import collected


def test_the_file_tells_what_the_validation_found() -> None:
    assert load_detector_errors() == collected()


def test_shares_come_with_intervals_around_them() -> None:
    trial = Trial(material="x", clean=200, flagged=4, faulty=100, found=90)
    assert trial.false_alarms[0] == 0.02
    assert trial.missed[0] == pytest.approx(0.1)
    for rate, low, high in (trial.false_alarms, trial.missed):
        assert 0 < low < rate < high < 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "version: 1\ndetectors: {text_distortion: [{material: a, clean: 2, flagged: 3, faulty: 1, found: 1}]}",
            "most",
        ),
        ("version: 1\ndetectors: {other: []}", "detectors.other"),
        ("{", "cannot be read"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "detectors.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        load_detector_errors(file)
