"""A row of a manifest with lists, ranges and alternatives, written out as one row for each combination."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any, Final

from conditioners.errors import InputError, InputErrors
from pipeline.alternatives import Choice, choices, count, has_groups, parse

MAX_ROWS: Final = 100_000
MAX_ID: Final = 120
"""A longer id is cut and ends in a digest of the whole."""

TEXTS: Final = ("wireframe", "prompt", "negative")
NAMES: Final = ("conditioner", "model", "size")
NUMBERS: Final = ("scale", "steps", "cfg", "seed")
AXES: Final = (*TEXTS, *NAMES, *NUMBERS)
"""Columns that may hold several values, the last changing fastest."""

_NUMBER = r"-?\d+(?:\.\d+)?"
_RANGE = re.compile(rf"\s*({_NUMBER})\s*\.\.\s*({_NUMBER})(?:\s*\.\.\s*({_NUMBER}))?\s*")

_MARKS = re.compile(r"[\[\]{}|\\,]|\.\.")
"""Characters without which a cell is one value as it stands."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value of an axis, and what it adds to the row's id ("" where the cell held a single value)."""

    value: Any
    label: str = ""
    choice: Choice | None = None


def expand(row: dict[str, Any], identity: str, most: int = MAX_ROWS) -> Iterator[dict[str, Any]]:
    """Yield a row for each combination of the values in a row's cells; a plain row is yielded as it is.

    Each has an id of its own: `identity`, then each crossed value, whatever their number and order; so a grid that
    grows keeps the ids it had.

    Raises:
        InputErrors: a list or range cannot be read, holds a value twice, gives more than `most` rows, or is crossed
            with a column that belongs to a single value.
    """
    if _is_plain(row):
        yield row | {name: row[name].strip() for name in NUMBERS if isinstance(row.get(name), str)}
        return
    axes, faults = {}, []
    for name in AXES:
        if row.get(name) not in (None, ""):
            try:
                axes[name] = _values(name, row[name], most)
            except InputError as error:
                faults.append(str(error))
    if faults:
        if "wireframe" in axes:
            # The rest of the row is written out all the same, so that its other faults are found too.
            rest = {name: cell for name, cell in row.items() if name in axes or name not in AXES}
            yield from expand(rest | ({"prompt": "?"} if row.get("prompt") else {}), identity, most)
        raise InputErrors(faults)
    crossed = [name for name, values in axes.items() if values[0].label]
    if not crossed:
        # The prompt may have held escapes.
        yield row | {name: values[0].value for name, values in axes.items()}
        return
    total = prod(len(values) for values in axes.values())
    if total > most:
        raise _too_many(total, "this one")
    if "wireframe" in crossed and row.get("elements") not in (None, ""):
        raise InputError("elements must not be given with several wireframes: they belong to one drawing")
    if "seed" in crossed and str(row.get("count") or 1) != "1":
        raise InputError(f"count must not be given with several seeds, got {row['count']}")
    for values in product(*axes.values()):
        labels = [value.label for value in values if value.label]
        made = dict(zip(axes, (value.value for value in values), strict=True))
        taken = next((value.choice.taken for value in values if value.choice), {})
        yield row | _followers(row, taken) | made | {"id": _identity(identity, labels)}


def _is_plain(row: dict[str, Any]) -> bool:
    """Whether no cell can hold several values or an escape, as in most rows of a long manifest."""
    cells = [row[name] for name in AXES if name in row]
    return not any(isinstance(cell, list) or (isinstance(cell, str) and _MARKS.search(cell)) for cell in cells)


def _values(name: str, cell: Any, most: int) -> list[Value]:
    """The values of a cell; all have a label if it holds a list, a range or alternatives, even of one value."""
    listed, several = _listed(name, cell, most)
    if name == "prompt":
        found, several = _prompts(listed, several, most)
    else:
        found = [Value(value=value, label=_label(name, value) if several else "") for value in listed]
    if several and not found:
        raise InputError(f"{name} must list at least one value, got none")
    seen: set[str] = set()
    for one in found:
        key = repr(one.value)
        if key in seen:
            raise InputError(f"{name} must not hold a value twice, got {_short(one.value)} again")
        seen.add(key)
    labels = Counter(one.label for one in found)
    return [
        replace(one, label=f"{one.label}_{_digest(repr(one.value))}") if one.label and labels[one.label] > 1 else one
        for one in found
    ]


def _listed(name: str, cell: Any, most: int) -> tuple[list[Any], bool]:
    """The values in a cell before alternatives, and whether it was written as several."""
    cell = _json_list(cell)
    if name in NUMBERS:
        parts = cell if isinstance(cell, list) else cell.split(",") if isinstance(cell, str) else [cell]
        spans = [_span(name, part, most) for part in parts]
        several = isinstance(cell, list) or len(parts) > 1 or spans[0][1]
        values = [value for span, _ in spans for value in span]
        return [_number(value) for value in values] if several else values, several
    if isinstance(cell, list):
        return cell, True
    if name in NAMES and isinstance(cell, str) and "," in cell:
        return [part.strip() for part in cell.split(",")], True
    return [cell], False


def _json_list(cell: Any) -> Any:
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            found = json.loads(cell)
        except ValueError:
            return cell  # a text that begins with a bracket
        return found if isinstance(found, list) else cell
    return cell


def _span(name: str, part: Any, most: int) -> tuple[Sequence[Any], bool]:
    """The numbers that `low..high` or `low..high..step` stands for, both ends included; else the value itself."""
    match = _RANGE.fullmatch(part) if isinstance(part, str) else None
    if match is None:
        return [part.strip() if isinstance(part, str) else part], False
    low, high, step = Decimal(match[1]), Decimal(match[2]), Decimal(match[3] or 1)
    if high < low or step <= 0:
        raise InputError(f"{name} must be a range that goes up, low..high or low..high..step, got {part.strip()!r}")
    steps = int((high - low) / step)
    if steps >= most:
        raise _too_many(steps + 1, f"{name} {part.strip()!r}")
    numbers = [low + step * index for index in range(steps + 1)]
    return numbers, True


def _too_many(rows: int, source: str) -> InputError:
    return InputError(f"a manifest must have at most {MAX_ROWS} rows in all, got {rows} more from {source}")


def _number(value: Any) -> Any:
    """A number in one form, so that 1, 1.0 and "1" are the same value; what is none is left for the row's check."""
    try:
        number = Decimal(str(value))
        whole = number == number.to_integral_value()
    except ArithmeticError:
        return value
    if isinstance(value, bool) or not number.is_finite():
        return value
    return int(number) if whole else float(number)


def _prompts(listed: list[Any], several: bool, most: int) -> tuple[list[Value], bool]:
    patterns = [parse(value) if isinstance(value, str) else (value,) for value in listed]
    chosen = several or any(map(has_groups, patterns))
    total = sum(map(count, patterns))
    if total > most:
        raise _too_many(total, "the prompt's alternatives")
    found = []
    for value, pattern in zip(listed, patterns, strict=True):
        if not isinstance(value, str):
            found.append(Value(value=value, label=_label("prompt", value) if chosen else ""))
            continue
        for choice in choices(pattern):
            # A single prompt is told apart by what was taken, one of a list by itself.
            name = choice.text if several else " ".join(filter(None, choice.taken.values())) or "none"
            found.append(Value(value=choice.text, label=_label("prompt", name) if chosen else "", choice=choice))
    return found, chosen


def _followers(row: dict[str, Any], taken: dict[str, str]) -> dict[str, Any]:
    """`text` and `tags` with each group that the prompt has, written the same way, replaced by the prompt's choice."""

    def follow(cell: Any) -> Any:
        if isinstance(cell, list):
            return [follow(entry) for entry in cell]
        if isinstance(cell, str):
            for source, text in taken.items():
                cell = cell.replace(source, text)
        return cell

    return {name: follow(_json_list(row[name])) for name in ("text", "tags") if name in row} if taken else {}


def _label(name: str, value: Any) -> str:
    """What a value adds to an id: a number after its column's name, a text as a slug, told apart by a digest if cut."""
    if name in NUMBERS:
        return f"{name}{value}"
    text = str(value)
    if name == "wireframe":
        text = text.rpartition(".")[0] or text
    slug = re.sub(r"[^A-Za-z0-9._]+", "-", text).strip("-.")[:24].strip("-.")
    same = slug == text.replace(" ", "-") or (name == "wireframe" and slug == text.replace("/", "-"))
    return slug if same and slug else f"{slug}_{_digest(text)}"


def _identity(base: str, labels: Sequence[str]) -> str:
    name = "-".join([base, *labels])
    if len(name) <= MAX_ID:
        return name
    return f"{name[: MAX_ID - 13]}_{_digest(name, 12)}"


def _digest(text: str, characters: int = 6) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:characters]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
