"""Confidence intervals of a failure rate: Wilson's where cases are independent, a cluster bootstrap where they are not.

The cluster bootstrap draws whole clusters (Field and Welsh 2007, "Bootstrapping clustered data", section 3). Its
percentiles are too narrow at low rates, so only its variance is used: it gives the design effect (Kish 1965), and
Wilson's interval is taken at the effective sample size, as Korn and Graubard (1998, "Confidence intervals for
proportions with small expected number of positive counts estimated from survey data") do for surveys. Their exact
interval and their Student's t for few clusters made it too wide in simulation; what was tried is in
`benchmarks/bench_intervals.py` and docs/report.md.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["wilson", "cluster-bootstrap"]
Counts = NDArray[np.int64]

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 4000
SEED: Final = 20240229


@dataclass(frozen=True, kw_only=True)
class Interval:
    """`low` and `high` of a rate, in 0 to 1, and how many independent cases it is worth (`effective`)."""

    low: float
    high: float
    effective: float
    method: Method


def wilson(failed: float, scored: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's score interval of failed / scored, by statsmodels; `scored` may be an effective size.

    Raises ValueError unless 0 <= failed <= scored and scored > 0.

    >>> [round(side, 3) for side in wilson(20, 200)]
    [0.066, 0.149]
    """
    from statsmodels.stats.proportion import proportion_confint

    if not 0 <= failed <= scored or scored <= 0:
        raise ValueError(f"failed must lie in 0 to scored, and scored above 0, got {failed} of {scored}")
    low, high = proportion_confint(failed, scored, alpha=1 - confidence, method="wilson")
    # Rounding may leave the ends a hair beyond the rate itself.
    rate = failed / scored
    return min(max(float(low), 0.0), rate), max(min(float(high), 1.0), rate)


def bootstrap_variance(failed: Counts, scored: Counts, seed: int = SEED, resamples: int = RESAMPLES) -> float:
    """Return the variance of sum(failed) / sum(scored) when whole clusters are drawn with replacement.

    `failed` and `scored` are the counts of each cluster, int64 (C,), C at least 2, scored above 0; a difference of two
    counts may stand for `failed`. Clusters with equal
    counts are interchangeable, so drawing C of them is one multinomial draw over the distinct pairs: the same
    distribution at a fraction of the cost. Scaled by C / (C - 1), as drawing from a sample understates its variance.
    """
    clusters = len(scored)
    kinds, repeats = np.unique(np.stack([failed, scored], axis=1), axis=0, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(clusters, repeats / clusters, size=resamples)
    rates = (drawn @ kinds[:, 0]) / (drawn @ kinds[:, 1])
    return float(rates.var() * clusters / (clusters - 1))


def rate_interval(failed: Counts, scored: Counts, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of sum(failed) / sum(scored), `failed` and `scored` int (C,) being each cluster's counts.

    One case a cluster: Wilson's. Otherwise the cluster bootstrap; where it cannot tell (no case failed, all did, or
    there is one cluster) Wilson's on as many cases as there are clusters.
    Raises ValueError for no cases, or failed above scored.

    >>> interval = rate_interval(np.array([0, 0, 0]), np.array([4, 4, 4]))
    >>> (interval.method, interval.effective, round(interval.high, 2))
    ('cluster-bootstrap', 3.0, 0.56)
    """
    failed, scored = np.asarray(failed, np.int64), np.asarray(scored, np.int64)
    failed, scored = failed[scored > 0], scored[scored > 0]
    if not len(scored) or (failed < 0).any() or (failed > scored).any():
        raise ValueError("failed must lie in 0 to scored in each cluster, with at least one case in all")
    total, bad, clusters = int(scored.sum()), int(failed.sum()), len(scored)
    if total == clusters:
        low, high = wilson(bad, total, confidence)
        return Interval(low=low, high=high, effective=float(total), method="wilson")
    effective = total / _design_effect(failed, scored)
    low, high = wilson(bad / total * effective, effective, confidence)
    return Interval(low=low, high=high, effective=effective, method="cluster-bootstrap")


def _design_effect(failed: Counts, scored: Counts) -> float:
    """By how much clustering inflates the variance, at least 1.

    The bootstrap's design effect is mixed with that of clusters which fail or pass as one. With w clusters that failed
    (or passed, if fewer did) it has w^2 parts to one: few failing clusters say little of their spread, and none says
    nothing. The rule was fixed by simulation on other scenarios than those it is reported for.
    """
    total, bad, clusters = int(scored.sum()), int(failed.sum()), len(scored)
    if clusters < 2 or bad in (0, total):
        return total / clusters
    rate = bad / total
    seen = bootstrap_variance(failed, scored) / (rate * (1 - rate) / total)
    as_one = float((scored**2).sum() / total)
    weight = min(int((failed > 0).sum()), int((failed < scored).sum())) ** 2
    return max(1.0, (weight * seen + as_one) / (weight + 1))
