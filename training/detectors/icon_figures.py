"""Figures of a detector: error rates with intervals, ROC, recall by group, monotony."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.intervals import wilson

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]

SIZES = ((0, 20), (20, 28), (28, 40), (40, 64), (64, 10_000))
"""Sides of icons in px, from and below."""


def auroc(scores: Scores, faulty: Flags) -> float:
    """Return the area under the ROC curve by ranks (Mann and Whitney), ties half.

    >>> auroc(np.array([0.1, 0.9, 0.4]), np.array([False, True, False]))
    1.0
    """
    from scipy.stats import mannwhitneyu

    good, bad = scores[~faulty], scores[faulty]
    return float(mannwhitneyu(bad, good).statistic / (len(good) * len(bad)))


def rate(flagged: Flags) -> dict[str, Any]:
    """Return how many are flagged, the rate and Wilson's 95% interval."""
    count, number = int(flagged.sum()), len(flagged)
    if not number:
        return {"flagged": 0, "of": 0, "rate": None, "low": None, "high": None}
    low, high = wilson(count, number)
    return {"flagged": count, "of": number, "rate": count / number, "low": round(low, 4), "high": round(high, 4)}


def roc(scores: Scores, faulty: Flags) -> list[dict[str, float]]:
    """Return recall and threshold at false-positive rates of half a percent to a fifth."""
    good = np.sort(scores[~faulty])[::-1]
    points = []
    for wanted in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2):
        bound = float(good[min(len(good) - 1, int(wanted * len(good)))])
        points.append(
            {
                "false_positives": float((scores[~faulty] > bound).mean()),
                "recall": float((scores[faulty] > bound).mean()),
                "threshold": round(bound, 4),
            }
        )
    return points


def summary(scores: Scores, faulty: Flags, threshold: float) -> dict[str, Any]:
    """Return AUROC, false positives, recall and the confusion matrix at a threshold."""
    flagged = scores > threshold
    both = bool(faulty.any() and not faulty.all())
    return {
        "auroc": round(auroc(scores, faulty), 4) if both else None,
        "false_positives": rate(flagged[~faulty]),
        "recall": rate(flagged[faulty]),
        "confusion": {
            "intact_passed": int((~flagged & ~faulty).sum()),
            "intact_flagged": int((flagged & ~faulty).sum()),
            "faulty_passed": int((~flagged & faulty).sum()),
            "faulty_flagged": int((flagged & faulty).sum()),
        },
    }


def grouped(
    cases: Sequence[dict[str, Any]], scores: Scores, threshold: float, key: Callable[[dict[str, Any]], str]
) -> dict[str, Any]:
    """Return false positives and recall of each group that `key` makes, in order of the groups' names."""
    names = np.array([key(case) for case in cases])
    faulty = np.array([bool(case["kind"]) for case in cases])
    found = {}
    for name in sorted(set(names) - {""}):
        rows = names == name
        flagged = scores[rows] > threshold
        found[str(name)] = {
            "false_positives": rate(flagged[~faulty[rows]]),
            "recall": rate(flagged[faulty[rows]]),
        }
    return found


def size_of(case: dict[str, Any]) -> str:
    """Return the band of sizes of a case, such as "020 to 028 px"."""
    low, high = next((low, high) for low, high in SIZES if low <= case["side"] < high)
    return f"{low:03d} to {high:03d} px" if high < 10_000 else f"{low:03d} px and more"


def fixed_threshold(groups: Sequence[Scores], most: float) -> float:
    """Return the smallest score above which at most the share `most` of each group of intact cases lies.

    >>> fixed_threshold([np.linspace(0, 1, 101), np.zeros(5)], 0.02)
    0.98
    """
    return max(float(np.sort(group)[::-1][int(most * len(group))]) for group in groups)


def rank_correlation(severities: Sequence[float], scores: Sequence[float]) -> float:
    """Return Spearman's rank correlation; 0 where the scores do not vary."""
    from scipy.stats import spearmanr

    value = float(spearmanr(severities, scores).statistic) if len(set(scores)) > 1 else 0.0
    return value if np.isfinite(value) else 0.0
