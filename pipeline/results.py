"""What came of a run, read back from its folder; and the record of the orders that came to nothing.

The only place that knows how a run lies on disk: statistics and reports see `ScoredItem`s alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from pipeline.export import write_json
from pipeline.models import describe_validation
from scoring.scorecard_file import scorecard_from_json
from scoring.scored_item import ItemFiles, ScoredItem

SCORES = ".scores.json"
ERRORS = ".error.json"


class _AssetFile(BaseModel):
    """The part of an asset's JSON that a report needs; the rest, which may grow, is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | None = None
    tags: tuple[str, ...] = ()
    asset: str
    control_map: str
    wireframe: str
    prompt: str
    seed: int
    model: str
    conditioner: str
    scores: dict[str, Any]


class _ErrorFile(BaseModel):
    """A row of a manifest that failed, and the seeds that came to nothing because of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    tags: tuple[str, ...] = ()
    wireframe: str
    prompt: str
    model: str
    conditioner: str
    scale: float | None = None
    seeds: Annotated[tuple[int, ...], Field(min_length=1)]
    error: Annotated[str, Field(min_length=1)]


def load_results(run: Path) -> Sequence[ScoredItem]:
    """Return everything that was ordered in the run folder `run` and below it, sorted by id and seed.

    Where a row was made again after its order had changed, only the newest image of its id and seed counts.
    Raises InputError for a folder without results, or a file of results that is not what Lineproof writes.
    """
    if not run.is_dir():
        raise InputError(f"run must be the folder of a run, got {run}")
    files = [*run.rglob(f"*{SCORES}"), *run.rglob(f"*{ERRORS}")]
    strokes: dict[Path, float | None] = {}
    newest: dict[tuple[str, int], tuple[float, ScoredItem]] = {}
    for file in sorted(files):
        age = file.stat().st_mtime
        for name, item in _read(file, strokes):
            known = newest.get((name, item.seed))
            if known is None or known[0] <= age:
                newest[name, item.seed] = (age, item)
    if not newest:
        raise InputError(f"run must be a folder that holds assets with their scores, got {run}")
    return tuple(sorted((item for _, item in newest.values()), key=lambda item: (item.id, item.seed, str(item.files))))


def record_error(run: Path, row: dict[str, Any], seeds: Iterable[int], error: str) -> None:
    """Write down that a row (`id`, `tags`, `wireframe`, `prompt`, `model`, `conditioner`, `scale`) failed in `run`."""
    checked = _ErrorFile(**row, seeds=tuple(seeds), error=error or "no reason was given")
    write_json(_error_path(run, checked.id), checked.model_dump(mode="json"))


def forget_error(run: Path, row_id: str) -> None:
    """Remove the record of a row that has come right since."""
    _error_path(run, row_id).unlink(missing_ok=True)


def _error_path(run: Path, row_id: str) -> Path:
    return run / f"{hashlib.sha256(row_id.encode()).hexdigest()[:16]}{ERRORS}"


def _read(file: Path, strokes: dict[Path, float | None]) -> list[tuple[str, ScoredItem]]:
    try:
        text = file.read_text(encoding="utf-8")
        if file.name.endswith(ERRORS):
            return _failed(_ErrorFile.model_validate_json(text))
        asset = _AssetFile.model_validate_json(text)
        item = _finished(asset, file, strokes)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error})") from None
    except ValidationError as error:
        raise InputError(f"{file}: must be the JSON of one asset: {describe_validation(error)}") from None
    except InputError as error:
        raise InputError(f"{file}: {error}") from None
    # Without a row of a manifest each file is an order of its own.
    return [(asset.id or str(file), item)]


def _failed(file: _ErrorFile) -> list[tuple[str, ScoredItem]]:
    return [
        (
            file.id,
            ScoredItem(
                id=file.id,
                wireframe=file.wireframe,
                seed=seed,
                prompt=file.prompt,
                model=file.model,
                conditioner=file.conditioner,
                scale=file.scale,
                tags=file.tags,
                error=file.error,
            ),
        )
        for seed in file.seeds
    ]


def _finished(line: _AssetFile, file: Path, strokes: dict[Path, float | None]) -> ScoredItem:
    files = ItemFiles(
        asset=_found(line.asset, file),
        control_map=_found(line.control_map, file),
        wireframe=_found(line.wireframe, file),
    )
    told = _metadata(files.asset)
    if files.wireframe not in strokes:
        strokes[files.wireframe] = _stroke_width(files.wireframe)
    scale = told.get("request", {}).get("scale")
    return ScoredItem(
        id=line.id or Path(line.wireframe).stem,
        wireframe=str(told.get("wireframe", {}).get("digest") or line.wireframe),
        seed=line.seed,
        prompt=line.prompt,
        model=line.model,
        conditioner=line.conditioner,
        scale=float(scale) if isinstance(scale, int | float) else None,
        stroke_width=strokes[files.wireframe],
        tags=line.tags,
        card=scorecard_from_json(line.scores),
        files=files,
    )


def _found(path: str, beside: Path) -> Path:
    """Return `path` as written or, for a run that was moved, the file of that name beside `beside`."""
    given = Path(path)
    return given if given.exists() else beside.parent / given.name


def _metadata(asset: Path) -> dict[str, Any]:
    """The asset's own metadata, without decoding its pixels; empty where there is none."""
    from PIL import Image

    try:
        with Image.open(asset, formats=("PNG",)) as image:
            data = json.loads(image.info.get("lineproof", "{}"))
    except (OSError, ValueError, SyntaxError):
        return {}
    return data if isinstance(data, dict) else {}


def _stroke_width(wireframe: Path) -> float | None:
    """Mean width in px of a drawing's strokes: their area over the length of their centrelines."""
    from skimage.morphology import skeletonize

    from conditioners.strokes import stroke_mask
    from conditioners.wireframe import load_wireframe

    try:
        strokes = stroke_mask(load_wireframe(wireframe).gray()) > 0
    except InputError:
        return None
    length = int(skeletonize(strokes).sum())
    return float(strokes.sum() / length) if length else None
