"""Many orders one after the other, on this machine; started again on the same folder it goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conditioners.errors import LineproofError
from pipeline.denoise import StepCallback
from pipeline.manifest import OrderRow
from pipeline.results import forget_error, record_error
from pipeline.run import AssetFiles, RowLabel, Studio, files_of, job_digest


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """What came of one image of a row, or of the row as a whole where it failed.

    `line` is the object that `generate --json` prints, with the row's id and tags; `resumed` says it was there already.
    """

    id: str
    line: dict[str, Any] | None = None
    error: str = ""
    resumed: bool = False

    def as_json(self) -> dict[str, Any]:
        """The object that `batch --json` prints."""
        return {"id": self.id, "error": self.error} if self.line is None else self.line


def run_batch(
    rows: Sequence[OrderRow],
    base: Path,
    folder: Path,
    studio: Studio,
    on_step: StepCallback | None = None,
    on_row: Callable[[str], None] | None = None,
) -> Iterator[BatchResult]:
    """Yield a result for each image of each row, row by row, those that were there already first.

    `base` is the folder that the rows' paths start from. A row that fails is a result with an error and does not stop
    the others; it is recorded in `folder`, so that rates count it. Images whose files are complete in `folder` are
    not made again.
    """
    for row in rows:
        name = str(row.id)
        if on_row is not None:
            on_row(name)
        made: set[int] = set()
        try:
            for result in _run_row(row, name, base, folder, studio, on_step):
                made.add(int((result.line or {})["seed"]))
                yield result
        except LineproofError as error:
            yield _failure(row, name, folder, made, str(error))
        except Exception as error:  # one row's failure, whatever it is, must not cost the others
            text = f"unexpected {type(error).__name__}: {' '.join(str(error).split())}"
            yield _failure(row, name, folder, made, text)
        else:
            forget_error(folder, name)


def _failure(row: OrderRow, name: str, folder: Path, made: set[int], error: str) -> BatchResult:
    keys = ("tags", "wireframe", "prompt", "model", "conditioner", "scale")
    about = {"id": name} | {key: getattr(row, key) for key in keys}
    seeds = set(range(row.seed, row.seed + max(1, row.count))) - made
    record_error(folder, about, sorted(seeds) or [row.seed], error)
    return BatchResult(id=name, error=error)


def _run_row(
    row: OrderRow, name: str, base: Path, folder: Path, studio: Studio, on_step: StepCallback | None
) -> Iterator[BatchResult]:
    prepared = studio.prepare(row.order(base))
    label = RowLabel(id=name, tags=row.tags)
    missing = set()
    for request in prepared.requests:
        stored = _stored(files_of(prepared, request, folder, label), job_digest(prepared, request, studio.floor))
        if stored is None:
            missing.add(request.seed)
        else:
            # The manifest may name the same drawing and tags otherwise by now.
            now = {"id": name, "tags": list(row.tags), "wireframe": str(prepared.order.wireframe)}
            yield BatchResult(id=name, line=stored | now, resumed=True)
    if missing:
        for finished in studio.run(prepared, folder, on_step, label=label, only=missing):
            yield BatchResult(id=name, line=finished.as_json())


def _stored(files: AssetFiles, job: str) -> dict[str, Any] | None:
    """The stored line of a finished job; None if it is not there, damaged, or of another job."""
    if not files.complete():
        return None
    try:
        line = json.loads(files.scores.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(line, dict) or line.pop("job", None) != job:
        return None
    # The run's folder may have been moved since.
    return line | {"asset": str(files.asset), "control_map": str(files.control_map)}


def count_images(rows: Sequence[OrderRow]) -> int:
    """How many images a batch has in all."""
    return sum(row.count for row in rows)
