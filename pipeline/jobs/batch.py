"""Jobs of kind `batch`: a manifest's orders into a run of the user's own, a few images at a time where others wait."""

from __future__ import annotations

import re
import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from pipeline.archive import unpack
from pipeline.batch import BatchSettings, count_images, run_batch
from pipeline.denoise import Cancelled
from pipeline.jobs.home import Home
from pipeline.jobs.worker import Handler, Interrupted, JobContext
from pipeline.manifest import OrderRow, read_manifest, read_rows
from pipeline.manifest_check import CheckedManifest, check_manifest
from pipeline.models import describe_validation
from pipeline.models import names as model_names
from pipeline.run import Studio

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
INPUT: Final = "input"
MANIFESTS: Final = (".csv", ".jsonl", ".yaml", ".yml")

TURN_SECONDS: Final = 5.0
"""How long a batch keeps its turn while somebody else's job waits."""


class BatchOrder(BaseModel):
    """A batch from the page: `run` names the user's run, `manifest` the file below its folder of inputs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
    manifest: str
    images: int
    retry_failed: bool = False

    @classmethod
    def read(cls, data: Any) -> BatchOrder:
        """Return the order that JSON `data` holds. Raises InputError naming the field that is wrong."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InputError(f"order: {describe_validation(error)}") from None


@dataclass(frozen=True, kw_only=True)
class ReceivedBatch:
    """What was uploaded for a batch, unpacked and checked: the manifest, and what it orders."""

    folder: Path
    manifest: Path
    checked: CheckedManifest


def receive(uploads: Sequence[Path], folder: Path) -> ReceivedBatch:
    """Put uploads, a ZIP or single files, into the new `folder`, and check the manifest among them.

    Raises:
        InputError: an unsafe ZIP, no manifest or several, or a row that is wrong or leads out of the folder; `folder`
            is then not there.
    """
    try:
        if len(uploads) == 1 and uploads[0].suffix.lower() == ".zip":
            unpack(uploads[0], folder)
        else:
            _copy(uploads, folder)
        manifest = _manifest_in(folder)
        _stay_inside(manifest, folder)
        checked = check_manifest(manifest)
    except InputError as error:
        shutil.rmtree(folder, ignore_errors=True)
        # The user knows the files by their own names, and nothing of this folder.
        raise InputError(str(error).replace(f"{folder}/", "")) from error
    return ReceivedBatch(folder=folder, manifest=manifest, checked=checked)


def batch_handler(home: Home, studio: Studio) -> Handler:
    """The handler of jobs that make the images of a manifest."""

    def handle(context: JobContext) -> bool:
        job = context.job
        order = BatchOrder.read(job.order)
        folder = home.runs(job.owner) / order.run
        manifest = folder / INPUT / order.manifest
        rows = read_manifest(manifest, OrderRow)
        context.board.update(job.key, images=count_images(rows), message="looking for what is there already")
        return _work(context, rows, manifest, folder, studio, order.retry_failed)

    return handle


def _work(
    context: JobContext, rows: Sequence[OrderRow], manifest: Path, folder: Path, studio: Studio, retry: bool
) -> bool:
    job, stop, since = context.job, threading.Event(), time.monotonic()
    why: Cancelled | None = None
    gives_turn = False
    settings = BatchSettings(retry_failed=retry)
    results = run_batch(rows, manifest.parent, folder, studio, settings=settings, stop=stop)
    for made, result in enumerate(results, start=1):
        context.board.update(job.key, image=made, message=f"row {result.id}")
        if stop.is_set() or result.resumed:
            continue
        try:
            context.check()
        except Cancelled as error:
            # What is in hand is finished and kept; then the results end.
            why = error
            stop.set()
        if time.monotonic() - since > TURN_SECONDS and context.queue.others_wait(job):
            gives_turn = True
            stop.set()
    if why is not None:
        raise why
    if context.ending.is_set():
        raise Interrupted("the server is ending")
    return not gives_turn


def _copy(uploads: Sequence[Path], folder: Path) -> None:
    if not uploads:
        raise InputError("a batch needs a manifest and its wireframes, or a ZIP of both, got no file")
    folder.mkdir(parents=True)
    for upload in uploads:
        target = folder / upload.name
        if target.exists():
            raise InputError(f"each file must have its own name, got {upload.name} twice")
        shutil.copyfile(upload, target)


def _manifest_in(folder: Path) -> Path:
    """The only manifest in a folder, or the one called manifest."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MANIFESTS)
    named = [path for path in found if path.stem.lower() == "manifest"]
    chosen = named if len(named) == 1 else found
    if len(chosen) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise InputError(f"a batch needs one manifest (.csv, .jsonl, .yaml), or one called manifest, got {names}")
    return chosen[0]


def _stay_inside(manifest: Path, folder: Path) -> None:
    """Raise InputError for a row that names a file of the server, or a model by its path, before any is opened."""
    known, inside = set(model_names()), folder.resolve()
    placed, _ = read_rows(manifest, OrderRow)
    for one in placed:
        if one.row.model not in known:
            raise InputError(f"{one.place}: model must be one of {', '.join(sorted(known))}, got {one.row.model!r}")
        for path in (one.row.wireframe, one.row.elements):
            if isinstance(path, str) and not (manifest.parent / path).resolve().is_relative_to(inside):
                raise InputError(f"{one.place}: files must be among the uploaded ones, got {path!r}")
