"""The failure-rate report of a run: what its numbers are, before anything is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pipeline.report_limits import Limit, limits
from pipeline.review import ItemOpinions
from pipeline.review_summary import ReviewSummary, summarize
from scoring.scorecard import Measurement
from scoring.scored_item import KINDS, FailureKind, ScoredItem, kind_of
from scoring.statistics import Rate, error_rate, failure_rates
from scoring.statistics_groups import Group, groups
from scoring.statistics_pairs import PairedDifference, compare, detectable_change, match
from scoring.thresholds import load_thresholds

REPORT_VERSION: Final = 1
WORST: Final = 24


@dataclass(frozen=True, kw_only=True)
class Unscored:
    """Assets on which a measure could not be taken, for one reason."""

    measure: str
    reason: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs on the orders they share: `pairs` of them, `unmatched` items of both without a partner."""

    pairs: int
    unmatched: int
    kinds: Mapping[FailureKind, PairedDifference]
    overall_b: Mapping[FailureKind, Rate]


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """The numbers of one run, and of its comparison with a second one."""

    items: tuple[ScoredItem, ...]
    overall: Mapping[FailureKind, Rate]
    errors: Rate
    groups: Mapping[str, tuple[Group, ...]]
    limits: tuple[Limit, ...]
    worst: tuple[ScoredItem, ...]
    unscored: tuple[Unscored, ...]
    detectable: float | None
    comparison: Comparison | None = None
    review: ReviewSummary | None = None

    @property
    def scored(self) -> tuple[ScoredItem, ...]:
        """The items that have an image and a score card."""
        return tuple(item for item in self.items if item.card is not None)

    @property
    def errored(self) -> tuple[ScoredItem, ...]:
        """The items that came to nothing."""
        return tuple(item for item in self.items if item.card is None)

    def as_json(self) -> dict[str, Any]:
        """The object that `report --json` prints."""
        found: dict[str, Any] = {
            "version": REPORT_VERSION,
            "assets": len(self.scored),
            "errors": len(self.errored),
            "wireframes": len({item.wireframe for item in self.items}),
            "failure": {kind: rate.as_json() for kind, rate in self.overall.items()} | {"error": self.errors.as_json()},
            "groups": {
                name: {group.value: {kind: rate.as_json() for kind, rate in group.rates().items()} for group in chosen}
                for name, chosen in self.groups.items()
            },
            "limits": [
                {"light": one.light, "subject": one.subject, "sentence": one.sentence, "advice": one.advice}
                for one in self.limits
            ],
        }
        if self.comparison is not None:
            found["comparison"] = {
                "pairs": self.comparison.pairs,
                "unmatched": self.comparison.unmatched,
                "failure": {kind: one.as_json() for kind, one in self.comparison.kinds.items()},
                "failure_b": {kind: rate.as_json() for kind, rate in self.comparison.overall_b.items()},
            }
        if self.review is not None:
            found["review"] = self.review.as_json()
        return found


def make_report(
    run: Sequence[ScoredItem], run_b: Sequence[ScoredItem] | None = None, opinions: Sequence[ItemOpinions] = ()
) -> RunReport:
    """Return the report of `run`, with its comparison to `run_b` where there is one; at least one item is needed.

    `opinions` are what people said of the images of `run`.
    """
    overall, found = failure_rates(run), groups(run)
    comparison = None
    if run_b is not None:
        pairs, unmatched = match(run, run_b)
        comparison = Comparison(
            pairs=len(pairs), unmatched=unmatched, kinds=compare(pairs), overall_b=failure_rates(run_b)
        )
    total = overall["any"]
    return RunReport(
        items=tuple(run),
        overall=overall,
        errors=error_rate(run),
        groups=found,
        limits=limits(overall, found),
        worst=tuple(sorted((item for item in run if item.outcome() == "failed"), key=_badness))[:WORST],
        unscored=_unscored(run),
        detectable=None if total.rate is None else detectable_change(total.rate, total.effective),
        comparison=comparison,
        review=summarize(opinions, load_thresholds()),
    )


def headline_value(item: ScoredItem, name: str) -> float | None:
    """The asset's value of a measure, None where it has none."""
    for measurement in item.card.measurements if item.card else ():
        if measurement.name == name:
            return measurement.value
    return None


def failures(item: ScoredItem) -> list[tuple[FailureKind, Measurement]]:
    """The failed measurements of an asset and then of its elements, each reason once."""
    seen: dict[tuple[FailureKind, str], tuple[FailureKind, Measurement]] = {}
    for measurement in item.measurements():
        if measurement.verdict == "failed":
            kind = kind_of(measurement.name)
            seen.setdefault((kind, measurement.reason), (kind, measurement))
    return list(seen.values())


def _badness(item: ScoredItem) -> tuple[int, float, str]:
    """Most kinds of failure first, then the lowest sum of the two headlines; missing ones count as kept."""
    kinds = sum(item.outcome(kind) == "failed" for kind in KINDS if kind != "any")
    sums = [headline_value(item, name) for name in ("control_adherence", "prompt_adherence")]
    return -kinds, sum(1.0 if value is None else value for value in sums), item.id


def _unscored(items: Sequence[ScoredItem]) -> tuple[Unscored, ...]:
    counts = Counter(
        (measurement.name, measurement.reason)
        for item in items
        for measurement in (item.card.measurements if item.card else ())
        if measurement.value is None
    )
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Unscored(measure=name, reason=reason, count=count) for (name, reason), count in ranked)
