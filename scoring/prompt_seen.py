"""Component, style, state, icon and count: the checks of a prompt that ask the embedded CLIP or count elements.

The caption asked for is compared with decoys of the same kind. Its log odds against them pass from one bound on and
fail up to another; between the two the judge is not sure, and the check is unscored. The bounds are fitted on renders
that neither the judge nor the report has seen (`python -m training.clip_validate --fit`).
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Extent
from scoring.clip_canvas import Image, view_box
from scoring.clip_captions import (
    COMPONENTS,
    ICON_DECOYS,
    STATES,
    STYLES,
    component_caption,
    icon_caption,
    state_caption,
    style_caption,
)
from scoring.clip_embedded import EmbeddedClip, log_odds
from scoring.colour_ground import background_colour
from scoring.colour_marks import ink_colour
from scoring.colour_table import Lab, image_lab
from scoring.prompt_check import CheckKind, PromptCheck
from scoring.prompt_parse import Count, ParsedPrompt
from scoring.regions import dominant_colour
from scoring.scorecard import Verdict
from scoring.thresholds import Thresholds

ICON_MARGIN = 0.12


def seen_checks(
    image: Image, elements: Sequence[Element], parsed: ParsedPrompt, judge: EmbeddedClip, thresholds: Thresholds
) -> tuple[PromptCheck, ...]:
    """Return the checks of component, style, state, icons and counts that `parsed` asks of an image.

    `image` is RGB uint8 (H, W, 3). A check that cannot be made is unscored and says why.
    """
    asked = _Asked(image, elements, parsed, judge, thresholds)
    checks = [*asked.component(), *asked.style(), *asked.tone(), *asked.state(), *asked.icons()]
    return (*checks, *(_count(count, image, elements) for count in parsed.counts))


class _Asked:
    """One prompt asked of one image; the image is looked at once."""

    def __init__(
        self,
        image: Image,
        elements: Sequence[Element],
        parsed: ParsedPrompt,
        judge: EmbeddedClip,
        thresholds: Thresholds,
    ) -> None:
        self.image, self.elements, self.parsed = image, elements, parsed
        self.judge, self.thresholds = judge, thresholds
        box = view_box([element.box for element in elements], Extent.of(image))
        self.whole = np.ascontiguousarray(image[box.slices])

    def component(self) -> list[PromptCheck]:
        """Ask for the component among all components."""
        name = self.parsed.component
        if not name:
            return []
        captions = [component_caption(other) for other in COMPONENTS]
        return [
            self._told(
                "component", f"{_article(name)} {name}", [self.whole], captions, COMPONENTS, COMPONENTS.index(name)
            )
        ]

    def style(self) -> list[PromptCheck]:
        """Ask for the style among all styles."""
        name = self.parsed.style
        if not name:
            return []
        captions = [style_caption(other) for other in STYLES]
        return [self._told("style", f"{name} style", [self.whole], captions, STYLES, STYLES.index(name))]

    def tone(self) -> list[PromptCheck]:
        """Measure "dark": a style or the colour of a panel, so one of ground and largest shape has to be dark."""
        if not self.parsed.tone:
            return []
        lab = image_lab(self.image)
        levels = [float(colour[0]) for colour in _surfaces(lab, self.elements)]
        if not levels:
            return [_unscored("style", "dark: neither ground nor surface can be measured")]
        bound = self.thresholds.colour.dark_lightness
        dark = min(levels) <= bound
        reason = f"dark: L* {min(levels):.0f} of ground or surface, at most {bound:g}"
        return [PromptCheck(kind="style", verdict="passed" if dark else "failed", reason=reason)]

    def state(self) -> list[PromptCheck]:
        """Ask for the state among those of the component."""
        state, name = self.parsed.state, self.parsed.component
        if not state:
            return []
        states = STATES.get(name, ())
        if state not in states:
            return [_unscored("state", f"{state}: this state cannot be told on a {name or 'component'}")]
        captions = [state_caption(other, name) for other in states]
        return [self._told("state", f"{state} {name}", [self.whole], captions, states, states.index(state))]

    def icons(self) -> list[PromptCheck]:
        """Ask for each named icon, among decoys, on every icon's box: the best one counts."""
        boxes = [element.box for element in self.elements if element.kind == "icon"]
        found = []
        for name in self.parsed.icons:
            if not boxes:
                found.append(_unscored("icon", f"{name} icon: no icon element is known"))
                continue
            parts = name.split()
            decoys = [other for other in ICON_DECOYS if not set(parts) & set(other.split())]
            views = [self.image[view_box([box], Extent.of(self.image), ICON_MARGIN).slices] for box in boxes]
            captions = [icon_caption(other) for other in (name, *decoys)]
            found.append(self._told("icon", f"{name} icon", views, captions, (name, *decoys), 0))
        return found

    def _told(
        self,
        kind: Literal["component", "style", "icon", "state"],
        asked: str,
        views: Sequence[Image],
        captions: Sequence[str],
        names: Sequence[str],
        index: int,
    ) -> PromptCheck:
        if self.judge.missing:
            return _unscored(kind, f"{asked}: {self.judge.missing}")
        logits = self.judge.logits(views, captions)
        odds = [log_odds(row, index) for row in logits]
        best = int(np.argmax(odds))
        bounds = self.thresholds.prompt.bounds[kind]
        likest = names[int(logits[best].argmax())]
        seen = f"looks most like {likest} (log odds {odds[best]:.1f})"
        if odds[best] >= bounds.passed:
            return PromptCheck(kind=kind, verdict="passed", reason=f"{asked}: {seen}", odds=odds[best])
        if odds[best] <= bounds.failed:
            return PromptCheck(kind=kind, verdict="failed", reason=f"{asked}: {seen}", odds=odds[best])
        reason = f"{asked}: {seen}; not sure between {bounds.failed:g} and {bounds.passed:g}"
        return PromptCheck(kind=kind, verdict="unscored", reason=reason, odds=odds[best])


def _article(name: str) -> str:
    return "an" if name[0] in "aeiou" else "a"


def _unscored(kind: CheckKind, reason: str) -> PromptCheck:
    return PromptCheck(kind=kind, verdict="unscored", reason=reason)


def _surfaces(lab: Lab, elements: Sequence[Element]) -> list[Lab]:
    """Return the colours of the background and of the largest shape."""
    shapes = [element.box for element in elements if element.kind == "shape"]
    found = [background_colour(lab, elements)]
    if shapes:
        found.append(dominant_colour(lab[max(shapes, key=lambda box: box.area).slices].reshape(-1, 3)))
    return [colour for colour in found if colour is not None]


def _count(count: Count, image: Image, elements: Sequence[Element]) -> PromptCheck:
    """Count the elements of a kind in whose box something is seen; shapes have many kinds and cannot be counted so."""
    asked = f"{count.number} {count.noun}"
    if count.kind == "shape":
        return _unscored("count", f"{asked}: shapes are not told apart, so they cannot be counted")
    boxes = [element.box for element in elements if element.kind == count.kind]
    if not boxes:
        return _unscored("count", f"{asked}: no {count.kind} element is known")
    lab = image_lab(image)
    seen = sum(ink_colour(lab, box) is not None for box in boxes)
    verdict: Verdict = "passed" if seen == count.number else "failed"
    return PromptCheck(kind="count", verdict=verdict, reason=f"{asked}: {seen} of {len(boxes)} are seen")
