"""The prompt's checks and their weighted share."""

import pytest

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour import ColourCheck
from scoring.colour_table import ColourMatch
from scoring.prompt import PromptCheck, prompt_checks, prompt_measurement
from scoring.text import TextCheck


def colour(target, accepted):
    match = ColourMatch(distance=1.0 if accepted else 40.0, threshold=20.0, accepted=accepted, reason="")
    return ColourCheck(target=target, element=None, match=match, reason=f"{target} {'right' if accepted else 'wrong'}")


def read(expected, value):
    return TextCheck(expected=expected, element=Element(kind="text", box=Box(0, 0, 9, 9)), found="", value=value)


def test_checks_are_colours_background_and_quoted_strings(thresholds):
    checks = prompt_checks(
        (colour("element", True), colour("text", False), colour("background", True)),
        (read("Save", 1.0), read("Not quoted", 0.0)),
        ("Save",),
        thresholds,
    )
    assert [(check.kind, check.verdict) for check in checks] == [
        ("colour", "passed"),
        ("colour", "failed"),
        ("background", "passed"),
        ("text", "passed"),
    ]
    measurement = prompt_measurement(checks, thresholds, "p")
    assert measurement.value == 0.75
    assert "3 of 4 checks passed" in measurement.reason
    assert "text wrong" in measurement.reason


def test_weights_count(thresholds):
    heavy = thresholds.model_copy(
        update={"prompt": thresholds.prompt.model_copy(update={"weights": {"colour": 3.0, "text": 1.0}})}
    )
    checks = (
        PromptCheck(kind="colour", verdict="passed", reason=""),
        PromptCheck(kind="text", verdict="failed", reason="t"),
        PromptCheck(kind="background", verdict="failed", reason="without a weight"),
    )
    assert prompt_measurement(checks, heavy, "p").value == 0.75


def test_checks_that_could_not_be_made_are_left_out_and_named(thresholds):
    checks = (
        PromptCheck(kind="colour", verdict="passed", reason="fine"),
        PromptCheck(kind="text", verdict="unscored", reason="no recogniser"),
    )
    measurement = prompt_measurement(checks, thresholds, "p")
    assert measurement.value == 1.0
    assert "no recogniser" in measurement.reason


@pytest.mark.parametrize(
    ("checks", "prompt", "reason"),
    [
        ((), None, "no prompt"),
        ((), "a button", "names no colour"),
        ((PromptCheck(kind="text", verdict="unscored", reason="no recogniser"),), "p", "no recogniser"),
    ],
)
def test_without_a_check_it_is_unscored(checks, prompt, reason, thresholds):
    measurement = prompt_measurement(checks, thresholds, prompt)
    assert measurement.value is None
    assert reason in measurement.reason
