"""Condition, generate, score and save: one order from wireframe to files, for the command line, batches and the app."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.asset_line import AssetLine
from pipeline.bounds import measure_bounds
from pipeline.denoise import StepCallback
from pipeline.diffusion import LoadedModel, choose_device, load_pipeline
from pipeline.digests import job_digest, scoring_digest
from pipeline.export import asset_stem, check_folder, png_bytes, write_atomic, write_json
from pipeline.generation import generate
from pipeline.metadata import describe, png_text
from pipeline.order import AssetOrder, Drawn, ModelChoice, PreparedOrder, prepare
from pipeline.preview import PreviewCallback
from pipeline.request import GeneratedAsset, GenerationRequest
from pipeline.settings import check_number

if TYPE_CHECKING:
    from scoring.control_scores import ControlBounds
    from scoring.score import Scorer
    from scoring.scorecard import ScoreCard


@dataclass(frozen=True, kw_only=True)
class AssetFiles:
    """Where one asset, its control map and its scores are saved."""

    asset: Path
    control_map: Path
    scores: Path

    def complete(self) -> bool:
        """Whether all three are there; the scores are written last, so they stand for the others."""
        return self.scores.is_file() and self.asset.is_file() and self.control_map.is_file()


@dataclass(frozen=True, kw_only=True)
class RowLabel:
    """The row of a batch that an asset belongs to."""

    id: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class FinishedAsset:
    """One asset of an order, saved and scored; `seconds` is the time of generation and scoring."""

    files: AssetFiles
    prepared: PreparedOrder
    asset: GeneratedAsset
    scores: ScoreCard
    seconds: float
    label: RowLabel | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that `generate --json` prints, with the row's id and tags in a batch."""
        request = self.asset.request
        return AssetLine(
            id=None if self.label is None else self.label.id,
            tags=() if self.label is None else self.label.tags,
            asset=str(self.files.asset),
            control_map=str(self.files.control_map),
            wireframe=str(self.prepared.order.wireframe),
            prompt=request.prompt,
            seed=request.seed,
            model=request.model,
            conditioner=request.conditioner,
            seconds=self.seconds,
            warnings=self.asset.warnings,
        ).as_json(self.scores.as_json())


@dataclass(kw_only=True, eq=False)
class Studio:
    """Holds what is slow to load, so that many orders share it: the model and the scorer.

    With `floor` each image is also made without control, which takes twice as long, and `control_adherence` is told
    between that floor and the autoencoder's ceiling.

    Raises:
        InputError: `device` is unknown or not there, or `batch_size` outside its limits.
    """

    device: str = "auto"
    download: bool = False
    batch_size: int | None = None
    clip: str | None = None
    floor: bool = False
    on_load: Callable[[str], None] | None = None
    _models: dict[tuple[str, str], LoadedModel] = field(default_factory=dict)
    _scorer: Scorer | None = None

    def __post_init__(self) -> None:
        if self.device != "auto":
            choose_device(self.device)
        if self.batch_size is not None:
            check_number("batch_size", self.batch_size)

    def maker(self) -> Callable[[], Studio]:
        """What makes a studio like this one in another process, which loads its own model and scorer."""
        return partial(
            type(self),
            device=self.device,
            download=self.download,
            batch_size=self.batch_size,
            clip=self.clip,
            floor=self.floor,
        )

    def prepare(self, order: AssetOrder, model: ModelChoice | None = None, drawn: Drawn | None = None) -> PreparedOrder:
        """Read and check an order's input, and of its model and wireframe what is not given; raises InputError."""
        return prepare(order, self.download, model, drawn)

    def model(self, prepared: PreparedOrder) -> LoadedModel:
        """The loaded model for an order; only the latest is kept, for memory.

        Conditioners that share a ControlNet share the loaded model too, for they have the same weights.
        """
        key = (prepared.spec.reference, prepared.requests[0].weights)
        if key not in self._models:
            if self.on_load is not None:
                self.on_load(f"loading model {prepared.spec.name}")
            self._models.clear()
            self._models[key] = load_pipeline(
                prepared.spec, prepared.order.conditioner, self.device, download=self.download
            )
        return self._models[key]

    @property
    def scorer(self) -> Scorer:
        """The scorer, made when first asked for."""
        if self._scorer is None:
            from scoring.score import Scorer

            self._scorer = Scorer(clip=self.clip)
        return self._scorer

    def run(
        self,
        prepared: PreparedOrder,
        folder: Path,
        on_step: StepCallback | None = None,
        *,
        label: RowLabel | None = None,
        only: Collection[int] | None = None,
        on_preview: PreviewCallback | None = None,
    ) -> Iterator[FinishedAsset]:
        """Generate, score and save the images of an order, each yielded once its files are on disk.

        In a batch `label` names the order's row, and `only` the seeds that are still to be done.

        Raises:
            InputError: the folder cannot be written to; found before anything is loaded.
            GenerationError: an image came to nothing; the finished ones were yielded before.
        """
        check_folder(folder)
        requests = [request for request in prepared.requests if only is None or request.seed in only]
        for asset in self.generate(prepared, requests, on_step, on_preview):
            yield self._finish(asset, prepared, folder, label, self.bounds(asset.request, prepared))

    def generate(
        self,
        prepared: PreparedOrder,
        requests: Sequence[GenerationRequest],
        on_step: StepCallback | None = None,
        on_preview: PreviewCallback | None = None,
        *,
        exactly: int | None = None,
    ) -> Iterator[GeneratedAsset]:
        """Make images for `requests`, all of the model of `prepared`; see `pipeline.generation.generate`.

        With `exactly` every batch has that size, however few are ordered, so that no pixel tells of its neighbours.
        """
        yield from generate(
            self.model(prepared),
            requests,
            batch_size=exactly or self.batch_size,
            fill=exactly is not None,
            on_step=on_step,
            on_preview=on_preview,
        )

    def scoring(self, prepared: PreparedOrder, judges: str | None = None) -> str:
        """The digest of what an order's scores depend on; `judges` is `judges_digest()`, where that is known."""
        return scoring_digest(prepared, floor=self.floor, clip=self.clip, judges=judges)

    def bounds(self, request: GenerationRequest, prepared: PreparedOrder) -> ControlBounds | None:
        """Floor and ceiling of control adherence; None unless `floor` is set."""
        return measure_bounds(self.model(prepared), request, prepared.wireframe) if self.floor else None

    def _finish(
        self,
        asset: GeneratedAsset,
        prepared: PreparedOrder,
        folder: Path,
        label: RowLabel | None,
        bounds: ControlBounds | None,
    ) -> FinishedAsset:
        started = time.perf_counter()
        scores = self.score(asset, prepared, bounds)
        files = files_of(prepared, asset.request, folder, label)
        write_atomic(files.control_map, png_bytes(asset.request.control_map.pixels))
        write_atomic(files.asset, asset_png(asset, prepared, files))
        finished = FinishedAsset(
            files=files,
            prepared=prepared,
            asset=asset,
            scores=scores,
            seconds=asset.seconds + time.perf_counter() - started,
            label=label,
        )
        scoring = self.scoring(prepared)
        write_json(files.scores, {"job": job_digest(asset.request), "scoring": scoring} | finished.as_json())
        return finished

    def score(self, asset: GeneratedAsset, prepared: PreparedOrder, bounds: ControlBounds | None = None) -> ScoreCard:
        """The score card of one image against its own map, wireframe, prompt and texts."""
        from scoring.score import ScoringRequest

        return self.scorer.score(
            ScoringRequest(
                image=asset.pixels,
                control_map=prepared.control_map,
                wireframe=prepared.wireframe,
                prompt=prepared.order.prompt,
                texts=prepared.order.texts,
                elements=prepared.elements,
                bounds=bounds,
            )
        )


def asset_png(asset: GeneratedAsset, prepared: PreparedOrder, files: AssetFiles) -> bytes:
    """The PNG of an image, with all that is needed to make it again."""
    metadata = describe(
        asset,
        wireframe=prepared.drawing,
        canvas=None if prepared.order.size is None else str(prepared.order.size),
        texts=prepared.order.texts,
        model_reference=prepared.spec.reference,
        map_file=files.control_map.name,
        folder=files.asset.parent,
    )
    return png_bytes(asset.pixels, png_text(metadata))


def files_of(
    prepared: PreparedOrder, request: GenerationRequest, folder: Path, label: RowLabel | None = None
) -> AssetFiles:
    """The deterministic file names of one image of an order, after the id of its row in a batch."""
    drawing = prepared.order.wireframe.stem
    name = f"{_row_name(label.id)}-{drawing}" if label and label.id != drawing else drawing
    stem = asset_stem(name, request.model, request.conditioner, request.seed, request.digest())
    return AssetFiles(
        asset=folder / f"{stem}.png", control_map=folder / f"{stem}.map.png", scores=folder / f"{stem}.scores.json"
    )


def _row_name(identity: str) -> str:
    """The id of a row, or a stand-in of its own where a file name cannot hold it: no two rows may share files."""
    if re.fullmatch(r"\w[\w.-]{0,47}", identity, re.ASCII):
        return identity
    return f"{identity[:40]}-{hashlib.sha256(identity.encode()).hexdigest()[:8]}"
