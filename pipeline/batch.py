"""Many orders, kept in a store: started again on the same folder a batch goes on where it stopped.

An image is made, scored, written under a temporary name, synced and renamed, and then marked done in one transaction.
Killed at any moment, the next start makes nothing again that was finished, and loses nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from conditioners.errors import StoreError
from pipeline.asset_folder import AssetFolder
from pipeline.batch_loop import BatchLoop
from pipeline.batch_plan import Plan, batch_sizes
from pipeline.batch_result import BatchResult
from pipeline.denoise import StepCallback
from pipeline.digests import Inputs
from pipeline.executors import Executor, ProcessExecutor, ThreadExecutor
from pipeline.manifest import OrderRow
from pipeline.provenance import environment
from pipeline.run import Studio
from pipeline.store.folder import has_store, open_or_make_run, open_run
from pipeline.store.owner import owning
from pipeline.store.queue import LEASE
from pipeline.store.store import RunStore

__all__ = ["BatchResult", "BatchSettings", "count_images", "inputs_of", "known_rows", "run_batch"]


@dataclass(frozen=True, kw_only=True)
class BatchSettings:
    """How a batch is run, beside what it makes.

    With `local` and one worker everything happens in this process; more are processes of their own, each with a model.
    `assets` is the URL of the images; empty for the run's folder. Failed items are tried again with `retry_failed`.
    """

    executor: Literal["local", "ray"] = "local"
    workers: int = 1
    retry_failed: bool = False
    assets: str = ""


def run_batch(
    rows: Sequence[OrderRow],
    base: Path,
    folder: Path,
    studio: Studio,
    on_step: StepCallback | None = None,
    on_row: Callable[[str], None] | None = None,
    *,
    settings: BatchSettings | None = None,
    inputs: Inputs | None = None,
    stop: threading.Event | None = None,
) -> Iterator[BatchResult]:
    """Yield a result for each image of each row, in the order of the rows; what is there already is not made again.

    `base` is the folder that the rows' paths start from, `folder` the run's. A row that fails is a result with an error
    and does not stop the others; it is recorded, and so counted in rates. It is tried again where its row or files have
    changed, or with `retry_failed`; `inputs` is `inputs_of(base, studio)`, where that was asked about the rows before.
    Once `stop` is set, what is in hand is finished and the results end.

    Raises:
        InputError: the store or the place of the images cannot be used.
        StoreError: the store or the place of the images cannot be written to: locked, full, gone.
    """
    how = settings or BatchSettings()
    told = {"floor": studio.floor, "clip": studio.clip, "batch_size": studio.batch_size}
    made_with = environment(studio.device, told | {"executor": how.executor, "workers": how.workers})
    AssetFolder(how.assets)
    run = open_or_make_run(folder, made_with, how.assets)
    place = AssetFolder(run.info.assets or str(folder))
    with closing(run.store), owning() as owner:
        run.free_dead()
        _sweep(run, place)
        start_id = run.start(owner, made_with)
        plan = Plan(
            run,
            place,
            base,
            inputs or inputs_of(base, studio),
            batch_size=batch_sizes(partial(_device, studio.device), studio.batch_size),
            retry_failed=how.retry_failed,
        )
        with _heartbeat(run, owner), _executor(how, studio, base, place, on_step) as executor:
            loop = BatchLoop(run, place, executor, owner, start_id, stop or threading.Event(), on_row)
            yield from loop.results(plan.chunks(rows))
        run.end(start_id)
        _sweep(run, place)  # after a worker that was killed on the way


def _sweep(run: RunStore, place: AssetFolder) -> None:
    """Remove what killed processes left half-written, where no other process is at work on the run."""
    now = time.time()
    if not run.counts()["running"]:
        place.sweep(before=now)


def inputs_of(base: Path, studio: Studio) -> Inputs:
    """What tells whether rows, whose paths start at `base`, have changed; to be made anew for each reading of them."""
    return Inputs(base, floor=studio.floor, clip=studio.clip)


def known_rows(folder: Path, inputs: Inputs) -> Callable[[OrderRow], bool]:
    """Return what tells whether the run of `folder` has ended a row, whose files are as they were then.

    Raises:
        InputError, StoreError: as `run_batch`.
    """
    if not has_store(folder):
        return lambda row: False
    run = open_run(folder)
    with closing(run.store):
        ended = run.ended_inputs()
    return lambda row: ended.get(str(row.id)) == inputs.of(row).digest


def count_images(rows: Sequence[OrderRow]) -> int:
    """How many images a batch has in all."""
    return sum(row.count for row in rows)


@contextmanager
def _executor(
    how: BatchSettings, studio: Studio, base: Path, place: AssetFolder, on_step: StepCallback | None
) -> Iterator[Executor]:
    executor: Executor
    if how.executor == "ray":
        from pipeline.ray_executor import RayExecutor

        executor = RayExecutor(how.workers, studio.maker(), base, place.place)
    elif how.workers > 1:
        executor = ProcessExecutor(how.workers, studio.maker(), base, place.place)
    else:
        executor = ThreadExecutor(studio, base, place, on_step)
    try:
        yield executor
    finally:
        executor.close()


@contextmanager
def _heartbeat(run: RunStore, owner: str) -> Iterator[None]:
    """Renew the leases until the end; where that fails, they last for a while, and the next write will tell."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(LEASE.total_seconds() / 4):
            with suppress(StoreError):
                run.renew(owner)

    thread = threading.Thread(target=beat, name="lineproof-leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _device(asked: str) -> str:
    from pipeline.diffusion import choose_device

    return choose_device(asked)
