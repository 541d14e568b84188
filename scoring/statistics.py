"""Failure rates of a run: by kind of failure, with an interval, unscored and errored cases apart.

An unscored or errored case is neither passed nor failed and leaves the rate (inspect_ai `scorer/_metric.py` does the
same); both have their own columns. Cases of one wireframe are not independent, see `scoring/intervals.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.intervals import Method, rate_interval
from scoring.scored_item import KINDS, FailureKind, Outcome, ScoredItem


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing that can fail, an asset or an element of one; cases of one `cluster` (a wireframe) may depend."""

    cluster: str
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A failure rate: `rate`, `low` and `high` are in 0 to 1, or None where nothing was scored.

    `clusters` is the number of wireframes among the scored cases, `effective` the independent cases they are worth.
    """

    failed: int
    scored: int
    unscored: int
    errored: int
    clusters: int
    rate: float | None
    low: float | None
    high: float | None
    effective: float
    method: Method

    def as_json(self) -> dict[str, object]:
        """Return the rate as plain JSON types, in the contract's layout."""
        numbers = {
            name: None if (v := getattr(self, name)) is None else round(v, 6) for name in ("rate", "low", "high")
        }
        return {
            "failed": self.failed,
            "scored": self.scored,
            "unscored": self.unscored,
            "errored": self.errored,
            **numbers,
            "method": self.method,
            "clusters": self.clusters,
        }


def failure_rate(cases: Iterable[Case]) -> Rate:
    """Return the failure rate of cases, with its 95% interval.

    >>> rate = failure_rate([Case(cluster=str(n), outcome="failed" if n < 20 else "passed") for n in range(200)])
    >>> (rate.rate, round(rate.low, 3), round(rate.high, 3), rate.method)
    (0.1, 0.066, 0.149, 'wilson')
    """
    counts: dict[str, list[int]] = {}
    apart = {"unscored": 0, "errored": 0}
    for case in cases:
        if case.outcome in apart:
            apart[case.outcome] += 1
        else:
            cluster = counts.setdefault(case.cluster, [0, 0])
            cluster[0] += case.outcome == "failed"
            cluster[1] += 1
    if not counts:
        return Rate(
            failed=0, scored=0, **apart, clusters=0, rate=None, low=None, high=None, effective=0.0, method="wilson"
        )
    table = np.array(list(counts.values()), np.int64)
    interval = rate_interval(table[:, 0], table[:, 1])
    failed, scored = (int(total) for total in table.sum(axis=0))
    return Rate(
        failed=failed,
        scored=scored,
        **apart,
        clusters=len(table),
        rate=failed / scored,
        low=interval.low,
        high=interval.high,
        effective=interval.effective,
        method=interval.method,
    )


def asset_cases(items: Iterable[ScoredItem], kind: FailureKind) -> list[Case]:
    """Return a case an asset, its outcome that of one kind of failure."""
    return [Case(cluster=item.wireframe, outcome=item.outcome(kind)) for item in items]


def failure_rates(items: Sequence[ScoredItem]) -> dict[FailureKind, Rate]:
    """Return the failure rate of each kind over whole assets."""
    return {kind: failure_rate(asset_cases(items, kind)) for kind in KINDS}


def error_rate(items: Iterable[ScoredItem]) -> Rate:
    """Return the share of ordered images that came to nothing; every order counts as scored here."""
    return failure_rate(
        Case(cluster=item.wireframe, outcome="failed" if item.card is None else "passed") for item in items
    )
