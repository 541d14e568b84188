"""Manifests: many orders or many images to score, every row and column checked, all faults told at once."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from conditioners.elements import Element
from conditioners.elements_file import parse_element_list
from conditioners.errors import InputError, InputErrors
from pipeline.evaluate import ScoreOrder
from pipeline.manifest_grid import MAX_ROWS, expand
from pipeline.manifest_source import RawRow, raw_rows
from pipeline.models import describe_each
from pipeline.order import AssetOrder
from pipeline.settings import parse_size


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
            wireframe=path_from(base, self.wireframe),
            prompt=self.prompt,
            negative=self.negative,
            conditioner=self.conditioner,
            model=model_from(base, self.model),
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
            image=path_from(base, self.image),
            wireframe=path_from(base, self.wireframe),
            prompt=self.prompt,
            texts=self.text,
            elements=_elements(base, self.elements),
            conditioner=self.conditioner,
            fit=fit,
        )


RowT = TypeVar("RowT", bound=_Row)


@dataclass(frozen=True, kw_only=True)
class PlacedRow(Generic[RowT]):
    """A checked row and where it stands in its manifest, such as "row 3"; the rows of a grid share a place."""

    place: str
    row: RowT


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong at a place of a manifest."""

    place: str
    message: str


def base_of(manifest: Path) -> Path:
    """The folder that a manifest's paths start from: its own, or a folder of wireframes itself."""
    return manifest if manifest.is_dir() else manifest.parent


def read_manifest(path: Path, row_type: type[RowT]) -> list[RowT]:
    """All rows of a manifest, each with an `id` (its number where it has none of its own), grids written out.

    Raises:
        InputError: as `read_rows`, and with a line for each fault of any row.
    """
    placed, problems = read_rows(path, row_type)
    raise_problems(path, problems)
    return [one.row for one in placed]


def read_rows(path: Path, row_type: type[RowT]) -> tuple[list[PlacedRow[RowT]], list[Problem]]:
    """The rows of a manifest that can be read, and what is wrong with the others.

    A row is wrong if it has an unknown column, lacks a required one, holds a value of another type, or repeats an id.

    Raises:
        InputError: the file cannot be read, or has no rows or more than `MAX_ROWS`.
    """
    placed: list[PlacedRow[RowT]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, raw in enumerate(raw_rows(path), start=1):
        if len(placed) >= MAX_ROWS or number > MAX_ROWS:
            raise InputError(f"manifest {path} must have at most {MAX_ROWS} rows, got more")
        found: dict[str, None] = {}
        try:
            for data in _written_out(raw, str(number), row_type, MAX_ROWS - len(placed)):
                try:
                    row = _parse(data, row_type, seen)
                except InputErrors as error:
                    found |= dict.fromkeys(error.lines)
                else:
                    seen.add(str(row.id))
                    placed.append(PlacedRow(place=raw.place, row=row))
        except InputError as error:
            found |= dict.fromkeys(error.lines if isinstance(error, InputErrors) else [str(error)])
        problems += [Problem(place=raw.place, message=line) for line in found]
    if not placed and not problems:
        raise InputError(f"manifest {path} must have at least one row, got none")
    return placed, problems


def raise_problems(path: Path, problems: Iterable[Problem]) -> None:
    """Raise one InputError for all problems, if there are any: a line for each, with all the places that have it."""
    places: dict[str, list[str]] = {}
    for problem in problems:
        found = places.setdefault(problem.message, [])
        if problem.place not in found[-1:]:
            found.append(problem.place)
    if places:
        ranked = sorted(places.items(), key=lambda one: _number(one[1][0]))
        raise InputErrors(f"manifest {path} {_together(found)}: {message}" for message, found in ranked)


def _number(place: str) -> int:
    return int("".join(filter(str.isdecimal, place)) or 0) if place.startswith(("row ", "line ")) else 0


def _together(places: list[str], most: int = 10) -> str:
    """Several places in few words.

    >>> _together(["row 1", "row 2", "row 3", "row 7"]), _together(["a.png", "b.png"])
    ('rows 1 to 3, 7', 'a.png, b.png')
    """
    numbers = [place.removeprefix("row ") for place in places]
    if len(places) == 1 or not all(number.isdigit() for number in numbers):
        shown = places
    else:
        spans: list[list[int]] = []
        for number in map(int, numbers):
            if spans and spans[-1][1] == number - 1:
                spans[-1][1] = number
            else:
                spans.append([number, number])
        shown = [f"{low} to {high}" if low < high else f"{low}" for low, high in spans]
        shown[0] = f"rows {shown[0]}"
    return ", ".join(shown[:most]) + (f" and {len(shown) - most} more" if len(shown) > most else "")


def _written_out(raw: RawRow, number: str, row_type: type[_Row], most: int) -> Iterator[dict[str, Any]]:
    """The rows that a raw one stands for, unknown columns refused before anything is crossed."""
    if raw.problem:
        raise InputError(raw.problem)
    if not isinstance(raw.data, dict):
        raise InputError(f"must be an object of columns, got {type(raw.data).__name__}")
    unknown = [str(key) for key in raw.data if key not in row_type.model_fields]
    if unknown:
        allowed = ", ".join(sorted(row_type.model_fields))
        raise InputErrors(f"unknown column {name!r}, it may have: {allowed}" for name in unknown)
    filled = {"id": number} | {key: value for key, value in raw.data.items() if value not in ("", None)}
    if issubclass(row_type, OrderRow):
        yield from expand(filled, str(filled["id"]), most)
    else:
        yield filled


def _parse(data: dict[str, Any], row_type: type[RowT], seen: set[str]) -> RowT:
    try:
        row = row_type.model_validate(data)
    except ValidationError as error:
        raise InputErrors(describe_each(error)) from None
    if row.id in seen:
        raise InputErrors([f"id must be unique, got {row.id!r} again"])
    return row


def path_from(base: Path, text: str) -> Path:
    """A path of a row, seen from here."""
    return Path(os.path.normpath(base / text))


def model_from(base: Path, reference: str) -> str:
    """A model's name as it stands, a path to a spec or folder from the manifest's folder."""
    is_path = "/" in reference or reference.endswith((".yaml", ".yml"))
    return str(path_from(base, reference)) if is_path else reference


def _elements(base: Path, value: str | list[dict[str, Any]] | None) -> Path | tuple[Element, ...] | None:
    if value is None:
        return None
    return path_from(base, value) if isinstance(value, str) else tuple(parse_element_list(value, "elements"))
