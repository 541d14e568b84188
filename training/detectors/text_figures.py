"""Figures of a detector: rates with Wilson's intervals, the ROC, and rates by severity, height, kind and channel."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.calibration.text_corruptions import FAULTS
from scoring.intervals import wilson
from scoring.text_distortion import MIN_HEIGHT, Weights, line_scores, probability_of
from scoring.text_line import TextLine
from training.detectors.text_sets import CHANNELS, Example

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SEVERITIES = ((0.15, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 1.01))
HEIGHTS = ((6, 8), (8, 10), (10, 13), (13, 18), (18, 26), (26, 40), (40, 200))
THRESHOLD = 0.5
"""The calibration puts it at this probability, see `training/detectors/text_fit.py`."""

FALSE_POSITIVE_RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)


def rate(hits: Bools) -> dict[str, Any]:
    """Return `{"count", "of", "rate", "low", "high"}` of a bool array (N,); rate, low and high are None for N = 0.

    >>> rate(np.array([True, False]))["rate"]
    0.5
    """
    count, size = int(hits.sum()), len(hits)
    if size == 0:
        return {"count": 0, "of": 0, "rate": None, "low": None, "high": None}
    low, high = wilson(count, size)
    return {"count": count, "of": size, "rate": round(count / size, 4), "low": round(low, 4), "high": round(high, 4)}


def auroc(scores: Floats, distorted: Bools) -> float | None:
    """Return the area under the ROC, (N,) scores against truth, by torchmetrics; None where a class is empty."""
    import torch
    from torchmetrics.functional.classification import binary_auroc

    if distorted.all() or not distorted.any():
        return None
    # torchmetrics takes what leaves 0 to 1 for logits and squashes it, which ties the largest; ranks keep the order.
    ranks = np.unique(scores, return_inverse=True)[1] / len(scores)
    return round(float(binary_auroc(torch.from_numpy(ranks), torch.from_numpy(distorted).long())), 4)


def roc_points(scores: Floats, distorted: Bools) -> list[dict[str, float]]:
    """Return the recall at chosen false-positive rates, each with the score that gives it."""
    points = []
    for share in FALSE_POSITIVE_RATES:
        bound = float(np.quantile(scores[~distorted], 1 - share))
        points.append({"false_positives": share, "recall": round(float((scores[distorted] > bound).mean()), 4),
                       "probability": round(bound, 4)})  # fmt: skip
    return points


def grouped(
    found: Sequence[Example], called: Bools, group: Callable[[Example], str], order: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the rate of `called` in each group, in `order` or by name; a group named "" is left out."""
    names = np.array([group(example) for example in found])
    chosen = [name for name in order if name in names] or sorted(set(names.tolist()) - {""})
    return {name: rate(called[names == name]) for name in chosen}


def severity_group(example: Example) -> str:
    """Return the name of the example's severity class, "" for a clean one."""
    classes = [f"{low:.2f} to {min(high, 1):.2f}" for low, high in SEVERITIES if low <= example.severity < high]
    return classes[0] if example.distorted and classes else ""


def height_group(example: Example) -> str:
    """Return the name of the class of the ink's height in px."""
    return next((height_name(*pair) for pair in HEIGHTS if pair[0] <= example.line.height < pair[1]), "")


def height_name(low: int, high: int) -> str:
    """Return the words of a class of heights.

    >>> height_name(8, 10)
    '8 to 9'
    """
    return f"{low} to {high - 1}" if high < 200 else f"{low} and more"


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Spearman's rank correlation, by scipy."""
    from scipy.stats import spearmanr

    return round(float(spearmanr(first, second).statistic), 4)


def probabilities(weights: Weights, lines: Sequence[TextLine]) -> NDArray[np.float64]:
    """Return the probability of distorted letters of each line, float64 (N,)."""
    return np.array([probability_of(logit) for logit, _ in line_scores(weights, lines)], dtype=np.float64)


def measured(weights: Weights, found: Sequence[Example]) -> dict[str, Any]:
    """Return the figures of a set: AUROC, ROC, confusion, and rates by channel, severity, height, kind and face."""
    judged = [e for e in found if e.line.height >= MIN_HEIGHT]
    scores = probabilities(weights, [e.line for e in judged])
    truth = np.array([e.distorted for e in judged])
    called = scores > THRESHOLD
    clean = [e for e in judged if not e.distorted]
    bad = [e for e in judged if e.distorted]
    channels = np.array([e.channel for e in judged])
    return {
        "lines": len(judged),
        "below_min_height": len(found) - len(judged),
        "auroc": auroc(scores, truth),
        "auroc_clean_render_and_round_trip": auroc(*(_of(channels, ("render", "round trip"), scores, truth))),
        "confusion": {
            "true_negative": int((~called & ~truth).sum()),
            "false_positive": int((called & ~truth).sum()),
            "false_negative": int((~called & truth).sum()),
            "true_positive": int((called & truth).sum()),
        },
        "false_positives": rate(called[~truth]),
        "recall": rate(called[truth]),
        "roc": roc_points(scores, truth),
        "false_positives_by_channel": grouped(clean, called[~truth], lambda e: e.channel, CHANNELS),
        "false_positives_by_height": grouped(clean, called[~truth], height_group, _height_names()),
        "false_positives_by_face": grouped(clean, called[~truth], lambda e: e.family),
        "recall_by_channel": grouped(bad, called[truth], lambda e: e.channel, CHANNELS),
        "recall_by_severity": grouped(bad, called[truth], severity_group, _severity_names()),
        "recall_by_height": grouped(bad, called[truth], height_group, _height_names()),
        "recall_by_kind": grouped(bad, called[truth], lambda e: e.kind, tuple(FAULTS)),
        "recall_by_face": grouped(bad, called[truth], lambda e: e.family),
    }


def _of(channels: NDArray[Any], names: tuple[str, ...], scores: Any, truth: Any) -> tuple[Any, Any]:
    chosen = np.isin(channels, names)
    return scores[chosen], truth[chosen]


def _severity_names() -> tuple[str, ...]:
    return tuple(f"{low:.2f} to {min(high, 1):.2f}" for low, high in SEVERITIES)


def _height_names() -> tuple[str, ...]:
    return tuple(height_name(*pair) for pair in HEIGHTS)


def left_out_faces(weights: Weights, found: Sequence[Example], share: float) -> dict[str, dict[str, Any]]:
    """Return for each face its false positives at the threshold that the rule fixes on the other faces of `found`.

    It tells what a face that nothing was fixed on has to expect. `share` of the other faces' clean lines lie above.
    """
    clean = [example for example in found if not example.distorted and example.line.height >= MIN_HEIGHT]
    scores = probabilities(weights, [example.line for example in clean])
    faces = np.array([example.family for example in clean])
    return {
        str(face): rate(scores[faces == face] > np.quantile(scores[faces != face], 1 - share))
        for face in sorted(set(faces))
        if (faces != face).any()
    }
