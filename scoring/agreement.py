"""Agreement of people and scores, and of people with each other: Cohen's kappa with an interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.intervals import CONFIDENCE, wilson
from scoring.scored_item import FailureKind
from scoring.statistics import Case, Rate, failure_rate


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """What a person said of an asset: bad or good, and for which kinds of failure; `reasons` may be empty."""

    bad: bool
    reasons: frozenset[str] = frozenset()

    def of(self, kind: FailureKind) -> bool | None:
        """Tell whether the person found this kind of failure; None where it was not said.

        A good asset has none. A bad one has those it was tagged with and no others; without tags nothing is known.
        """
        if kind == "any" or not self.bad:
            return self.bad
        return kind in self.reasons if self.reasons else None


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One asset judged twice: `first` and `second` tell whether it was found bad. Those of a wireframe may depend."""

    wireframe: str
    first: bool
    second: bool


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Two judges on the same assets.

    `kappa` is Cohen's (1960), -1 to 1, 0 where chance alone would agree as often; None where a judge gave one verdict
    throughout, for then it cannot be other than 0. `missed` is the share of what the first judge found bad that the
    second did not, `alarms` the share of what the first found good that the second found bad.
    """

    cases: int
    wireframes: int
    both_good: int
    both_bad: int
    only_first: int
    only_second: int
    kappa: float | None
    low: float | None
    high: float | None
    missed: Rate
    alarms: Rate

    def as_json(self) -> dict[str, object]:
        """Return the agreement as plain JSON types."""
        counts = ("cases", "wireframes", "both_good", "both_bad", "only_first", "only_second")
        found: dict[str, object] = {name: getattr(self, name) for name in counts}
        for name in ("kappa", "low", "high"):
            value = getattr(self, name)
            found[name] = None if value is None else round(value, 6)
        return found | {"missed": self.missed.as_json(), "alarms": self.alarms.as_json()}


def agreement(judged: Sequence[Judged]) -> Agreement:
    """Return the agreement of two judges, with its 95% interval.

    >>> judged = [Judged(wireframe=str(n), first=n < 40, second=n < 30 or n >= 90) for n in range(100)]
    >>> found = agreement(judged)
    >>> round(found.kappa, 3), round(found.low, 2), round(found.high, 2), found.missed.failed
    (0.583, 0.42, 0.75, 10)
    """
    pairs = np.array([[one.first, one.second] for one in judged], np.float64).reshape(-1, 2)
    wireframes = [one.wireframe for one in judged]
    first, second = pairs[:, 0] > 0, pairs[:, 1] > 0
    kappa, low, high = kappa_interval(pairs, wireframes)
    return Agreement(
        cases=len(judged),
        wireframes=len(set(wireframes)),
        both_good=int((~first & ~second).sum()),
        both_bad=int((first & second).sum()),
        only_first=int((first & ~second).sum()),
        only_second=int((~first & second).sum()),
        kappa=kappa,
        low=low,
        high=high,
        missed=_share([one for one in judged if one.first], disagree=True),
        alarms=_share([one for one in judged if not one.first], disagree=True),
    )


def _share(judged: Sequence[Judged], disagree: bool) -> Rate:
    return failure_rate(
        Case(cluster=one.wireframe, outcome="failed" if (one.first != one.second) == disagree else "passed")
        for one in judged
    )


def kappa_interval(
    pairs: np.ndarray[tuple[int, int], np.dtype[np.float64]], wireframes: Sequence[str]
) -> tuple[float | None, float | None, float | None]:
    """Return Cohen's kappa of two judges, float64 (N, 2) of 0 and 1, with its 95% interval over wireframes.

    The variance is the delta method's (Fleiss, Cohen and Everitt 1969, Psychological Bulletin 72) with the terms of one
    wireframe added up before they are squared, the reach Student's t for the number of wireframes. Where all agree
    there is no variance: the lower end is then that of Wilson's interval of the agreement, on as many cases as there
    are wireframes. All None without cases or where a judge gave one verdict throughout; no interval from a single
    wireframe.
    """
    from scipy.stats import t

    if not len(pairs):
        return None, None, None
    first, second = pairs[:, 0], pairs[:, 1]
    rates = pairs.mean(axis=0)
    agreed = float((first == second).mean())
    by_chance = float(rates[0] * rates[1] + (1 - rates[0]) * (1 - rates[1]))
    if not 0 < rates.min() <= rates.max() < 1:
        return None, None, None
    kappa = (agreed - by_chance) / (1 - by_chance)
    _, index = np.unique(np.array(wireframes), return_inverse=True)
    count = int(index.max()) + 1
    if count < 2:
        return kappa, None, None
    if agreed == 1:
        low, _ = wilson(count, count)
        return kappa, (low - by_chance) / (1 - by_chance), 1.0
    slope = (first - rates[0]) * (2 * rates[1] - 1) + (second - rates[1]) * (2 * rates[0] - 1)
    terms = ((first == second) - agreed) / (1 - by_chance) - (1 - agreed) * slope / (1 - by_chance) ** 2
    sums = np.bincount(index, terms) / len(pairs)
    error = float(np.sqrt((sums**2).sum() * count / (count - 1)))
    reach = error * float(t.ppf(1 - (1 - CONFIDENCE) / 2, count - 1))
    return kappa, max(kappa - reach, -1.0), min(kappa + reach, 1.0)
