"""The judge on components that the renderer did not draw: real ones of public libraries, only ever reported on."""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np

from conditioners.geometry import Extent
from scoring.clip_canvas import Image, view_box
from scoring.clip_captions import COMPONENTS, STYLES, component_caption, style_caption
from scoring.clip_embedded import EmbeddedClip
from scoring.intervals import wilson
from scoring.prompt import parse_prompt
from scoring.prompt_seen import seen_checks
from scoring.scorecard import Verdict
from scoring.thresholds import Thresholds
from training.components.cases import ComponentCase

TITLE = "## Prompt checks on real components"
SEED = 3
BATCH = 32

NOTE = """\
The same judge on {count} components of public libraries, drawn by a browser. It was trained on renders alone, and
neither it nor its bounds were chosen by these: zero-shot. "Told" is the likeliest of all components or styles; the
check is asked the true name and one other."""

HEAD = ("| | right | 95% interval | scored | unscored |", "|---|---|---|---|---|")


def told(judge: EmbeddedClip, cases: Sequence[ComponentCase]) -> dict[str, dict[str, Any]]:
    """Return how often the likeliest component and the likeliest style are the true ones, with 95% intervals."""
    captions = [*map(component_caption, COMPONENTS), *map(style_caption, STYLES)]
    views = [_view(case) for case in cases]
    parts = [judge.logits(views[start : start + BATCH], captions) for start in range(0, len(views), BATCH)]
    logits = np.concatenate(parts)
    components = [COMPONENTS[index] for index in logits[:, : len(COMPONENTS)].argmax(1)]
    styles = [STYLES[index] for index in logits[:, len(COMPONENTS) :].argmax(1)]
    styled = [(case, style) for case, style in zip(cases, styles, strict=True) if case.attributes["style"] in STYLES]
    return {
        "component told": _share([case.component == name for case, name in zip(cases, components, strict=True)]),
        "style told": _share([case.attributes["style"] == name for case, name in styled]),
    }


def figures(judge: EmbeddedClip, cases: Sequence[ComponentCase], thresholds: Thresholds) -> dict[str, dict[str, Any]]:
    """Return all figures of the judge on real components."""
    return {**told(judge, cases), **checked(judge, cases, thresholds)}


def _view(case: ComponentCase) -> Image:
    box = view_box([element.box for element in case.elements], Extent.of(case.asset))
    return np.ascontiguousarray(case.asset[box.slices])


def checked(judge: EmbeddedClip, cases: Sequence[ComponentCase], thresholds: Thresholds) -> dict[str, dict[str, Any]]:
    """Return how often the checks of component and style are right, asked the true name and another one."""
    from scoring.colour_table import load_colours

    rng, table, figures = Random(SEED), load_colours(), dict[str, dict[str, Any]]()
    for kind, names in (("component", COMPONENTS), ("style", STYLES)):
        right, unscored = list[bool](), 0
        for case in cases:
            true = case.component if kind == "component" else case.attributes["style"]
            if true not in names or true in ("icon", "dark"):
                continue
            other = rng.choice([name for name in names if name not in (true, "icon", "dark")])
            for name, wanted in ((true, "passed"), (other, "failed")):
                parsed = parse_prompt(f"a {name}" if kind == "component" else f"{name} style", table)
                verdict: Verdict = seen_checks(case.asset, case.elements, parsed, judge, thresholds)[0].verdict
                unscored += verdict == "unscored"
                if verdict != "unscored":
                    right.append(verdict == wanted)
        figures[f"{kind} check"] = {**_share(right), "unscored": unscored}
    return figures


def _share(right: Sequence[bool]) -> dict[str, Any]:
    low, high = wilson(sum(right), len(right)) if right else (0.0, 1.0)
    share = round(sum(right) / len(right), 4) if right else None
    return {"right": share, "low": round(low, 4), "high": round(high, 4), "scored": len(right), "unscored": 0}


def markdown(figures: dict[str, dict[str, Any]], count: int) -> str:
    """Return the section of the validation report."""
    lines = [
        TITLE,
        "",
        NOTE.format(count=count),
        "",
        "| | right | 95% interval | scored | unscored |",
        "|---|---|---|---|---|",
    ]
    for name, row in figures.items():
        share = "-" if row["right"] is None else f"{row['right']:.1%}"
        spread = f"{row['low']:.1%} to {row['high']:.1%}"
        lines.append(f"| {name} | {share} | {spread} | {row['scored']} | {row['unscored']} |")
    return "\n".join(lines) + "\n"
