"""One asset in, one score card out.

A `Scorer` holds what is slow to load (the text recogniser, CLIP) and loads it when a request first needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from conditioners.control_map import ControlMap
from conditioners.elements import Element
from conditioners.errors import InputError, MissingWeightsError
from conditioners.ocr import TextReader
from conditioners.wireframe import Wireframe
from scoring.clip import ClipScorer, clip_measurement
from scoring.clip_embedded import EmbeddedClip
from scoring.colour import ColourCheck, check_colours, worst_measurement
from scoring.colour_table import load_colours
from scoring.control import Image, require_same_extent
from scoring.control_elements import element_control
from scoring.control_kornia import kornia_edges
from scoring.control_scores import ControlBounds, control_measurements
from scoring.control_view import ControlView
from scoring.distortion import DistortionJudge, DistortionScores
from scoring.prompt import parse_prompt, prompt_checks, prompt_measurement
from scoring.prompt_seen import seen_checks
from scoring.reference import References
from scoring.scorecard import ElementScore, Measurement, ScoreCard
from scoring.text import TextCheck, check_texts, text_measurement
from scoring.text_invented import InventedText, invented_elements, invented_measurement, invented_texts
from scoring.thresholds import Thresholds, load_thresholds

NO_COLOUR = "the prompt names no colour of an element"
NO_BACKGROUND = "the prompt names no background colour"
NO_PROMPT = "no prompt was given"


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoringRequest:
    """Everything that a score depends on. `image` is RGB uint8 (H, W, 3), of the extent of map and wireframe.

    `texts` are strings that must be on the asset. `elements` are given in the wireframe's pixels; None means that they
    are found in the wireframe. `bounds` are the floor and ceiling of `control_adherence`, where they were measured.
    `invented_text` asks for text that nobody ordered to be looked for on the whole image, which is slow.
    """

    image: Image
    control_map: ControlMap
    wireframe: Wireframe
    prompt: str | None = None
    texts: tuple[str, ...] = ()
    elements: tuple[Element, ...] | None = None
    bounds: ControlBounds | None = None
    invented_text: bool = False


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
        self.judge = EmbeddedClip()
        self._reader = reader
        self._no_reader = ""
        self._references = References(self.reader)
        self._distortion = DistortionJudge(self.thresholds)

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
        reference = self._references.of(request.wireframe)
        elements = reference.elements if request.elements is None else request.elements
        view = ControlView.of(request.image, request.control_map.pixels, request.control_map.settings.name)
        asked = parse_prompt(request.prompt or "", self.colours)
        texts = self._texts(request, elements, asked.quoted)
        colours = check_colours(request.image, elements, asked.colours, self.thresholds.colour, self.colours)
        seen = seen_checks(request.image, elements, asked, self.judge, self.thresholds)
        checks = prompt_checks(colours, texts, asked.quoted, self.thresholds, seen)
        shown = _with_detected(elements, texts)
        expected = {id(check.element): check.expected for check in texts if check.element is not None}
        distortion = self._distortion.judge(request.image, request.wireframe.pixels, shown, expected)
        measurements = (
            *control_measurements(
                view, kornia_edges(request.image), reference.kornia_edges, request.bounds, self.thresholds
            ),
            prompt_measurement(checks, self.thresholds, request.prompt, asked.unknown),
            *_colour_measurements(colours, request.prompt),
            clip_measurement(self.clip, request.image, request.prompt, self.thresholds),
            text_measurement(texts, self.thresholds),
            distortion.text,
            distortion.icon,
        )
        scores = tuple(self._element(element, view, colours, texts, distortion) for element in shown)
        if request.invented_text:
            found = self._invented(request, shown, asked.quoted)
            measurements += (invented_measurement(found, self.thresholds),)
            scores += invented_elements(found or (), self.thresholds)
        return ScoreCard(measurements=measurements, elements=scores)

    def _invented(
        self, request: ScoringRequest, shown: Sequence[Element], quoted: Sequence[str]
    ) -> tuple[InventedText, ...] | None:
        reader = self.reader()
        ordered = (*request.texts, *quoted, *(element.text for element in shown if element.text))
        return None if reader is None else invented_texts(request.image, shown, reader, ordered)

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
        view: ControlView,
        colours: Sequence[ColourCheck],
        texts: Sequence[TextCheck],
        distortion: DistortionScores,
    ) -> ElementScore:
        found: list[Measurement] = [*element_control(element, view)]
        asked = [check for check in colours if check.element is element]
        if asked:
            found.append(worst_measurement("colour_delta_e", asked, NO_COLOUR))
        read = [check for check in texts if check.element is element]
        if element.kind == "text":
            found.extend(check.measurement(self.thresholds) for check in read)
        if id(element) in distortion.elements:
            found.append(distortion.elements[id(element)])
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
