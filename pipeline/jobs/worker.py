"""The one that works: a thread that takes jobs in turn and alone touches the model, so that pages stay quick."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from conditioners.errors import LineproofError, StoreError
from pipeline.denoise import Cancelled
from pipeline.jobs.progress import ProgressBoard
from pipeline.jobs.queue import JobQueue
from pipeline.jobs.records import Job

IDLE_SECONDS: Final = 0.5
"""How long a worker without a job waits before it looks again; a submitted job wakes it."""

STOP_CHECK_SECONDS: Final = 0.5
"""How often a running job asks the store whether it was cancelled."""

_log = logging.getLogger(__name__)


@dataclass(kw_only=True, eq=False)
class JobContext:
    """What a handler is given: the job, the board it reports to, and the question whether to go on."""

    job: Job
    board: ProgressBoard
    queue: JobQueue
    ending: threading.Event
    _checked: float = 0.0

    def check(self) -> None:
        """Raise Cancelled where the job was cancelled, and Interrupted where the server is about to end."""
        if self.ending.is_set():
            raise Interrupted("the server is ending")
        if time.monotonic() - self._checked >= STOP_CHECK_SECONDS:
            self._checked = time.monotonic()
            if self.queue.asked_to_stop(self.job.number):
                raise Cancelled("cancelled")


class Interrupted(Cancelled):
    """The server ends; the job goes back into the queue as it is."""


Handler = Callable[[JobContext], bool]
"""Does a job, or a part of it; returns whether it is done. One that is not comes again when its turn does."""


class Worker:
    """One thread that does the jobs of one queue, each by the handler of its kind."""

    def __init__(self, queue: JobQueue, handlers: Mapping[str, Handler], board: ProgressBoard) -> None:
        self.queue, self.handlers, self.board = queue, dict(handlers), board
        self._wake, self._ending = threading.Event(), threading.Event()
        self.on_end: Callable[[str], None] = lambda key: None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Put jobs back that a dead process left, and begin."""
        self.queue.recover()
        self._thread = threading.Thread(target=self._run, name="lineproof-worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """A job was submitted."""
        self._wake.set()

    def stop(self, timeout: float | None = 30.0) -> None:
        """Finish the step at hand, put the job back and end."""
        self._ending.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                job = self.queue.take()
            except StoreError:
                _log.exception("the store cannot be reached")
                job = None
            if job is None:
                self._wake.wait(IDLE_SECONDS)
                self._wake.clear()
            else:
                self.work_on(job)

    def work_on(self, job: Job) -> None:
        """Do a job that was taken in hand; whatever happens, it is put down in a state that is true."""
        try:
            self._end(job)
        except StoreError:
            # The job stays in hand; the next start of the server finds it.
            _log.exception("job %s could not be put down", job.key)
        finally:
            self.board.forget(job.key)
            self.on_end(job.key)

    def _end(self, job: Job) -> None:
        context = JobContext(job=job, board=self.board, queue=self.queue, ending=self._ending)
        try:
            done = self._handle(context)
        except Interrupted:
            self.queue.give_turn(job.number)
        except Cancelled:
            self.queue.end(job.number, "cancelled")
        except LineproofError as error:
            self.queue.end(job.number, "failed", str(error))
        except Exception as error:  # one job's failure, whatever it is, must not cost the others
            _log.exception("job %s", job.key)
            self.queue.end(job.number, "failed", f"unexpected {type(error).__name__}: {' '.join(str(error).split())}")
        else:
            if done:
                self.queue.end(job.number, "done")
            else:
                self.queue.give_turn(job.number)

    def _handle(self, context: JobContext) -> bool:
        context.check()
        handler = self.handlers.get(context.job.kind)
        if handler is None:
            raise LineproofError(f"no worker here does jobs of kind {context.job.kind!r}")
        return handler(context)
