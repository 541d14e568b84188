"""Every order of a manifest checked before anything is generated: its values, its model, its files. No weights load."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conditioners.elements import Element
from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.wireframe import load_wireframe
from pipeline.compatibility import check_compatibility
from pipeline.manifest import OrderRow, PlacedRow, Problem, base_of, raise_problems, read_rows
from pipeline.models import load_spec
from pipeline.order import AssetOrder, load_elements
from pipeline.weights import find_files

Orders = Sequence[PlacedRow[OrderRow]]


@dataclass(frozen=True, kw_only=True)
class BadFile:
    """An order whose wireframe or elements cannot be used; `message` is what making it would say."""

    place: str
    id: str
    message: str


@dataclass(frozen=True, kw_only=True)
class CheckedFiles:
    """The orders whose files cannot be used, and the extent of each wireframe that can be."""

    bad: tuple[BadFile, ...]
    extents: dict[Path, Extent]


@dataclass(frozen=True, kw_only=True)
class CheckedManifest:
    """The orders of a manifest, grids and alternatives written out, and what their files are; paths start at `base`."""

    base: Path
    placed: Orders
    files: CheckedFiles

    @property
    def rows(self) -> list[OrderRow]:
        """The orders alone."""
        return [one.row for one in self.placed]


def check_manifest(
    path: Path, download: bool = False, strict: bool = False, known: Callable[[OrderRow], bool] = lambda row: False
) -> CheckedManifest:
    """Read a manifest and check every order: its values, its model, its files. No weights are loaded.

    A wireframe or elements file that cannot be used fails its own rows, not the manifest, unless `strict` is set.
    `known` rows, which a run has finished, are not checked again.

    Raises:
        InputError: the manifest cannot be read; or, a line for each fault of any row, a column is wrong, a value
            outside its limits, a conditioner or model unknown, or a model's files are not on this machine (and
            `download` does not allow fetching them). Files that cannot be used are listed with them.
    """
    base = base_of(path)
    placed, problems = read_rows(path, OrderRow)
    models = _Models(download=download)
    good, new = [], []
    for one in placed:
        if known(one.row):
            good.append(one)
            continue
        faults = _faults(one.row, base, models)
        problems += [Problem(place=one.place, message=message) for message in faults]
        if not faults:
            good.append(one)
            new.append(one)
    files = check_files(new, base)
    if problems or strict:
        problems += [Problem(place=one.place, message=one.message) for one in files.bad]
    raise_problems(path, problems)
    return CheckedManifest(base=base, placed=good, files=files)


def check_files(placed: Orders, base: Path) -> CheckedFiles:
    """Read every wireframe and elements file that the orders name, each once."""
    wireframes: dict[Path, Extent | str] = {}
    elements: dict[tuple[Path, Path], str] = {}
    bad = []
    for one in placed:
        order = one.row.order(base)
        if order.wireframe not in wireframes:
            wireframes[order.wireframe] = _extent(order.wireframe)
        found = wireframes[order.wireframe]
        message = found if isinstance(found, str) else _bad_elements(order, found, elements)
        if message:
            bad.append(BadFile(place=one.place, id=str(one.row.id), message=message))
    extents = {path: found for path, found in wireframes.items() if isinstance(found, Extent)}
    return CheckedFiles(bad=tuple(bad), extents=extents)


def _extent(path: Path) -> Extent | str:
    try:
        return load_wireframe(path).extent
    except InputError as error:
        return str(error)


def _bad_elements(order: AssetOrder, extent: Extent, seen: dict[tuple[Path, Path], str]) -> str:
    given = order.elements
    if not isinstance(given, Path):
        return _said(given, extent)
    key = (given, order.wireframe)
    if key not in seen:
        seen[key] = _said(given, extent)
    return seen[key]


def _said(given: Path | tuple[Element, ...] | None, extent: Extent) -> str:
    try:
        load_elements(given, extent)
    except InputError as error:
        return str(error)
    return ""


def _faults(row: OrderRow, base: Path, models: _Models) -> list[str]:
    """What is wrong with an order as such, a line for each fault."""
    try:
        order = row.order(base)
    except InputError as error:
        return _each(row, base, models) or [str(error)]
    return models.faults(order.model, order.conditioner)


def _each(row: OrderRow, base: Path, models: _Models) -> list[str]:
    """Every column's own fault: each is tried on an order that is good otherwise."""
    good = OrderRow(wireframe="w", prompt="p")
    messages = []
    columns = [{name: getattr(row, name)} for name in sorted(row.model_fields_set)]
    for tried in [*columns, {"seed": row.seed, "count": row.count}]:
        try:
            order = good.model_copy(update=tried).order(base)
        except InputError as error:
            messages.append(str(error))
        else:
            messages += models.faults(order.model, "") if "model" in tried else []
    return list(dict.fromkeys(messages))


@dataclass(kw_only=True)
class _Models:
    """What is wrong with a model and a conditioner, each pair looked up once; the model alone for none ("")."""

    download: bool
    seen: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def faults(self, model: str, conditioner: str) -> list[str]:
        key = (model, conditioner)
        if key not in self.seen:
            self.seen[key] = self._look_up(model, conditioner)
        return self.seen[key]

    def _look_up(self, model: str, conditioner: str) -> list[str]:
        try:
            spec = load_spec(model)
            if conditioner:
                spec.controlnet(conditioner)
                check_compatibility(spec, find_files(spec, conditioner, self.download))
        except InputError as error:
            return [str(error)]
        return []
