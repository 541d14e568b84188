"""Two runs compared on the orders they share: exact McNemar, Holm's correction, and the smallest visible difference."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scoring.intervals import CONFIDENCE, Counts, bootstrap_variance, wilson
from scoring.scored_item import KINDS, FailureKind, ScoredItem

POWER = 0.8
Pair = tuple[ScoredItem, ScoredItem]


@dataclass(frozen=True, kw_only=True)
class PairedDifference:
    """One kind of failure in two runs A and B, on the pairs where both were scored.

    `fixed` failed in A alone, `broken` in B alone. `difference` is B's failure rate minus A's, -1 to 1, with a 95%
    interval from drawing whole wireframes. `p_value` is McNemar's exact one, `p_adjusted` the same after Holm's
    correction over the kinds. `detectable` is the smallest difference that as many pairs, at what they are worth where
    seeds share a wireframe, find in 4 of 5 runs; None where even the largest possible one would be missed.
    """

    kind: FailureKind
    pairs: int
    left_out: int
    wireframes: int
    failed_a: int
    failed_b: int
    fixed: int
    broken: int
    difference: float | None
    low: float | None
    high: float | None
    p_value: float
    p_adjusted: float
    detectable: float | None

    @property
    def significant(self) -> bool:
        """More than chance: by the adjusted p-value, and by the interval, which knows that seeds share a wireframe."""
        return self.p_adjusted < 1 - CONFIDENCE and self.low is not None and (self.low > 0 or (self.high or 0.0) < 0)

    def as_json(self) -> dict[str, object]:
        """Return the comparison as plain JSON types."""
        names = [name for name in self.__dataclass_fields__ if name != "kind"]
        values = {name: getattr(self, name) for name in names}
        rounded = {name: round(v, 6) if isinstance(v, float) else v for name, v in values.items()}
        return rounded | {"significant": self.significant}


def match(run_a: Sequence[ScoredItem], run_b: Sequence[ScoredItem]) -> tuple[list[Pair], int]:
    """Return the pairs of items with the same wireframe and seed, and how many items of both runs found no partner.

    Where a run holds a wireframe and seed more than once, prompt and then id must agree as well.
    """
    pairs: list[Pair] = []
    rest_a, rest_b = list(run_a), list(run_b)
    for level in range(3):
        keys_a, keys_b = ([_key(item, level) for item in rest] for rest in (rest_a, rest_b))
        counts_a, counts_b = Counter(keys_a), Counter(keys_b)
        partners = {key: item for key, item in zip(keys_b, rest_b, strict=True) if counts_b[key] == 1}
        found = {key for key in partners if counts_a[key] == 1}
        pairs += [(item, partners[key]) for key, item in zip(keys_a, rest_a, strict=True) if key in found]
        rest_a = [item for key, item in zip(keys_a, rest_a, strict=True) if key not in found]
        rest_b = [item for key, item in zip(keys_b, rest_b, strict=True) if key not in found]
    return pairs, len(rest_a) + len(rest_b)


def _key(item: ScoredItem, level: int) -> tuple[object, ...]:
    return (*item.key, item.prompt, item.id)[: 2 + level]


def mcnemar_exact(fixed: int, broken: int) -> float:
    """Return the two-sided exact p-value of McNemar's test for the two kinds of discordant pairs; 1 for none.

    Source: McNemar 1947, Psychometrika 12; computed by statsmodels from the binomial distribution.

    >>> round(mcnemar_exact(1, 8), 4)
    0.0391
    """
    from statsmodels.stats.contingency_tables import mcnemar

    if fixed + broken == 0:
        return 1.0
    return min(1.0, float(mcnemar([[0, fixed], [broken, 0]], exact=True).pvalue))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values after Holm's step-down correction (1979, Scand. J. Statist. 6), in the same order.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    from statsmodels.stats.multitest import multipletests

    return [float(p) for p in multipletests(p_values, method="holm")[1]] if p_values else []


def detectable_difference(pairs: float, discordant: float, power: float = POWER) -> float | None:
    """Return the smallest difference of rates that McNemar's test at 5% finds with `power`; None if there is none.

    `discordant` is the share of pairs that differ, 0 to 1; the difference cannot exceed it. Solves
    n = (z_a sqrt(psi) + z_b sqrt(psi - d^2))^2 / d^2 for d (Connor 1987, Biometrics 43).

    >>> round(detectable_difference(200, 0.2), 3)
    0.088
    """
    from scipy.optimize import brentq
    from scipy.stats import norm

    if pairs <= 0 or discordant <= 0:
        return None
    z_a, z_b = float(norm.ppf(1 - (1 - CONFIDENCE) / 2)), float(norm.ppf(power))

    def lacking(d: float) -> float:
        needed = (z_a * discordant**0.5 + z_b * max(discordant - d * d, 0.0) ** 0.5) ** 2 / d**2
        return float(needed - pairs)

    return None if lacking(discordant) > 0 else float(brentq(lacking, 1e-9, discordant))


def detectable_change(rate: float, cases: float, power: float = POWER) -> float | None:
    """Return the smallest rise of a rate (0 to 1) that a second, unpaired run of as many independent cases would show.

    Two-sided at 5%, by Cohen's effect size h = 2 asin(sqrt p), with statsmodels' NormalIndPower. None for fewer than
    two cases, or where no rise up to 1 would be found.
    """
    from statsmodels.stats.power import NormalIndPower

    if cases < 2:
        return None
    effect = float(NormalIndPower().solve_power(nobs1=cases, alpha=1 - CONFIDENCE, power=power))
    angle = 2 * np.arcsin(np.sqrt(rate)) + effect
    return None if angle > np.pi else float(np.sin(angle / 2) ** 2 - rate)


def compare(pairs: Sequence[Pair]) -> Mapping[FailureKind, PairedDifference]:
    """Return the comparison of each kind of failure over matched pairs, p-values corrected over the kinds seen."""
    tables = {kind: _table(pairs, kind) for kind in KINDS}
    seen = [kind for kind in KINDS if len(tables[kind][0])]
    raw = {kind: mcnemar_exact(*_discordant(tables[kind][0])) for kind in seen}
    adjusted = dict(zip(seen, holm([raw[kind] for kind in seen]), strict=True))
    return {
        kind: _difference(
            kind, tables[kind][0], tables[kind][1], len(pairs), raw.get(kind, 1.0), adjusted.get(kind, 1.0)
        )
        for kind in KINDS
    }


Table = np.ndarray[tuple[int, int], np.dtype[np.int64]]


def _table(pairs: Sequence[Pair], kind: FailureKind) -> tuple[Table, list[str]]:
    """Whether each pair failed in A and in B, int64 (N, 2) of 0 and 1, and its wireframe; pairs scored in both only."""
    rows, wireframes = [], []
    for one, other in pairs:
        outcomes = (one.outcome(kind), other.outcome(kind))
        if all(outcome in ("passed", "failed") for outcome in outcomes):
            rows.append([outcome == "failed" for outcome in outcomes])
            wireframes.append(one.wireframe)
    return np.array(rows, np.int64).reshape(-1, 2), wireframes


def _discordant(table: Table) -> tuple[int, int]:
    return int(np.sum(table[:, 0] > table[:, 1])), int(np.sum(table[:, 1] > table[:, 0]))


def _difference(
    kind: FailureKind, table: Table, wireframes: list[str], matched: int, p_value: float, adjusted: float
) -> PairedDifference:
    fixed, broken = _discordant(table)
    scored = len(table)
    low, high = difference_interval(table, wireframes)
    return PairedDifference(
        kind=kind,
        pairs=scored,
        left_out=matched - scored,
        wireframes=len(set(wireframes)),
        failed_a=int(table[:, 0].sum()),
        failed_b=int(table[:, 1].sum()),
        fixed=fixed,
        broken=broken,
        difference=(broken - fixed) / scored if scored else None,
        low=low,
        high=high,
        p_value=p_value,
        p_adjusted=adjusted,
        detectable=detectable_difference(_worth(table, wireframes), (fixed + broken) / scored) if scored else None,
    )


def _worth(table: Table, wireframes: list[str]) -> float:
    """How many independent pairs these are worth: changes of one wireframe that go together count for less."""
    sums, pairs = _by_wireframe(table, wireframes)
    share, mean = float(np.abs(table[:, 1] - table[:, 0]).mean()), float(sums.sum() / len(table))
    alone = (share - mean * mean) / len(table)
    if len(pairs) < 2 or len(pairs) == len(table) or alone <= 0:
        return float(len(pairs))
    return len(table) / max(1.0, bootstrap_variance(sums, pairs) / alone)


def _by_wireframe(table: Table, wireframes: list[str]) -> tuple[Counts, Counts]:
    """B's failures less A's, and the pairs, of each wireframe, int64 (C,)."""
    _, index = np.unique(np.array(wireframes), return_inverse=True)
    return np.bincount(index, table[:, 1] - table[:, 0]).astype(np.int64), np.bincount(index).astype(np.int64)


def difference_interval(table: Table, wireframes: list[str]) -> tuple[float | None, float | None]:
    """The 95% interval of the difference when whole wireframes are drawn; None for fewer than two.

    The bootstrap gives the variance, Student's t for the number of wireframes the rest: its percentiles held the true
    difference in under 93% of runs in one scenario of three (`benchmarks/bench_pairs.py`). No discordant pair leaves
    nothing to draw: the interval is then that of a rate of 0 on both sides (Wilson).
    """
    from scipy.stats import t

    if len(set(wireframes)) < 2:
        return None, None
    sums, pairs = _by_wireframe(table, wireframes)
    if (table[:, 0] == table[:, 1]).all():
        _, high = wilson(0, len(pairs))
        return -high, high
    reach = float(t.ppf(1 - (1 - CONFIDENCE) / 2, len(pairs) - 1)) * bootstrap_variance(sums, pairs) ** 0.5
    middle = float(sums.sum() / pairs.sum())
    return max(middle - reach, -1.0), min(middle + reach, 1.0)
