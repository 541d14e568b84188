"""Intervals against published values, statsmodels and a bootstrap that draws cluster by cluster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint

from benchmarks.bench_intervals import Scenario, Shape, coverage
from scoring.intervals import bootstrap_variance, rate_interval, wilson


@pytest.mark.parametrize(
    ("failed", "scored", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_newcombe_s_table(failed: int, scored: int, low: float, high: float) -> None:
    assert wilson(failed, scored) == pytest.approx((low, high), abs=5e-5)


def test_one_case_a_cluster_equals_statsmodels_on_100_random_tables() -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        failed = rng.integers(0, 2, rng.integers(1, 400))
        found = rate_interval(failed, np.ones_like(failed))
        expected = proportion_confint(int(failed.sum()), len(failed), method="wilson")
        assert (found.low, found.high) == pytest.approx(expected, abs=1e-12)
        assert found.method == "wilson"


def test_variance_equals_drawing_cluster_by_cluster() -> None:
    rng = np.random.default_rng(2)
    scored = rng.integers(1, 9, 30)
    failed = rng.binomial(scored, rng.beta(1, 4, 30))
    drawn = rng.integers(0, 30, (40_000, 30))
    rates = failed[drawn].sum(axis=1) / scored[drawn].sum(axis=1)
    found = bootstrap_variance(failed, scored, resamples=40_000)
    assert found == pytest.approx(float(rates.var()) * 30 / 29, rel=0.04)


def test_variance_equals_statsmodels_cluster_robust_one_on_100_random_tables() -> None:
    rng = np.random.default_rng(6)
    for _ in range(100):
        clusters = int(rng.integers(15, 80))
        scored = np.full(clusters, rng.integers(2, 9))
        failed = rng.binomial(scored, rng.beta(1, 2, clusters))
        cases = np.concatenate([[1] * bad + [0] * (all_ - bad) for bad, all_ in zip(failed, scored, strict=True)])
        groups = np.repeat(np.arange(clusters), scored)
        fitted = OLS(cases, np.ones(len(cases))).fit(cov_type="cluster", cov_kwds={"groups": groups})
        # 4000 draws: their variance is 2.2% off on average.
        assert bootstrap_variance(failed, scored) == pytest.approx(float(fitted.cov_params()[0, 0]), rel=0.1)


@pytest.mark.parametrize("share", [0, 4])
def test_where_nothing_varies_the_clusters_are_the_cases(share: int) -> None:
    found = rate_interval(np.full(12, share), np.full(12, 4))
    assert (found.low, found.high) == pytest.approx(wilson(12 * (share // 4), 12))
    assert found.method == "cluster-bootstrap"


def test_one_cluster_says_almost_nothing() -> None:
    found = rate_interval(np.array([4]), np.array([8]))
    assert found.high - found.low > 0.85


def test_clusters_that_fail_as_one_count_as_one_case_each() -> None:
    failed = np.repeat([8, 0], [30, 70])
    found = rate_interval(failed, np.full(100, 8))
    assert found.effective == pytest.approx(100, rel=0.05)
    assert (found.low, found.high) == pytest.approx(wilson(30, 100), abs=0.01)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 8)), min_size=1, max_size=40))
def test_an_interval_holds_its_rate_and_stays_in_range(pairs: list[tuple[int, int]]) -> None:
    scored = np.array([pair[0] for pair in pairs])
    failed = np.minimum(scored, [pair[1] for pair in pairs])
    found = rate_interval(failed, scored)
    rate = failed.sum() / scored.sum()
    assert 0 <= found.low <= rate + 1e-12
    assert rate - 1e-12 <= found.high <= 1
    assert found == rate_interval(failed, scored), "the seed is fixed"


@pytest.mark.parametrize(("failed", "scored"), [([], []), ([2], [1]), ([-1], [3]), ([0], [0])])
def test_impossible_counts_are_refused(failed: list[int], scored: list[int]) -> None:
    with pytest.raises(ValueError, match="failed must lie in 0 to scored"):
        rate_interval(np.array(failed), np.array(scored))


@pytest.mark.parametrize("shape", ["beta", "two kinds", "unequal"])
def test_coverage_of_the_cluster_bootstrap(shape: Shape) -> None:
    # One scenario of the benchmark, which covers the grid: 40 wireframes of 4 seeds that go together.
    found = coverage(Scenario(clusters=40, size=4, rate=0.15, correlation=0.4, shape=shape), runs=300, seed=99)
    assert 0.92 <= found.share <= 0.98
