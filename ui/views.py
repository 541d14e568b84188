"""What the front end shows of a score card: rows and a caption, plain data for any toolkit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.scorecard import Measurement, ScoreCard

HEADERS = ["asset", "measure", "value", "threshold", "verdict", "remark"]
HEADLINES = ("control_adherence", "prompt_adherence", "text_ned")


def number(value: float | None, unit: str) -> str:
    """Return a value for reading, with its unit where it has one.

    >>> number(0.9312, "ratio"), number(1.5, "px"), number(None, "px")
    ('0.931', '1.5 px', '–')
    """
    if value is None:
        return "–"
    return f"{value:.3g}" if unit in ("ratio", "probability") else f"{value:.3g} {unit}"


def rows(name: str, card: ScoreCard) -> list[list[str]]:
    """Return a table row a measurement, in the order of `HEADERS`."""
    return [_row(name, measurement) for measurement in card.measurements]


def _row(name: str, item: Measurement) -> list[str]:
    return [
        name,
        item.name,
        number(item.value, item.unit),
        number(item.threshold, item.unit),
        item.verdict,
        item.reason,
    ]


def caption(card: ScoreCard, seed: int) -> str:
    """Return the line under an image: seed, verdict and the headline numbers that were measured."""
    shown = [m for m in card.measurements if m.name in HEADLINES and m.value is not None]
    numbers = ", ".join(f"{m.name.replace('_', ' ')} {number(m.value, m.unit)}" for m in shown)
    return f"seed {seed} · {card.verdict}" + (f" · {numbers}" if numbers else "")
