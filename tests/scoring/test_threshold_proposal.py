"""Thresholds from verdicts: found where they are in the data, and left alone where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from scoring.threshold_proposal import Reviewed, best_threshold, propose
from scoring.thresholds import Limit

AT_LEAST = Limit(at_least=0.6, rule="by hand")
AT_MOST = Limit(at_most=0.6, rule="by hand")


def cases(true_bound: float, count: int = 200, noise: float = 0.05, seed: int = 0, size: int = 2) -> list[Reviewed]:
    """Assets that people call bad below `true_bound`, with some noise in their eyes."""
    rng = np.random.default_rng(seed)
    values = rng.random(count)
    seen = values + rng.normal(0, noise, count)
    return [
        Reviewed(wireframe=f"w{n // size}", value=float(value), bad=bool(eye < true_bound))
        for n, (value, eye) in enumerate(zip(values, seen, strict=True))
    ]


def test_the_best_threshold_by_trying_all() -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        values, bad = np.round(rng.random(12), 1), rng.random(12) < 0.5
        if bad.all() or not bad.any():
            continue
        found = best_threshold(values, bad, 0.6)

        def share(bound: float, values: np.ndarray = values, bad: np.ndarray = bad) -> float:
            return float((values[bad] < bound).mean() + (values[~bad] >= bound).mean())

        between = [bound for bound in np.arange(-0.05, 1.1, 0.1) if values.min() < bound < values.max()]
        assert share(found) == pytest.approx(max(share(bound) for bound in [*between, 0.6]))


def test_a_threshold_that_people_do_not_share_is_replaced() -> None:
    found = propose("control_adherence", AT_LEAST, cases(0.4))
    assert found.proposed == pytest.approx(0.4, abs=0.06)
    assert found.right_now is not None
    assert found.right_then is not None
    assert found.right_then > found.right_now + 0.1
    assert found.low is not None
    assert found.low > 0


def test_an_upper_bound_is_the_mirror_of_a_lower_one() -> None:
    mirrored = [Reviewed(wireframe=c.wireframe, value=1.2 - c.value, bad=c.bad) for c in cases(0.4)]
    low, high = propose("a", AT_LEAST, cases(0.4)), propose("a", AT_MOST, mirrored)
    assert low.proposed is not None
    assert high.proposed == pytest.approx(1.2 - low.proposed)
    assert high.gain == pytest.approx(low.gain)


def test_a_threshold_that_people_share_stays() -> None:
    for seed in range(20):
        assert propose("a", AT_LEAST, cases(0.6, seed=seed)).proposed is None


def test_verdicts_that_have_nothing_to_do_with_the_value_propose_nothing() -> None:
    rng = np.random.default_rng(5)
    proposed = 0
    for _ in range(100):
        noise = [
            Reviewed(wireframe=f"w{n}", value=float(rng.random()), bad=bool(rng.random() < 0.4)) for n in range(80)
        ]
        proposed += propose("a", AT_LEAST, noise).proposed is not None
    assert proposed <= 6


def test_too_few_verdicts_propose_nothing() -> None:
    few = propose("a", AT_LEAST, cases(0.4, count=30))
    assert few.proposed is None
    assert few.reason.startswith("too few: ")
    one_drawing = propose("a", AT_LEAST, cases(0.4, size=100))
    assert one_drawing.reason.endswith("on 2 wireframes")
    assert propose("a", AT_LEAST, []).as_json()["gain"] is None
