"""The score card and its JSON."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from conditioners.geometry import Box
from scoring.scorecard import ElementScore, Measurement, ScoreCard, combined_verdict, unscored
from scoring.scorecard_file import scorecard_from_json

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(min_size=1, max_size=20)


@st.composite
def measurements(draw):
    value = draw(st.none() | NUMBERS)
    if value is None:
        return unscored(draw(WORDS), draw(st.text(max_size=8)), draw(WORDS))
    verdict = draw(st.sampled_from(["passed", "failed", "unscored"]))
    threshold = draw(NUMBERS) if verdict != "unscored" else draw(st.none() | NUMBERS)
    return Measurement(
        name=draw(WORDS),
        value=value,
        unit=draw(st.text(max_size=8)),
        threshold=threshold,
        verdict=verdict,
        reason=draw(WORDS),
    )


@st.composite
def cards(draw):
    side = st.integers(0, 4096)
    element = st.builds(
        ElementScore,
        kind=st.sampled_from(["text", "icon", "shape"]),
        box=st.builds(Box, side, side, side, side),
        text=st.text(max_size=20),
        measurements=st.lists(measurements(), max_size=3).map(tuple),
    )
    return ScoreCard(
        measurements=tuple(draw(st.lists(measurements(), max_size=4))),
        elements=tuple(draw(st.lists(element, max_size=3))),
    )


@given(cards())
def test_round_trip_through_json(card):
    assert scorecard_from_json(card.dumps()) == card
    assert scorecard_from_json(json.loads(card.dumps())) == card
    assert "NaN" not in card.dumps() or any("NaN" in text for text in _texts(card))


def _texts(card):
    every = [*card.measurements, *(m for element in card.elements for m in element.measurements)]
    return [text for m in every for text in (m.name, m.unit, m.reason)] + [element.text for element in card.elements]


def passing(name="control_f1_1px", value=0.93, verdict="passed"):
    return Measurement(name=name, value=value, unit="ratio", threshold=0.85, verdict=verdict, reason="kept")


def test_layout_is_the_contract():
    element = ElementScore(kind="text", box=Box(1, 2, 30, 40), text="Save", measurements=(passing("text_ned"),))
    card = ScoreCard(
        measurements=(passing(), unscored("clip_score", "100 x cosine", "no weights")), elements=(element,)
    )
    assert card.as_json() == {
        "version": 1,
        "verdict": "passed",
        "measurements": [
            {
                "name": "control_f1_1px", "value": 0.93, "unit": "ratio", "threshold": 0.85, "verdict": "passed",
                "reason": "kept",
            },
            {
                "name": "clip_score", "value": None, "unit": "100 x cosine", "threshold": None, "verdict": "unscored",
                "reason": "no weights",
            },
        ],
        "elements": [
            {
                "kind": "text", "box": [1, 2, 30, 40], "text": "Save",
                "measurements": [
                    {
                        "name": "text_ned", "value": 0.93, "unit": "ratio", "threshold": 0.85, "verdict": "passed",
                        "reason": "kept",
                    }
                ],
            }
        ],
    }  # fmt: skip


@pytest.mark.parametrize(
    "verdicts, expected",
    [
        (["passed", "failed", "unscored"], "failed"),
        (["passed", "unscored"], "passed"),
        (["unscored"], "unscored"),
        ([], "unscored"),
    ],
)
def test_verdict(verdicts, expected):
    assert combined_verdict(verdicts) == expected


def test_a_failed_element_fails_the_card():
    element = ElementScore(
        kind="text", box=Box(0, 0, 9, 9), text="", measurements=(passing("text_ned", 0.1, "failed"),)
    )
    assert ScoreCard(measurements=(passing(),), elements=(element,)).verdict == "failed"


def test_a_measurement_is_found_by_name():
    card = ScoreCard(measurements=(passing(),))
    assert card.measurement("control_f1_1px").value == 0.93
    with pytest.raises(KeyError):
        card.measurement("text_ned")


@pytest.mark.parametrize(
    "fields, message",
    [
        ({"value": math.nan}, "must be finite"),
        ({"value": math.inf}, "must be finite"),
        ({"threshold": math.nan}, "must be finite"),
        ({"value": None}, "must be unscored"),
        ({"threshold": None}, "needs a threshold"),
        ({"verdict": "unscored", "reason": ""}, "needs a reason"),
        ({"name": ""}, "must have a name"),
    ],
)
def test_measurements_that_cannot_be(fields, message):
    good = {"name": "m", "value": 1.0, "unit": "px", "threshold": 2.0, "verdict": "passed", "reason": "r"}
    with pytest.raises(ValueError, match=message):
        Measurement(**{**good, **fields})


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda card: card.update(extra=1), "extra"),
        (lambda card: card.pop("elements"), "elements"),
        (lambda card: card.update(version=2), "version"),
        (lambda card: card.update(verdict="failed"), "they say passed, got failed"),
        (lambda card: card["measurements"][0].update(value="0.9"), "value"),
        (lambda card: card["measurements"][0].update(value=True), "value"),
        (lambda card: card["measurements"][0].update(value=math.nan), "value"),
        (lambda card: card["measurements"][0].update(colour="red"), "colour"),
        (lambda card: card["measurements"][0].update(value=None), "must be unscored"),
    ],
)
def test_broken_cards_are_refused_in_one_line(change, message):
    document = ScoreCard(measurements=(passing(),)).as_json()
    change(document)
    with pytest.raises(InputError, match=message) as caught:
        scorecard_from_json(document)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"version": 1}', "NaN"])
def test_broken_json_is_refused(text):
    with pytest.raises(InputError, match="score card"):
        scorecard_from_json(text)
