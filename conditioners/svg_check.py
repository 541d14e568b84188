"""What an SVG wireframe may hold: nothing that runs, moves, or lies outside the file."""

import base64
import binascii
import math
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes
from xml.parsers import expat

from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.raster import MAX_SIDE, describe_type, read_header, sniff_format

MAX_CHARACTERS: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 200
MAX_EMBEDDED_PIXELS: Final = 4 * MAX_SIDE * MAX_SIDE

_ANIMATION: Final = {"animate", "animateColor", "animateMotion", "animateTransform", "set"}
_UNIT_PX: Final = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
# Stricter than resvg, which takes a length that it cannot read for a missing one, and so could render another size.
_NUMBER: Final = r"[+-]?(?:\d{1,6}(?:\.\d*)?|\.\d+)"
_LENGTH: Final = re.compile(rf"({_NUMBER})([a-z%]*)", re.ASCII)
_VIEW_BOX: Final = re.compile(rf"\s*{_NUMBER}[\s,]+{_NUMBER}[\s,]+({_NUMBER})[\s,]+({_NUMBER})\s*", re.ASCII)
_URL: Final = re.compile(r"url\(\s*['\"]?\s*([^'\")]*)", re.IGNORECASE)
_ROOT: Final = re.compile(rb"<(?:[\w.-]+:)?svg[\s/>]")


@dataclass(kw_only=True)
class CheckedSvg:
    """What the check found: the rendered extent and all characters of its text elements."""

    extent: Extent
    text: str


@dataclass(kw_only=True)
class _Walk:
    """State of one pass over the elements."""

    source: str
    path: list[str] = field(default_factory=list)
    root: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    css: list[str] = field(default_factory=list)
    embedded_pixels: int = 0

    def refuse(self, rule: str, value: str) -> InputError:
        return InputError(f"{self.source}: {rule}, got {value[:80]}")


def looks_like_svg(data: bytes) -> bool:
    """Whether `data` is XML that mentions an svg element near its start.

    >>> looks_like_svg(b'<?xml version="1.0"?><svg/>'), looks_like_svg(b"plain words")
    (True, False)
    """
    start = data[: 64 * 1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"<") and _ROOT.search(start) is not None


def check_svg(text: str, source: str) -> CheckedSvg:
    """Return extent and text of an SVG document after checking that it is self-contained and still.

    Raises InputError, naming `source`, for: a script or event handler; an animation; a DOCTYPE other than the bare
    one of the W3C; a style sheet or a reference outside the file ("#id" and data:image/png, jpeg, webp are allowed,
    and so is the hyperlink of an `a` element, which is never followed); nesting deeper than `MAX_DEPTH`; a missing
    or unreadable size; XML that is not well-formed.
    """
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"{source}: an SVG must have at most {MAX_CHARACTERS} characters, got {len(text)}")
    walk = _Walk(source=source)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: _start(walk, name, attributes)
    parser.EndElementHandler = lambda _name: walk.path.pop()
    parser.CharacterDataHandler = lambda data: _characters(walk, data)
    parser.StartDoctypeDeclHandler = lambda *declaration: _doctype(walk, *declaration)
    parser.ProcessingInstructionHandler = lambda target, _data: _instruction(walk, target)
    try:
        parser.Parse(text, True)
        _styles(walk, "".join(walk.css))
    except expat.ExpatError as error:
        raise InputError(f"{source}: the SVG must be well-formed XML, got {error}") from error
    return CheckedSvg(extent=_extent(walk), text="".join(walk.text))


def _start(walk: _Walk, name: str, attributes: dict[str, str]) -> None:
    local = name.rpartition(":")[2]
    if not walk.path:
        if local != "svg":
            raise walk.refuse("the root element must be svg", name)
        walk.root = attributes
    walk.path.append(local)
    if len(walk.path) > MAX_DEPTH:
        raise walk.refuse(f"an SVG must be nested at most {MAX_DEPTH} deep", "more")
    if local == "script":
        raise walk.refuse("an SVG must not hold a script", f"<{name}>")
    if local in _ANIMATION:
        raise walk.refuse("an SVG must be a still", f"<{name}>")
    for key, value in attributes.items():
        _attribute(walk, local, key, value)


def _attribute(walk: _Walk, element: str, key: str, value: str) -> None:
    name = key.rpartition(":")[2].lower()
    if name.startswith("on"):
        raise walk.refuse("an SVG must not hold a script", f"{key}={value!r}")
    if name in ("href", "src"):
        is_hyperlink = element == "a" and value.strip().lower().startswith(("http://", "https://", "mailto:"))
        if not is_hyperlink:
            _reference(walk, value.strip(), f"{key}={value!r}")
    else:
        _styles(walk, value)


def _styles(walk: _Walk, text: str) -> None:
    """Check every url() of a style, wherever it stands."""
    if "@import" in text.lower():
        raise walk.refuse("an SVG must not refer to anything outside the file", text.strip())
    for match in _URL.finditer(text):
        # resvg reads no embedded font, so one does no harm.
        if not match[1].strip().lower().startswith(("data:font/", "data:application/font", "data:application/x-font")):
            _reference(walk, match[1].strip(), match[0])


def _reference(walk: _Walk, target: str, shown: str) -> None:
    if not target or target.startswith("#"):
        return
    if not target.lower().startswith("data:image/"):
        raise walk.refuse("an SVG must not refer to anything outside the file", shown)
    head, _, payload = target.partition(",")
    try:
        data = base64.b64decode(payload) if head.lower().endswith(";base64") else unquote_to_bytes(payload)
    except binascii.Error as error:
        raise walk.refuse("an embedded image must be base64", str(error)) from error
    if sniff_format(data) is None:
        raise walk.refuse("an embedded image must be PNG, JPEG or WebP", describe_type(data))
    _, extent = read_header(data, f"{walk.source}, embedded image")
    walk.embedded_pixels += extent.area
    if walk.embedded_pixels > MAX_EMBEDDED_PIXELS:
        raise walk.refuse(f"embedded images must have at most {MAX_EMBEDDED_PIXELS} pixels together", str(extent))


def _characters(walk: _Walk, data: str) -> None:
    if not walk.path:
        return
    if walk.path[-1] == "style":
        walk.css.append(data)
    elif "text" in walk.path and "foreignObject" not in walk.path:
        walk.text.append(data)


def _doctype(walk: _Walk, name: str, system_id: str | None, public_id: str | None, has_internal_subset: int) -> None:
    """Old drawing programs write the W3C's DOCTYPE, which nothing here reads; any other may declare entities."""
    if has_internal_subset or not (public_id or "").startswith("-//W3C//DTD SVG"):
        raise walk.refuse("an SVG must not declare entities or an own DOCTYPE", f"<!DOCTYPE {name} {system_id or ''}>")


def _instruction(walk: _Walk, target: str) -> None:
    raise walk.refuse("an SVG must not refer to anything outside the file", f"<?{target}?>")


def _extent(walk: _Walk) -> Extent:
    """Return the size at which resvg renders: width and height in px, else the view box's."""
    box = _view_box(walk)
    width, height = _length(walk, "width", box, 0), _length(walk, "height", box, 1)
    if width is None and height is None and box is not None:
        width, height = box
    elif width is None and height is not None and box is not None:
        width = height * box[0] / box[1]
    elif height is None and width is not None and box is not None:
        height = width * box[1] / box[0]
    if width is None or height is None:
        raise walk.refuse("an SVG must have a viewBox, or width and height", "neither")
    return Extent(max(1, math.floor(width + 0.5)), max(1, math.floor(height + 0.5)))


def _view_box(walk: _Walk) -> tuple[float, float] | None:
    text = walk.root.get("viewBox")
    if text is None:
        return None
    match = _VIEW_BOX.fullmatch(text)
    if match is None:
        raise walk.refuse("the viewBox must be four numbers", repr(text))
    width, height = float(match[1]), float(match[2])
    if width <= 0 or height <= 0:
        raise walk.refuse("the viewBox must have a positive size", repr(text))
    return width, height


def _length(walk: _Walk, name: str, box: tuple[float, float] | None, side: int) -> float | None:
    """Return a root length in px, a percentage being of the view box's `side`, or None when there is none."""
    text = walk.root.get(name)
    if text is None:
        return None
    match = _LENGTH.fullmatch(text)
    unit = match[2] if match else ""
    if match is None or (unit not in _UNIT_PX and unit != "%"):
        raise walk.refuse(f"the SVG's {name} must be in px, pt, pc, in, cm, mm or %", repr(text))
    if unit != "%":
        return float(match[1]) * _UNIT_PX[unit]
    if box is None:
        raise walk.refuse("an SVG must have a viewBox, or width and height", f"{name} {text!r} without a viewBox")
    return box[side] * float(match[1]) / 100
