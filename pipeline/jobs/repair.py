"""Jobs of kind `repair`: one element of a candidate made anew, a few times; the candidate itself is kept as it was."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from conditioners.geometry import Box
from conditioners.raster import decode_raster
from pipeline.environment import flags, versions
from pipeline.export import png_bytes, write_atomic, write_json
from pipeline.jobs.create import OVERLAY, SCORES, Candidate, overlay_pixels
from pipeline.jobs.home import Home
from pipeline.jobs.orders import MAX_COUNT, CreateOrder
from pipeline.jobs.records import REPAIR, Job
from pipeline.jobs.worker import Handler, JobContext
from pipeline.models import describe_validation
from pipeline.order import PreparedOrder
from pipeline.repair import repair
from pipeline.request import GeneratedAsset, RunRecord
from pipeline.run import Studio

ORIGINAL: Final = "original.png"
"""The image that is repaired, in the job's folder."""

MADE_OF: Final = "made-of.png"
"""The image whose own metadata tells how it all began: the original, or what that was repaired from."""

REPAIR_KEY: Final = "lineproof-repair"
"""What was repaired and how; an asset that has it cannot be replayed from its own metadata alone."""


class RepairOrder(BaseModel):
    """`create` is the order that the candidate was made of, `seed` its seed, `box` the element's, in px.

    The new parts are made with the seeds `first`, `first` + 1, ...
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    create: CreateOrder
    seed: int
    element: str
    box: tuple[int, int, int, int]
    first: int
    count: Annotated[int, Field(ge=1, le=MAX_COUNT)] = 4

    @classmethod
    def read(cls, data: Any) -> RepairOrder:
        """Return the order that JSON `data` holds. Raises InputError naming the field that is wrong."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InputError(f"order: {describe_validation(error)}") from None


def repair_handler(home: Home, studio: Studio) -> Handler:
    """The handler of jobs that make an element anew."""

    def handle(context: JobContext) -> bool:
        job, board = context.job, context.board
        order = RepairOrder.read(job.order)
        folder = home.job(job.owner, job.key)
        one = order.create.model_copy(update={"seed": order.seed, "count": 1})
        prepared = studio.prepare(one.asset_order(folder))
        image = read_pixels(folder / ORIGINAL)
        seeds = [seed for seed in range(order.first, order.first + order.count) if not _files(folder, seed)[0].exists()]
        made = order.count - len(seeds)
        board.update(job.key, images=order.count, image=made, message=f"repairing {order.element}")

        def on_step(step: int, steps: int) -> None:
            board.update(job.key, step=step, steps=steps)
            context.check()

        def on_preview(pixels: NDArray[np.uint8]) -> None:
            board.update(job.key, preview=pixels)

        loaded = studio.model(prepared)
        for seed in seeds:
            started = time.perf_counter()
            request = replace(prepared.requests[0], seed=seed)
            pixels = repair(loaded, request, image, Box(*order.box), on_step=on_step, on_preview=on_preview)
            record = _record(loaded.device.type, str(loaded.dtype))
            asset = GeneratedAsset(request=request, pixels=pixels, record=record, seconds=time.perf_counter() - started)
            _save(folder, order, studio, prepared, asset)
            made += 1
            board.update(job.key, image=made, step=0, preview=pixels)
            context.check()
        return True

    return handle


def repair_order(candidate: Candidate, element: int, create: CreateOrder, first: int) -> RepairOrder:
    """The order that repairs one element of a candidate. Raises InputError where it has no such element."""
    found = candidate.card.elements
    if not 0 <= element < len(found):
        raise InputError(f"element must be one of the {len(found)} of this image, got {element}")
    chosen = found[element]
    name = f"{chosen.kind} {chosen.text}".strip()
    x0, y0, x1, y1 = (int(side) for side in chosen.box)
    return RepairOrder(create=create, seed=candidate.seed, element=name, box=(x0, y0, x1, y1), first=first)


def create_order_of(job: Job) -> CreateOrder:
    """What a job's images were ordered with in the first place, whatever kind of job it is."""
    return RepairOrder.read(job.order).create if job.kind == REPAIR else CreateOrder.read(job.order)


def origin_of(candidate: Candidate) -> Path | None:
    """For a repair, the file whose metadata tells how it all began; None for an image that tells it itself."""
    made_of = candidate.asset.with_name(MADE_OF)
    return made_of if made_of.is_file() else None


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """A PNG as RGB uint8 (H, W, 3). Raises InputError where it cannot be read."""
    try:
        return decode_raster(path.read_bytes(), path.name)[0]
    except OSError as error:
        raise InputError(f"file {path.name} cannot be read: {error.strerror or error}") from None


def _files(folder: Path, seed: int) -> tuple[Path, Path, Path, Path]:
    """Scores, image, control map and overlay of one repair; the scores are written last."""
    stem = f"repair-{seed}"
    return folder / f"{stem}{SCORES}", folder / f"{stem}.png", folder / f"{stem}.map.png", folder / f"{stem}{OVERLAY}"


def _save(folder: Path, order: RepairOrder, studio: Studio, prepared: PreparedOrder, asset: GeneratedAsset) -> None:
    scores, image, control_map, overlay = _files(folder, asset.request.seed)
    started = time.perf_counter()
    card = studio.score(asset, prepared)
    told = {"of_seed": order.seed, "element": order.element, "box": list(order.box)} | asset.request.affecting()
    write_atomic(control_map, png_bytes(asset.request.control_map.pixels))
    write_atomic(overlay, png_bytes(overlay_pixels(asset.pixels, asset.request.control_map)))
    write_atomic(image, png_bytes(asset.pixels, {REPAIR_KEY: json.dumps(told)}))
    line = {
        "asset": str(image),
        "control_map": str(control_map),
        "wireframe": str(prepared.order.wireframe),
        "prompt": asset.request.prompt,
        "seed": asset.request.seed,
        "model": asset.request.model,
        "conditioner": asset.request.conditioner,
        "seconds": round(asset.seconds + time.perf_counter() - started, 3),
        "scores": card.as_json(),
        "repaired": told,
    }
    write_json(scores, line)


def _record(device: str, dtype: str) -> RunRecord:
    return RunRecord(
        device=device,
        dtype=dtype.removeprefix("torch."),
        batch_size=1,
        dropped_tokens=0,
        negative_dropped_tokens=0,
        decoded_in_float32=False,
        versions=versions(),
        flags=flags(device),
    )
