"""Distorted letters and icons as measurements: each element's own, and the asset's, which is its worst element's.

The detectors are loaded when first needed; where their weights are missing the measures are unscored with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conditioners.elements import Element
from conditioners.errors import InputError
from conditioners.wireframe import to_gray
from scoring.control import Image
from scoring.icons import IconDetector
from scoring.scorecard import Measurement, unscored
from scoring.text_distortion import TextDetector
from scoring.thresholds import Thresholds

TEXT, ICON, UNIT = "text_distortion", "icon_distortion", "probability"


@dataclass(frozen=True, kw_only=True)
class DistortionScores:
    """The asset's two measurements, and those of its elements by the element's identity (`id`)."""

    text: Measurement
    icon: Measurement
    elements: Mapping[int, Measurement]


class DistortionJudge:
    """Judges the text and icon elements of assets with one set of thresholds."""

    def __init__(self, thresholds: Thresholds) -> None:
        self._thresholds = thresholds
        self._text, self._icons = TextDetector(), IconDetector()

    def judge(
        self, image: Image, wireframe: Image, elements: Sequence[Element], expected: Mapping[int, str]
    ) -> DistortionScores:
        """Return the distortion measurements of `image` against its wireframe, both RGB uint8 (H, W, 3).

        `expected` gives the string that an element should show, by the element's identity; without one its letters are
        judged as such.
        """
        texts = [element for element in elements if element.kind == "text"]
        icons = [element for element in elements if element.kind == "icon"]
        found, marks = self._letters(image, texts, expected), self._shapes(image, wireframe, icons)
        return DistortionScores(
            text=worst(TEXT, texts, found, "text"),
            icon=worst(ICON, icons, marks, "icon"),
            elements={id(e): m for e, m in zip([*texts, *icons], [*found, *marks], strict=True)},
        )

    def _letters(self, image: Image, texts: Sequence[Element], expected: Mapping[int, str]) -> list[Measurement]:
        if not texts:
            return []
        strings = [expected.get(id(element)) or element.text or None for element in texts]
        try:
            checks = self._text.check_boxes(image, [element.box for element in texts], strings)
        except InputError as error:
            return [unscored(TEXT, UNIT, str(error)) for _ in texts]
        return [self._measured(TEXT, check.probability, check.reason) for check in checks]

    def _shapes(self, image: Image, wireframe: Image, icons: Sequence[Element]) -> list[Measurement]:
        if not icons:
            return []
        drawing = to_gray(wireframe)
        try:
            checks = self._icons.check_all(image, drawing, [element.box for element in icons])
        except InputError as error:
            return [unscored(ICON, UNIT, str(error)) for _ in icons]
        return [self._measured(ICON, check.probability, check.reason) for check in checks]

    def _measured(self, name: str, probability: float | None, reason: str) -> Measurement:
        if probability is None:
            return unscored(name, UNIT, reason)
        return self._thresholds.judge(name, round(probability, 6), UNIT, reason)


def worst(name: str, elements: Sequence[Element], found: Sequence[Measurement], kind: str) -> Measurement:
    """Return the asset's measurement: its worst element's, which is named; unscored where none was measured."""
    if not found:
        return unscored(name, UNIT, f"there is no {kind} element")
    scored = [(element, one) for element, one in zip(elements, found, strict=True) if one.value is not None]
    if not scored:
        return unscored(name, UNIT, "; ".join(dict.fromkeys(one.reason for one in found)))
    element, chosen = max(scored, key=lambda pair: pair[1].value or 0.0)
    called = element.text or element.name or f"the {kind} at {element.box.x0}, {element.box.y0}"
    skipped = f"; {len(found) - len(scored)} of {len(found)} could not be judged" if len(scored) < len(found) else ""
    return Measurement(
        name=name,
        value=chosen.value,
        unit=UNIT,
        threshold=chosen.threshold,
        verdict=chosen.verdict,
        reason=f"{called}: {chosen.reason}{skipped}",
    )
