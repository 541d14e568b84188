"""Rates and groups: what counts, what is left out, and in which columns."""

from __future__ import annotations

import pytest

from scoring.scored_item import ScoredItem
from scoring.statistics import error_rate, failure_rates
from scoring.statistics_groups import groups
from tests.scoring.cards import card, item, label, measurement


def test_a_kind_fails_by_its_own_measures_only() -> None:
    one = item("a", 0, "failed", measure="colour_delta_e", elements=(label(14, "passed"),))
    assert [one.outcome(kind) for kind in ("any", "control", "prompt", "text", "icon")] == [
        "failed", "unscored", "failed", "passed", "unscored"
    ]  # fmt: skip


def test_a_failed_element_fails_its_asset() -> None:
    assert item("a", 0, "passed", elements=(label(14, "failed"),)).outcome("text") == "failed"


def test_unscored_and_errored_leave_the_rate_and_keep_their_columns() -> None:
    items = [
        *(item(f"w{n}", 0, "failed" if n < 3 else "passed") for n in range(30)),
        item("x", 0, "unscored"),
        item("y", 0, None),
    ]
    rate = failure_rates(items)["control"]
    assert (rate.failed, rate.scored, rate.unscored, rate.errored) == (3, 30, 1, 1)
    assert rate.rate == pytest.approx(0.1)
    assert rate.method == "wilson"
    errors = error_rate(items)
    assert (errors.failed, errors.scored) == (1, 32)


def test_nothing_scored_is_null_and_never_nan() -> None:
    rate = failure_rates([item("a", 0, "unscored")])["icon"]
    assert rate.as_json() == {
        "failed": 0, "scored": 0, "unscored": 1, "errored": 0, "rate": None, "low": None, "high": None,
        "method": "wilson", "clusters": 0,
    }  # fmt: skip


def test_seeds_of_one_wireframe_widen_the_interval() -> None:
    alone = failure_rates([item(f"w{n}", 0, "failed" if n < 20 else "passed") for n in range(80)])["any"]
    shared = failure_rates([item(f"w{n // 4}", n % 4, "failed" if n < 20 else "passed") for n in range(80)])["any"]
    assert (alone.method, shared.method) == ("wilson", "cluster-bootstrap")
    assert alone.rate == shared.rate
    assert alone.low is not None
    assert alone.high is not None
    assert shared.low is not None
    assert shared.high is not None
    assert shared.high - shared.low > 1.5 * (alone.high - alone.low)


def test_groups_by_tag_size_and_setting() -> None:
    items = [
        item("a", 0, "failed", tags=("component=button", "night"), elements=(label(11, "failed"), label(40, "passed"))),
        item("b", 0, "passed", tags=("component=card",), scale=0.5, elements=(label(14, "passed"),)),
    ]
    found = groups(items)
    assert list(found) == ["component", "text_height", "stroke_width", "conditioner", "scale", "model", "tag"]
    assert {group.value: group.rates()["any"].failed for group in found["component"]} == {"button": 1, "card": 0}
    labels = {group.value: group.rates()["text"] for group in found["text_height"]}
    assert list(labels) == ["under 12 px", "12 to under 15 px", "32 px and more"]
    assert (labels["under 12 px"].failed, labels["under 12 px"].scored) == (1, 1)
    assert [group.value for group in found["scale"]] == ["0.5", "1"]
    assert [group.value for group in found["tag"]] == ["night"]


def test_labels_of_one_wireframe_are_one_cluster() -> None:
    items = [item(f"w{n}", 0, "passed", elements=(label(14, "failed"), label(14, "passed"))) for n in range(10)]
    (group,) = groups(items)["text_height"]
    assert group.rates()["text"].clusters == 10
    assert group.rates()["text"].method == "cluster-bootstrap"


def test_an_item_has_either_a_card_or_an_error() -> None:
    both = {"id": "a", "wireframe": "w", "seed": 0, "prompt": "", "model": "m", "conditioner": "canny"}
    with pytest.raises(ValueError, match="exactly one of card and error"):
        ScoredItem(**both)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="exactly one of card and error"):
        ScoredItem(**both, card=card(measurement("text_ned", "passed")), error="x")  # type: ignore[arg-type]
