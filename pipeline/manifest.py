"""Manifests: many orders or many images to score, as CSV, JSONL or YAML rows with every column checked."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from conditioners.elements import Element
from conditioners.elements_file import parse_element_list
from conditioners.errors import InputError
from pipeline.evaluate import ScoreOrder
from pipeline.models import describe_validation
from pipeline.order import AssetOrder
from pipeline.settings import parse_size

MAX_ROWS = 100_000


def _several(value: Any) -> Any:
    """A cell with one string, or a JSON list of strings, as a list."""
    if isinstance(value, str):
        return json.loads(value) if value.lstrip().startswith("[") else [value]
    return value


def _inline(value: Any) -> Any:
    """A cell that holds a JSON list instead of a path."""
    return json.loads(value) if isinstance(value, str) and value.lstrip().startswith("[") else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_several)]
Elements = Annotated[str | list[dict[str, Any]] | None, BeforeValidator(_inline)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    text: Texts = ()
    elements: Elements = None

    @field_validator("id", mode="before")
    @classmethod
    def _id_text(cls, value: Any) -> Any:
        # YAML and JSONL rows are often numbered.
        return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class OrderRow(_Row):
    """One row of a batch: the columns of `lineproof generate`."""

    wireframe: str
    prompt: str
    negative: str = ""
    conditioner: str = "canny"
    model: str = "embedded"
    seed: int = 0
    count: int = 1
    size: str | None = None
    scale: float | None = None
    steps: int | None = None
    cfg: float | None = None
    tags: Texts = ()

    def order(self, base: Path) -> AssetOrder:
        """The order of this row, its paths taken from `base`; raises InputError."""
        return AssetOrder(
            wireframe=_path(base, self.wireframe),
            prompt=self.prompt,
            negative=self.negative,
            conditioner=self.conditioner,
            model=_model(base, self.model),
            seed=self.seed,
            count=self.count,
            size=parse_size(self.size) if self.size else None,
            scale=self.scale,
            steps=self.steps,
            cfg=self.cfg,
            texts=self.text,
            elements=_elements(base, self.elements),
        )


class ScoreRow(_Row):
    """One image to score, whatever made it."""

    image: str
    wireframe: str
    prompt: str | None = None
    conditioner: str | None = None

    def order(self, base: Path, fit: bool = False) -> ScoreOrder:
        """The order of this row, its paths taken from `base`."""
        return ScoreOrder(
            image=_path(base, self.image),
            wireframe=_path(base, self.wireframe),
            prompt=self.prompt,
            texts=self.text,
            elements=_elements(base, self.elements),
            conditioner=self.conditioner,
            fit=fit,
        )


RowT = TypeVar("RowT", bound=_Row)


def read_manifest(path: Path, row_type: type[RowT]) -> list[RowT]:
    """All rows of a manifest, each with an `id` (its line's number where it has none of its own).

    Raises:
        InputError: the file cannot be read, has no rows, or a row has an unknown column, lacks a required one, holds a
            value of another type, or repeats an id.
    """
    rows = []
    seen: set[str] = set()
    for number, data in enumerate(_raw_rows(path), start=1):
        if number > MAX_ROWS:
            raise InputError(f"manifest {path} must have at most {MAX_ROWS} rows, got more")
        row = _parse(path, number, data, row_type)
        if row.id in seen:
            raise InputError(f"manifest {path} row {number}: id must be unique, got {row.id!r} again")
        seen.add(str(row.id))
        rows.append(row)
    if not rows:
        raise InputError(f"manifest {path} must have at least one row, got none")
    return rows


def _parse(path: Path, number: int, data: Any, row_type: type[RowT]) -> RowT:
    if not isinstance(data, dict):
        raise InputError(f"manifest {path} row {number}: must be an object of columns, got {type(data).__name__}")
    filled = {"id": str(number)} | {key: value for key, value in data.items() if value not in ("", None)}
    unknown = [str(key) for key in data if key not in row_type.model_fields]
    if unknown:
        allowed = ", ".join(sorted(row_type.model_fields))
        raise InputError(f"manifest {path} row {number}: unknown column {unknown[0]!r}, it may have: {allowed}")
    try:
        return row_type.model_validate(filled)
    except ValidationError as error:
        raise InputError(f"manifest {path} row {number}: {describe_validation(error)}") from None


def _raw_rows(path: Path) -> Iterator[Any]:
    suffix = path.suffix.lower()
    readers = {".csv": _csv_rows, ".jsonl": _jsonl_rows, ".yaml": _yaml_rows, ".yml": _yaml_rows}
    if suffix not in readers:
        raise InputError(f"manifest must be a .csv, .jsonl, .yaml or .yml file, got {path}")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"not UTF-8 at byte {error.start}"
        raise InputError(f"manifest {path} cannot be read: {reason}") from None
    return readers[suffix](path, text)


def _csv_rows(path: Path, text: str) -> Iterator[Any]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="(more cells than the header)", strict=True)
    try:
        for row in reader:
            # Cells missing at the end of a line come as None, which reads as not given.
            yield {(key or "").strip(): value for key, value in row.items()}
    except csv.Error as error:
        raise InputError(f"manifest {path} line {reader.line_num}: {error}") from None


def _jsonl_rows(path: Path, text: str) -> Iterator[Any]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError as error:
                raise InputError(f"manifest {path} line {number}: not valid JSON ({error})") from None


def _yaml_rows(path: Path, text: str) -> Iterator[Any]:
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InputError(f"manifest {path} is not valid YAML: {error}") from None
    if not isinstance(data, list):
        raise InputError(f"manifest {path} must be a list of rows, got {type(data).__name__}")
    yield from data


def _path(base: Path, text: str) -> Path:
    return Path(os.path.normpath(base / text))


def _model(base: Path, reference: str) -> str:
    """A model's name as it stands, a path to a spec or folder from the manifest's folder."""
    is_path = "/" in reference or reference.endswith((".yaml", ".yml"))
    return str(_path(base, reference)) if is_path else reference


def _elements(base: Path, value: str | list[dict[str, Any]] | None) -> Path | tuple[Element, ...] | None:
    if value is None:
        return None
    return _path(base, value) if isinstance(value, str) else tuple(parse_element_list(value, "elements"))
