"""Score cards in words and fragments: ranking, reasons, escaping."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from conditioners.lint import Remark
from pipeline.jobs.create import Candidate
from pipeline.jobs.desk import JobView
from pipeline.jobs.progress import Progress
from pipeline.jobs.queue import Place
from pipeline.jobs.records import Job
from scoring.colour_table import load_colours
from scoring.prompt_parse import parse_prompt
from scoring.scorecard import ElementScore, Measurement, ScoreCard
from tests.scoring.cards import card, measurement
from ui.web import render, words
from ui.web.presets import PRESETS, find_preset
from ui.web.prompt_helper import COMPONENTS, STYLES, PromptParts, colour_names, write_prompt

HOSTILE = "\"><script>window.hit=1</script><img src=x onerror='hit()'>{{7*7}}${1+1}"


def candidate(scores: ScoreCard, seed: int = 1) -> Candidate:
    paths = {name: Path(f"{HOSTILE[:20]}{name}.png") for name in ("asset", "control_map", "overlay", "scores")}
    return Candidate(seed=seed, seconds=1.0, card=scores, line={}, **paths)


def view(status: str, error: str = "", candidates: list[Candidate] | None = None) -> JobView:
    job = Job(
        number=1, key="0" * 32, owner="ada", lane="ada", kind="create", order={}, work=1.0, status=status, stop=False,
        attempts=1, error=error, process="", created=datetime.now(UTC), started=None, ended=None,
    )  # type: ignore[arg-type]  # fmt: skip
    progress = Progress(message=HOSTILE, image=1, images=4, step=1, steps=2, preview=np.zeros((4, 4, 3), np.uint8))
    return JobView(job=job, place=Place(ahead=2, seconds=100.0), progress=progress, candidates=candidates or [])


def test_the_best_comes_first() -> None:
    cards = [
        card(measurement("text_ned", "failed", 0.2), measurement("control_adherence", "failed", 0.1)),
        card(measurement("text_ned", "passed", 0.9)),
        card(measurement("text_ned", "failed", 0.5), measurement("control_adherence", "passed", 0.9)),
        card(measurement("text_ned", "passed", 1.0)),
        card(),
    ]
    assert words.rank(cards) == [3, 1, 4, 2, 0]


@given(st.lists(st.sampled_from(["passed", "failed", "unscored"]), max_size=6))
def test_every_card_has_one_place(verdicts: list[str]) -> None:
    cards = [card(measurement("text_ned", verdict, 0.5)) for verdict in verdicts]  # type: ignore[arg-type]
    assert sorted(words.rank(cards)) == list(range(len(cards)))


def test_reasons_name_failures_first_and_lines_once() -> None:
    told = words.reasons(
        card(
            measurement("control_f1_1px", "passed", 0.8, "9 px missing"),
            measurement("control_adherence", "passed", 0.8),
            measurement("text_ned", "failed", 0.0, "read 'Enr' for 'Save'"),
            measurement("clip_score", "unscored", None),
        )
    )
    assert [(one.label, one.verdict) for one in told] == [("Wording", "failed"), ("Lines", "passed")]
    assert told[1].text == "0.8 of 1 kept: 9 px missing"


def test_nothing_that_comes_from_outside_is_markup() -> None:
    item = Measurement(name="text_ned", value=0.1, unit="ratio", threshold=0.9, verdict="failed", reason=HOSTILE)
    element = ElementScore(kind="text", box=Box(1, 2, 9, 9), text=HOSTILE, measurements=(item,))
    one = candidate(ScoreCard(measurements=(item,), elements=(element,)))
    remark = Remark(rule="x", severity="warning", text=HOSTILE, boxes=(Box(0, 0, 2, 2),))
    parts = [
        render.remarks([remark]),
        render.control_map(np.zeros((8, 8), np.uint8), HOSTILE, [remark]),
        render.candidates(view("done", candidates=[one]), [0], 1),
        render.detail("0" * 32, one, Extent(16, 16)),
        render.export_form("0" * 32, one, HOSTILE),
        render.fragment("problem", text=HOSTILE),
        render.fragment("faults", lines=[HOSTILE, HOSTILE]),
        render.fragment("login", error=HOSTILE, name=HOSTILE),
        *(render.progress(view(status, HOSTILE)) for status in ("queued", "running", "failed", "cancelled", "done")),
    ]
    for part in parts:
        assert "<script" not in part
        assert not re.search(r"<img[^>]*onerror", part)
    assert "&lt;script&gt;" in render.detail("0" * 32, one, Extent(16, 16))


def test_progress_tells_place_steps_and_time() -> None:
    assert "2 jobs before it, about 2 min" in render.progress(view("queued"))
    running = render.progress(view("running"))
    assert "step 1 of 2" in running
    assert 'value="0.375"' in running


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_helper_writes_what_the_scorer_reads(component: str) -> None:
    parts = PromptParts(component=component, style="flat", colour="blue", background="white", label='Say "hi"')
    prompt = write_prompt(parts)
    parsed = parse_prompt(prompt, load_colours())
    assert parsed.component == component
    assert parsed.quoted == ("Say 'hi'",)
    assert {mention.term.label for mention in parsed.colours} == {"blue", "white"}
    assert parsed.unknown == ()


@pytest.mark.parametrize("style", STYLES)
def test_the_helper_s_styles_are_read(style: str) -> None:
    prompt = write_prompt(PromptParts(component="button", style=style, colour=colour_names()[0]))
    assert (
        style in (parse_prompt(prompt, load_colours()).style, parse_prompt(prompt, load_colours()).tone)
        or style == "gradient"
    )


def test_presets_are_found_by_name() -> None:
    assert [find_preset(one.name) for one in PRESETS] == list(PRESETS)
    with pytest.raises(InputError, match="preset must be one of faithful, balanced, free, got 'wild'"):
        find_preset("wild")
