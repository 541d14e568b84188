"""Jobs in and out of hand: submitted, taken in turns, ended, cancelled, and found again after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, func, insert, select, update

from conditioners.errors import InputError
from pipeline.jobs.records import ACTIVE, BATCH, Job, JobStatus, NewJob
from pipeline.jobs.turns import Waiting, serving_order
from pipeline.store.engine import reading, write
from pipeline.store.owner import is_dead, this_process
from pipeline.store.queue import now, plain
from pipeline.store.store import Store
from pipeline.store.tables import CANCELLED, DONE, FAILED, QUEUED, RUNNING, JobRow

MAX_QUEUED: Final = 50
"""Jobs that one lane may have waiting or running."""

MAX_ATTEMPTS: Final = 3
"""A job that was cut short this often, by crashes, is not begun again."""

RECENT: Final = 20
"""Ended jobs from which the time of the next ones is told."""

_COLUMNS: Final = tuple(getattr(JobRow, field.name) for field in fields(Job))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a job stands: how many come before it, and in about how many seconds it is done, None if unknown."""

    ahead: int
    seconds: float | None


class JobQueue:
    """The jobs of one store; may be used from several threads. Each method is one transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(self, new: NewJob) -> Job:
        """Add a job. Raises InputError where `MAX_QUEUED` of its lane wait already."""
        row = {name: getattr(new, name) for name in NewJob.__dataclass_fields__} | {
            "order": dict(new.order),
            "lane": new.lane or new.owner,
            "status": QUEUED,
            "stop": False,
            "attempts": 0,
            "error": "",
            "process": "",
            "created": now(),
        }

        def work(on: Connection) -> Job:
            mine = select(func.count()).where(JobRow.lane == row["lane"], JobRow.status.in_(ACTIVE))
            if (on.scalar(mine) or 0) >= MAX_QUEUED:
                raise InputError(f"at most {MAX_QUEUED} jobs may wait; cancel one, or let some come to an end")
            return _job(on.execute(insert(JobRow).returning(*_COLUMNS), row).one())

        return write(self.store.engine, work)

    def find(self, key: str, owner: str) -> Job | None:
        """The job called `key`, if it is the owner's; None says the same of no such job and of somebody else's."""
        with reading(self.store.engine) as on:
            row = on.execute(select(*_COLUMNS).where(JobRow.key == key, JobRow.owner == owner)).one_or_none()
        return None if row is None else _job(row)

    def of(self, owner: str, limit: int = 50, kinds: Sequence[str] = ()) -> list[Job]:
        """The owner's jobs, the newest first."""
        statement = select(*_COLUMNS).where(JobRow.owner == owner).order_by(JobRow.number.desc()).limit(limit)
        if kinds:
            statement = statement.where(JobRow.kind.in_(kinds))
        with reading(self.store.engine) as on:
            return [_job(row) for row in on.execute(statement)]

    def take(self) -> Job | None:
        """Take the next job in hand and count the attempt; None where none waits."""

        def work(on: Connection) -> Job | None:
            order = _serving(on)
            if not order:
                return None
            mine = {"status": RUNNING, "process": this_process(), "started": now()}
            statement = (
                update(JobRow)
                .where(JobRow.number == order[0].number, JobRow.status == QUEUED)
                .values(attempts=JobRow.attempts + 1, **mine)
                .returning(*_COLUMNS)
            )
            row = on.execute(statement).one_or_none()
            return None if row is None else _job(row)

        return write(self.store.engine, work)

    def end(self, number: int, status: JobStatus, error: str = "") -> None:
        """Record that a job has come to its end."""
        values = {"status": status, "error": plain(error) if error else "", "process": "", "ended": now()}
        write(self.store.engine, lambda on: on.execute(update(JobRow).where(JobRow.number == number).values(**values)))

    def give_turn(self, number: int) -> None:
        """Put a running job back among the waiting, of its own accord: it goes on when its lane's turn comes again."""
        mine = update(JobRow).where(JobRow.number == number, JobRow.status == RUNNING)
        values = {"status": QUEUED, "process": "", "attempts": 0}
        write(self.store.engine, lambda on: on.execute(mine.values(**values)))

    def others_wait(self, job: Job) -> bool:
        """Whether somebody else's job waits while this one runs."""
        others = select(func.count()).where(JobRow.status == QUEUED, JobRow.lane != job.lane)
        with reading(self.store.engine) as on:
            return bool(on.scalar(others))

    def cancel(self, key: str, owner: str) -> bool:
        """Ask for a job to be cancelled: at once where it waits, between two steps where it runs."""

        def work(on: Connection) -> bool:
            mine = (JobRow.key == key, JobRow.owner == owner)
            waiting = update(JobRow).where(*mine, JobRow.status == QUEUED)
            ended = on.execute(waiting.values(status=CANCELLED, stop=True, ended=now())).rowcount
            asked = on.execute(update(JobRow).where(*mine, JobRow.status == RUNNING).values(stop=True)).rowcount
            return bool(ended or asked)

        return write(self.store.engine, work)

    def asked_to_stop(self, number: int) -> bool:
        """Whether a running job was asked to be cancelled."""
        with reading(self.store.engine) as on:
            return bool(on.scalar(select(JobRow.stop).where(JobRow.number == number)))

    def resume(self, key: str, owner: str) -> bool:
        """Put a failed or cancelled job back into the queue; what it has made already is not made again."""
        fresh = {"status": QUEUED, "stop": False, "attempts": 0, "error": "", "ended": None}
        ended = (JobRow.key == key, JobRow.owner == owner, JobRow.status.in_((FAILED, CANCELLED)))
        return bool(
            write(self.store.engine, lambda on: on.execute(update(JobRow).where(*ended).values(**fresh))).rowcount
        )

    def recover(self) -> list[Job]:
        """Put jobs back whose process has died, and fail those that were cut short too often; return both."""

        def work(on: Connection) -> list[Job]:
            running = [_job(row) for row in on.execute(select(*_COLUMNS).where(JobRow.status == RUNNING))]
            lost = [job for job in running if not job.process or is_dead(job.process)]
            for job in lost:
                values: dict[str, Any] = {"status": QUEUED, "process": "", "started": None}
                if job.stop:
                    values = {"status": CANCELLED, "process": "", "ended": now()}
                elif job.attempts >= MAX_ATTEMPTS:
                    error = f"the server ended {job.attempts} times while it worked on this job"
                    values = {"status": FAILED, "process": "", "ended": now(), "error": error}
                on.execute(update(JobRow).where(JobRow.number == job.number).values(**values))
            return lost

        return write(self.store.engine, work)

    def place(self, job: Job, fraction: float = 0.0) -> Place:
        """Where a job stands; `fraction`, 0 to 1, is how far the running one has come."""
        with reading(self.store.engine) as on:
            waiting, running = _serving(on), list(on.execute(select(*_COLUMNS).where(JobRow.status == RUNNING)))
            pace = _pace(on)
        begun = sum(row.work for row in running) * (1 - min(1.0, max(0.0, fraction)))
        ahead = (
            []
            if job.status == RUNNING
            else waiting[: next((index for index, one in enumerate(waiting) if one.number == job.number), len(waiting))]
        )
        rest = begun + sum(one.work for one in ahead) + (job.work if job.status == QUEUED else 0.0)
        count = len(ahead) + (len(running) if job.status == QUEUED else 0)
        return Place(ahead=count, seconds=None if pace is None else rest * pace)


def _job(row: Any) -> Job:
    return Job(**{field.name: getattr(row, field.name) for field in fields(Job)})


def _serving(on: Connection) -> list[Waiting]:
    """Who waits, in the order of their turns."""
    rows = on.execute(select(JobRow.number, JobRow.lane, JobRow.work).where(JobRow.status == QUEUED)).all()
    if not rows:
        return []
    lanes = {row.lane for row in rows}
    begun = select(JobRow.lane, func.max(JobRow.started)).where(JobRow.lane.in_(lanes), JobRow.started.is_not(None))
    times = sorted((time, lane) for lane, time in on.execute(begun.group_by(JobRow.lane)))
    served = {lane: turn for turn, (_, lane) in enumerate(times)}
    return serving_order([Waiting(number=row.number, lane=row.lane, work=row.work) for row in rows], served)


def _pace(on: Connection) -> float | None:
    """Seconds a unit of work, of the jobs that were done last; None where there are none."""
    recent = (
        select(JobRow.work, JobRow.started, JobRow.ended)
        .where(JobRow.status == DONE, JobRow.kind != BATCH, JobRow.work > 0, JobRow.started.is_not(None))
        .order_by(JobRow.number.desc())
        .limit(RECENT)
    )
    rows = [row for row in on.execute(recent) if row.ended is not None]
    total = sum(row.work for row in rows)
    return sum((row.ended - row.started).total_seconds() for row in rows) / total if total else None
