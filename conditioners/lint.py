"""What a designer should know of a wireframe before anything runs: remarks in words, each with the way out.

A remark never stops a run; what cannot be used at all is refused by `load_wireframe`, whose words become the remark.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from conditioners.geometry import Box
from conditioners.grouping import text_lines
from conditioners.polarity import CLEAR_MAJORITY, light_share
from conditioners.regions import find_regions
from conditioners.strokes import paper_level, stroke_mask
from conditioners.wireframe import Wireframe, load_wireframe

Severity = Literal["problem", "warning", "note"]

SEVERITIES: Final[tuple[Severity, ...]] = ("problem", "warning", "note")
"""The worst first: a problem stops the run, a warning costs quality, a note is good to know."""

THIN_WIDTH: Final = 2
"""Strokes narrower than this (px) are thin."""

THIN_SHARE: Final = 0.5
"""Share of a drawing's strokes that must be thin before it is remarked."""

LOW_CONTRAST: Final = 80
"""Grey levels between strokes and paper below which the lines count as faint."""

DENSE_SHARE: Final = 0.35
"""Share of the pixels that are strokes above which a picture is no line drawing."""

MAX_BOXES: Final = 12
"""A remark points at no more places than this."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One finding: `rule` names it for programs, `text` says what and what to do, `boxes` where, in px."""

    rule: str
    severity: Severity
    text: str
    boxes: tuple[Box, ...] = ()

    def as_json(self) -> dict[str, object]:
        """Return the remark as plain JSON types."""
        boxes = [[int(side) for side in box] for box in self.boxes]
        return {"rule": self.rule, "severity": self.severity, "text": self.text, "boxes": boxes}


@dataclass(frozen=True, kw_only=True)
class LintLimits:
    """What a model can draw: labels from `label_height` px, canvases up to `area` px, taken from its card.

    The defaults are those of the embedded model: of labels from 24 px most can be read, and it was trained
    on canvases of up to 384x384 px.
    """

    label_height: int = 24
    area: int = 384 * 384


def lint_file(path: Path, polarity: str = "auto", limits: LintLimits | None = None) -> tuple[Remark, ...]:
    """Return the remarks on a file, the worst first; a file that cannot be used gives one problem."""
    try:
        wireframe = load_wireframe(path, polarity)
    except InputError as error:
        rule = "blank" if "is blank" in str(error) else "unusable"
        return (Remark(rule=rule, severity="problem", text=str(error)),)
    return lint_wireframe(wireframe, limits or LintLimits())


def lint_wireframe(wireframe: Wireframe, limits: LintLimits) -> tuple[Remark, ...]:
    """Return the remarks on a wireframe, the worst first; none where there is nothing to say."""
    gray = wireframe.gray()
    strokes = stroke_mask(gray)
    found = [
        _polarity(wireframe, gray),
        _strokes(strokes),
        _contrast(gray, strokes),
        _labels(gray, limits),
        _border(strokes),
        _size(wireframe, limits),
        _density(strokes),
    ]
    remarks = [remark for remark in found if remark is not None]
    return tuple(sorted(remarks, key=lambda remark: SEVERITIES.index(remark.severity)))


def _polarity(wireframe: Wireframe, gray: NDArray[np.uint8]) -> Remark | None:
    if wireframe.polarity_forced:
        return None
    share = light_share(gray)
    if max(share, 1 - share) < CLEAR_MAJORITY:
        return Remark(
            rule="polarity-unsure",
            severity="warning",
            text=f"It is not clear which is ink and which is paper: it was taken for {wireframe.polarity}. "
            "If the control map looks inverted, say how it is drawn.",
        )
    if wireframe.polarity == "light-on-dark":
        text = "Light lines on a dark ground: read as they are. If that is wrong, say how it is drawn."
        return Remark(rule="polarity-inverse", severity="note", text=text)
    return None


def _strokes(strokes: NDArray[np.uint8]) -> Remark | None:
    drawn = int(np.count_nonzero(strokes))
    if drawn == 0:
        return Remark(
            rule="no-strokes",
            severity="warning",
            text="No clear strokes were found. Draw the outlines darker than the ground.",
        )
    # What a square of the width cannot be laid into is narrower than it.
    kept = cv2.morphologyEx(strokes, cv2.MORPH_OPEN, np.ones((THIN_WIDTH, THIN_WIDTH), np.uint8))
    thin = 1 - np.count_nonzero(kept) / drawn
    if thin < THIN_SHARE:
        return None
    return Remark(
        rule="thin-strokes",
        severity="warning",
        text=f"{thin:.0%} of the strokes are 1 px wide; faint or broken ones may be lost. Draw them at 2 px or more.",
    )


def _contrast(gray: NDArray[np.uint8], strokes: NDArray[np.uint8]) -> Remark | None:
    ink = strokes > 0
    if not ink.any():
        return None
    # Rounded borders of a stroke are greyer than its core, so the darker half speaks for it.
    contrast = float(np.percentile(np.abs(gray.astype(np.float32) - paper_level(gray))[ink], 75))
    if contrast >= LOW_CONTRAST:
        return None
    return Remark(
        rule="low-contrast",
        severity="warning",
        text=f"The lines are faint: {contrast:.0f} of 255 grey levels from the ground. Use black on white, or turn "
        "automatic thresholds on.",
    )


def _labels(gray: NDArray[np.uint8], limits: LintLimits) -> Remark | None:
    small = [box for box in text_lines(find_regions(gray).letters) if box.height < limits.label_height]
    if not small:
        return None
    lowest = min(box.height for box in small)
    number = "A label is" if len(small) == 1 else f"{len(small)} labels are"
    height = f"{lowest} px high" if len(small) == 1 else f"as low as {lowest} px"
    return Remark(
        rule="small-labels",
        severity="warning",
        text=f"{number} {height}; this model draws letters from {limits.label_height} px. Enlarge the drawing, or set "
        "the text over the asset afterwards.",
        boxes=tuple(small[:MAX_BOXES]),
    )


def _border(strokes: NDArray[np.uint8]) -> Remark | None:
    height, width = strokes.shape
    sides = {
        "top": (strokes[0], Box(0, 0, width, 1)),
        "bottom": (strokes[-1], Box(0, height - 1, width, height)),
        "left": (strokes[:, 0], Box(0, 0, 1, height)),
        "right": (strokes[:, -1], Box(width - 1, 0, width, height)),
    }
    touched = [name for name, (line, _) in sides.items() if line.any()]
    if not touched:
        return None
    return Remark(
        rule="touches-border",
        severity="warning",
        text=f"Strokes touch the {' and '.join(touched)} edge; a line on the edge has only one side. Leave 4 px free "
        "around the drawing.",
        boxes=tuple(sides[name][1] for name in touched),
    )


def _size(wireframe: Wireframe, limits: LintLimits) -> Remark | None:
    if wireframe.extent.area <= limits.area:
        return None
    side = int(limits.area**0.5)
    return Remark(
        rule="large",
        severity="note",
        text=f"{wireframe.extent} px is more than the {side}x{side} px this model was trained for: it takes longer and "
        "comes out less clean. One component at a time works best.",
    )


def _density(strokes: NDArray[np.uint8]) -> Remark | None:
    share = np.count_nonzero(strokes) / strokes.size
    if share <= DENSE_SHARE:
        return None
    return Remark(
        rule="dense",
        severity="warning",
        text=f"{share:.0%} of the picture is drawn on: it looks like a photograph or a finished screen. A line drawing "
        "on an empty ground is followed best.",
    )
