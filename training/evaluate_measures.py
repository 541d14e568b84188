"""The figures of one case: lines, colours, text, icons, component and style."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.ocr import TextReader
from scoring.clip_canvas import view_box
from scoring.clip_captions import COMPONENTS, STYLES, component_caption, style_caption
from scoring.clip_embedded import EmbeddedClip
from scoring.colour_ground import background_colour
from scoring.colour_table import ColourTable, ColourTerm, Lab, delta_e, load_colours, parse_hex, to_lab
from scoring.colour_words import colour_mentions
from scoring.control import edge_f1, hd95, image_edges, reference_lines
from scoring.icons import IconDetector
from scoring.regions import box_mask, dominant_colour, fill_colour
from training.evaluate_cases import Case, Image
from training.evaluate_generate import Made

SAME_COLOUR = 15.0
"""CIEDE2000 up to which two measured colours count as the same."""

LIKE_NAME = 20.0
"""CIEDE2000 from a colour term within which a pixel of the true asset belongs to the region of that term."""

MIN_REGION = 24
"""Pixels that such a region must have to be compared."""

LARGE_TEXT, SMALL_TEXT = 24, 20
"""Heights in px of a text element's box from which its string should be read: when generated, after a round trip."""

LARGE_ICON = 64
"""Side in px of an icon element's box from which its shape is judged."""

UNDISTORTED = 0.5
"""Probability of distortion below which an icon counts as undistorted."""


@dataclass(frozen=True, kw_only=True)
class Judges:
    """What looks at the assets. `clip_missing` and `icons_missing` say why one is not there, empty where it is."""

    reader: TextReader
    clip: EmbeddedClip
    icons: IconDetector
    clip_missing: str
    icons_missing: str


def load_judges() -> Judges:
    """Return the judges that this checkout has."""
    clip, icons = EmbeddedClip(), IconDetector()
    missing = ""
    try:
        icons.load()
    except (InputError, FileNotFoundError) as error:
        missing = str(error)
    return Judges(reader=TextReader(), clip=clip, icons=icons, clip_missing=clip.missing, icons_missing=missing)


def psnr(true: Image, image: Image) -> float:
    """Return scikit-image's peak signal-to-noise ratio in dB; at most 99, which stands for equal images."""
    from skimage.metrics import peak_signal_noise_ratio

    if np.array_equal(true, image):
        return 99.0
    return min(99.0, float(peak_signal_noise_ratio(true, image, data_range=255)))


def measure(case: Case, made: Made, judges: Judges) -> dict[str, Any]:
    """Return the figures of one case as JSON values; None where something could not be measured."""
    lines = reference_lines(case.control_map.pixels, case.conditioner)
    named, ground, fill = colours_kept(case, made.image)
    return {
        "id": case.id,
        "f1": edge_f1(image_edges(made.image), lines, 1),
        "floor": edge_f1(image_edges(made.free), lines, 1),
        "ceiling": edge_f1(image_edges(made.trip), lines, 1),
        "true": edge_f1(image_edges(case.asset), lines, 1),
        "hd95": hd95(image_edges(made.image), lines),
        "trip_hd95": hd95(image_edges(made.trip), lines),
        "psnr": psnr(case.asset, made.image),
        "autoencoder_psnr": psnr(case.asset, made.trip),
        "colour": named,
        "background": ground,
        "fill": fill,
        "texts": texts_read(case, made.image, judges.reader, LARGE_TEXT),
        "true_texts": texts_read(case, case.asset, judges.reader, SMALL_TEXT),
        "trip_texts": texts_read(case, made.trip, judges.reader, SMALL_TEXT),
        "icons": icons_kept(case, made.image, judges),
        "true_icons": icons_kept(case, case.asset, judges),
        **told(case, made.image, judges, ""),
        **told(case, case.asset, judges, "true_"),
    }


def colours_kept(case: Case, image: Image) -> tuple[bool | None, bool | None, bool | None]:
    """Return whether the colours of the true asset are kept: the one that the prompt names for the component, the
    background if the prompt names it, and the fill of the largest shape. None where the case has no such thing.

    The named colour is compared where the true asset shows it: over the pixels of its elements that are near the name.
    """
    table, true, made = load_colours(), to_lab(case.asset), to_lab(image)
    mentions = colour_mentions(case.prompt, table)
    term = next((mention.term for mention in mentions if mention.target == "element"), None)
    named = None
    if term is not None and term.kind != "tone":
        boxes = box_mask(true.shape, [element.box for element in case.elements], 1)
        region = boxes & (distance_to_term(true, term, table) <= LIKE_NAME)
        if region.sum() >= MIN_REGION:
            named = _same(dominant_colour(true[region]), dominant_colour(made[region]))
    asked = any(mention.target == "background" for mention in mentions)
    ground = _same(background_colour(true, case.elements), background_colour(made, case.elements)) if asked else None
    return named, ground, _fill_kept(case, true, made)


def distance_to_term(lab: Lab, term: ColourTerm, table: ColourTable) -> NDArray[np.float64]:
    """Return the CIEDE2000 (H, W) of an image's CIELAB (H, W, 3) from the nearest colour that a term means."""
    code = term.colour if term.kind == "hex" else table.names[term.colour]
    anchor = to_lab(np.array(parse_hex(code), np.uint8))
    allowed = table.shades[term.label.split()[0]].way(anchor)[::3] if term.kind == "shaded" else anchor[None]
    return np.min([delta_e(lab, colour) for colour in allowed], axis=0)


def _fill_kept(case: Case, true: Lab, made: Lab) -> bool | None:
    lines = reference_lines(case.control_map.pixels, case.conditioner)
    shapes = [element for element in case.elements if element.kind == "shape"]
    if not shapes:
        return None
    largest = max(shapes, key=lambda shape: shape.box.area)
    return _same(fill_colour(true, lines, largest, case.elements), fill_colour(made, lines, largest, case.elements))


def _same(first: Lab | None, second: Lab | None) -> bool | None:
    return None if first is None or second is None else float(delta_e(first, second)) <= SAME_COLOUR


def texts_read(case: Case, image: Image, reader: TextReader, least: int) -> list[bool]:
    """Return for every text element at least `least` px high whether EasyOCR reads its string exactly."""
    texts = [element for element in case.elements if element.kind == "text" and element.box.height >= least]
    readings = reader.read_boxes(image, [element.box for element in texts])
    return [reading.text == element.text for reading, element in zip(readings, texts, strict=True)]


def icons_kept(case: Case, image: Image, judges: Judges) -> list[bool]:
    """Return for every large icon whether the detector finds it undistorted; empty without the detector."""
    boxes = [e.box for e in case.elements if e.kind == "icon" and min(e.box.width, e.box.height) >= LARGE_ICON]
    if judges.icons_missing or not boxes:
        return []
    checks = judges.icons.check_all(image, case.wireframe.gray(), boxes)
    return [check.probability < UNDISTORTED for check in checks if check.probability is not None]


def told(case: Case, image: Image, judges: Judges, prefix: str) -> dict[str, bool | None]:
    """Return whether the embedded CLIP, trained on renders alone, tells the true component and the named style.

    A style counts only where the prompt names it. None without the classifier, or for what it does not know.
    """
    component, style = f"{prefix}component", f"{prefix}style"
    if judges.clip_missing:
        return {component: None, style: None}
    view = image[view_box([element.box for element in case.elements], case.extent).slices]
    captions = [*(component_caption(name) for name in COMPONENTS), *(style_caption(name) for name in STYLES)]
    logits = judges.clip.logits([view], captions)[0]
    first, second = logits[: len(COMPONENTS)], logits[len(COMPONENTS) :]
    return {
        component: _first(first, COMPONENTS) == case.component if case.component in COMPONENTS else None,
        style: _first(second, STYLES) == case.style if case.style in STYLES and case.style in case.prompt else None,
    }


def _first(logits: NDArray[np.float64], names: Sequence[str]) -> str:
    return names[int(logits.argmax())]
