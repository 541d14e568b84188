"""What people's verdicts say of the scores: agreement by kind and between people, and thresholds proposed from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from pipeline.review import ItemOpinions
from scoring.agreement import Agreement, Judged, Opinion, agreement
from scoring.scored_item import KINDS, FailureKind, kind_of
from scoring.threshold_proposal import RULE, Proposal, Reviewed, propose
from scoring.thresholds import Thresholds

MIN_PAIRS: Final = 10
"""Assets that two people must both have judged before their agreement is told."""


@dataclass(frozen=True, kw_only=True)
class Between:
    """The agreement of two people, `first` being the one whose verdicts are taken as given in `missed` and `alarms`."""

    first: str
    second: str
    agreement: Agreement


@dataclass(frozen=True, kw_only=True)
class ReviewSummary:
    """The verdicts of a run. `with_scores` compares what most people said with the scores, on assets that have both."""

    assets: int
    verdicts: int
    reviewers: tuple[str, ...]
    divided: int
    with_scores: dict[FailureKind, Agreement]
    between: tuple[Between, ...]
    proposals: tuple[Proposal, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the summary as plain JSON types."""
        return {
            "assets": self.assets,
            "verdicts": self.verdicts,
            "reviewers": list(self.reviewers),
            "divided": self.divided,
            "agreement": {kind: one.as_json() for kind, one in self.with_scores.items()},
            "between": [{"first": one.first, "second": one.second} | one.agreement.as_json() for one in self.between],
            "thresholds": {"rule": RULE, "measures": [one.as_json() for one in self.proposals]},
        }


def summarize(opinions: Sequence[ItemOpinions], thresholds: Thresholds) -> ReviewSummary | None:
    """Return the summary of the verdicts; None where there are none."""
    if not opinions:
        return None
    return ReviewSummary(
        assets=len(opinions),
        verdicts=sum(len(one.by) for one in opinions),
        reviewers=tuple(sorted({name for one in opinions for name in one.by})),
        divided=sum(_most(one, "any") is None for one in opinions),
        with_scores={kind: _with_scores(opinions, kind) for kind in KINDS},
        between=_between(opinions),
        proposals=_proposals(opinions, thresholds),
    )


def _most(one: ItemOpinions, kind: FailureKind) -> bool | None:
    """What most of those who said it found; None where they are divided or nobody said."""
    said = [found for opinion in one.by.values() if (found := opinion.of(kind)) is not None]
    bad = sum(said)
    return None if 2 * bad == len(said) else 2 * bad > len(said)


def _with_scores(opinions: Sequence[ItemOpinions], kind: FailureKind) -> Agreement:
    judged = []
    for one in opinions:
        bad, outcome = _most(one, kind), one.item.outcome(kind)
        if bad is not None and outcome in ("passed", "failed"):
            judged.append(Judged(wireframe=one.item.wireframe, first=bad, second=outcome == "failed"))
    return agreement(judged)


def _between(opinions: Sequence[ItemOpinions]) -> tuple[Between, ...]:
    names = sorted({name for one in opinions for name in one.by})
    found = []
    for first, second in combinations(names, 2):
        judged = [
            Judged(wireframe=one.item.wireframe, first=one.by[first].bad, second=one.by[second].bad)
            for one in opinions
            if first in one.by and second in one.by
        ]
        if len(judged) >= MIN_PAIRS:
            found.append(Between(first=first, second=second, agreement=agreement(judged)))
    return tuple(found)


def _proposals(opinions: Sequence[ItemOpinions], thresholds: Thresholds) -> tuple[Proposal, ...]:
    """For each measure of whole assets that has a threshold: against what people said of its kind of failure."""
    found = []
    for measure, limit in thresholds.measures.items():
        cases = []
        for one in opinions:
            bad = _most(one, kind_of(measure))
            value = next(
                (m.value for m in (one.item.card.measurements if one.item.card else ()) if m.name == measure), None
            )
            if bad is not None and value is not None:
                cases.append(Reviewed(wireframe=one.item.wireframe, value=value, bad=bad))
        if cases:
            found.append(propose(measure, limit, cases))
    return tuple(found)


def opinion_words(opinion: Opinion) -> str:
    """An opinion in a word or two, for tables.

    >>> opinion_words(Opinion(bad=True, reasons=frozenset({"text", "control"})))
    'bad: lines, text'
    """
    from pipeline.review import REASONS

    tags = ", ".join(words for name, words in REASONS.items() if name in opinion.reasons)
    return "good" if not opinion.bad else f"bad: {tags}" if tags else "bad"
