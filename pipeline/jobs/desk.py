"""The desk where jobs are handed in and asked after: everything that a front end needs, without the front end."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conditioners.errors import InputError
from pipeline.jobs.batch import INPUT, NAME, BatchOrder, ReceivedBatch, batch_handler, receive
from pipeline.jobs.create import Candidate, candidates_of, create_handler
from pipeline.jobs.home import Home, new_key
from pipeline.jobs.orders import CreateOrder, work_of
from pipeline.jobs.progress import Progress, ProgressBoard
from pipeline.jobs.queue import JobQueue, Place
from pipeline.jobs.records import ACTIVE, BATCH, CREATE, REPAIR, Job, NewJob
from pipeline.jobs.repair import MADE_OF, ORIGINAL, create_order_of, origin_of, repair_handler, repair_order
from pipeline.jobs.review_pile import PILE
from pipeline.jobs.worker import Handler, Worker
from pipeline.order import PreparedOrder, prepare
from pipeline.run import Studio
from pipeline.store.store import Store


@dataclass(frozen=True, kw_only=True, eq=False)
class JobView:
    """A job as a page shows it at one moment."""

    job: Job
    place: Place
    progress: Progress
    candidates: list[Candidate]


class Desk:
    """One home with its queue and the worker that does its jobs."""

    def __init__(self, home: Home, studio: Studio, handlers: Callable[[Desk], Mapping[str, Handler]] | None = None):
        self.home, self.studio = home, studio
        self.store = Store.open(home.store_url)
        self.queue = JobQueue(self.store)
        self.board = ProgressBoard()
        known = {CREATE: create_handler(home, studio), BATCH: batch_handler(home, studio)}
        known[REPAIR] = repair_handler(home, studio)
        known |= dict(handlers(self) if handlers else {})
        self.worker = Worker(self.queue, known, self.board)
        self.worker.on_end = self._tell
        self._lock = threading.Lock()
        self._listeners: dict[str, list[Callable[[], None]]] = {}

    def open(self) -> None:
        """Start working; jobs that a dead server left behind go on."""
        self.worker.start()

    def close(self) -> None:
        """Put the running job back and end."""
        self.worker.stop()
        self.store.close()

    def submit(self, owner: str, lane: str, order: CreateOrder, wireframe: Path) -> Job:
        """Check an order as a whole, keep a copy of its wireframe and put it into the queue.

        Raises:
            InputError: something in it cannot be used, or too many jobs wait; nothing is left behind.
        """
        key = new_key()
        folder = self.home.job(owner, key)
        try:
            folder.mkdir(parents=True)
            kept = keep(wireframe, folder, order.wireframe)
            prepared = prepare(order.asset_order(folder), self.studio.download)
            return self._enter(key, owner, lane, order.model_copy(update={"wireframe": kept.name}), prepared)
        except InputError as error:
            shutil.rmtree(folder, ignore_errors=True)
            # The user knows the file by its own name, and nothing of this folder.
            raise InputError(str(error).replace(str(folder / order.wireframe), order.name)) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _enter(self, key: str, owner: str, lane: str, order: CreateOrder, prepared: PreparedOrder) -> Job:
        content = order.model_dump(mode="json", exclude_defaults=True)
        new = NewJob(key=key, owner=owner, lane=lane, kind=CREATE, order=content, work=work_of(prepared))
        job = self.queue.submit(new)
        self.worker.wake()
        return job

    def receive(self, owner: str, name: str, uploads: Sequence[Path]) -> ReceivedBatch:
        """Put uploads for a batch into the new run `name` of the owner's, and check them; see `batch.receive`.

        Raises:
            InputError: a name that is no plain one or is taken, or uploads that cannot be used.
        """
        if not NAME.fullmatch(name):
            raise InputError(f"a run's name must be 1 to 64 of letters, digits and . _ -, got {name!r:.80}")
        folder = self.home.runs(owner) / name
        if folder.exists() or name == PILE:
            raise InputError(f"the run {name} is there already: choose another name, or resume it below")
        try:
            return receive(uploads, folder / INPUT)
        except InputError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def discard(self, owner: str, name: str) -> None:
        """Take back what `receive` put there, as long as nothing was made of it."""
        folder = self.home.runs(owner) / name
        if NAME.fullmatch(name) and [path.name for path in folder.glob("*")] == [INPUT]:
            shutil.rmtree(folder, ignore_errors=True)

    def start_batch(self, owner: str, lane: str, received: ReceivedBatch, images: int) -> Job:
        """Put a batch that was received into the queue. Raises InputError where too many jobs wait."""
        run = received.folder.parent
        order = BatchOrder(
            run=run.name, manifest=received.manifest.relative_to(received.folder).as_posix(), images=images
        )
        new = NewJob(
            key=new_key(), owner=owner, lane=lane, kind=BATCH, order=order.model_dump(mode="json"), work=float(images)
        )
        job = self.queue.submit(new)
        self.worker.wake()
        return job

    def repair(self, owner: str, lane: str, of: Job, seed: int, element: int) -> Job:
        """Put the repair of one element of a candidate into the queue; the candidate stays as it is.

        Raises:
            InputError: there is no such candidate or element, or too many jobs wait.
        """
        found = candidates_of(self.home.job(owner, of.key))
        one = next((each for each in found if each.seed == seed), None)
        if one is None:
            raise InputError(f"seed must be that of an image of this job, got {seed}")
        create = create_order_of(of)
        order = repair_order(one, element, create, first=max(each.seed for each in found) + 1)
        key = new_key()
        folder, source = self.home.job(owner, key), self.home.job(owner, of.key)
        try:
            folder.mkdir(parents=True)
            keep(source / create.wireframe, folder, create.wireframe)
            keep(one.asset, folder, ORIGINAL)
            keep(origin_of(one) or one.asset, folder, MADE_OF)
            content = order.model_dump(mode="json", exclude_defaults=True)
            work = of.work * order.count / max(1, create.count)
            job = self.queue.submit(NewJob(key=key, owner=owner, lane=lane, kind=REPAIR, order=content, work=work))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.worker.wake()
        return job

    def view(self, key: str, owner: str) -> JobView | None:
        """A job with its progress and images; None where it is not the owner's."""
        job = self.queue.find(key, owner)
        if job is None:
            return None
        progress = self.board.read(key)
        place = self.queue.place(job, progress.fraction) if job.active else Place(ahead=0, seconds=None)
        return JobView(job=job, place=place, progress=progress, candidates=candidates_of(self.home.job(owner, key)))

    def newest(self, owner: str) -> Job | None:
        """The owner's job to show first: one that runs or waits, else the last one."""
        jobs = self.queue.of(owner, limit=20, kinds=(CREATE, REPAIR))
        return next((job for job in jobs if job.status in ACTIVE), jobs[0] if jobs else None)

    def cancel(self, key: str, owner: str) -> bool:
        """Ask for a job to end."""
        asked = self.queue.cancel(key, owner)
        self._tell(key)
        return asked

    def listen(self, key: str, listener: Callable[[], None]) -> None:
        """Call `listener`, from whichever thread, each time that a job was put down or cancelled."""
        with self._lock:
            self._listeners.setdefault(key, []).append(listener)

    def ignore(self, key: str) -> None:
        """Forget all who listen to a job."""
        with self._lock:
            self._listeners.pop(key, None)

    def _tell(self, key: str) -> None:
        with self._lock:
            listeners = list(self._listeners.get(key, ()))
        for listener in listeners:
            listener()

    def resume(self, key: str, owner: str) -> bool:
        """Put a job that failed or was cancelled back into the queue."""
        asked = self.queue.resume(key, owner)
        self.worker.wake()
        return asked


def keep(wireframe: Path, folder: Path, name: str) -> Path:
    """Copy an upload into a job's folder under a plain name. Raises InputError where it cannot be read."""
    target = folder / name
    try:
        shutil.copyfile(wireframe, target)
    except OSError as error:
        raise InputError(f"wireframe {wireframe.name} cannot be read: {error.strerror or error}") from None
    return target
