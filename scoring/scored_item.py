"""One case of a run as the statistics see it: what was ordered, and its score card or why there is none."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal, get_args

from scoring.scorecard import ElementScore, Measurement, ScoreCard, Verdict, combined_verdict

FailureKind = Literal["any", "control", "prompt", "text", "icon"]
KINDS: Final[tuple[FailureKind, ...]] = get_args(FailureKind)

Outcome = Literal["passed", "failed", "unscored", "errored"]

_KIND_OF_PREFIX: Final[dict[str, FailureKind]] = {
    "control": "control",
    "prompt": "prompt",
    "colour": "prompt",
    "background": "prompt",
    "clip": "prompt",
    "text": "text",
    "icon": "icon",
}


def kind_of(measure: str) -> FailureKind:
    """Return the kind of failure that a measure tells of, by the first word of its name; "any" for unknown ones.

    >>> kind_of("colour_delta_e"), kind_of("text_ned"), kind_of("sharpness")
    ('prompt', 'text', 'any')
    """
    return _KIND_OF_PREFIX.get(measure.partition("_")[0], "any")


@dataclass(frozen=True, kw_only=True)
class ItemFiles:
    """Where an item's pictures are, as far as they exist; each may be missing by the time somebody looks."""

    asset: Path
    control_map: Path
    wireframe: Path


@dataclass(frozen=True, kw_only=True)
class ScoredItem:
    """One ordered image. `card` is None exactly where it came to nothing; `error` then says why.

    `wireframe` identifies the drawing (its digest where it is known): items that share it are not independent.
    `stroke_width` is the drawing's median stroke in px, `scale` the controlnet_conditioning_scale; None if unknown.
    Raises ValueError where card and error are both there or both missing.
    """

    id: str
    wireframe: str
    seed: int
    prompt: str
    model: str
    conditioner: str
    scale: float | None = None
    stroke_width: float | None = None
    tags: tuple[str, ...] = ()
    card: ScoreCard | None = None
    error: str = ""
    files: ItemFiles | None = None

    def __post_init__(self) -> None:
        if (self.card is None) != bool(self.error):
            raise ValueError(f"item {self.id}: exactly one of card and error must be given")

    @property
    def key(self) -> tuple[str, int]:
        """What two runs are matched by: the drawing and the seed."""
        return self.wireframe, self.seed

    def measurements(self, kind: FailureKind = "any") -> tuple[Measurement, ...]:
        """Return the measurements of one kind, the asset's first, then its elements'; empty for an errored item."""
        if self.card is None:
            return ()
        both = (*self.card.measurements, *(m for element in self.card.elements for m in element.measurements))
        return both if kind == "any" else tuple(m for m in both if kind_of(m.name) == kind)

    def outcome(self, kind: FailureKind = "any") -> Outcome:
        """Return "errored" without a card, else the verdict of all measurements of this kind together."""
        return self._outcomes[kind]

    @cached_property
    def _outcomes(self) -> dict[FailureKind, Outcome]:
        # Groups and kinds ask for them hundreds of times; a report of 10,000 items took a minute without.
        if self.card is None:
            return dict.fromkeys(KINDS, "errored")
        verdicts: dict[FailureKind, set[Verdict]] = {kind: set() for kind in KINDS}
        for measurement in self.measurements():
            verdicts["any"].add(measurement.verdict)
            verdicts[kind_of(measurement.name)].add(measurement.verdict)
        return {kind: combined_verdict(found) for kind, found in verdicts.items()}


def element_outcome(element: ElementScore, kind: FailureKind) -> Verdict:
    """Return the verdict of an element's measurements of one kind together."""
    return combined_verdict(m.verdict for m in element.measurements if kind in ("any", kind_of(m.name)))
