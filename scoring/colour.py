"""The colour check: is each part of the asset in the colour that its prompt names?

Colours are measured on the pixels of the part (`scoring/regions.py`) and compared by CIEDE2000 with the colour named
(`scoring/colour_table.py`); no model is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour_table import ColourMatch, ColourTable, Lab, match_colour, to_lab
from scoring.colour_words import ColourMention, Target, words
from scoring.control import Image, Mask, dilate, image_edges
from scoring.regions import accent_colours, background_colour, border_colour, fill_colour, ink_colour
from scoring.scorecard import Measurement, unscored
from scoring.thresholds import ColourLimits

UNIT = "dE2000"

ACCENTED = words(
    "bar slider spinner loader checkbox radio toggle switch stepper tabs tab rating list row card dialog modal field "
    "input select dropdown search menu panel form layout navbar header"
)
"""Components of which a part may carry the colour, such as the knob of a slider or the button of a dialog: accents
count beside the fill. So they do where the prompt names no component."""

UNFILLED = 4.0
"""CIELAB distance of fill and background up to which a shape counts as not filled; its strokes are measured then."""

NO_FILL = 2.0
"""CIELAB distance up to which there is surely no fill; a shape without strokes then has the colour of its text."""


@dataclass(frozen=True, kw_only=True)
class ColourCheck:
    """One colour asked of one part: the match, or None with the reason why it could not be measured."""

    target: Target
    element: Element | None
    match: ColourMatch | None
    reason: str

    def measurement(self, name: str) -> Measurement:
        """Return the check as a measurement in dE2000."""
        if self.match is None:
            return unscored(name, UNIT, self.reason)
        return Measurement(
            name=name,
            value=round(self.match.distance, 4),
            unit=UNIT,
            threshold=self.match.threshold,
            verdict="passed" if self.match.accepted else "failed",
            reason=self.reason,
        )


def check_colours(
    image: Image,
    elements: Sequence[Element],
    mentions: Sequence[ColourMention],
    limits: ColourLimits,
    table: ColourTable,
) -> tuple[ColourCheck, ...]:
    """Check each part of `image` (RGB uint8 (H, W, 3)) of which `mentions` names a colour.

    Several colours named for one part are alternatives: the nearest counts. One check a part, and one for each text or
    icon element where those are named.
    """
    if not mentions:
        return ()
    lab = to_lab(image)
    lines = dilate(image_edges(image), 1)
    background = background_colour(lab, elements)
    checks: list[ColourCheck] = []
    for target in dict.fromkeys(mention.target for mention in mentions):
        terms = [mention for mention in mentions if mention.target == target]
        found = _measured(target, terms, lab, lines, elements, background)
        checks.extend(_check(target, part, terms, limits, table) for part in found)
    return tuple(checks)


def _check(
    target: Target,
    found: "_Found",
    mentions: Sequence[ColourMention],
    limits: ColourLimits,
    table: ColourTable,
) -> ColourCheck:
    matches = [match_colour(lab, mention.term, limits, table) for lab in found.colours for mention in mentions]
    # Text and icons in black, white or grey are everywhere, and say nothing about a part named so.
    vivid = [mention for mention in mentions if not mention.term.is_grey(table)]
    matches += [match_colour(lab, mention.term, limits, table) for lab in found.on_marks for mention in vivid]
    if not matches:
        asked = " or ".join(mention.term.label for mention in mentions)
        reason = f"{target} {asked}: {found.missing}"
        return ColourCheck(target=target, element=found.element, match=None, reason=reason)
    best = min(matches, key=lambda match: (not match.accepted, match.distance - match.threshold))
    return ColourCheck(target=target, element=found.element, match=best, reason=f"{target}: {best.reason}")


@dataclass(frozen=True, kw_only=True)
class _Found:
    """The colours measured for one part, and why there may be none; `on_marks` are those of text and icons on it."""

    element: Element | None
    colours: Sequence[Lab]
    missing: str
    on_marks: Sequence[Lab] = ()


def _measured(
    target: Target,
    mentions: Sequence[ColourMention],
    lab: Lab,
    lines: Mask,
    elements: Sequence[Element],
    background: Lab | None,
) -> list[_Found]:
    """Return, for each element that `target` means, the colours measured on it."""
    if target == "background":
        missing = "the elements leave no background to measure"
        return [_Found(element=None, colours=_present(background), missing=missing)]
    if target == "other":
        return [_Found(element=None, colours=(), missing="colours of this part are not measured")]
    named = [element for element in elements if element.kind == target]
    if named:
        return [_ink(element, lab) for element in named]
    if target == "text":
        return [_Found(element=None, colours=(), missing="no text element is known")]
    nouns = [mention.noun for mention in mentions]
    main = main_element(elements, nouns)
    if main is None:
        whole = Box(0, 0, lab.shape[1], lab.shape[0])
        colours = accent_colours(lab, whole, (background,), [element.box for element in elements])
        return [_Found(element=None, colours=colours, missing="nothing stands out from the background")]
    if main.kind == "icon":
        return [_ink(main, lab)]
    fill = fill_colour(lab, lines, main, elements)
    if target == "border":
        border = _present(border_colour(lab, main.box, (fill, background)))
        return [_Found(element=main, colours=border, missing="no border stands out from fill and background")]
    return [_element_colours(lab, main, elements, fill, background, nouns)]


def _ink(element: Element, lab: Lab) -> _Found:
    missing = "nothing stands out from its ground"
    return _Found(element=element, colours=_present(ink_colour(lab, element.box)), missing=missing)


def _element_colours(
    lab: Lab,
    main: Element,
    elements: Sequence[Element],
    fill: Lab | None,
    background: Lab | None,
    nouns: Sequence[str],
) -> _Found:
    missing = "the element has too few pixels"
    contrast = np.inf if fill is None or background is None else float(np.linalg.norm(fill - background))
    simple = all(noun and not ACCENTED.intersection(noun.split()) for noun in nouns)
    if contrast > UNFILLED and simple:
        return _Found(element=main, colours=_present(fill), missing=missing)
    marks = [element.box for element in elements if element.kind != "shape"]
    # A radio button or a row of tabs has several shapes, of which only one may carry the colour.
    box = main.box if simple else reduce(Box.union, [e.box for e in elements if e.kind == "shape"], main.box)
    accents = accent_colours(lab, box, (fill, background), without=marks)
    on_marks: list[Lab] = []
    if not simple or contrast <= NO_FILL:
        icons = [ink_colour(lab, element.box) for element in elements if element.kind == "icon"]
        on_marks = [*accent_colours(lab, box, (fill, background)), *(ink for ink in icons if ink is not None)]
    return _Found(element=main, colours=(*accents, *_present(fill)), missing=missing, on_marks=on_marks)


def main_element(elements: Sequence[Element], nouns: Sequence[str]) -> Element | None:
    """Return the element that a prompt speaks of: the largest shape named like one of `nouns`, else the largest shape,
    else the largest icon; None where there is neither."""
    shapes = [element for element in elements if element.kind == "shape"]
    named = [e for e in shapes if any(noun and noun in e.name.lower() for noun in nouns)]
    icons = [element for element in elements if element.kind == "icon"]
    for group in (named, shapes, icons):
        if group:
            return max(group, key=lambda element: element.box.area)
    return None


def _present(colour: Lab | None) -> tuple[Lab, ...]:
    return () if colour is None else (colour,)


def worst_measurement(name: str, checks: Sequence[ColourCheck], nothing_asked: str) -> Measurement:
    """Return the measurement of the worst of `checks`: a failed one first, then the farthest beyond its threshold.

    Without a check, or without one that could be measured, it is unscored and says why.
    """
    scored = [check for check in checks if check.match is not None]
    if not scored:
        return unscored(name, UNIT, "; ".join(check.reason for check in checks) or nothing_asked)
    worst = max(scored, key=_badness)
    return worst.measurement(name)


def _badness(check: ColourCheck) -> tuple[bool, float]:
    assert check.match is not None
    return not check.match.accepted, check.match.distance - check.match.threshold
