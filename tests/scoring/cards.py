"""Score cards and items made by hand, for statistics that need many."""

from __future__ import annotations

from conditioners.geometry import Box
from scoring.scorecard import ElementScore, Measurement, ScoreCard, Verdict
from scoring.scored_item import ScoredItem


def measurement(name: str, verdict: Verdict, value: float | None = None, reason: str = "by hand") -> Measurement:
    """A measurement with a verdict and, where it was judged, a value on the right side of 0.5."""
    if verdict == "unscored":
        return Measurement(name=name, value=value, unit="ratio", threshold=None, verdict=verdict, reason=reason)
    given = value if value is not None else (0.9 if verdict == "passed" else 0.1)
    return Measurement(name=name, value=given, unit="ratio", threshold=0.5, verdict=verdict, reason=reason)


def card(*measurements: Measurement, elements: tuple[ElementScore, ...] = ()) -> ScoreCard:
    """A card of these measurements."""
    return ScoreCard(measurements=measurements, elements=elements)


def label(height: int, verdict: Verdict) -> ElementScore:
    """A text element of a height in px."""
    return ElementScore(
        kind="text", box=Box(0, 0, 60, height), text="Save", measurements=(measurement("text_ned", verdict),)
    )


def item(
    wireframe: str,
    seed: int,
    verdict: Verdict | None,
    *,
    name: str = "",
    measure: str = "control_adherence",
    tags: tuple[str, ...] = (),
    elements: tuple[ElementScore, ...] = (),
    prompt: str = "a button",
    scale: float | None = 1.0,
) -> ScoredItem:
    """An item with one judged measure; None as verdict makes it an errored one."""
    return ScoredItem(
        id=name or wireframe,
        wireframe=wireframe,
        seed=seed,
        prompt=prompt,
        model="embedded",
        conditioner="canny",
        scale=scale,
        stroke_width=2.0,
        tags=tags,
        card=None if verdict is None else card(measurement(measure, verdict), elements=elements),
        error="out of memory" if verdict is None else "",
    )
