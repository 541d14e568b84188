"""The report as one HTML file that needs no network and no second file; its one script is the review sheet's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.report import RunReport, headline_value
from pipeline.report_charts import Point, curve, interval_bar, scatter
from pipeline.report_limits import FAILS, RULE, headline, light_of, percent, plural
from pipeline.report_review import script_source, sheet, summary_view
from pipeline.report_shots import KIND_NAMES, Shown, choose_shots
from scoring.detector_errors import Interval, load_detector_errors
from scoring.scored_item import KINDS, FailureKind, ScoredItem
from scoring.statistics_groups import Group
from scoring.statistics_pairs import PairedDifference
from scoring.thresholds import Thresholds, load_thresholds

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES: Final = Path(__file__).resolve().parent / "templates"
GALLERY: Final = 500
"""Assets shown with a thumbnail, the worst first; a page of more would not load on a phone."""

MARKS: Final = 2000
LIGHTS: Final = {
    "use": ("✓", "Use"),
    "check": ("!", "Check each"),
    "avoid": ("✕", "Avoid"),
    "unknown": ("?", "Too few"),
}
KIND_NOUNS: Final[dict[FailureKind, str]] = {
    "any": "assets",
    "control": "assets",
    "prompt": "assets",
    "text": "assets with ordered text",
    "icon": "assets with icons",
}


def environment() -> Environment:
    """Jinja2 with everything escaped and every unknown name an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["percent"] = percent
    made.filters["share"] = share
    made.globals.update(lights=LIGHTS, kind_names=KIND_NAMES)
    return made


def share(interval: Interval) -> str:
    """Return a share with its interval in percent.

    >>> share((0.034, 0.0248, 0.0474))
    '3.4% (2.5 to 4.7)'
    """
    rate, low, high = interval
    return f"{rate:.1%} ({100 * low:.1f} to {100 * high:.1f})"


def report_page(report: RunReport, title: str, title_b: str = "") -> str:
    """Return the page of a report; `title` names the run, `title_b` the one it is compared with."""
    thresholds = load_thresholds()
    shots = choose_shots(report.scored, report.worst, GALLERY)
    return (
        environment()
        .get_template("report.html")
        .render(
            title=title,
            title_b=title_b,
            report=report,
            tested=_tested(report.items),
            verdict=headline(report.overall["any"], _noun(report.items), "any"),
            tiles=[_tile(report, kind) for kind in KINDS],
            # A single group says what all assets say.
            sections=[_section(name, chosen) for name, chosen in report.groups.items() if len(chosen) > 1],
            curves=_curves(report.groups),
            scatter=_scatter(report, [*shots.worst, *shots.gallery], thresholds),
            shots=shots,
            sheet=sheet(shots.reviewed, title) if shots.reviewed else None,
            script_source=script_source(),
            said=summary_view(report.review) if report.review else None,
            rule=RULE,
            thresholds=thresholds,
            detectors=load_detector_errors().detectors,
            changes=[_change(one) for one in report.comparison.kinds.values()] if report.comparison else [],
        )
    )


def _noun(items: Sequence[ScoredItem]) -> str:
    """ "buttons" where every asset is one, else "assets"."""
    components = {tag.partition("=")[2] for item in items for tag in item.tags if tag.startswith("component=")}
    every = all(any(tag.startswith("component=") for tag in item.tags) for item in items)
    return plural(components.pop()) if every and len(components) == 1 else "assets"


def _tested(items: Sequence[ScoredItem]) -> dict[str, Any]:
    return {
        "orders": len(items),
        "wireframes": len({item.wireframe for item in items}),
        "models": ", ".join(sorted({item.model for item in items})),
        "conditioners": ", ".join(sorted({item.conditioner for item in items})),
        "seeds": len({item.seed for item in items}),
    }


def _tile(report: RunReport, kind: FailureKind) -> dict[str, Any]:
    rate = report.overall[kind]
    return {
        "name": KIND_NAMES[kind],
        "rate": rate,
        "light": light_of(rate),
        "sentence": headline(rate, KIND_NOUNS[kind], kind),
        "bar": interval_bar(rate, light_of(rate)),
    }


def _section(name: str, chosen: Sequence[Group]) -> dict[str, Any]:
    table = [(group, group.rates()) for group in chosen]
    counted = [kind for kind in KINDS if any(kind in rates for _, rates in table)]
    kinds = [kind for kind in counted if any(rates[kind].scored for _, rates in table)]
    rows = []
    for group, rates in table:
        cells = [(rates[kind], (light := light_of(rates[kind])), interval_bar(rates[kind], light)) for kind in kinds]
        rows.append({"value": group.value, "cells": cells})
    silent = ", ".join(KIND_NAMES[kind].lower() for kind in counted if kind not in kinds)
    return {"name": name.replace("_", " "), "unit": chosen[0].unit, "kinds": kinds, "rows": rows, "silent": silent}


def _curves(found: Mapping[str, Sequence[Group]]) -> list[tuple[str, Markup]]:
    charts = []
    for name, kind, words in (
        ("text_height", "text", "Labels that failed, by height of the text in px"),
        ("icon_size", "icon", "Icons that failed, by longer side in px"),
    ):
        rates = [(group.value, group.rates()[kind]) for group in found.get(name, ()) if kind in group.cases]
        if any(rate.scored for _, rate in rates):
            charts.append((words, curve([value for value, _ in rates], [rate for _, rate in rates], words)))
    return charts


def _scatter(report: RunReport, shown: Sequence[Shown], thresholds: Thresholds) -> dict[str, Any]:
    anchors = {id(one.item): f"#{one.anchor}" for one in shown}
    points, missing = [], 0
    for item in report.scored:
        x, y = headline_value(item, "control_adherence"), headline_value(item, "prompt_adherence")
        if x is None or y is None:
            missing += 1
            continue
        title = f"{item.id}, seed {item.seed}: {item.outcome()}; lines {x:.0%}, prompt {y:.0%}"
        points.append(Point(x=x, y=y, passed=item.outcome() == "passed", title=title, link=anchors.get(id(item), "")))
    step = max(1, -(-len(points) // MARKS))
    limit_x, limit_y = (thresholds.measures[name].bound for name in ("control_adherence", "prompt_adherence"))
    counts = [[0, 0], [0, 0]]
    for point in points:
        counts[point.y >= limit_y][point.x >= limit_x] += 1
    caption = f"{len(points)} assets by lines kept and prompt followed; the shaded corner keeps both limits"
    return {
        "chart": scatter(points[::step], limit_x, limit_y, caption) if points else None,
        "counts": counts,
        "missing": missing,
        "drawn": len(points[::step]),
        "points": len(points),
        "limits": (limit_x, limit_y),
    }


def _change(one: PairedDifference) -> dict[str, Any]:
    """One row of the comparison, with its verdict in words."""
    if one.difference is None:
        words = "Cannot be said: no order was scored in both runs."
    elif not one.significant:
        words = f"No difference beyond chance: {one.fixed} got better, {one.broken} got worse."
        if one.detectable is not None:
            words += f" A change under {100 * one.detectable:.0f} points would often go unseen with this many pairs."
    else:
        better = one.difference < 0
        words = (
            f"Run B is {'better' if better else 'worse'}, and it is not chance: of 100 assets, "
            f"{abs(100 * one.difference):.0f} {'fewer' if better else 'more'} {FAILS[one.kind]}."
        )
    return {"name": KIND_NAMES[one.kind], "difference": one, "words": words, "chance": chance(one.p_adjusted)}


def chance(p_value: float) -> str:
    """Return a p-value in words.

    >>> chance(0.03), chance(0.00001), chance(0.6)
    ('chance alone does this in 3 of 100 such comparisons', 'chance alone does this in fewer than 1 of 1000', \
'chance alone does this in 60 of 100 such comparisons')
    """
    if p_value < 0.001:
        return "chance alone does this in fewer than 1 of 1000"
    if p_value < 0.01:
        return f"chance alone does this in {1000 * p_value:.0f} of 1000 such comparisons"
    return f"chance alone does this in {100 * p_value:.0f} of 100 such comparisons"
