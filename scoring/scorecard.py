"""The score card: what was measured, against which threshold, and why.

The JSON written here is a contract with users' scripts: a value is a number or null, never NaN.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from conditioners.elements import ElementKind
from conditioners.geometry import Box

Verdict = Literal["passed", "failed", "unscored"]

CARD_VERSION = 1


def combined_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Return "failed" if any failed, else "passed" if any passed, else "unscored".

    >>> combined_verdict(["passed", "unscored"])
    'passed'
    >>> combined_verdict([])
    'unscored'
    """
    seen = set(verdicts)
    if "failed" in seen:
        return "failed"
    return "passed" if "passed" in seen else "unscored"


@dataclass(frozen=True, kw_only=True)
class Measurement:
    """One measured number with its verdict.

    `value` is finite, or None where nothing could be measured; then the verdict is "unscored" and `reason` says why.
    A number may be "unscored" as well: it is reported, but no threshold judges it.
    Raises ValueError for a NaN or infinite number, a verdict without a value, or a missing reason.
    """

    name: str
    value: float | None
    unit: str
    threshold: float | None
    verdict: Verdict
    reason: str

    def __post_init__(self) -> None:
        for field, number in (("value", self.value), ("threshold", self.threshold)):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{self.name}: {field} must be finite or None, got {number}")
        if not self.name:
            raise ValueError("a measurement must have a name")
        if self.value is None and self.verdict != "unscored":
            raise ValueError(f"{self.name}: without a value the verdict must be unscored, got {self.verdict}")
        if self.verdict != "unscored" and self.threshold is None:
            raise ValueError(f"{self.name}: the verdict {self.verdict} needs a threshold")
        if self.verdict == "unscored" and not self.reason:
            raise ValueError(f"{self.name}: an unscored measurement needs a reason")

    def as_json(self) -> dict[str, object]:
        """Return the measurement as plain JSON types."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "threshold": self.threshold,
            "verdict": self.verdict,
            "reason": self.reason,
        }


def unscored(name: str, unit: str, reason: str) -> Measurement:
    """Return a measurement without a value; `reason` says what was missing.

    >>> unscored("clip_score", "100 x cosine", "no weights").verdict
    'unscored'
    """
    return Measurement(name=name, value=None, unit=unit, threshold=None, verdict="unscored", reason=reason)


@dataclass(frozen=True, kw_only=True)
class ElementScore:
    """The measurements of one element of the wireframe; `box` is half open, in the wireframe's pixels."""

    kind: ElementKind
    box: Box
    text: str
    measurements: tuple[Measurement, ...]

    def as_json(self) -> dict[str, object]:
        """Return the element as plain JSON types."""
        return {
            "kind": self.kind,
            "box": [int(side) for side in self.box],
            "text": self.text,
            "measurements": [measurement.as_json() for measurement in self.measurements],
        }


@dataclass(frozen=True, kw_only=True)
class ScoreCard:
    """All measurements of one asset and, per element of the wireframe, its own."""

    measurements: tuple[Measurement, ...]
    elements: tuple[ElementScore, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Failed if any measurement of the asset or of an element failed, else passed if any passed."""
        own = [measurement.verdict for measurement in self.measurements]
        return combined_verdict(own + [m.verdict for element in self.elements for m in element.measurements])

    def measurement(self, name: str) -> Measurement:
        """Return the asset's measurement called `name`; raises KeyError where the card has none."""
        for measurement in self.measurements:
            if measurement.name == name:
                return measurement
        raise KeyError(name)

    def as_json(self) -> dict[str, object]:
        """Return the card as plain JSON types, in the contract's layout."""
        return {
            "version": CARD_VERSION,
            "verdict": self.verdict,
            "measurements": [measurement.as_json() for measurement in self.measurements],
            "elements": [element.as_json() for element in self.elements],
        }

    def dumps(self) -> str:
        """Return the card as one line of JSON."""
        return json.dumps(self.as_json(), allow_nan=False, ensure_ascii=False)
