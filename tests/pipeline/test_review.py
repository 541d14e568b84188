"""Verdicts of people: from the sheet's file into the store, and what they say of the scores."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conditioners.errors import InputError, InputErrors
from pipeline.report import make_report
from pipeline.report_page import report_page
from pipeline.results import load_results
from pipeline.review import ItemOpinions, import_review, load_opinions
from pipeline.review_summary import summarize
from pipeline.store.folder import open_or_make_run
from pipeline.store.records import AssetFacts, Environment, NewItem, Outcome
from scoring.agreement import Opinion
from scoring.thresholds import load_thresholds
from tests.scoring.cards import card, item, measurement

COUNT = 6
TIME = "2026-01-02T03:04:05Z"


def facts(number: int, job: str = "job") -> AssetFacts:
    return AssetFacts(
        job=job,
        scoring="s",
        asset=f"{number}-{job}.png",
        control_map=f"{number}-{job}.map.png",
        scores=f"{number}-{job}.scores.json",
        asset_bytes=1,
        control_map_bytes=1,
        scores_bytes=1,
        sha256="0" * 64,
        width=40,
        height=40,
        seconds=0.5,
        wireframe_digest=f"w{number}",
        stroke_width=None,
        scale=1.0,
        card=card(measurement("control_adherence", "failed" if number < 2 else "passed")).as_json(),
    )


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of six done items; the first two failed their lines."""
    folder = tmp_path / "run"
    store = open_or_make_run(folder, Environment(version="0", commit="", packages={}, device="cpu", settings={}))
    new = [
        NewItem(
            position=n, row_id=f"row {n}", seed=2**60 + n, inputs="i", wireframe=f"{n}.png", prompt="a button",
            model="embedded", conditioner="canny",
        )
        for n in range(COUNT)
    ]  # fmt: skip
    items = store.order(new)
    store.claim("me", ids=[one.id for one in items])
    store.finish([Outcome(item_id=one.id, asset=facts(number)) for number, one in enumerate(items)])
    store.store.close()
    return folder


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Write the file of a review sheet: everything good but the first three, for their lines or text."""

    def write(reviewer: str = "Ada", **changes: Any) -> Path:
        verdicts: list[dict[str, Any]] = [
            {
                "id": f"row {n}", "seed": str(2**60 + n), "asset": f"{n}-job.png", "note": "", "time": TIME,
                "verdict": "bad" if n < 3 else "good", "reasons": ["control"] if n < 2 else ["text"] if n == 2 else [],
            }
            for n in range(COUNT)
        ]  # fmt: skip
        told = {"kind": "lineproof-review", "version": 1, "run": "r", "reviewer": reviewer, "verdicts": verdicts}
        path = tmp_path / f"{reviewer}.json"
        path.write_text(json.dumps(told | changes))
        return path

    return write


def test_verdicts_go_into_the_store_once_and_come_back(run: Path, sheet: Callable[..., Path]) -> None:
    first = import_review(sheet(), run)
    assert (first.new, first.known, first.outdated) == (COUNT, 0, 0)
    again = import_review(sheet(), run)
    assert (again.new, again.known) == (0, COUNT)
    items = load_results(run)
    opinions = load_opinions(run, items)
    assert [one.item.id for one in opinions] == [f"row {n}" for n in range(COUNT)]
    assert opinions[0].by == {"Ada": Opinion(bad=True, reasons=frozenset({"control"}))}
    found = summarize(opinions, load_thresholds())
    assert found is not None
    assert (found.with_scores["any"].both_bad, found.with_scores["any"].only_first) == (2, 1)
    assert found.with_scores["control"].kappa == 1.0
    assert found.with_scores["text"].cases == 0, "no text was scored"
    told = json.loads(json.dumps(make_report(items, opinions=opinions).as_json(), allow_nan=False))
    assert told["review"]["agreement"]["any"]["cases"] == COUNT
    page = report_page(make_report(items, opinions=opinions), "run")
    assert "6 verdicts of 1 person (Ada) on 6 assets" in " ".join(page.split())
    assert 'id="people"' not in report_page(make_report(items), "run")


def test_the_newest_verdict_of_a_person_counts(run: Path, sheet: Callable[..., Path]) -> None:
    import_review(sheet(), run)
    later = {"id": "row 0", "seed": 2**60, "asset": "0-job.png", "verdict": "good", "time": "2026-01-02T04:04:05+00:30"}
    import_review(sheet(verdicts=[later | {"time": "2026-01-02T02:00:00Z"}]), run)
    assert load_opinions(run, load_results(run))[0].by["Ada"].bad
    import_review(sheet(verdicts=[later]), run)
    assert not load_opinions(run, load_results(run))[0].by["Ada"].bad


def test_verdicts_of_an_image_that_was_made_anew_are_left_out(run: Path, sheet: Callable[..., Path]) -> None:
    import_review(sheet("Ada"), run)
    store = open_or_make_run(run, Environment(version="0", commit="", packages={}, device="cpu", settings={}))
    first = next(store.items())
    store.reopen(ids=[first.id])
    store.claim("me", ids=[first.id])
    store.finish([Outcome(item_id=first.id, asset=facts(0, job="other"))])
    store.store.close()
    found = import_review(sheet("Bob"), run)
    assert (found.new, found.outdated) == (COUNT - 1, 1)
    assert [one.item.id for one in load_opinions(run, load_results(run))] == [f"row {n}" for n in range(1, COUNT)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "other"}, "kind: Input should be 'lineproof-review'"),
        ({"version": 2}, "version"),
        ({"extra": 1}, "unknown field 'extra'"),
        ({"reviewer": ""}, "reviewer"),
        ({"verdicts": []}, "verdicts"),
        ({"verdicts": [{"id": "x"}]}, "field 'verdicts.0.seed' is required"),
        ({"verdicts": [{"id": "no", "seed": 1, "asset": "a", "verdict": "good", "time": TIME}]}, "has no row 'no'"),
        (
            {"verdicts": [{"id": "row 0", "seed": 2**60, "asset": "a", "verdict": "fine", "time": TIME}]},
            "verdicts.0.verdict",
        ),
        (
            {
                "verdicts": [
                    {"id": "row 0", "seed": 2**60, "asset": "a", "verdict": "good", "time": "2026-01-01T00:00:00"}
                ]
            },
            "verdicts.0.time",
        ),
    ],
)
def test_a_file_that_is_no_review_of_this_run_writes_nothing(
    run: Path, sheet: Callable[..., Path], changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputErrors) as caught:
        import_review(sheet(**changes), run)
    assert words in str(caught.value)
    assert load_opinions(run, load_results(run)) == []


def test_files_and_folders_that_are_not_there(run: Path, sheet: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        import_review(tmp_path / "gone.json", run)
    with pytest.raises(InputError, match=r"lineproof\.db"):
        import_review(sheet(), tmp_path)


def test_of_several_people_most_count_and_each_pair_is_compared() -> None:
    def by(*bad: bool) -> dict[str, Opinion]:
        return {name: Opinion(bad=one) for name, one in zip("abc", bad, strict=False)}

    opinions = [
        *(ItemOpinions(item=item(f"w{n}", 0, "failed"), by=by(True, True, False)) for n in range(8)),
        *(ItemOpinions(item=item(f"v{n}", 0, "passed"), by=by(False, False, False)) for n in range(8)),
        ItemOpinions(item=item("u", 0, "passed"), by=by(True, False)),
    ]
    found = summarize(opinions, load_thresholds())
    assert found is not None
    assert (found.assets, found.verdicts, found.divided, found.reviewers) == (17, 50, 1, ("a", "b", "c"))
    assert (found.with_scores["any"].cases, found.with_scores["any"].kappa) == (16, 1.0)
    assert [(one.first, one.second, one.agreement.cases) for one in found.between] == [
        ("a", "b", 17), ("a", "c", 16), ("b", "c", 16)
    ]  # fmt: skip
    assert all(one.proposed is None and one.reason.startswith("too few") for one in found.proposals)
    assert summarize([], load_thresholds()) is None


def test_verdicts_that_disagree_with_a_threshold_propose_another() -> None:
    opinions = [
        ItemOpinions(
            item=_valued(n, 0.3 + 0.5 * n / 120), by={"Ada": Opinion(bad=n < 30, reasons=frozenset({"control"}))}
        )
        for n in range(120)
    ]
    found = summarize(opinions, load_thresholds())
    assert found is not None
    (proposal,) = [one for one in found.proposals if one.measure == "control_adherence"]
    assert proposal.proposed == pytest.approx(0.3 + 0.5 * 29.5 / 120)
    page = report_page(make_report([one.item for one in opinions], opinions=opinions), "run")
    assert re.search(r"0\.423 in place of 0\.6: tells (9\d|100)% right on wireframes it was not fitted on", page)


def _valued(number: int, value: float) -> Any:
    made = item(f"w{number}", 0, "passed")
    verdict = "passed" if value >= 0.6 else "failed"
    return replace(made, card=card(measurement("control_adherence", verdict, value)))
