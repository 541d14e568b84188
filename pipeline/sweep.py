"""One wireframe and prompt over several control scales: what control costs, and which scale to use."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from conditioners.errors import InputError
from pipeline.manifest import OrderRow
from pipeline.report import headline_value
from pipeline.settings import check_number
from scoring.intervals import CONFIDENCE
from scoring.scored_item import ScoredItem
from scoring.statistics import Rate, asset_cases, failure_rate
from scoring.thresholds import Thresholds

Quadrant = Literal["both kept", "lines lost", "prompt missed", "both lost", "unscored"]

MAX_SCALES: Final = 41
EQUAL: Final = 0.02
"""Shares that differ by no more are the same to the eye, whatever the seeds say."""

KNOBS: Final[dict[Quadrant, str]] = {
    "both kept": "nothing to turn",
    "lines lost": "raise --scale, or let control act to the end (--control-end 1)",
    "prompt missed": "lower --scale, raise --cfg, or say less in the prompt",
    "both lost": "more --steps, a plainer wireframe, another seed or model",
    "unscored": "name a colour or quote a label in the prompt, so that it can be checked",
}


@dataclass(frozen=True, kw_only=True)
class Mean:
    """Mean of a score over the seeds, in 0 to 1; `low` and `high` are None with fewer than two seeds."""

    value: float
    low: float | None
    high: float | None
    count: int

    def as_json(self) -> dict[str, Any]:
        """The mean as plain JSON types."""
        ends = {name: None if (v := getattr(self, name)) is None else round(v, 6) for name in ("low", "high")}
        return {"value": round(self.value, 6), **ends, "count": self.count}


@dataclass(frozen=True, kw_only=True)
class ScaleResult:
    """One scale: both headlines over its seeds (None where no seed was scored), the failure rate, and where it lies.

    `on_front` tells that no other scale is at least as good in both and better in one.
    """

    scale: float
    control: Mean | None
    prompt: Mean | None
    failure: Rate
    quadrant: Quadrant
    on_front: bool

    def as_json(self) -> dict[str, Any]:
        """The scale as plain JSON types."""
        return {
            "scale": self.scale,
            "control_adherence": None if self.control is None else self.control.as_json(),
            "prompt_adherence": None if self.prompt is None else self.prompt.as_json(),
            "failure": self.failure.as_json(),
            "quadrant": self.quadrant,
            "knob": KNOBS[self.quadrant],
            "pareto": self.on_front,
        }


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """All scales in ascending order, the recommended one (None if nothing was scored), and why it is that one."""

    results: tuple[ScaleResult, ...]
    recommended: float | None
    reason: str

    @property
    def kept(self) -> bool:
        """Whether both headlines keep their limits on average at the recommended scale."""
        return any(one.scale == self.recommended and one.quadrant == "both kept" for one in self.results)

    def as_json(self) -> dict[str, Any]:
        """The object that `sweep --json` prints."""
        return {
            "version": 1,
            "recommended_scale": self.recommended,
            "reason": self.reason,
            "scales": [result.as_json() for result in self.results],
        }


def parse_scales(text: str) -> tuple[float, ...]:
    """Return the scales of a comma-separated list, ascending. Raises InputError for a repeated or an impossible one.

    >>> parse_scales("1, 0.5,0")
    (0.0, 0.5, 1.0)
    """
    try:
        scales = sorted(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--scale must be numbers with commas between, such as 0,0.5,1, got {text!r}") from None
    for scale in scales:
        check_number("scale", scale)
    if len(set(scales)) < len(scales) or not 2 <= len(scales) <= MAX_SCALES:
        raise InputError(f"--scale must be 2 to {MAX_SCALES} different numbers, got {text!r}")
    return tuple(scales)


def sweep_rows(row: OrderRow, scales: Sequence[float]) -> list[OrderRow]:
    """Return one row of a batch for each scale, so that a sweep is resumed and recorded like any batch."""
    return [row.model_copy(update={"id": f"scale-{scale:g}", "scale": scale}) for scale in scales]


def swept(items: Sequence[ScoredItem], scales: Sequence[float]) -> list[ScoredItem]:
    """Return the items of these scales alone: a folder may hold those of an earlier sweep."""
    names = {f"scale-{scale:g}" for scale in scales}
    return [item for item in items if item.id in names]


def mean_of(values: Sequence[float]) -> Mean | None:
    """Return the mean with Student's 95% interval, held to 0 to 1; None for no values.

    >>> mean_of([0.5, 0.7])
    Mean(value=0.6, low=0.0, high=1.0, count=2)
    """
    if not values:
        return None
    count, value = len(values), math.fsum(values) / len(values)
    if count < 2:
        return Mean(value=value, low=None, high=None, count=count)
    from scipy.stats import t

    spread = math.sqrt(math.fsum((one - value) ** 2 for one in values) / (count - 1) / count)
    half = float(t.ppf(1 - (1 - CONFIDENCE) / 2, count - 1)) * spread
    return Mean(value=value, low=max(0.0, value - half), high=min(1.0, value + half), count=count)


def summarise(items: Sequence[ScoredItem], thresholds: Thresholds) -> Sweep:
    """Return what the items of a sweep say: a result for each scale, the front and the recommendation."""
    by_scale: dict[float, list[ScoredItem]] = {}
    for item in items:
        if item.scale is not None:
            by_scale.setdefault(item.scale, []).append(item)
    means = {
        scale: (_mean(own, "control_adherence"), _mean(own, "prompt_adherence")) for scale, own in by_scale.items()
    }
    points = {scale: _point(*pair) for scale, pair in means.items()}
    results = tuple(
        ScaleResult(
            scale=scale,
            control=means[scale][0],
            prompt=means[scale][1],
            failure=failure_rate(
                # Seeds are the cases here: the sweep is about this one wireframe.
                case
                for item in by_scale[scale]
                for case in asset_cases([_alone(item)], "any")
            ),
            quadrant=_quadrant(*means[scale], thresholds),
            on_front=points[scale] is not None and not any(_beats(other, points[scale]) for other in points.values()),
        )
        for scale in sorted(by_scale)
    )
    recommended, reason = recommend(results, thresholds)
    return Sweep(results=results, recommended=recommended, reason=reason)


def recommend(results: Sequence[ScaleResult], thresholds: Thresholds) -> tuple[float | None, str]:
    """Return the recommended scale and why.

    Best is the scale whose worse headline, as a share of its threshold, is highest; then the one with the highest sum
    of both. Differences up to `EQUAL` are none, and of equal ones the lowest scale is taken, as control costs quality.
    A headline that was not scored is left out.
    """
    chosen = [result for result in results if result.control is not None or result.prompt is not None]
    if not chosen:
        return None, "nothing was scored"
    margins = [_margin(result, thresholds) for result in chosen]
    chosen = [result for result, margin in zip(chosen, margins, strict=True) if margin >= max(margins) - EQUAL]
    sums = [sum(mean.value for mean in (result.control, result.prompt) if mean is not None) for result in chosen]
    best = min(
        (result for result, total in zip(chosen, sums, strict=True) if total >= max(sums) - EQUAL),
        key=lambda result: result.scale,
    )
    words = "both limits are kept there on average"
    if _margin(best, thresholds) < 1:
        words = "no scale keeps both limits; there it is nearest"
    if best.prompt is None or best.control is None:
        words = f"{'prompt' if best.prompt is None else 'control'} adherence was not scored, so the other decides alone"
    alike = [f"{one.scale:g}" for one in results if one is not best and not _told_apart(one, best)]
    if alike:
        seeds = f"{best.failure.scored} seed{'' if best.failure.scored == 1 else 's'}"
        words += f"; with {seeds} it cannot be told from {', '.join(alike)}"
    return best.scale, words


def _mean(items: Sequence[ScoredItem], name: str) -> Mean | None:
    return mean_of([value for item in items if (value := headline_value(item, name)) is not None])


def _alone(item: ScoredItem) -> ScoredItem:
    from dataclasses import replace

    return replace(item, wireframe=f"{item.wireframe}/{item.seed}")


Pair = tuple[float, float]


def _point(control: Mean | None, prompt: Mean | None) -> Pair | None:
    if control is None and prompt is None:
        return None
    return (0.0 if control is None else control.value, 0.0 if prompt is None else prompt.value)


def _beats(other: Pair | None, point: Pair | None) -> bool:
    assert point is not None
    return other is not None and other != point and other[0] >= point[0] and other[1] >= point[1]


def _quadrant(control: Mean | None, prompt: Mean | None, thresholds: Thresholds) -> Quadrant:
    if control is None or prompt is None:
        return "unscored"
    lines = thresholds.measures["control_adherence"].accepts(control.value)
    words = thresholds.measures["prompt_adherence"].accepts(prompt.value)
    if lines:
        return "both kept" if words else "prompt missed"
    return "lines lost" if words else "both lost"


def _margin(result: ScaleResult, thresholds: Thresholds) -> float:
    pairs = (("control_adherence", result.control), ("prompt_adherence", result.prompt))
    shares = [mean.value / thresholds.measures[name].bound for name, mean in pairs if mean is not None]
    return min(shares, default=0.0)


def _told_apart(one: ScaleResult, other: ScaleResult) -> bool:
    """Whether the intervals of one of the two headlines are apart."""
    for first, second in ((one.control, other.control), (one.prompt, other.prompt)):
        if first is None or second is None or None in (first.low, second.low):
            continue
        assert first.low is not None
        assert first.high is not None
        assert second.low is not None
        assert second.high is not None
        if first.high < second.low or second.high < first.low:
            return True
    return False
