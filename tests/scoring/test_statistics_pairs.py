"""Paired comparison against published examples, scipy and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest, norm, ttest_1samp

from scoring.scorecard import Verdict
from scoring.scored_item import ScoredItem
from scoring.statistics_pairs import (
    compare,
    detectable_change,
    detectable_difference,
    difference_interval,
    holm,
    match,
    mcnemar_exact,
)
from tests.scoring.cards import item


def run(*verdicts: Verdict | None, measure: str = "control_adherence") -> list[ScoredItem]:
    return [item(f"w{n}", 0, verdict, measure=measure) for n, verdict in enumerate(verdicts)]


def test_mcnemar_equals_the_binomial_test_on_100_random_tables() -> None:
    rng = np.random.default_rng(3)
    for fixed, broken in rng.integers(0, 60, (100, 2)):
        expected = 1.0 if fixed + broken == 0 else binomtest(int(fixed), int(fixed + broken)).pvalue
        assert mcnemar_exact(int(fixed), int(broken)) == pytest.approx(expected, abs=1e-12)


def test_mcnemar_on_a_published_table() -> None:
    # Agresti, Categorical Data Analysis, 2nd ed., table 10.1: 86 against 150 changed their approval.
    assert mcnemar_exact(86, 150) == pytest.approx(3.7e-5, rel=0.05)
    assert mcnemar_exact(0, 0) == 1.0
    assert mcnemar_exact(5, 5) == 1.0


def test_holm_by_hand() -> None:
    # Step down: 0.01 * 4, 0.02 * 3, 0.03 * 2, 0.04 * 1, each at least the one before.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([]) == []


def test_holm_equals_its_definition_on_100_random_tables() -> None:
    rng = np.random.default_rng(8)
    for _ in range(100):
        raw = np.round(rng.random(rng.integers(1, 8)), 2)
        ranked = np.argsort(raw, kind="stable")
        expected = np.empty(len(raw))
        highest = 0.0
        for place, index in enumerate(ranked):
            highest = max(highest, min(1.0, (len(raw) - place) * raw[index]))
            expected[index] = highest
        assert holm([float(p) for p in raw]) == pytest.approx(expected)


def test_the_interval_of_independent_pairs_equals_scipy_s_t_on_100_random_tables() -> None:
    rng = np.random.default_rng(9)
    for _ in range(100):
        table = rng.integers(0, 2, (int(rng.integers(20, 120)), 2))
        expected = ttest_1samp(table[:, 1] - table[:, 0], 0).confidence_interval(0.95)
        low, high = difference_interval(table, [str(n) for n in range(len(table))])
        assert low is not None
        assert high is not None
        # The bootstrap's variance is that of 4000 draws: its root is 1.1% off on average.
        assert high - low == pytest.approx(expected.high - expected.low, rel=0.05)
        assert (high + low) / 2 == pytest.approx((expected.high + expected.low) / 2, abs=1e-12)


def test_seeds_of_one_wireframe_make_a_smaller_difference_undetectable() -> None:
    a = [item(f"w{n // 8}", n % 8, "failed" if n // 8 % 4 == 0 else "passed") for n in range(320)]
    b = [item(f"w{n // 8}", n % 8, "failed" if n // 8 % 4 == 1 else "passed") for n in range(320)]
    alone = [item(f"w{n}", 0, "failed" if n // 8 % 4 == 0 else "passed") for n in range(320)]
    alone_b = [item(f"w{n}", 0, "failed" if n // 8 % 4 == 1 else "passed") for n in range(320)]
    shared = compare(match(a, b)[0])["control"].detectable
    apart = compare(match(alone, alone_b)[0])["control"].detectable
    assert shared is not None
    assert apart == detectable_difference(320, 0.5)
    assert shared == pytest.approx(detectable_difference(40, 0.5) or 0, rel=0.05)


def test_detectable_difference_equals_connor_s_sample_size_backwards() -> None:
    for discordant, wanted in ((0.2, 0.1), (0.4, 0.1), (0.5, 0.25)):
        z_a, z_b = norm.ppf(0.975), norm.ppf(0.8)
        needed = (z_a * discordant**0.5 + z_b * (discordant - wanted**2) ** 0.5) ** 2 / wanted**2
        assert detectable_difference(needed, discordant) == pytest.approx(wanted, abs=1e-6)
    assert detectable_difference(10, 0.05) is None
    assert detectable_difference(50, 0.0) is None


def test_the_detectable_difference_is_found_in_four_of_five_simulated_runs() -> None:
    pairs, discordant = 400, 0.25
    wanted = detectable_difference(pairs, discordant)
    assert wanted is not None
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(300):
        broken, fixed, _ = rng.multinomial(
            pairs, [(discordant + wanted) / 2, (discordant - wanted) / 2, 1 - discordant]
        )
        found += mcnemar_exact(int(fixed), int(broken)) < 0.05
    assert 0.70 <= found / 300 <= 0.87


def test_detectable_change_shrinks_with_cases() -> None:
    few, many = detectable_change(0.1, 50), detectable_change(0.1, 800)
    assert few is not None
    assert many is not None
    # Cohen 1988: h = 0.28 is found in two groups of 200 with a power of .8.
    assert detectable_change(0.5, 200) == pytest.approx(np.sin((np.pi / 2 + 0.2802) / 2) ** 2 - 0.5, abs=2e-3)
    assert many < few / 3
    assert detectable_change(0.99, 3) is None
    assert detectable_change(0.5, 1) is None


def test_only_pairs_scored_in_both_count() -> None:
    a = run("failed", "failed", "passed", "unscored", None, "passed")
    b = run("passed", "failed", "failed", "passed", "passed")
    pairs, unmatched = match(a, b)
    assert (len(pairs), unmatched) == (5, 1)
    found = compare(pairs)["control"]
    assert (found.pairs, found.left_out, found.fixed, found.broken) == (3, 2, 1, 1)
    assert (found.failed_a, found.failed_b, found.difference) == (2, 2, 0.0)
    assert compare(pairs)["icon"].difference is None


def test_a_clear_improvement_is_more_than_chance_and_no_change_is_not() -> None:
    a, b = run(*["failed"] * 30, *["passed"] * 30), run(*["passed"] * 60)
    better = compare(match(a, b)[0])["control"]
    assert better.significant
    assert better.difference == -0.5
    assert better.high is not None
    assert better.high < 0
    same = compare(match(a, a)[0])["control"]
    assert not same.significant
    assert same.low is not None
    assert same.low < 0
    assert same.p_adjusted == 1


def test_one_wireframe_with_many_seeds_is_not_taken_for_many_cases() -> None:
    a = [item(f"w{n // 20}", n % 20, "failed" if n < 20 else "passed") for n in range(60)]
    b = [item(f"w{n // 20}", n % 20, "passed") for n in range(60)]
    found = compare(match(a, b)[0])["control"]
    assert found.p_adjusted < 0.001
    assert not found.significant, "one wireframe of three changed"


def test_a_wireframe_and_seed_that_come_twice_are_matched_by_prompt_then_id() -> None:
    a = [item("w", 0, "failed", prompt="red"), item("w", 0, "passed", prompt="blue")]
    b = [item("w", 0, "passed", prompt="blue"), item("w", 0, "passed", prompt="red")]
    pairs, unmatched = match(a, b)
    assert unmatched == 0
    assert all(one.prompt == other.prompt for one, other in pairs)
    twice = [item("w", 0, "failed"), item("w", 0, "passed")]
    assert match(twice, twice) == ([], 4)
