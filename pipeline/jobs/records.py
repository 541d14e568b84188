"""A job as it is submitted and as it is read from the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]

ACTIVE: Final[tuple[JobStatus, ...]] = ("queued", "running")
ENDED: Final[tuple[JobStatus, ...]] = ("done", "failed", "cancelled")

CREATE: Final = "create"
REPAIR: Final = "repair"
BATCH: Final = "batch"


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """What somebody asks for. `work` is in megapixel steps; jobs of one `lane` take turns with those of the others."""

    key: str
    owner: str
    kind: str
    order: Mapping[str, Any]
    work: float
    lane: str = ""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as the store has it. `stop` says that it was asked to end; `attempts` counts how often it was begun."""

    number: int
    key: str
    owner: str
    lane: str
    kind: str
    order: Mapping[str, Any]
    work: float
    status: JobStatus
    stop: bool
    attempts: int
    error: str
    process: str
    created: datetime
    started: datetime | None
    ended: datetime | None

    @property
    def active(self) -> bool:
        """Whether it still waits or runs."""
        return self.status in ACTIVE
