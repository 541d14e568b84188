"""What plain geometry reaches on the same icons: distances of strokes both ways, topology, and a logistic regression.

It is fitted on the calibration set and reported beside the network, which has to be worth its weights.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detectors import icon_figures as figures
from training.detectors.icon_data import Views

Features = NDArray[np.float64]

NAMES = (
    *("missing_mean", "missing_top", "extra_mean", "extra_top"),
    *("drawn_to_painted_mean", "drawn_to_painted_95", "painted_to_drawn_mean", "painted_to_drawn_95"),
    *("components", "holes", "size"),
)
HALF = 0.5
"""Contrast from which a pixel of the view is ink."""

DECAY = 1e-3
"""Weight of the ridge penalty."""


def _distances(points: NDArray[np.bool_], ink: NDArray[np.bool_]) -> tuple[float, float]:
    """Return mean and 95th percentile of the distance from `points` to the nearest `ink`, px of the view."""
    if not points.any() or not ink.any():
        return 16.0, 16.0
    away = cv2.distanceTransform((~ink).astype(np.uint8), cv2.DIST_L2, 5)[points]
    return float(away.mean()), float(np.percentile(away, 95))


def _counts(ink: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the numbers of parts and of holes."""
    parts = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)[0] - 1
    return parts, cv2.connectedComponents((~ink).astype(np.uint8), connectivity=4)[0] - 2


def features(views: Views) -> Features:
    """Return the features `NAMES` of each icon, float64 (N, 11)."""
    rows = []
    for start in range(0, len(views.cases), 64):
        for one in views.inputs(np.arange(start, min(start + 64, len(views.cases)))):
            drawn, painted = one[0] > HALF, one[1] > HALF
            parts, holes = _counts(drawn)
            other_parts, other_holes = _counts(painted)
            top = [float(np.sort(layer, axis=None)[-40:].mean()) for layer in (one[4], one[5])]
            rows.append(
                (
                    *(float(one[4].mean()), top[0], float(one[5].mean()), top[1]),
                    *(*_distances(drawn, painted), *_distances(painted, drawn)),
                    *(abs(parts - other_parts), abs(holes - other_holes), float(one[3, 0, 0])),
                )
            )
    return np.array(rows)


def fitted(values: Features, faulty: NDArray[np.bool_]) -> Features:
    """Return the weights (N + 1,) of a logistic regression on standardised `values`, by Newton's method."""
    design = np.column_stack([values, np.ones(len(values))])
    weights, penalty = np.zeros(design.shape[1]), DECAY * len(design) * np.eye(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (chance - faulty) + penalty @ weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + penalty
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def baseline(calibration: Views, others: dict[str, Views], most_false: float) -> dict[str, Any]:
    """Return what plain geometry reaches on `others`; its threshold flags `most_false` of calibration's intact ones."""
    known = features(calibration)
    middle, spread = known.mean(axis=0), known.std(axis=0) + 1e-9
    weights = fitted((known - middle) / spread, calibration.faulty)

    def scores(values: Features) -> Features:
        design = np.column_stack([(values - middle) / spread, np.ones(len(values))])
        return 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))

    threshold = figures.fixed_threshold([scores(known)[~calibration.faulty]], most_false)
    found: dict[str, Any] = {"features": NAMES, "threshold": threshold}
    for name, views in others.items():
        values = features(views)
        single = max(figures.auroc(values[:, column], views.faulty) for column in range(len(NAMES) - 1))
        found[name] = {
            **figures.summary(scores(values), views.faulty, threshold),
            "best_single_auroc": round(single, 4),
        }
    return found
