"""Where tasks are done: on threads of this process, or in processes of their own. Ray's is in `ray_executor.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final, Protocol

from conditioners.errors import LineproofError
from pipeline.asset_folder import AssetFolder
from pipeline.denoise import StepCallback
from pipeline.run import Studio
from pipeline.store.records import Outcome
from pipeline.worker import Task, Worker

STAGES: Final = 3
"""Tasks in hand at once in one worker: one generates, one is scored, one is encoded and written."""


class WorkerLost(LineproofError):
    """The process that worked on a task has died; `final` where the task was tried again before that was told."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A task that came back: with its outcomes, none of which means that it was not begun; or with what stopped it.

    `retries` counts the attempts at it that the executor made by itself, beyond the first.
    """

    task: Task
    outcomes: Sequence[Outcome] = ()
    problem: LineproofError | None = None
    retries: int = 0


class Executor(Protocol):
    """Does tasks, at most `capacity` at a time."""

    capacity: int

    def submit(self, task: Task) -> None:
        """Hand over a task."""

    def answers(self, timeout: float | None = None) -> list[Answer]:
        """Wait until a task or several have come back; with `timeout`, in seconds, perhaps until none has."""

    def stop(self) -> None:
        """Begin nothing new: what is in hand is finished, the rest comes back as it is."""

    def close(self) -> None:
        """Free what the executor holds; waits for what is in hand."""


class ThreadExecutor:
    """One worker in this process, on as many threads as there are stages."""

    def __init__(self, studio: Studio, base: Path, folder: AssetFolder, on_step: StepCallback | None = None) -> None:
        self.capacity = STAGES
        self._worker = Worker(studio, base, folder, on_step)
        self._pool = ThreadPoolExecutor(STAGES, thread_name_prefix="lineproof")
        self._tasks: dict[Future[list[Outcome]], Task] = {}

    def submit(self, task: Task) -> None:
        """Hand over a task."""
        self._tasks[self._pool.submit(self._worker.work, task)] = task

    def answers(self, timeout: float | None = None) -> list[Answer]:
        """Wait until a task or several have come back."""
        done, _ = wait(self._tasks, timeout, return_when=FIRST_COMPLETED)
        return [_answer(self._tasks.pop(future), future) for future in done]

    def stop(self) -> None:
        """Begin nothing new."""
        self._worker.stop()

    def close(self) -> None:
        """Wait for the threads."""
        self._worker.stop()
        self._pool.shutdown()


class ProcessExecutor:
    """Several processes, each with a model and a scorer of its own; one that dies is replaced and its task comes back.

    `make_studio` is called in each process and must be importable there.
    """

    def __init__(self, count: int, make_studio: Callable[[], Studio], base: Path, place: str) -> None:
        self.capacity = count
        self._setup = (make_studio, base, place)
        # A pool for each process: a pool of several breaks as a whole and does not say whose task it was.
        self._idle = [self._new_pool() for _ in range(count)]
        self._tasks: dict[Future[list[Outcome]], tuple[Task, ProcessPoolExecutor]] = {}

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(1, get_context("spawn"), _begin_process, self._setup)

    def submit(self, task: Task) -> None:
        """Hand over a task to an idle process."""
        pool = self._idle.pop()
        try:
            future = pool.submit(_work_in_process, task)
        except BrokenProcessPool:  # it died while it was idle
            pool = self._new_pool()
            future = pool.submit(_work_in_process, task)
        self._tasks[future] = task, pool

    def answers(self, timeout: float | None = None) -> list[Answer]:
        """Wait until a task or several have come back."""
        done, _ = wait(self._tasks, timeout, return_when=FIRST_COMPLETED)
        found = []
        for future in done:
            task, pool = self._tasks.pop(future)
            self._idle.append(self._new_pool() if isinstance(future.exception(), BrokenProcessPool) else pool)
            found.append(_answer(task, future))
        return found

    def stop(self) -> None:
        """Nothing waits here: each process has the one task that it finishes."""

    def close(self) -> None:
        """End the processes."""
        for pool in [*self._idle, *(pool for _, pool in self._tasks.values())]:
            pool.shutdown()


def _answer(task: Task, future: Future[list[Outcome]]) -> Answer:
    try:
        return Answer(task=task, outcomes=future.result())
    except BrokenProcessPool as error:
        return Answer(task=task, problem=WorkerLost(f"the worker's process has died ({error})"))
    except LineproofError as error:
        return Answer(task=task, problem=error)


_worker: Worker | None = None


def _begin_process(make_studio: Callable[[], Studio], base: Path, place: str) -> None:
    """In a new process: Ctrl-C is for the parent, which lets the item in hand be finished."""
    global _worker
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker = Worker(make_studio(), base, AssetFolder(place))


def _work_in_process(task: Task) -> list[Outcome]:
    assert _worker is not None
    return _worker.work(task)
