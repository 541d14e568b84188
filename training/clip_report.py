"""The figures of the prompt checks: shares told right with intervals, fitted bounds, and their section of the docs."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scoring.intervals import wilson

TITLE = "## Prompt checks"
GOAL = 0.96
"""Share of the decided checks that must be right on the calibration renders."""

MOST_UNDECIDED = 0.3
"""Share of checks that may stay unscored to reach it."""

BARS = {"colour": 0.97, "background": 0.97, "component": 0.92, "style": 0.92}

NOTE = """\
{count} renders (seeds {first} to {last}) with icons, words and type that nothing was trained or fitted on. Each is
asked its own prompt, and for every attribute in it the prompt with another value. Right is passed for the true prompt
and failed for the changed one; * counts passed / failed / unscored. Left out are changes that stay true ("dark" to
"black") and colours that the prompt names but the asset does not show. Made by `python -m training.clip_validate --docs
docs/scoring-validation.md`."""

Row = Mapping[str, Any]


def summary(rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Return for each attribute how many true and changed prompts were told right, wrong, and left open."""
    figures = {}
    for attribute in dict.fromkeys(row["attribute"] for row in rows):
        own = [row for row in rows if row["attribute"] == attribute]
        right = sum(row["verdict"] == ("passed" if row["true"] else "failed") for row in own)
        scored = sum(row["verdict"] != "unscored" for row in own)
        low, high = wilson(right, scored) if scored else (0.0, 1.0)
        figures[attribute] = {
            "accuracy": round(right / scored, 4) if scored else None,
            "low": round(low, 4),
            "high": round(high, 4),
            "true": _side(own, True),
            "changed": _side(own, False),
        }
    return figures


def _side(rows: Sequence[Row], true: bool) -> dict[str, int]:
    own = [row for row in rows if row["true"] is true]
    return {verdict: sum(row["verdict"] == verdict for row in own) for verdict in ("passed", "failed", "unscored")}


def fitted_bounds(rows: Sequence[Row], kinds: Iterable[str], first: int, count: int) -> str:
    """Return bounds of the log odds in the form of the thresholds file.

    The threshold between passed and failed is the one with the most right; around it the odds are left open, as little
    as makes `GOAL` of the rest right, and at most `MOST_UNDECIDED` of all.
    """
    lines = []
    for kind in kinds:
        own = [(row["odds"], row["true"]) for row in rows if row["attribute"] == kind and row["odds"] is not None]
        if not own:
            continue
        odds, true = np.array([pair[0] for pair in own]), np.array([pair[1] for pair in own], dtype=bool)
        low, high, right = bounds_of(odds, true)
        rule = f"{right:.1%} of the decided are right on {len(own)} prompts of renders {first} to {first + count - 1}"
        lines.append(f'    {kind}: {{passed: {high:.2f}, failed: {low:.2f}, rule: "{rule}"}}')
    return "\n".join(lines)


def bounds_of(odds: np.ndarray[Any, Any], true: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    """Return (failed, passed) bounds and the share told right beyond them, from log odds (N,) and their truth (N,)."""
    candidates = np.unique(odds)
    centre = float(max(candidates, key=lambda bound: ((odds >= bound) == true).mean()))
    distances = np.abs(odds - centre)
    for share in np.linspace(0, MOST_UNDECIDED, 31):
        reach = float(np.quantile(distances, share)) if share else 0.0
        decided = distances >= reach
        right = float(((odds >= centre) == true)[decided].mean())
        if right >= GOAL:
            break
    return centre - reach, centre + reach, right


def markdown(figures: Mapping[str, Mapping[str, Any]], first: int, count: int) -> str:
    """Return the section of the validation report."""
    lines = [
        TITLE,
        "",
        NOTE.format(count=count, first=first, last=first + count - 1),
        "",
        "| check | right of those scored | 95% interval | bar | true prompt * | changed prompt * |",
        "|---|---|---|---|---|---|",
    ]
    for name, row in figures.items():
        share = "-" if row["accuracy"] is None else f"{row['accuracy']:.1%}"
        bar = f"{BARS[name]:.0%}" if name in BARS else "-"
        sides = (" / ".join(str(value) for value in row[side].values()) for side in ("true", "changed"))
        lines.append(f"| {name} | {share} | {row['low']:.1%} to {row['high']:.1%} | {bar} | {' | '.join(sides)} |")
    return "\n".join(lines) + "\n"


def write_section(file: Path, section: str) -> None:
    """Put `section`, from its second-level heading on, into a Markdown file in place of the one with its heading.

    A section ends at the next such heading or comment; a new one goes to the end.
    """
    text = file.read_text(encoding="utf-8") if file.exists() else "# How the scores were validated\n"
    heading = re.escape(section.splitlines()[0])
    found = re.search(rf"^{heading}\n.*?(?=^## |^<!-- |\Z)", text, re.MULTILINE | re.DOTALL)
    if found is None:
        after = text.rstrip() + "\n\n" + section
    else:
        rest = text[found.end() :]
        after = text[: found.start()] + section.rstrip() + "\n" + (f"\n{rest}" if rest else "")
    file.write_text(after, encoding="utf-8")
