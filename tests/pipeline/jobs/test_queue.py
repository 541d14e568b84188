"""The queue and its worker on a real store: turns, cancelling, restarts."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from conditioners.errors import GenerationError, InputError
from pipeline.jobs import queue as queue_module
from pipeline.jobs.home import new_key
from pipeline.jobs.progress import ProgressBoard
from pipeline.jobs.queue import JobQueue
from pipeline.jobs.records import Job, NewJob
from pipeline.jobs.worker import Handler, JobContext, Worker
from pipeline.store.store import Store


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[JobQueue]:
    store = Store.open(f"sqlite:///{tmp_path / 'jobs.db'}")
    yield JobQueue(store)
    store.close()


def job(owner: str = "ada", kind: str = "test", work: float = 1.0, **order: object) -> NewJob:
    return NewJob(key=new_key(), owner=owner, kind=kind, order=order, work=work)


def done(queue: JobQueue, handler: Handler, kind: str = "test") -> Worker:
    """A worker that does all that waits, in this thread."""
    worker = Worker(queue, {kind: handler}, ProgressBoard())
    while (taken := queue.take()) is not None:
        worker.work_on(taken)
    return worker


def test_a_job_comes_back_as_it_was_submitted(queue: JobQueue) -> None:
    submitted = queue.submit(job(prompt="a button", seed=2**62, nested={"a": [1, None]}))
    assert submitted.status == "queued"
    assert queue.find(submitted.key, "ada") == submitted
    assert submitted.order == {"prompt": "a button", "seed": 2**62, "nested": {"a": [1, None]}}


def test_a_job_is_nobody_else_s(queue: JobQueue) -> None:
    mine = queue.submit(job())
    assert queue.find(mine.key, "eve") is None
    assert queue.of("eve") == []
    assert not queue.cancel(mine.key, "eve")
    assert not queue.resume(mine.key, "eve")
    assert queue.find(mine.key, "ada") == mine


def test_users_take_turns(queue: JobQueue) -> None:
    for owner in ("ada", "ada", "ada", "bob", "bob", "cyd"):
        queue.submit(job(owner))
    served: list[str] = []

    def handler(context: JobContext) -> bool:
        served.append(context.job.owner)
        return True

    done(queue, handler)
    assert served == ["ada", "bob", "cyd", "ada", "bob", "ada"]


def test_a_long_job_gives_its_turn_after_each_part(queue: JobQueue) -> None:
    queue.submit(job("ada", part=3))
    queue.submit(job("bob", part=1))
    parts: list[str] = []

    def handler(context: JobContext) -> bool:
        parts.append(context.job.owner)
        return parts.count(context.job.owner) == context.job.order["part"]

    done(queue, handler)
    assert parts == ["ada", "bob", "ada", "ada"]
    assert {one.status for one in queue.of("ada") + queue.of("bob")} == {"done"}


def test_place_and_time_are_told(queue: JobQueue) -> None:
    first, second, third = (queue.submit(job(owner, work=2)) for owner in ("ada", "ada", "bob"))
    assert [queue.place(one).ahead for one in (first, second, third)] == [0, 2, 1]
    assert queue.place(first).seconds is None
    taken = queue.take()
    assert taken is not None
    assert taken.key == first.key
    assert queue.place(third).ahead == 1
    queue.end(taken.number, "done")
    known = queue.place(second).seconds
    assert known is not None
    assert known == pytest.approx(2 * (queue.place(third).seconds or 0))


def test_what_fails_is_told_and_the_next_goes_on(queue: JobQueue) -> None:
    texts = ["expected", "unexpected", ""]
    jobs = [queue.submit(job(text=text)) for text in texts]

    def handler(context: JobContext) -> bool:
        if context.job.order["text"] == "expected":
            raise GenerationError("the model gave nan")
        if context.job.order["text"]:
            raise KeyError("oops")
        return True

    done(queue, handler)
    ended = [queue.find(one.key, "ada") for one in jobs]
    assert [one.status for one in ended if one] == ["failed", "failed", "done"]
    assert [one.error for one in ended if one] == ["the model gave nan", "unexpected KeyError: 'oops'", ""]


def test_a_waiting_job_is_cancelled_at_once_and_can_be_resumed(queue: JobQueue) -> None:
    one = queue.submit(job())
    assert queue.cancel(one.key, "ada")
    cancelled = queue.find(one.key, "ada")
    assert cancelled is not None
    assert cancelled.status == "cancelled"
    assert queue.take() is None
    assert queue.resume(one.key, "ada")
    assert done(queue, lambda _: True)
    ended = queue.find(one.key, "ada")
    assert ended is not None
    assert ended.status == "done"
    assert not queue.cancel(one.key, "ada")


def test_a_running_job_is_cancelled_between_its_steps(queue: JobQueue) -> None:
    one = queue.submit(job())
    steps: list[int] = []

    def handler(context: JobContext) -> bool:
        for step in range(1000):
            steps.append(step)
            if step == 2:
                queue.cancel(one.key, "ada")
            context._checked = 0.0
            context.check()
        return True

    done(queue, handler)
    ended = queue.find(one.key, "ada")
    assert ended is not None
    assert ended.status == "cancelled"
    assert steps == [0, 1, 2]


def test_one_owner_cannot_fill_the_queue(queue: JobQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "MAX_QUEUED", 2)
    queue.submit(job())
    queue.submit(job())
    with pytest.raises(InputError, match="at most 2 jobs may wait"):
        queue.submit(job())
    queue.submit(job("bob"))


def test_a_worker_thread_does_what_is_submitted_and_puts_back_what_it_cannot_finish(queue: JobQueue) -> None:
    begun, ended = threading.Event(), threading.Event()

    def handler(context: JobContext) -> bool:
        if context.job.order.get("short"):
            ended.set()
            return True
        begun.set()
        while True:
            context.check()

    worker = Worker(queue, {"test": handler}, ProgressBoard())
    worker.start()
    queue.submit(job(short=True))
    worker.wake()
    assert ended.wait(20)
    long = queue.submit(job())
    worker.wake()
    assert begun.wait(20)
    worker.stop()
    left = queue.find(long.key, "ada")
    assert left is not None
    assert (left.status, left.process) == ("queued", "")


KILLED = """
import os, sys
from pipeline.jobs.queue import JobQueue
from pipeline.store.store import Store
assert JobQueue(Store.open(sys.argv[1])).take() is not None
os._exit(9)
"""


def test_a_job_whose_server_was_killed_is_found_again_and_in_the_end_given_up(
    queue: JobQueue, tmp_path: Path, repository: Path
) -> None:
    one = queue.submit(job())
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    for attempt in (1, 2, 3):
        subprocess.run([sys.executable, "-c", KILLED, url], cwd=repository, check=False)
        held = queue.find(one.key, "ada")
        assert held is not None
        assert (held.status, held.attempts) == ("running", attempt)
        assert queue.take() is None
        assert [lost.key for lost in queue.recover()] == [one.key]
    ended = queue.find(one.key, "ada")
    assert ended is not None
    assert ended.status == "failed"
    assert "the server ended 3 times" in ended.error


def test_a_living_process_keeps_its_job(queue: JobQueue) -> None:
    queue.submit(job())
    assert queue.take() is not None
    assert queue.recover() == []


def test_two_workers_never_get_the_same_job(queue: JobQueue) -> None:
    for _ in range(20):
        queue.submit(job())
    taken: list[Job] = []

    def take_all() -> None:
        while (one := queue.take()) is not None:
            taken.append(one)

    threads = [threading.Thread(target=take_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 20
    assert len({one.key for one in taken}) == 20
