"""Where each colour of a prompt is looked for: the colours measured on the part that it names."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour_ground import (
    GroundModel,
    background_colour,
    fitted_ground,
    ground_colours,
    ground_ends,
    ground_mask,
    widest,
)
from scoring.colour_marks import accent_colours, border_colour, ink_colour
from scoring.colour_table import ColourTable, Lab, to_lab
from scoring.colour_words import ColourMention, Look, words
from scoring.control import Mask
from scoring.regions import fill_colour, unlit_colour

ACCENTED = words(
    "bar slider spinner loader checkbox radio toggle switch stepper tabs tab rating list row card dialog modal field "
    "input select dropdown search menu panel form layout navbar header"
)
"""Components of which a part may carry the colour, such as the knob of a slider or the button of a dialog: accents
count beside the fill. So they do where the prompt names no component."""

SURFACES = words("list row card dialog modal menu panel form layout navbar header")
"""Those among them that are a surface first: "white" means it, not the letters or a button on it."""

BOXES = words("checkbox radio")
"""Those that are filled as a whole: a vivid one is not black or white for its border and tick."""

UNFILLED = 4.0
"""CIELAB distance of fill and background up to which a shape counts as not filled; its strokes are measured then."""

NO_FILL = 2.0
"""CIELAB distance up to which there is surely no fill; a shape without strokes then has the colour of its text."""

VIVID = 30.0
"""CIELAB chroma from which a colour is that of the component, whatever white and grey parts it has."""

VEILS = (0.2, 0.3, 0.38, 0.48)
"""Shares of its ground that shine through a pane of glass."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The colours measured for one part, and why there may be none.

    `on_marks` are those of text, icons and small parts on it, which do not count for black, white and grey.
    """

    element: Element | None
    colours: Sequence[Lab]
    missing: str
    on_marks: Sequence[Lab] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Asset:
    """An image ready for measuring: CIELAB (H, W, 3), its edges (H, W), its elements and the colours of its ground."""

    lab: Lab
    lines: Mask
    elements: Sequence[Element]
    background: Lab | None
    ends: Sequence[tuple[Lab, Lab]]
    grounds: Sequence[Lab]
    model: GroundModel | None
    table: ColourTable

    @classmethod
    def of(cls, lab: Lab, lines: Mask, elements: Sequence[Element], table: ColourTable) -> "Asset":
        """Measure the ground of an image once for all of its parts."""
        background, ends = background_colour(lab, elements), ground_ends(lab, elements)
        outside = ground_mask(lab.shape, elements)
        return cls(
            lab=lab,
            lines=lines,
            elements=elements,
            background=background,
            ends=ends,
            grounds=ground_colours(background, ends),
            model=None if outside is None or widest(ends) is None else fitted_ground(lab, outside),
            table=table,
        )

    def measured(self, mentions: Sequence[ColourMention]) -> list[Found]:
        """Return the colours measured for `mentions`, alternatives of one part."""
        target = mentions[0].target
        if target == "background":
            missing = "the elements leave no background to measure"
            return [Found(element=None, colours=_present(self.background), missing=missing)]
        if target == "other":
            return [Found(element=None, colours=(), missing="colours of this part are not measured")]
        named = [element for element in self.elements if element.kind == target]
        if named:
            inks = [self._ink(element) for element in named]
            some = target == "icon" and not any(mention.noun.endswith("s") for mention in mentions)
            return [_any_of(inks)] if some else inks
        if target == "text":
            return [Found(element=None, colours=(), missing="no text element is known")]
        return [self._on_shapes(mentions)]

    def _on_shapes(self, mentions: Sequence[ColourMention]) -> Found:
        target, nouns = mentions[0].target, [mention.noun for mention in mentions]
        outer = main_element(self.elements, () if mentions[0].part else nouns)
        if outer is None:
            whole = Box(0, 0, self.lab.shape[1], self.lab.shape[0])
            without = [element.box for element in self.elements]
            colours = accent_colours(self.lab, whole, self.grounds, without, self.model)
            return Found(element=None, colours=colours, missing="nothing stands out from the background")
        if outer.kind == "icon":
            return self._ink(outer)
        if target == "border":
            return self._borders(outer)
        if target == "accent":
            return self._accented(outer)
        if mentions[0].part and (found := self._parts(outer, mentions)):
            return found
        return self._element(outer, mentions)

    def _ink(self, element: Element) -> Found:
        missing = "nothing stands out from its ground"
        return Found(element=element, colours=_present(ink_colour(self.lab, element.box)), missing=missing)

    def _shapes(self) -> list[Element]:
        return [element for element in self.elements if element.kind == "shape"]

    def _borders(self, outer: Element) -> Found:
        found: list[Lab] = []
        for shape in (outer, *(shape for shape in self._shapes() if shape is not outer)):
            fill = fill_colour(self.lab, self.lines, shape, self.elements)
            found += _present(border_colour(self.lab, shape.box, (fill, *self.grounds), self.model))
        return Found(element=outer, colours=found, missing="no border stands out from fill and background")

    def _accented(self, outer: Element) -> Found:
        """Return what differs from fill and ground; letters are black or grey anyway, so they are no such accent."""
        fill = fill_colour(self.lab, self.lines, outer, self.elements)
        missing = "no accent stands out from fill and background"
        plain = self._accents(outer, fill, simple=False, marks=False)
        icons = [ink_colour(self.lab, element.box) for element in self.elements if element.kind == "icon"]
        colours = [*plain, *(ink for ink in icons if ink is not None)]
        return Found(element=outer, colours=colours, missing=missing, on_marks=self._accents(outer, fill, simple=False))

    def _parts(self, outer: Element, mentions: Sequence[ColourMention]) -> Found | None:
        """Return the colours of the shapes on `outer`: those named like the noun, those with its label, or all."""
        nouns, look = [mention.noun for mention in mentions], mentions[0].look
        shapes = [shape for shape in self._shapes() if shape is not outer]
        named = [s for s in shapes if any(noun and noun in s.name.lower() for noun in nouns)]
        chosen = named or self._under(shapes, [mention.label for mention in mentions]) or shapes
        if not chosen:
            return None
        colours: list[Lab] = []
        surface = fill_colour(self.lab, self.lines, outer, self.elements)
        for shape in chosen:
            fill = fill_colour(self.lab, self.lines, shape, self.elements)
            colours += [*_present(fill), *self._otherwise(shape, fill, _present(surface), look)]
            empty = fill is None or surface is None or np.linalg.norm(fill - surface) <= UNFILLED
            if empty or look == "outlined":
                colours += _present(border_colour(self.lab, shape.box, (fill, surface)))
        element = chosen[0] if len(chosen) == 1 else outer
        return Found(element=element, colours=colours, missing="the part has too few pixels")

    def _under(self, shapes: Sequence[Element], labels: Sequence[str]) -> list[Element]:
        """Return the smallest shape under each text element that says one of `labels`."""
        found = []
        for text in self.elements:
            if text.kind == "text" and text.text and text.text in labels:
                under = [shape for shape in shapes if shape.box.intersection(text.box).area > 0.6 * text.box.area]
                found += sorted(under, key=lambda shape: shape.box.area)[:1]
        return found

    def _accents(self, main: Element, fill: Lab | None, simple: bool, marks: bool = True) -> list[Lab]:
        # A radio button or a row of tabs has several shapes, of which only one may carry the colour.
        box = main.box if simple else reduce(Box.union, [shape.box for shape in self._shapes()], main.box)
        without = () if marks else [element.box for element in self.elements if element.kind != "shape"]
        return accent_colours(self.lab, box, (*_present(fill), *self.grounds), without, self.model)

    def _otherwise(self, shape: Element, fill: Lab | None, grounds: Sequence[Lab], look: Look) -> Sequence[Lab]:
        """Return what else the colour of a shape may be, where light falls on it or its ground shines through."""
        if look == "glass":
            return _unveiled(fill, grounds)
        return _present(unlit_colour(self.lab, self.lines, shape, self.elements)) if look == "glossy" else ()

    def _element(self, main: Element, mentions: Sequence[ColourMention]) -> Found:
        nouns, look = [mention.noun for mention in mentions], mentions[0].look
        fill = fill_colour(self.lab, self.lines, main, self.elements)
        missing = "the element has too few pixels"
        contrast = np.inf
        if fill is not None and self.grounds:
            contrast = min(float(np.linalg.norm(fill - ground)) for ground in self.grounds)
        simple = all(noun and not ACCENTED.intersection(noun.split()) for noun in nouns)
        fills = [*_present(fill), *self._otherwise(main, fill, self.grounds, look)]
        if contrast > UNFILLED and simple and look != "outlined":
            return Found(element=main, colours=fills, missing=missing)
        accents = self._accents(main, fill, simple, marks=False)
        on_marks: list[Lab] = []
        if not simple or contrast <= NO_FILL:
            icons = [ink_colour(self.lab, element.box) for element in self.elements if element.kind == "icon"]
            on_marks = [*self._accents(main, fill, simple), *(ink for ink in icons if ink is not None)]
        if contrast > UNFILLED and any(SURFACES.intersection(noun.split()) for noun in nouns):
            others = [] if fill is not None and _chroma(fill) > VIVID else [*accents, *on_marks]
            return Found(element=main, colours=fills, missing=missing, on_marks=others)
        if look == "outlined":
            own = fills if contrast > UNFILLED or not accents else ()
            return Found(element=main, colours=(*accents, *own), missing=missing, on_marks=on_marks)
        # Knobs, tracks and ticks are white or grey on a control of any colour.
        vivid = [colour for colour in accents if _chroma(colour) > VIVID]
        filled = fill is not None and contrast > UNFILLED and _chroma(fill) > VIVID and _all_of(nouns, BOXES)
        colours = (*(vivid or (() if filled else accents)), *fills)
        return Found(element=main, colours=colours, missing=missing, on_marks=[*accents, *on_marks])


def _all_of(nouns: Sequence[str], group: frozenset[str]) -> bool:
    return all(group.intersection(noun.split()) for noun in nouns)


def _chroma(colour: Lab) -> float:
    return float(np.hypot(colour[1], colour[2]))


def _unveiled(fill: Lab | None, grounds: Sequence[Lab]) -> list[Lab]:
    """Return what a pane of glass may be made of, given its colour over the grounds behind it; mixed in sRGB."""
    if fill is None or not grounds:
        return []
    from skimage.color import lab2rgb

    seen, behind = lab2rgb(fill), lab2rgb(np.stack(grounds))
    panes = np.stack([(seen - share * behind) / (1 - share) for share in VEILS]).reshape(-1, 3)
    possible = panes[(np.abs(panes - 0.5) <= 0.55).all(axis=1)]
    return list(to_lab((possible.clip(0, 1) * 255).round().astype(np.uint8)))


def _any_of(found: Sequence[Found]) -> Found:
    colours = [colour for part in found for colour in part.colours]
    return Found(element=found[0].element, colours=colours, missing=found[0].missing)


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
