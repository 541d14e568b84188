"""A sweep's summary on scores made by hand: means, front, quadrants, recommendation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t

from conditioners.errors import InputError
from pipeline.sweep import mean_of, parse_scales, summarise
from pipeline.sweep_page import sweep_page
from scoring.scored_item import ScoredItem
from scoring.thresholds import load_thresholds
from tests.scoring.cards import card, measurement


def items(scores: dict[float, list[tuple[float, float | None]]]) -> list[ScoredItem]:
    """Items of a sweep, a seed each, with (control, prompt) adherence."""
    made = []
    for scale, pairs in scores.items():
        for seed, (control, prompt) in enumerate(pairs):
            measures = [measurement("control_adherence", "passed" if control >= 0.6 else "failed", control)]
            if prompt is not None:
                measures.append(measurement("prompt_adherence", "passed" if prompt >= 0.75 else "failed", prompt))
            made.append(
                ScoredItem(
                    id=f"scale-{scale:g}",
                    wireframe="w",
                    seed=seed,
                    prompt="p",
                    model="m",
                    conditioner="canny",
                    scale=scale,
                    card=card(*measures),
                )
            )
    return made


TRADE = items(
    {
        0.0: [(0.20, 1.0), (0.22, 1.0)],
        0.5: [(0.70, 0.9), (0.72, 0.9)],
        1.0: [(0.90, 0.5), (0.92, 0.5)],
        1.5: [(0.80, 0.4), (0.82, 0.4)],
    }
)


def test_front_quadrants_and_recommendation() -> None:
    sweep = summarise(TRADE, load_thresholds())
    assert [result.on_front for result in sweep.results] == [True, True, True, False]
    assert [result.quadrant for result in sweep.results] == [
        "lines lost",
        "both kept",
        "prompt missed",
        "prompt missed",
    ]
    assert sweep.recommended == 0.5
    assert "both limits are kept" in sweep.reason
    assert [result.failure.failed for result in sweep.results] == [2, 0, 2, 2]
    assert all(result.failure.method == "wilson" for result in sweep.results), "each seed is a case of this wireframe"


def test_when_no_scale_is_good_enough_the_nearest_is_told() -> None:
    sweep = summarise(items({0.0: [(0.1, 0.5)], 1.0: [(0.5, 0.5)]}), load_thresholds())
    assert sweep.recommended == 1.0
    assert "no scale keeps both limits" in sweep.reason
    assert "cannot be told from 0" in sweep.reason, "one seed tells nothing apart"


def test_of_equal_scales_the_lowest_is_recommended() -> None:
    sweep = summarise(items({0.5: [(0.62, 0.5)], 1.0: [(0.67, 0.5)], 1.5: [(0.68, 0.5)]}), load_thresholds())
    assert sweep.recommended == 1.0, "1.5 is a point better, which is nothing; 0.5 is five worse"


def test_an_unscored_prompt_leaves_control_to_decide() -> None:
    sweep = summarise(items({0.0: [(0.1, None)], 1.0: [(0.9, None)]}), load_thresholds())
    assert sweep.recommended == 1.0
    assert "prompt adherence was not scored" in sweep.reason
    assert {result.quadrant for result in sweep.results} == {"unscored"}


def test_nothing_scored_recommends_nothing() -> None:
    failed = [
        ScoredItem(
            id="scale-1", wireframe="w", seed=0, prompt="p", model="m", conditioner="canny", scale=1.0, error="boom"
        )
    ]
    sweep = summarise(failed, load_thresholds())
    assert sweep.recommended is None
    assert "No scale can be recommended" in sweep_page(sweep, failed, "p", load_thresholds())


def test_the_mean_s_interval_equals_scipy_s() -> None:
    values = [0.4, 0.5, 0.55, 0.7]
    mean = mean_of(values)
    assert mean is not None
    expected = t.interval(0.95, 3, loc=np.mean(values), scale=np.std(values, ddof=1) / 2)
    assert (mean.low, mean.high) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_mean_stays_in_range(values: list[float]) -> None:
    mean = mean_of(values)
    assert mean is not None
    assert -1e-9 <= mean.value <= 1 + 1e-9
    if mean.low is not None and mean.high is not None:
        assert 0 <= mean.low <= mean.value + 1e-9
        assert mean.value - 1e-9 <= mean.high <= 1


@pytest.mark.parametrize("text", ["", "1", "a,b", "0,0.0", "-1,1", "0,3", "nan,1", "0,,1", ",".join(["1"] * 50)])
def test_impossible_scales_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="scale must be"):
        parse_scales(text)


def test_the_page_escapes_the_prompt_and_shows_the_front() -> None:
    page = sweep_page(summarise(TRADE, load_thresholds()), TRADE, "<script>alert(1)</script>", load_thresholds())
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Use scale 0.5 for this model." in page
    assert page.count('class="front"') == 1
