"""A contact sheet of a run: wireframe, control map, asset and headline scores, one asset a row.

python -m pipeline.contact_sheet out/demo --out out/demo/contact-sheet.png
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from conditioners.errors import InputError, LineproofError
from conditioners.svg import FONT_FILES
from conditioners.wireframe import load_wireframe

CELL = (320, 220)
"""Largest width and height in px of a picture on the sheet; larger ones are shrunk, smaller ones stay as they are."""

TEXT_WIDTH = 300
GAP = 16
LINE = 18
BACKGROUND = (238, 240, 244)
INK = (32, 33, 36)
VERDICT_COLOURS = {"passed": (20, 120, 60), "failed": (190, 40, 30), "unscored": (120, 120, 128)}
HEADLINES = (
    "control_adherence",
    "control_f1_1px",
    "prompt_adherence",
    "text_ned",
    "text_distortion",
    "icon_distortion",
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One asset of a run, as its JSON line tells it."""

    name: str
    wireframe: Path
    control_map: Path
    asset: Path
    prompt: str
    verdict: str
    scores: tuple[tuple[str, float], ...]


def read_rows(run: Path) -> tuple[Row, ...]:
    """Return the assets saved in the folder `run` and below it, sorted by name.

    Raises InputError where there is none, or a file of scores is not what `generate` writes.
    """
    files = sorted(run.rglob("*.scores.json"))
    if not files:
        raise InputError(f"run must be a folder that holds assets with their scores, got {run}")
    return tuple(sorted((_row(file) for file in files), key=lambda row: (row.name, row.asset)))


def _row(file: Path) -> Row:
    try:
        entry = json.loads(file.read_text(encoding="utf-8"))
        card = entry["scores"]
        values = {one["name"]: one["value"] for one in card["measurements"] if one["value"] is not None}
        return Row(
            name=str(entry.get("id") or Path(entry["wireframe"]).stem),
            wireframe=_found(entry["wireframe"], file),
            control_map=_found(entry["control_map"], file),
            asset=_found(entry["asset"], file),
            prompt=str(entry["prompt"]),
            verdict=str(card["verdict"]),
            scores=tuple((name, float(values[name])) for name in HEADLINES if name in values),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{file}: must be the JSON of one asset ({error!r})") from error


def _found(path: str, beside: Path) -> Path:
    """Return `path` as written or, for a run that was moved, the file of that name beside `beside`."""
    given = Path(path)
    return given if given.exists() else beside.parent / given.name


def contact_sheet(rows: tuple[Row, ...]) -> Image.Image:
    """Return the sheet, RGB. Raises InputError for no rows, or a picture that cannot be read."""
    if not rows:
        raise InputError("contact sheet needs at least one asset, got a run with none")
    pictures = [_pictures(row) for row in rows]
    heights = [max(*(picture.height for picture in group), LINE * 8) + GAP for group in pictures]
    width = GAP + 3 * (CELL[0] + GAP) + TEXT_WIDTH
    sheet = Image.new("RGB", (width, GAP + LINE + GAP + sum(heights)), BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    for column, title in enumerate(("wireframe", "control map", "asset", "scores")):
        pen.text((GAP + column * (CELL[0] + GAP), GAP), title, INK, _font(bold=True))
    top = GAP + LINE + GAP
    for row, group, height in zip(rows, pictures, heights, strict=True):
        for column, picture in enumerate(group):
            sheet.paste(picture, (GAP + column * (CELL[0] + GAP), top))
        _caption(pen, row, GAP + 3 * (CELL[0] + GAP), top)
        top += height
    return sheet


def _pictures(row: Row) -> tuple[Image.Image, Image.Image, Image.Image]:
    drawing = Image.fromarray(np.asarray(load_wireframe(row.wireframe).pixels))
    return _fitted(drawing), _fitted(_opened(row.control_map)), _fitted(_opened(row.asset))


def _opened(path: Path) -> Image.Image:
    try:
        with Image.open(path) as picture:
            return picture.convert("RGB")
    except OSError as error:
        raise InputError(f"{path}: must be a readable picture ({error})") from error


def _fitted(picture: Image.Image) -> Image.Image:
    scale = min(1.0, CELL[0] / picture.width, CELL[1] / picture.height)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture if scale == 1.0 else picture.resize(size, Image.Resampling.LANCZOS)


def _font(*, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT_FILES[1 if bold else 0], 13)


def _caption(pen: ImageDraw.ImageDraw, row: Row, left: int, top: int) -> None:
    pen.text((left, top), row.name, INK, _font(bold=True))
    pen.text((left + TEXT_WIDTH - 70, top), row.verdict, VERDICT_COLOURS.get(row.verdict, INK), _font(bold=True))
    lines = _wrapped(row.prompt, TEXT_WIDTH - GAP)[:3] + [f"{name}  {value:.3f}" for name, value in row.scores]
    for index, line in enumerate(lines[:7]):
        pen.text((left, top + LINE * (index + 1)), line, INK, _font())


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _font().getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def main() -> int:
    """Parse the command line, write the sheet and return the exit status."""
    parser = argparse.ArgumentParser(description="Write the contact sheet of a run.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    try:
        sheet = contact_sheet(read_rows(arguments.run))
        sheet.save(arguments.out)
    except LineproofError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except (OSError, ValueError) as error:
        print(f"error: {arguments.out}: cannot be written ({error})", file=sys.stderr)
        return 2
    print(arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
