"""Jobs of kind `create`: a few images of one wireframe, each saved with its map, scores and edge overlay."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError
from pipeline.export import png_bytes, write_atomic
from pipeline.jobs.home import Home
from pipeline.jobs.orders import CreateOrder
from pipeline.jobs.worker import Handler, JobContext
from pipeline.run import FinishedAsset, Studio, files_of
from scoring.scorecard_file import scorecard_from_json

if TYPE_CHECKING:
    from conditioners.control_map import ControlMap
    from scoring.scorecard import ScoreCard

SCORES = ".scores.json"
OVERLAY = ".overlay.png"


@dataclass(frozen=True, kw_only=True, eq=False)
class Candidate:
    """One image of a job, as it lies in the job's folder."""

    asset: Path
    control_map: Path
    overlay: Path
    scores: Path
    seed: int
    seconds: float
    card: ScoreCard
    line: dict[str, Any]


def create_handler(home: Home, studio: Studio) -> Handler:
    """The handler of jobs that make images."""

    def handle(context: JobContext) -> bool:
        job, board = context.job, context.board
        folder = home.job(job.owner, job.key)
        prepared = studio.prepare(CreateOrder.read(job.order).asset_order(folder))
        missing = [one.seed for one in prepared.requests if not files_of(prepared, one, folder).complete()]
        total = len(prepared.requests)
        made = total - len(missing)
        board.update(job.key, images=total, image=made, message="reading the model")

        def on_step(step: int, steps: int) -> None:
            board.update(job.key, step=step, steps=steps, message=f"image {made + 1} of {total}")
            context.check()

        def on_preview(pixels: NDArray[np.uint8]) -> None:
            board.update(job.key, preview=pixels)

        if missing:
            for finished in studio.run(prepared, folder, on_step, only=missing, on_preview=on_preview):
                write_overlay(finished)
                made += 1
                board.update(job.key, image=made, step=0, preview=finished.asset.pixels)
                context.check()
        return True

    return handle


def write_overlay(finished: FinishedAsset) -> None:
    """Save the picture of kept, missing and invented edges beside an asset."""
    pixels = overlay_pixels(finished.asset.pixels, finished.asset.request.control_map)
    write_atomic(_beside(finished.files.scores, OVERLAY), png_bytes(pixels))


def overlay_pixels(image: NDArray[np.uint8], control_map: ControlMap) -> NDArray[np.uint8]:
    """Return the edges of `image` against its map, RGB uint8 (H, W, 3): kept grey, missing red, invented blue."""
    from scoring.control import image_edges, reference_lines
    from scoring.overlay import edge_overlay

    lines = reference_lines(control_map.pixels, control_map.settings.name)
    return edge_overlay(image_edges(image), lines, image=image)


def candidates_of(folder: Path) -> list[Candidate]:
    """The images in a job's folder, by seed; one that is just being written is not among them."""
    found = []
    for scores in folder.glob(f"*{SCORES}"):
        try:
            if _beside(scores, OVERLAY).is_file():
                found.append(_candidate(scores, scores.stat().st_mtime_ns))
        except (OSError, ValueError, KeyError, InputError):
            continue
    return sorted(found, key=lambda one: one.seed)


@lru_cache(maxsize=512)
def _candidate(scores: Path, modified: int) -> Candidate:
    """`modified` is part of the key only: pages that follow a job ask every second."""
    line = json.loads(scores.read_text(encoding="utf-8"))
    return Candidate(
        asset=_beside(scores, ".png"),
        control_map=_beside(scores, ".map.png"),
        overlay=_beside(scores, OVERLAY),
        scores=scores,
        seed=int(line["seed"]),
        seconds=float(line["seconds"]),
        card=scorecard_from_json(line["scores"]),
        line=line,
    )


def _beside(scores: Path, suffix: str) -> Path:
    return scores.with_name(scores.name.removesuffix(SCORES) + suffix)
