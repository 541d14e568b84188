"""The rows of a manifest as written: a CSV, JSONL or YAML file, or a folder of wireframes with their prompts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from conditioners.errors import InputError

WIREFRAMES: Final = (".jpeg", ".jpg", ".png", ".svg", ".webp")
PROMPT: Final = ".txt"
ELEMENTS: Final = ".json"
FILES: Final = (".csv", ".jsonl", ".yaml", ".yml")


@dataclass(frozen=True, kw_only=True)
class RawRow:
    """One row before its columns are checked: `data`, or the `problem` that kept it from being read."""

    place: str
    data: Any = None
    problem: str = ""


def raw_rows(path: Path) -> Iterator[RawRow]:
    """Yield the rows of a manifest, each with its place: "row 3", "line 3" of broken JSON, or a file of a folder.

    Raises:
        InputError: the manifest cannot be read, or is broken in a way that hides where its rows are.
    """
    if path.is_dir():
        yield from _folder_rows(path)
        return
    suffix = path.suffix.lower()
    readers = {".csv": _csv_rows, ".jsonl": _jsonl_rows, ".yaml": _yaml_rows, ".yml": _yaml_rows}
    if suffix not in readers:
        raise InputError(f"manifest must be a .csv, .jsonl, .yaml or .yml file or a folder of wireframes, got {path}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"not UTF-8 at byte {error.start}"
        raise InputError(f"manifest {path} cannot be read: {reason}") from None
    yield from readers[suffix](path, text)


def _csv_rows(path: Path, text: str) -> Iterator[RawRow]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="(more cells than the header)", strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            # Cells missing at the end of a line come as None, which reads as not given.
            yield RawRow(place=f"row {number}", data={(key or "").strip(): value for key, value in row.items()})
    except csv.Error as error:
        raise InputError(f"manifest {path} line {reader.line_num}: {error}") from None


def _jsonl_rows(path: Path, text: str) -> Iterator[RawRow]:
    number = 0
    for line_number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        number += 1
        try:
            yield RawRow(place=f"row {number}", data=json.loads(line))
        except (ValueError, RecursionError) as error:
            yield RawRow(place=f"line {line_number}", problem=f"not valid JSON ({error})")


def _yaml_rows(path: Path, text: str) -> Iterator[RawRow]:
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise InputError(f"manifest {path} is not valid YAML: {error}") from None
    if not isinstance(data, list):
        raise InputError(f"manifest {path} must be a list of rows, got {type(data).__name__}")
    for number, row in enumerate(data, start=1):
        yield RawRow(place=f"row {number}", data=row)


def _folder_rows(folder: Path) -> Iterator[RawRow]:
    """A row for each wireframe of a folder and its sub-folders, in alphabetical order.

    `save.png` takes its prompt from `save.txt`, its elements from `save.json` where there is one, and its path without
    the suffix as id. A prompt without a wireframe is a misnamed one, so it is a problem.
    """
    files = sorted(
        p for p in folder.rglob("*") if not any(part.startswith(".") for part in p.relative_to(folder).parts)
    )
    drawings = {path.with_suffix("") for path in files if path.suffix.lower() in WIREFRAMES}
    for path in files:
        place, name = path.relative_to(folder).as_posix(), path.relative_to(folder).with_suffix("").as_posix()
        if path.suffix.lower() == PROMPT and path.with_suffix("") not in drawings:
            yield RawRow(place=place, problem=f"a prompt must lie beside its wireframe, got no wireframe {name}.*")
        if path.suffix.lower() not in WIREFRAMES:
            continue
        sidecar = path.with_suffix(PROMPT)
        try:
            prompt = " ".join(sidecar.read_text(encoding="utf-8-sig").split())
        except FileNotFoundError:
            yield RawRow(place=place, problem=f"the prompt must lie beside it in {sidecar.name}, got no such file")
            continue
        except (OSError, UnicodeDecodeError) as error:
            yield RawRow(place=place, problem=f"the prompt {sidecar.name} cannot be read: {error}")
            continue
        row = {"id": name, "wireframe": place, "prompt": prompt}
        elements = path.with_suffix(ELEMENTS)
        yield RawRow(place=place, data=row | ({"elements": f"{name}{ELEMENTS}"} if elements.is_file() else {}))
