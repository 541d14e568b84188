"""The text detector on images it was not made with: library components, and the embedded model's own output."""

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from scoring.calibration.text_corruptions import FAULTS, MIN_CHANGE, corrupt
from scoring.text_distortion import BOX_MARGIN, MIN_HEIGHT, Weights
from scoring.text_line import LINE_HEIGHT, TextLine, normalise_line
from training.detectors.text_figures import THRESHOLD, probabilities, rate
from training.detectors.text_lines import Image
from training.detectors.text_sets import Example, round_trip

ALIKE = (0.7, 0.9)
"""Correlation with the true line below which a generated one is another shape, and from which it is the same."""


def component_examples(limit: int) -> Iterator[Example]:
    """Yield the text elements of up to `limit` library components: as rendered, after a round trip, and corrupted."""
    from training.components.cases import load_cases

    for number, case in enumerate(load_cases()[:limit]):
        texts = [element for element in case.elements if element.kind == "text" and element.text.strip()]
        if not texts:
            continue
        again = round_trip(case.asset)
        rng = Random(number)
        for element in texts:
            for channel, image in (("render", case.asset), ("round trip", again)):
                yield from _example(image, element.box, element.text, case.library, channel, "", 0.0)
            kind, severity = rng.choice(list(FAULTS)), rng.uniform(0.15, 1.0)
            result = corrupt(case.asset, element.box, kind, severity, rng.randrange(2**31))
            if result.amount < MIN_CHANGE:
                continue
            for channel, image in (("render", result.image), ("round trip", round_trip(result.image))):
                yield from _example(image, element.box, element.text, case.library, channel, kind, severity)


def _example(
    image: Image, box: Box, text: str, family: str, channel: str, kind: str, severity: float
) -> Iterator[Example]:
    crop = image[box.grown(BOX_MARGIN, Extent.of(image)).slices]
    line = normalise_line(crop)
    if isinstance(line, TextLine):
        unknown = np.full(1, -1, dtype=np.int8)
        yield Example(line=line, steps=unknown, letters=unknown, pair=0, crop=crop, text=text, family=family,
                      channel=channel, kind=kind, severity=severity)  # fmt: skip


def alikeness(first: TextLine, second: TextLine) -> float:
    """Return the correlation of two normalised lines, -1 to 1, the second stretched to the first's width."""
    import cv2

    other = cv2.resize(second.ink, (first.ink.shape[1], LINE_HEIGHT), interpolation=cv2.INTER_LINEAR)
    both = np.corrcoef(first.ink.ravel(), other.ravel())
    return float(np.nan_to_num(both[0, 1]))


def generated_figures(weights: Weights, cases: int) -> dict[str, Any]:
    """Return how often the embedded model's own letters are called distorted, by their likeness to the true ones."""
    from pipeline.diffusion import load_pipeline
    from pipeline.generation import generate
    from pipeline.models import load_spec
    from training.evaluate_cases import load_set
    from training.evaluate_generate import order

    spec = load_spec("embedded")
    model = load_pipeline(spec, "canny", "cpu")
    lines: list[TextLine] = []
    alike: list[float] = []
    for case in load_set("renders", cases):
        request = order(model, case.control_map, case.prompt, case.seed, spec.defaults.steps, spec.defaults.scale)
        image = next(generate(model, [request])).pixels
        for element in case.elements:
            both = _both_lines(image, case.asset, element)
            if both is not None and both[0].height >= MIN_HEIGHT:
                lines.append(both[0])
                alike.append(alikeness(*both))
    called = probabilities(weights, lines) > THRESHOLD
    likeness = np.array(alike)
    return {
        "lines": len(lines),
        "called_distorted": rate(called),
        "alike": list(ALIKE),
        "unlike": rate(called[likeness < ALIKE[0]]),
        "between": rate(called[(likeness >= ALIKE[0]) & (likeness < ALIKE[1])]),
        "like": rate(called[likeness >= ALIKE[1]]),
    }


def _both_lines(image: Image, truth: Image, element: Element) -> tuple[TextLine, TextLine] | None:
    if element.kind != "text" or not element.text.strip():
        return None
    place = element.box.grown(BOX_MARGIN, Extent.of(image)).slices
    first, second = normalise_line(image[place]), normalise_line(truth[place])
    return (first, second) if isinstance(first, TextLine) and isinstance(second, TextLine) else None
