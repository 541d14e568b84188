"""Draw the component set anew, or a smaller one, with npm and Chromium.

    python -m training.components.render --out training/components/data

Every case has its own seed; one that cannot be used (letters cut off, nothing seen against the ground) is drawn again
from the next. The rules that reject look at the document and its picture, never at a model or a score.
"""

import argparse
import io
import json
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from scoring.colour_marks import ink_colour
from scoring.colour_table import Lab, delta_e, to_lab
from scoring.regions import box_mask, dominant_colour
from training.components.browser import Shot, open_page, photograph
from training.components.cases import PICTURES, ROWS, Row
from training.components.packages import fetch, licence_texts
from training.components.prompts import OWN_ICONS, SURFACES, describe, measure
from training.components.stage import KITS, TINTED, Order, make_order

Drawn = tuple[Row, bytes, bytes]
"""A row with its asset and wireframe as WebP."""

ATTEMPTS = 40
INK_SHARE = (0.004, 0.4)
"""Share of the wireframe that is ink; outside, the case is empty or a blot."""

MIN_TEXT = 9
"""Height in px of the smallest line of letters that is kept, its margin of 1 px included."""

MIN_CONTRAST = 14.0
"""CIEDE2000 between letters and their ground from which they count as seen."""


def tight(ink: NDArray[np.uint8], rect: list[float]) -> Box | None:
    """Return the box of the letters inside a line's rectangle, from the picture that has only letters and icons."""
    x0, y0 = max(0, int(rect[0]) - 1), max(0, int(rect[1]))
    x1, y1 = min(ink.shape[1], int(rect[2]) + 2), min(ink.shape[0], int(rect[3]) + 1)
    rows, columns = np.nonzero(ink[y0:y1, x0:x1] < 160)
    if len(rows) < 4:
        return None
    found = Box(x0 + int(columns.min()), y0 + int(rows.min()), x0 + int(columns.max()) + 1, y0 + int(rows.max()) + 1)
    return found.grown(1, Extent.of(ink))


def whole(rect: list[float], extent: Extent) -> Box | None:
    """Return a rectangle in whole px inside the canvas, None where nothing of it is there."""
    x0, y0 = max(0, round(rect[0])), max(0, round(rect[1]))
    x1, y1 = min(extent.width, round(rect[2])), min(extent.height, round(rect[3]))
    return Box(x0, y0, x1, y1) if x1 - x0 >= 2 and y1 - y0 >= 2 else None


def elements_of(shot: Shot) -> tuple[Element, ...] | None:
    """Return the elements of a shot, None where a text that the document has is not on the picture."""
    extent, found = Extent.of(shot.ink), list[Element]()
    for shape in shot.facts["shapes"]:
        box = whole(shape["box"], extent)
        if box is not None and all(box != other.box for other in found):
            found.append(Element(kind="shape", box=box, name=shape["name"]))
    for icon in shot.facts["icons"]:
        box = whole(icon["box"], extent)
        if box is None:
            return None
        found.append(Element(kind="icon", box=box, name=icon["name"]))
    for text in shot.facts["texts"]:
        box = tight(shot.ink, text["rects"][0])
        if box is None:
            return None
        found.append(Element(kind="text", box=box, text=text["text"]))
    return tuple(found)


def flaw_of(shot: Shot, elements: tuple[Element, ...]) -> str:
    """Return why a shot cannot be used; empty if it can."""
    ink = shot.wireframe < 160
    if not INK_SHARE[0] <= float(ink.mean()) <= INK_SHARE[1]:
        return "wireframe nearly empty or full"
    if ink[[0, -1]].any() or ink[:, [0, -1]].any():
        return "lines leave the canvas"
    marks = [element for element in elements if element.kind != "shape"]
    if any(mark.kind == "text" and mark.box.height < MIN_TEXT for mark in marks):
        return "letters too small"
    lab = to_lab(shot.asset)
    if not all(_seen(lab, mark.box) for mark in marks):
        return "letters or icon not seen"
    return ""


def _seen(lab: Lab, box: Box) -> bool:
    """Tell whether letters or an icon stand out from the ground around their box."""
    ink, around = ink_colour(lab, box), box_mask(lab.shape, [box], 3) & ~box_mask(lab.shape, [box])
    ground = dominant_colour(lab[around])
    return ink is not None and ground is not None and float(delta_e(ink, ground)) >= MIN_CONTRAST


def row_of(order: Order, shot: Shot, elements: tuple[Element, ...], key: str, rng: Random) -> Row | None:
    """Return the row of a usable shot; None where no colour stands out."""
    accent = whole(shot.facts["accent"], Extent.of(shot.ink))
    if accent is None:
        return None
    colours = measure(shot.asset, accent, elements, order.component)
    if not colours.main or (not colours.seen and order.component in TINTED):
        return None
    largest = max((e.box.area for e in elements if e.kind == "shape"), default=accent.area)
    part = order.component in SURFACES and accent.area < 0.6 * largest
    style = str(shot.facts["manner"])
    style = "dark" if order.dark and style == "flat" and rng.random() < 0.5 else style
    texts = [element.text for element in elements if element.kind == "text"]
    icons = [element.name for element in elements if element.kind == "icon" and order.component not in OWN_ICONS]
    prompt = describe(order.component, colours, style, order.state, texts, icons, part, rng)
    return Row(
        id=key,
        library=order.library,
        component=order.component,
        size=(order.width, order.height),
        prompt=prompt,
        attributes={
            "style": style,
            "colour": colours.main,
            "background": colours.background,
            "state": order.state,
            "theme": order.theme,
            "font": order.font,
        },
        elements=[
            {"kind": element.kind, "box": list(element.box), "text": element.text, "name": element.name}
            for element in elements
        ],
    )


def draw_case(page: Any, store: Path, library: str, component: str, number: int) -> tuple[Row, Shot] | Counter[str]:
    """Draw one case, from the first seed that gives a usable one; else return why none did."""
    reasons: Counter[str] = Counter()
    key = f"{library}-{component.replace(' ', '-')}-{number}"
    for attempt in range(ATTEMPTS):
        seed = f"{key}/{attempt}"
        order = make_order(store, library, component, seed)
        shot = photograph(page, order)
        if isinstance(shot, str):
            reasons[shot] += 1
            continue
        elements = elements_of(shot)
        flaw = "a text is not on the picture" if elements is None else flaw_of(shot, elements)
        if flaw or elements is None:
            reasons[flaw] += 1
            continue
        row = row_of(order, shot, elements, key, Random(f"{seed}/prompt"))
        if row is not None:
            return row, shot
        reasons["no colour stands out"] += 1
    return reasons


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """Return pixels as lossless WebP."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "WEBP", lossless=True, quality=80, method=4, exact=True)
    return buffer.getvalue()


def draw_library(library: str, store: Path, chromium: str, rounds: int) -> list[Drawn]:
    """Draw `rounds` cases of every component of a library; the pictures are encoded."""
    found: list[Drawn] = []
    with open_page(store, library, chromium) as page:
        for component in KITS[library].components:
            for number in range(rounds):
                drawn = draw_case(page, store, library, component, number)
                if isinstance(drawn, Counter):
                    print(f"{library} {component} {number}: none usable, {dict(drawn)}", flush=True)
                else:
                    row, shot = drawn
                    found.append((row, encode(shot.asset), encode(shot.wireframe)))
            print(f"{library} {component}: {len(found)} in all", flush=True)
    return found


def write(folder: Path, cases: list[Drawn]) -> None:
    """Write rows and pictures, shuffled so that the first N are a fair part; equal cases give equal bytes."""
    Random("order").shuffle(cases)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / PICTURES, "w", zipfile.ZIP_STORED) as archive:
        for row, asset, wireframe in cases:
            for name, picture in (("asset", asset), ("wireframe", wireframe)):
                entry = zipfile.ZipInfo(f"{row.id}.{name}.webp", date_time=(2000, 1, 1, 0, 0, 0))
                archive.writestr(entry, picture)
    lines = (
        json.dumps(row.model_dump(), ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row, *_ in cases
    )
    (folder / ROWS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Fetch the packages, draw the set and write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--store", type=Path, default=Path("out/components"), help="where npm puts the packages")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser's executable")
    parser.add_argument("--workers", type=int, default=2, help="libraries drawn at the same time; the set is the same")
    parser.add_argument("--rounds", type=int, default=5, help="cases of each component of each library")
    arguments = parser.parse_args()
    fetch(arguments.store)
    count = len(KITS)
    with ProcessPoolExecutor(arguments.workers) as pool:
        same = (repeat(arguments.store, count), repeat(arguments.chromium, count), repeat(arguments.rounds, count))
        cases = [case for found in pool.map(draw_library, KITS, *same) for case in found]
    write(arguments.out, cases)
    (arguments.out / "LICENSES.txt").write_text(licence_texts(arguments.store), encoding="utf-8")
    print(f"{len(cases)} cases, {(arguments.out / PICTURES).stat().st_size / 2**20:.2f} MiB in {arguments.out}")


if __name__ == "__main__":
    main()
