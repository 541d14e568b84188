"""Cohen's kappa against statsmodels, a published table and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t
from statsmodels.stats.inter_rater import cohens_kappa

from scoring.agreement import Judged, Opinion, agreement, kappa_interval


def test_kappa_and_its_variance_equal_statsmodels_on_100_random_tables() -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        table = rng.integers(1, 40, (2, 2))
        pairs = np.repeat(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float), table.ravel(), axis=0)
        expected = cohens_kappa(table)
        kappa, low, high = kappa_interval(pairs, [str(n) for n in range(len(pairs))])
        assert kappa == pytest.approx(expected.kappa)
        assert low is not None
        assert high is not None
        if low > -1 and high < 1:
            cases = len(pairs)
            error = (high - low) / 2 / t.ppf(0.975, cases - 1) * np.sqrt((cases - 1) / cases)
            assert error == pytest.approx(expected.std_kappa)
            assert error * norm.ppf(0.975) == pytest.approx((expected.kappa_upp - expected.kappa_low) / 2)


def test_kappa_of_a_published_table() -> None:
    # Fleiss, Statistical Methods for Rates and Proportions, 2nd ed., table 13.2, the category "psychotic" against all.
    pairs = np.repeat(np.array([[1, 1], [1, 0], [0, 1], [0, 0]], float), [75, 5, 5, 15], axis=0)
    kappa, _, _ = kappa_interval(pairs, [str(n) for n in range(100)])
    assert kappa == pytest.approx((0.9 - 0.68) / 0.32)


def test_what_is_missed_and_what_is_a_false_alarm() -> None:
    verdicts = [(True, True)] * 6 + [(True, False)] * 2 + [(False, True)] * 3 + [(False, False)] * 9
    found = agreement([Judged(wireframe=str(n), first=a, second=b) for n, (a, b) in enumerate(verdicts)])
    assert (found.both_bad, found.only_first, found.only_second, found.both_good) == (6, 2, 3, 9)
    assert (found.missed.failed, found.missed.scored) == (2, 8)
    assert (found.alarms.failed, found.alarms.scored) == (3, 12)
    assert found.as_json()["cases"] == 20


def test_where_nothing_can_be_said_there_is_no_number() -> None:
    same = [Judged(wireframe=str(n), first=False, second=False) for n in range(9)]
    assert agreement([]).kappa is None
    assert agreement(same).kappa is None
    assert agreement([Judged(wireframe=str(n), first=False, second=n < 3) for n in range(9)]).kappa is None
    one = [Judged(wireframe="w", first=n > 2, second=n > 2) for n in range(6)]
    assert (agreement(one).kappa, agreement(one).low) == (1.0, None)


def test_perfect_agreement_of_few_is_not_certain() -> None:
    few = agreement([Judged(wireframe=str(n), first=n < 5, second=n < 5) for n in range(10)])
    many = agreement([Judged(wireframe=str(n), first=n < 100, second=n < 100) for n in range(200)])
    assert few.kappa == many.kappa == 1
    assert few.low is not None
    assert many.low is not None
    assert few.low < 0.5 < 0.95 < many.low


def test_assets_of_one_wireframe_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    first = rng.random(40) < 0.5
    second = np.where(rng.random(40) < 0.2, ~first, first)
    alone = agreement(
        [Judged(wireframe=str(n), first=bool(first[n // 5]), second=bool(second[n // 5])) for n in range(200)]
    )
    shared = agreement(
        [Judged(wireframe=str(n // 5), first=bool(first[n // 5]), second=bool(second[n // 5])) for n in range(200)]
    )
    assert alone.kappa == shared.kappa
    assert None not in (alone.low, alone.high, shared.low, shared.high)
    width = [one.high - one.low for one in (alone, shared) if one.high is not None and one.low is not None]
    assert width[1] == pytest.approx(width[0] * 5**0.5, rel=0.05)


@pytest.mark.parametrize("size", [1, 4])
def test_coverage_of_the_interval(size: int) -> None:
    rng = np.random.default_rng(3)
    wireframes = [str(n) for n in np.repeat(np.arange(60), size)]
    rate, flip, held = 0.4, 0.15, 0
    both, agreed = rate * (1 - flip) + (1 - rate) * flip, 1 - flip
    by_chance = rate * both + (1 - rate) * (1 - both)
    for _ in range(300):
        first = np.repeat(rng.random(60) < rate, size)
        second = np.where(np.repeat(rng.random(60) < flip, size), ~first, first)
        _, low, high = kappa_interval(np.stack([first, second], axis=1).astype(float), wireframes)
        assert low is not None
        assert high is not None
        held += low <= (agreed - by_chance) / (1 - by_chance) <= high
    assert 0.91 <= held / 300 <= 0.98


@pytest.mark.parametrize(
    ("opinion", "text", "control"),
    [
        (Opinion(bad=False), False, False),
        (Opinion(bad=True), None, None),
        (Opinion(bad=True, reasons=frozenset({"text"})), True, False),
        (Opinion(bad=True, reasons=frozenset({"other"})), False, False),
    ],
)
def test_reasons_say_which_kinds_a_person_found(opinion: Opinion, text: bool | None, control: bool | None) -> None:
    assert opinion.of("any") is opinion.bad
    assert opinion.of("text") is text
    assert opinion.of("control") is control
