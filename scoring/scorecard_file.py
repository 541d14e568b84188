"""Score cards read back from JSON, with every key and value checked."""

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.elements import ElementKind
from conditioners.errors import InputError
from conditioners.geometry import Box
from scoring.scorecard import CARD_VERSION, ElementScore, Measurement, ScoreCard, Verdict

FiniteNumber = Annotated[float, Field(allow_inf_nan=False, strict=True)]


class _MeasurementFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    value: FiniteNumber | None
    unit: str
    threshold: FiniteNumber | None
    verdict: Verdict
    reason: str

    def to_measurement(self) -> Measurement:
        return Measurement(
            name=self.name,
            value=self.value,
            unit=self.unit,
            threshold=self.threshold,
            verdict=self.verdict,
            reason=self.reason,
        )


class _ElementFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ElementKind
    box: tuple[int, int, int, int]
    text: str
    measurements: tuple[_MeasurementFile, ...]

    def to_element(self) -> ElementScore:
        return ElementScore(
            kind=self.kind,
            box=Box(*self.box),
            text=self.text,
            measurements=tuple(measurement.to_measurement() for measurement in self.measurements),
        )


class _CardFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    verdict: Verdict
    measurements: tuple[_MeasurementFile, ...]
    elements: tuple[_ElementFile, ...]


def scorecard_from_json(content: str | dict[str, object]) -> ScoreCard:
    """Return the card held by `content`, a JSON text or its parsed object.

    Raises InputError for broken JSON, unknown or missing keys, NaN, another version, or a verdict that does not
    follow from the measurements.

    >>> scorecard_from_json('{"version": 1, "verdict": "unscored", "measurements": [], "elements": []}').verdict
    'unscored'
    """
    try:
        document = json.loads(content) if isinstance(content, str) else content
        parsed = _CardFile.model_validate(document)
        card = ScoreCard(
            measurements=tuple(measurement.to_measurement() for measurement in parsed.measurements),
            elements=tuple(element.to_element() for element in parsed.elements),
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise InputError(f"score card: {place}: {first['msg']} (version {CARD_VERSION} of the layout)") from None
    except ValueError as error:
        raise InputError(f"score card: {error}") from None
    if card.verdict != parsed.verdict:
        raise InputError(
            f"score card: verdict must follow from its measurements: they say {card.verdict}, got {parsed.verdict}"
        )
    return card
