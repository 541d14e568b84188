"""An image's three files in a batch: written together, recognised when they are there, recorded for the store."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from conditioners.errors import InputError
from conditioners.wireframe import Wireframe
from pipeline.asset_folder import AssetFolder
from pipeline.asset_line import AssetLine
from pipeline.export import json_bytes, png_bytes
from pipeline.metadata import KEY, AssetMetadata
from pipeline.order import PreparedOrder
from pipeline.request import GeneratedAsset, GenerationRequest, RunRecord
from pipeline.run import AssetFiles, RowLabel, asset_png, files_of
from pipeline.store.records import AssetFacts
from pipeline.stroke_width import mean_stroke_width
from scoring.scorecard_file import scorecard_from_json

if TYPE_CHECKING:
    from scoring.scorecard import ScoreCard

NOWHERE: Final = Path("/")
"""Stands for the folder of images where it is not on this machine; a relative path from there means nothing."""

KEPT_WIDTHS: Final = 10_000


@dataclass(frozen=True, kw_only=True, eq=False)
class Finished:
    """What an image's files must belong to: an order and one of its requests, the row, and both digests."""

    prepared: PreparedOrder
    request: GenerationRequest
    label: RowLabel
    job: str
    scoring: str

    def files(self, folder: AssetFolder) -> AssetFiles:
        """Their paths; where the folder is not local, only the names mean something."""
        return files_of(self.prepared, self.request, folder.local or NOWHERE, self.label)


@dataclass(frozen=True, kw_only=True, eq=False)
class Existing:
    """What is there: all of it (`facts`), or the image alone, which has to be scored again."""

    facts: AssetFacts | None = None
    asset: GeneratedAsset | None = None


def existing(finished: Finished, folder: AssetFolder) -> Existing | None:
    """Look for the files of an image that a killed process has finished, or that other scores were made of.

    An image counts if its own metadata names this job and its pixels can be read, the scores if they name both digests.
    """
    files = finished.files(folder)
    names = [files.asset.name, files.control_map.name, files.scores.name]
    sizes = folder.sizes(names)
    if sizes[0] is None:
        return None
    data = folder.read(names[0])
    asset = _read_asset(data, finished)
    if asset is None:
        return None
    line = _read_scores(folder, names[2]) if None not in sizes else {}
    if (line.get("job"), line.get("scoring")) != (finished.job, finished.scoring):
        return Existing(asset=asset)
    written = _Written(names=names, sizes=[size or 0 for size in sizes], sha256=hashlib.sha256(data).hexdigest())
    return Existing(facts=_facts(finished, written, line["scores"], float(line["seconds"]), line["warnings"]))


def save(finished: Finished, asset: GeneratedAsset, card: ScoreCard, seconds: float, folder: AssetFolder) -> AssetFacts:
    """Write the three files, the scores last, for they stand for the others; return what the store keeps.

    `seconds` is what scoring took. An image that is there already is written again with the same content.

    Raises:
        StoreError: the folder cannot be written to.
    """
    started = time.perf_counter()
    files = finished.files(folder)
    names = [files.asset.name, files.control_map.name, files.scores.name]
    image = asset_png(asset, finished.prepared, files)
    control_map = png_bytes(finished.request.control_map.pixels)
    total = asset.seconds + seconds + time.perf_counter() - started
    request = finished.request
    line = AssetLine(
        id=finished.label.id,
        tags=finished.label.tags,
        asset=folder.path_of(names[0]),
        control_map=folder.path_of(names[1]),
        wireframe=str(finished.prepared.order.wireframe),
        prompt=request.prompt,
        seed=request.seed,
        model=request.model,
        conditioner=request.conditioner,
        seconds=total,
        warnings=asset.warnings,
    ).as_json(card.as_json())
    told = {"job": finished.job, "scoring": finished.scoring} | line
    scores = json_bytes(told)
    folder.write([(names[1], control_map), (names[0], image), (names[2], scores)])
    sizes = [len(image), len(control_map), len(scores)]
    written = _Written(names=names, sizes=sizes, sha256=hashlib.sha256(image).hexdigest())
    return _facts(finished, written, line["scores"], total, asset.warnings)


@dataclass(frozen=True, kw_only=True)
class _Written:
    """Names and sizes of asset, control map and scores."""

    names: list[str]
    sizes: list[int]
    sha256: str


def _facts(finished: Finished, written: _Written, card: dict[str, Any], seconds: float, warnings: Any) -> AssetFacts:
    drawing, size = finished.prepared.drawing, finished.request.size
    return AssetFacts(
        job=finished.job,
        scoring=finished.scoring,
        asset=written.names[0],
        control_map=written.names[1],
        scores=written.names[2],
        asset_bytes=written.sizes[0],
        control_map_bytes=written.sizes[1],
        scores_bytes=written.sizes[2],
        sha256=written.sha256,
        width=size.width,
        height=size.height,
        seconds=round(seconds, 3),
        wireframe_digest=drawing.digest,
        stroke_width=_stroke_width(drawing),
        scale=float(finished.request.scale),
        card=card,
        warnings=tuple(warnings),
    )


_widths: dict[str, float | None] = {}


def _stroke_width(drawing: Wireframe) -> float | None:
    """The drawing's mean stroke width, found once for all images of it."""
    if drawing.digest not in _widths:
        if len(_widths) >= KEPT_WIDTHS:
            _widths.clear()
        _widths[drawing.digest] = mean_stroke_width(drawing.gray())
    return _widths[drawing.digest]


def _read_asset(data: bytes, finished: Finished) -> GeneratedAsset | None:
    """The image of a PNG that was made for this very job; None for any other, and for a damaged one."""
    try:
        with Image.open(BytesIO(data), formats=("PNG",)) as image:
            pixels = np.ascontiguousarray(image.convert("RGB"))
            metadata = AssetMetadata.model_validate_json(image.info.get(KEY, ""))
    except (OSError, SyntaxError, ValueError):
        return None
    size = finished.request.size
    if metadata.digest != finished.job or pixels.shape != (size.height, size.width, 3):
        return None
    record = RunRecord(**metadata.environment.model_dump())
    return GeneratedAsset(request=finished.request, pixels=pixels, record=record, seconds=0.0)


def _read_scores(folder: AssetFolder, name: str) -> dict[str, Any]:
    """The object beside an image; empty where it is damaged."""
    try:
        line = json.loads(folder.read(name))
        scorecard_from_json(line["scores"])
        float(line["seconds"])
        list(line["warnings"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, InputError):
        return {}
    return dict(line)
