"""A score card in a designer's words: what holds, what does not, and which candidate comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scoring.scorecard import ElementScore, Measurement, ScoreCard, Verdict
from ui.views import number

LABELS: Final = {
    "control_adherence": "Lines",
    "prompt_adherence": "Prompt",
    "colour_delta_e": "Colours",
    "background_delta_e": "Background",
    "text_ned": "Wording",
    "text_distortion": "Lettering",
    "icon_distortion": "Icons",
    "control_f1_1px": "Lines",
    "clip_score": "CLIP score",
}
"""The judged measures, in the order in which they are told."""

_HIDDEN_WHERE_TOLD: Final = {"control_f1_1px": "control_adherence"}
_HEADLINES: Final = ("control_adherence", "prompt_adherence", "text_ned")
_RANKS: Final[dict[Verdict, int]] = {"passed": 0, "unscored": 1, "failed": 2}


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One judged measure: a label, whether it passed, and why, in words."""

    label: str
    verdict: Verdict
    text: str


def verdict_word(verdict: Verdict) -> str:
    """The verdict for reading.

    >>> verdict_word("unscored")
    'Not scored'
    """
    return {"passed": "Passed", "failed": "Failed", "unscored": "Not scored"}[verdict]


def reasons(card: ScoreCard) -> list[Reason]:
    """What was judged of an asset, failures first; an asset nothing of which was judged gives none."""
    names = {item.name for item in card.measurements if item.verdict != "unscored"}
    told = [
        Reason(label=LABELS.get(item.name, plain(item.name)), verdict=item.verdict, text=_why(item, card))
        for item in card.measurements
        if item.verdict != "unscored" and _HIDDEN_WHERE_TOLD.get(item.name) not in names
    ]
    return sorted(told, key=lambda one: one.verdict != "failed")


def element_reasons(element: ElementScore) -> list[Reason]:
    """What was judged of one element, failures first."""
    told = [
        Reason(label=LABELS.get(item.name, plain(item.name)), verdict=item.verdict, text=item.reason)
        for item in element.measurements
        if item.verdict != "unscored"
    ]
    return sorted(told, key=lambda one: one.verdict != "failed")


def element_name(element: ElementScore) -> str:
    """An element for reading, such as `text “Save”` or `icon at 12, 40`."""
    if element.text:
        return f"{element.kind} “{element.text}”"
    return f"{element.kind} at {element.box.x0}, {element.box.y0}"


def element_verdict(element: ElementScore) -> Verdict:
    """Failed if any judged measure failed, passed if any passed."""
    found = {item.verdict for item in element.measurements}
    return "failed" if "failed" in found else "passed" if "passed" in found else "unscored"


def element_words(element: ElementScore) -> str:
    """An element and what was judged of it, in one line."""
    told = "; ".join(f"{one.label.lower()}: {one.text}" for one in element_reasons(element))
    return f"{element_name(element)}: {told or 'nothing was judged of it'}"


def rank(cards: Sequence[ScoreCard]) -> list[int]:
    """The places of the cards, best first: by verdict, then by failures, then by the mean of the headline scores."""
    return sorted(range(len(cards)), key=lambda index: (*_rank_key(cards[index]), index))


def _rank_key(card: ScoreCard) -> tuple[int, int, float]:
    failures = sum(item.verdict == "failed" for item in card.measurements)
    values = [item.value for item in card.measurements if item.name in _HEADLINES and item.value is not None]
    return _RANKS[card.verdict], failures, -(sum(values) / len(values) if values else 0.0)


def plain(name: str) -> str:
    """A measure's name for reading.

    >>> plain("control_hd95_px")
    'control hd95 px'
    """
    return name.replace("_", " ")


def score_line(item: Measurement) -> str:
    """A measure's value and threshold for reading, such as `0.78 (limit 0.6)`."""
    value = number(item.value, item.unit)
    return value if item.threshold is None else f"{value} (limit {number(item.threshold, item.unit)})"


def _why(item: Measurement, card: ScoreCard) -> str:
    if item.name == "control_adherence":
        lines = next((other for other in card.measurements if other.name == "control_f1_1px"), item)
        return f"{number(item.value, item.unit)} of 1 kept: {lines.reason}"
    # What could not be asked of the prompt stays in the table of all measures.
    return item.reason.partition("; not scored: ")[0]
