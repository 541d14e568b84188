"""What came of a run, read back from its store and, where there is none, from the files in its folder.

The only place that knows how a run lies on disk: statistics and reports see `ScoredItem`s alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from pipeline.asset_folder import AssetFolder
from pipeline.models import describe_validation
from pipeline.store.folder import DATABASE, MARKER, open_run
from pipeline.store.records import StoredItem
from pipeline.stroke_width import mean_stroke_width
from scoring.scorecard_file import scorecard_from_json
from scoring.scored_item import ItemFiles, ScoredItem

SCORES = ".scores.json"
ERRORS = ".error.json"

COPIES = ".images"
"""Where images that lie elsewhere are copied to, in the run's folder, for those who look at them."""


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
    """A row that failed, and the seeds that came to nothing because of it, as versions without a store wrote it."""

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

    Raises:
        InputError: a folder without results, or a file of results that is not what Lineproof writes.
        StoreError: a run's store cannot be read.
    """
    if not run.is_dir():
        raise InputError(f"run must be the folder of a run, got {run}")
    found: list[ScoredItem] = []
    stored: set[Path] = set()
    for folder in sorted({path.parent for name in (DATABASE, MARKER) for path in run.rglob(name)}):
        items, files = _of_store(folder)
        found += items
        stored |= files
    found += _of_files(path for kind in (SCORES, ERRORS) for path in run.rglob(f"*{kind}") if path not in stored)
    if not found:
        raise InputError(f"run must be a folder that holds assets with their scores, got {run}")
    return tuple(sorted(found, key=lambda item: (item.id, item.seed, str(item.files))))


def _of_store(folder: Path) -> tuple[list[ScoredItem], set[Path]]:
    """The ended items of a folder's run, and the files of scores in the folder that the store answers for."""
    run = open_run(folder)
    try:
        place = AssetFolder(run.info.assets or str(folder))
        items = list(run.items("done", "failed"))
        local = place.fetch([name for item in items for name in _pictures(item)], folder / COPIES)
        found = [_of_item(item, folder, local) for item in items]
        return found, {folder / name for name in run.score_files()}
    finally:
        run.store.close()


def _pictures(item: StoredItem) -> list[str]:
    return [] if item.asset is None else [item.asset.asset, item.asset.control_map]


def _of_item(item: StoredItem, folder: Path, local: Path) -> ScoredItem:
    asset = item.asset
    return ScoredItem(
        id=item.row_id,
        wireframe=item.wireframe if asset is None else asset.wireframe_digest,
        seed=item.seed,
        prompt=item.prompt,
        model=item.model,
        conditioner=item.conditioner,
        scale=item.scale if asset is None else asset.scale,
        stroke_width=None if asset is None else asset.stroke_width,
        tags=item.tags,
        card=None if asset is None else scorecard_from_json(asset.card),
        error=item.error,
        files=None
        if asset is None
        else ItemFiles(
            asset=local / asset.asset,
            control_map=local / asset.control_map,
            wireframe=_found(item.wireframe, folder / asset.asset),
        ),
    )


def _of_files(files: Iterator[Path]) -> list[ScoredItem]:
    strokes: dict[Path, float | None] = {}
    newest: dict[tuple[str, int], tuple[float, ScoredItem]] = {}
    for file in sorted(files):
        age = file.stat().st_mtime
        for name, item in _read(file, strokes):
            known = newest.get((name, item.seed))
            if known is None or known[0] <= age:
                newest[name, item.seed] = (age, item)
    return [item for _, item in newest.values()]


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
    from conditioners.wireframe import load_wireframe

    try:
        return mean_stroke_width(load_wireframe(wireframe).gray())
    except InputError:
        return None
