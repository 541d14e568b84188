"""The page of a sweep: the trade-off as a chart, the scales as a table, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from pipeline.report import headline_value
from pipeline.report_charts import Point, interval_bar, scatter
from pipeline.report_limits import light_of
from pipeline.report_page import environment
from pipeline.report_pictures import overlay_picture, thumbnail
from pipeline.sweep import KNOBS, Mean, ScaleResult, Sweep
from scoring.scored_item import ScoredItem
from scoring.thresholds import Thresholds

if TYPE_CHECKING:
    from markupsafe import Markup

SHOWN_SEEDS: Final = 4
"""Seeds of each scale that are shown; more would only repeat what the chart says."""


def sweep_page(sweep: Sweep, items: Sequence[ScoredItem], prompt: str, thresholds: Thresholds) -> str:
    """Return the page as one HTML text that needs no network."""
    bounds = tuple(thresholds.measures[name].bound for name in ("control_adherence", "prompt_adherence"))
    return (
        environment()
        .get_template("sweep.html")
        .render(
            sweep=sweep,
            prompt=prompt,
            seeds=len({item.seed for item in items}),
            chart=_chart(sweep.results, bounds[0], bounds[1]),
            bounds=bounds,
            rows=[_row(result) for result in sweep.results],
            strips=[_strip(result, items) for result in sweep.results],
            knobs=KNOBS,
        )
    )


def _chart(results: Sequence[ScaleResult], limit_x: float, limit_y: float) -> Markup | None:
    points: list[Point] = []
    front: list[tuple[float, float]] = []
    for result in results:
        if result.control is None or result.prompt is None:
            continue
        x, y = result.control, result.prompt
        points.append(
            Point(
                x=x.value,
                y=y.value,
                passed=result.quadrant == "both kept",
                title=f"scale {result.scale:g}: lines {x.value:.0%}, prompt {y.value:.0%}, {result.quadrant}",
                link=f"#scale-{result.scale:g}",
                x_range=_ends(x),
                y_range=_ends(y),
                label=f"{result.scale:g}",
                # Neighbours often lie close together.
                label_below=len(points) % 2 == 1,
            )
        )
        if result.on_front:
            front.append((x.value, y.value))
    if not points:
        return None
    path = " ".join(f"{x:.4f},{y:.4f}" for x, y in sorted(front))
    caption = "Prompt followed against lines kept, a mark for each control scale with 95% intervals"
    return scatter(points, limit_x, limit_y, caption, path)


def _ends(mean: Mean) -> tuple[float, float] | None:
    return None if mean.low is None or mean.high is None else (mean.low, mean.high)


def mean_words(mean: Mean | None) -> str:
    """Return a mean with its interval.

    >>> mean_words(Mean(value=0.5, low=0.25, high=0.75, count=3)), mean_words(None)
    ('50% (25 to 75)', 'not scored')
    """
    if mean is None:
        return "not scored"
    ends = _ends(mean)
    return f"{mean.value:.0%}" + ("" if ends is None else f" ({100 * ends[0]:.0f} to {100 * ends[1]:.0f})")


def _row(result: ScaleResult) -> dict[str, Any]:
    return {
        "result": result,
        "scale": f"{result.scale:g}",
        "control": mean_words(result.control),
        "prompt": mean_words(result.prompt),
        "bar": interval_bar(result.failure, light_of(result.failure)),
    }


def _strip(result: ScaleResult, items: Sequence[ScoredItem]) -> dict[str, Any]:
    own = sorted((item for item in items if item.scale == result.scale), key=lambda item: item.seed)
    shots = []
    for item in own[:SHOWN_SEEDS]:
        values = {name: headline_value(item, f"{name}_adherence") for name in ("control", "prompt")}
        told = ", ".join(f"{name} {value:.0%}" for name, value in values.items() if value is not None)
        made = None if item.files is None else thumbnail(item.files.asset)
        shots.append({"item": item, "made": made, "overlay": overlay_picture(item), "told": told})
    return {"scale": f"{result.scale:g}", "result": result, "shots": shots, "more": len(own) - len(shots)}
