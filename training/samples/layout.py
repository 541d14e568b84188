"""Parts of a wireframe, placed: a shape, an icon or a text, each with what it is called and where it lies."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from training.samples import icons
from training.samples.lettering import label
from training.samples.shapes import Bounds, Circle, Path, Rect, Shape

Kind = Literal["text", "icon", "shape", "rule"]
"""A rule is a line that structures the drawing and counts as no element."""

MARGIN = 2
"""Pixels around the middle line of a stroke that belong to an element's box."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One thing drawn; `name` says what, `text` is what a text reads."""

    kind: Kind
    shapes: tuple[Shape, ...]
    name: str
    text: str = ""

    def bounds(self) -> Bounds:
        """Return the box around all shapes in px."""
        boxes = [shape.bounds() for shape in self.shapes]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )


def element(part: Part, box: Bounds, width: int, height: int) -> dict[str, Any]:
    """Return `part` as an entry of an elements file, its box grown by the margin and cut to the wireframe."""
    x0, y0, x1, y1 = box
    corners = [
        max(0, math.floor(x0) - MARGIN),
        max(0, math.floor(y0) - MARGIN),
        min(width, math.ceil(x1) + MARGIN),
        min(height, math.ceil(y1) + MARGIN),
    ]
    entry: dict[str, Any] = {"kind": part.kind, "box": corners}
    if part.text:
        entry["text"] = part.text
    entry["name"] = part.name
    return entry


def text(words: str, x: float, y: float, size: float, anchor: str = "middle", name: str = "label") -> Part:
    """Return one line of text of `size` px whose capitals are centred on height `y`."""
    return Part(kind="text", shapes=(label(words, x, y, size, anchor),), name=name, text=words)


def icon(which: str, cx: float, cy: float, size: float) -> Part:
    """Return the icon `which` in a square of `size` px centred on (`cx`, `cy`)."""
    return Part(kind="icon", shapes=icons.icon(which, cx - size / 2, cy - size / 2, size), name=which)


def box(name: str, x: float, y: float, w: float, h: float, r: float = 0) -> Part:
    """Return a rectangle with corners of radius `r`, at most half its shorter side."""
    return Part(kind="shape", shapes=(Rect(x=x, y=y, w=w, h=h, r=min(r, w / 2, h / 2)),), name=name)


def disc(name: str, cx: float, cy: float, r: float) -> Part:
    """Return a circle."""
    return Part(kind="shape", shapes=(Circle(cx=cx, cy=cy, r=r),), name=name)


def rule(*points: tuple[float, float]) -> Part:
    """Return an open line through `points`."""
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    return Part(kind="rule", shapes=(Path(d=path),), name="rule")


def button(words: str, x: float, y: float, w: float, h: float, r: float, size: float) -> tuple[Part, Part]:
    """Return a button and its label, centred."""
    return box("button", x, y, w, h, r), text(words, x + w / 2, y + h / 2, size)
