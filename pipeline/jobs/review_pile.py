"""Candidates sent to review: copied, with their scores, into a run of the user's own that the reports list."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from conditioners.raster import read_header
from conditioners.wireframe import load_wireframe
from pipeline.export import write_atomic
from pipeline.jobs.create import Candidate
from pipeline.jobs.home import Home
from pipeline.jobs.orders import CreateOrder
from pipeline.jobs.records import Job
from pipeline.provenance import environment
from pipeline.store.folder import open_or_make_run
from pipeline.store.owner import this_process
from pipeline.store.records import AssetFacts, NewItem, Outcome
from pipeline.stroke_width import mean_stroke_width

PILE: Final = "sent-to-review"
"""The run's name, which no batch may have."""


def send_to_review(home: Home, job: Job, order: CreateOrder, one: Candidate) -> bool:
    """Put a candidate on the owner's pile; return whether it was not there yet.

    Raises:
        InputError, StoreError: the pile cannot be read or written to.
    """
    folder = home.runs(job.owner) / PILE
    run = open_or_make_run(folder, environment("", {"source": "app"}))
    try:
        counts = run.counts()
        item = NewItem(
            position=counts["done"] + counts["pending"] + counts["running"] + counts["failed"],
            row_id=f"{Path(order.name).stem[:80]}-{job.key[:8]}",
            seed=one.seed,
            inputs=hashlib.sha256(one.asset.read_bytes()).hexdigest(),
            wireframe=str(home.job(job.owner, job.key) / order.wireframe),
            prompt=order.prompt,
            model=order.model,
            conditioner=order.conditioner,
            scale=order.scale,
            tags=("source=app",),
        )
        (stored,) = run.order([item])
        if stored.status == "done":
            return False
        facts = _copied(folder, home, job, order, one)
        run.claim(this_process(), ids=[stored.id])
        run.finish([Outcome(item_id=stored.id, asset=facts)])
        return True
    finally:
        run.store.close()


def _copied(folder: Path, home: Home, job: Job, order: CreateOrder, one: Candidate) -> AssetFacts:
    """The candidate's files in the pile, and what the store keeps of them."""
    asset, control_map, scores = (path.read_bytes() for path in (one.asset, one.control_map, one.scores))
    # Repairs are named by their seeds alone, so the job's key keeps two of them apart.
    names = [f"{job.key[:8]}-{path.name}" for path in (one.asset, one.control_map, one.scores)]
    for name, data in zip(names, (asset, control_map, scores), strict=True):
        write_atomic(folder / name, data)
    drawing = load_wireframe(home.job(job.owner, job.key) / order.wireframe, order.polarity)
    _, extent = read_header(asset, one.asset.name)
    digest = hashlib.sha256(asset).hexdigest()
    return AssetFacts(
        job=digest,
        scoring=hashlib.sha256(scores).hexdigest(),
        asset=names[0],
        control_map=names[1],
        scores=names[2],
        asset_bytes=len(asset),
        control_map_bytes=len(control_map),
        scores_bytes=len(scores),
        sha256=digest,
        width=extent.width,
        height=extent.height,
        seconds=one.seconds,
        wireframe_digest=drawing.digest,
        stroke_width=mean_stroke_width(drawing.gray()),
        scale=order.scale,
        card=one.line["scores"],
    )
