"""One asset in, one score card out.

A `Scorer` holds what is slow to load (the text recogniser, CLIP) and loads it when a request first needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from conditioners.control_map import ControlMap
from conditioners.elements import Element, find_elements
from conditioners.errors import InputError, MissingWeightsError
from conditioners.ocr import TextReader
from conditioners.wireframe import Wireframe
from scoring.clip import ClipScorer, clip_measurement
from scoring.colour import ColourCheck, check_colours, worst_measurement
from scoring.colour_table import load_colours
from scoring.colour_words import colour_mentions, quoted_strings
from scoring.control import Image, Mask, image_edges, reference_lines, require_same_extent
from scoring.control_scores import control_measurements, element_control
from scoring.prompt import prompt_checks, prompt_measurement
from scoring.scorecard import ElementScore, Measurement, ScoreCard, unscored
from scoring.text import TextCheck, check_texts, text_measurement
from scoring.thresholds import Thresholds, load_thresholds

NO_TEXT_DETECTOR = "this version has no detector of distorted letters"
NO_ICON_DETECTOR = "this version has no detector of distorted icons"
NO_COLOUR = "the prompt names no colour of an element"
NO_BACKGROUND = "the prompt names no background colour"
NO_PROMPT = "no prompt was given"
REMEMBERED_WIREFRAMES = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoringRequest:
    """Everything that a score depends on. `image` is RGB uint8 (H, W, 3), of the extent of map and wireframe.

    `texts` are strings that must be on the asset. `elements` are given in the wireframe's pixels; None means that they
    are found in the wireframe.
    """

    image: Image
    control_map: ControlMap
    wireframe: Wireframe
    prompt: str | None = None
    texts: tuple[str, ...] = ()
    elements: tuple[Element, ...] | None = None


class Scorer:
    """Scores assets with one set of thresholds; models are loaded once, when first needed.

    `thresholds` defaults to `configs/thresholds.yaml`; `clip` names a CLIP model or its folder; `reader` may be shared
    with the code that finds elements.
    """

    def __init__(
        self, thresholds: Thresholds | None = None, clip: str | None = None, reader: TextReader | None = None
    ) -> None:
        self.thresholds = thresholds or load_thresholds()
        self.colours = load_colours()
        self.clip = ClipScorer(clip)
        self._reader = reader
        self._no_reader = ""
        self._elements: dict[str, tuple[Element, ...]] = {}

    def reader(self) -> TextReader | None:
        """Return the text recogniser, made on first use; None where its weights are not on this machine."""
        if self._reader is None and not self._no_reader:
            try:
                self._reader = TextReader()
            except MissingWeightsError as error:
                self._no_reader = str(error)
        return self._reader

    def score(self, request: ScoringRequest) -> ScoreCard:
        """Return the score card of one asset. Raises InputError where sizes or pixel types do not fit."""
        _require_image(request)
        elements = self._found(request.wireframe) if request.elements is None else request.elements
        edges = image_edges(request.image)
        lines = reference_lines(request.control_map.pixels, request.control_map.settings.name)
        prompt = request.prompt or ""
        quoted = quoted_strings(prompt)
        texts = self._texts(request, elements, quoted)
        colours = check_colours(
            request.image, elements, colour_mentions(prompt, self.colours), self.thresholds.colour, self.colours
        )
        checks = prompt_checks(colours, texts, quoted, self.thresholds)
        measurements = (
            *control_measurements(request.image, request.wireframe.pixels, edges, lines, self.thresholds),
            prompt_measurement(checks, self.thresholds, request.prompt),
            *_colour_measurements(colours, request.prompt),
            clip_measurement(self.clip, request.image, request.prompt, self.thresholds),
            text_measurement(texts, self.thresholds),
            unscored("text_distortion", "probability", NO_TEXT_DETECTOR),
            unscored("icon_distortion", "probability", NO_ICON_DETECTOR),
        )
        scores = tuple(self._element(e, edges, lines, colours, texts) for e in _with_detected(elements, texts))
        return ScoreCard(measurements=measurements, elements=scores)

    def _found(self, wireframe: Wireframe) -> tuple[Element, ...]:
        """Find the elements of a wireframe once for all of its assets; the last few wireframes are remembered."""
        if wireframe.digest not in self._elements:
            while len(self._elements) >= REMEMBERED_WIREFRAMES:
                del self._elements[next(iter(self._elements))]
            self._elements[wireframe.digest] = find_elements(wireframe, self.reader())
        return self._elements[wireframe.digest]

    def _texts(
        self, request: ScoringRequest, elements: Sequence[Element], quoted: Sequence[str]
    ) -> tuple[TextCheck, ...]:
        ordered = [*request.texts, *(string for string in quoted if string not in request.texts)]
        own = request.elements is not None and any(e.kind == "text" and e.text.strip() for e in elements)
        if not ordered and not own:
            return ()
        return check_texts(request.image, elements, ordered, self.reader(), request.elements is not None)

    def _element(
        self,
        element: Element,
        edges: Mask,
        lines: Mask,
        colours: Sequence[ColourCheck],
        texts: Sequence[TextCheck],
    ) -> ElementScore:
        found: list[Measurement] = [element_control(element, edges, lines, self.thresholds)]
        asked = [check for check in colours if check.element is element]
        if asked:
            found.append(worst_measurement("colour_delta_e", asked, NO_COLOUR))
        read = [check for check in texts if check.element is element]
        if element.kind == "text":
            found.extend(check.measurement(self.thresholds) for check in read)
            found.append(unscored("text_distortion", "probability", NO_TEXT_DETECTOR))
        if element.kind == "icon":
            found.append(unscored("icon_distortion", "probability", NO_ICON_DETECTOR))
        text = read[0].expected if read else element.text
        return ElementScore(kind=element.kind, box=element.box, text=text, measurements=tuple(found))


def _colour_measurements(colours: Sequence[ColourCheck], prompt: str | None) -> tuple[Measurement, Measurement]:
    parts = [check for check in colours if check.target != "background"]
    grounds = [check for check in colours if check.target == "background"]
    return (
        worst_measurement("colour_delta_e", parts, NO_COLOUR if prompt else NO_PROMPT),
        worst_measurement("background_delta_e", grounds, NO_BACKGROUND if prompt else NO_PROMPT),
    )


def _with_detected(elements: Sequence[Element], texts: Sequence[TextCheck]) -> list[Element]:
    """Return the elements and, after them, the text that was found on the asset only."""
    known = {id(element) for element in elements}
    return [*elements, *(c.element for c in texts if c.element is not None and id(c.element) not in known)]


def _require_image(request: ScoringRequest) -> None:
    image = request.image
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        raise InputError(f"image must be RGB uint8 (H, W, 3), got {image.dtype} {image.shape}")
    require_same_extent(image, request.control_map.pixels, ("image", "control map"))
    require_same_extent(image, request.wireframe.pixels, ("image", "wireframe"))
    for element in request.elements or ():
        if not element.box.fits(request.wireframe.extent):
            raise InputError(
                f"element box must lie inside the wireframe ({request.wireframe.extent}), got {tuple(element.box)}"
            )
