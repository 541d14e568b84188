"""Draw samples/ anew: python -m training.samples.draw [FOLDER]

The same designs and seeds give the same files, byte for byte, with the pinned versions of the libraries.
"""

import argparse
import csv
import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from training.samples.clean import picture, svg_text
from training.samples.controls import CONTROLS
from training.samples.design import Design
from training.samples.hand import scan, sketch, tilted
from training.samples.layout import element
from training.samples.surfaces import SURFACES

DESIGNS: tuple[Design, ...] = CONTROLS + SURFACES
FOLDER = Path(__file__).resolve().parents[2] / "samples"
COLUMNS = ("id", "wireframe", "prompt", "conditioner", "seed", "text", "elements", "tags")
JPEG_QUALITY = 84


def generator(design: Design) -> np.random.Generator:
    """Return the random numbers of one design, a function of its name alone."""
    return np.random.default_rng(zlib.crc32(design.name.encode()))


def write_wireframe(design: Design, folder: Path) -> Path:
    """Write the drawing of `design` into `folder` and return its path."""
    path = folder / design.file_name
    if design.drawing == "svg":
        path.write_text(svg_text(design), encoding="utf-8")
    elif design.drawing == "scan":
        scan(design, generator(design)).save(path, quality=JPEG_QUALITY)
    elif design.drawing == "hand":
        sketch(design, generator(design)).save(path, optimize=True)
    else:
        picture(design).save(path, optimize=True)
    return path


def elements(design: Design) -> list[dict[str, Any]]:
    """Return the elements file of `design`: its texts, icons and shapes with their boxes on the wireframe."""
    found = []
    for part in design.parts:
        if part.kind == "rule":
            continue
        bounds = part.bounds()
        if design.drawing == "scan":
            bounds = tilted(bounds, design)
        found.append(element(part, bounds, design.width, design.height))
    return found


def write_elements(design: Design, folder: Path) -> Path:
    """Write the elements of `design`, one a line, and return the file's path."""
    path = folder / f"{design.name}.json"
    lines = ",\n".join("  " + json.dumps(entry) for entry in elements(design))
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    return path


def cell(values: Sequence[str]) -> str:
    """Return strings as a cell of a manifest: one as it stands, several as a JSON list.

    >>> cell(["Save"]), cell(["Team", "Join"])
    ('Save', '["Team", "Join"]')
    """
    return values[0] if len(values) == 1 else json.dumps(list(values)) if values else ""


def manifest_row(design: Design) -> dict[str, str]:
    """Return the order of `design` as a row of the manifest."""
    drawing = {"hand": "sketch", "scan": "scan"}.get(design.drawing, "clean")
    return {
        "id": design.name,
        "wireframe": design.file_name,
        "prompt": design.prompt,
        "conditioner": design.conditioner,
        "seed": str(design.seed),
        "text": cell(design.texts),
        "elements": f"elements/{design.name}.json",
        "tags": cell((f"component={design.component}", f"style={design.style}", f"drawing={drawing}")),
    }


def draw(folder: Path) -> list[Path]:
    """Write every wireframe, its elements and the manifest into `folder`; return what was written."""
    (folder / "elements").mkdir(parents=True, exist_ok=True)
    written = []
    for design in DESIGNS:
        written += [write_wireframe(design, folder), write_elements(design, folder / "elements")]
    manifest = folder / "manifest.csv"
    with manifest.open("w", newline="", encoding="utf-8") as stream:
        table = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(manifest_row(design) for design in DESIGNS)
    return [*written, manifest]


def main() -> None:
    """Parse the command line and draw."""
    parser = argparse.ArgumentParser(description="Draw the sample wireframes, their elements and their manifest.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    print(f"{len(draw(folder))} files in {folder}")


if __name__ == "__main__":
    main()
