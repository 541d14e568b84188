"""Thresholds proposed from what people said: only where the verdicts carry it, by a rule that is tested on wireframes
it was not fitted on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from scoring.intervals import CONFIDENCE, SEED
from scoring.thresholds import Limit

MIN_EACH: Final = 20
MIN_WIREFRAMES: Final = 10
FOLDS: Final = 5

RULE: Final = (
    f"At least {MIN_EACH} good and {MIN_EACH} bad assets on {MIN_WIREFRAMES} wireframes. The threshold that tells most "
    "right, by the mean of two shares (bad among bad, good among good), is fitted on "
    f"{FOLDS - 1} of {FOLDS} parts of the wireframes and tried on the rest, in turn. A new one is proposed where it "
    "tells more right than the present one on wireframes it was not fitted on, by a 95% interval over wireframes that "
    "leaves out 0."
)


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """An asset's value of a measure, and whether a person found it bad."""

    wireframe: str
    value: float
    bad: bool


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What verdicts say of a measure's threshold.

    `proposed` is None where the present one stays, `reason` says why. `right_now` and `right_then` are the means of
    the two shares told right, 0 to 1, the latter on wireframes that the threshold was not fitted on; `gain` is their
    difference with its interval. All are None where there are too few verdicts.
    """

    measure: str
    present: float
    good: int
    bad: int
    reason: str
    proposed: float | None = None
    right_now: float | None = None
    right_then: float | None = None
    gain: float | None = None
    low: float | None = None
    high: float | None = None

    def as_json(self) -> dict[str, object]:
        """Return the proposal as plain JSON types."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: round(value, 6) if isinstance(value, float) else value for name, value in values.items()}


def propose(measure: str, limit: Limit, cases: Sequence[Reviewed]) -> Proposal:
    """Return what the reviewed assets say of the threshold of a measure, by `RULE`."""
    bad = np.array([case.bad for case in cases], np.bool_)
    values = np.array([case.value for case in cases], np.float64)
    good, ill = int((~bad).sum()), int(bad.sum())
    names, wireframe = np.unique(np.array([case.wireframe for case in cases], np.str_), return_inverse=True)
    if min(good, ill) < MIN_EACH or len(names) < MIN_WIREFRAMES:
        reason = f"too few: {good} good and {ill} bad on {len(names)} wireframes"
        return Proposal(measure=measure, present=limit.bound, good=good, bad=ill, reason=reason)
    # A value fails below a lower bound; an upper one is the same with the sign turned.
    sign = 1.0 if limit.at_least is not None else -1.0
    turned, present = sign * values, sign * limit.bound
    now = (turned < present) == bad
    then = _out_of_fold(turned, bad, wireframe, present)
    weights = np.where(bad, 0.5 / ill, 0.5 / good)
    gain, low, high = _gain(weights * (then.astype(float) - now), wireframe)
    better = low > 0
    best = best_threshold(turned, bad, present)
    return Proposal(
        measure=measure,
        present=limit.bound,
        good=good,
        bad=ill,
        proposed=sign * best if better else None,
        right_now=float((weights * now).sum()),
        right_then=float((weights * then).sum()),
        gain=gain,
        low=low,
        high=high,
        reason="tells more right than the present one" if better else "no other threshold is better beyond chance",
    )


def best_threshold(values: NDArray[np.float64], bad: NDArray[np.bool_], present: float) -> float:
    """Return the bound below which values are called bad that tells the largest mean share of bad and good right.

    Tried are the middles between neighbouring values and `present`, which wins when it is equal to the best; of other
    equal ones the nearest to it.

    >>> best_threshold(np.array([0.1, 0.2, 0.8, 0.9]), np.array([True, True, False, False]), 0.7)
    0.7
    """
    order = np.unique(values)
    tried = np.concatenate([(order[1:] + order[:-1]) / 2, [present]])
    ill, good = np.sort(values[bad]), np.sort(values[~bad])
    share = np.searchsorted(ill, tried) / max(len(ill), 1) - np.searchsorted(good, tried) / max(len(good), 1)
    best = tried[share >= share.max() - 1e-12]
    return float(best[np.argmin(np.abs(best - present))])


def _out_of_fold(
    values: NDArray[np.float64], bad: NDArray[np.bool_], wireframe: NDArray[np.int64], present: float
) -> NDArray[np.bool_]:
    """Whether each case is told right by the threshold fitted on the other parts of the wireframes."""
    part = np.random.default_rng(SEED).permutation(int(wireframe.max()) + 1) % FOLDS
    right = np.zeros(len(values), np.bool_)
    for fold in range(FOLDS):
        held = part[wireframe] == fold
        bound = best_threshold(values[~held], bad[~held], present)
        right[held] = (values[held] < bound) == bad[held]
    return right


def _gain(terms: NDArray[np.float64], wireframe: NDArray[np.int64]) -> tuple[float, float, float]:
    """The sum of the terms with its interval over wireframes, by Student's t."""
    from scipy.stats import t

    sums = np.bincount(wireframe, terms)
    error = float(sums.std(ddof=1) * np.sqrt(len(sums)))
    reach = float(t.ppf(1 - (1 - CONFIDENCE) / 2, len(sums) - 1)) * error
    total = float(sums.sum())
    return total, total - reach, total + reach
