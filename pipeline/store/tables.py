"""The tables of the store. Their history is in `migrations/`; a test holds the two together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

PENDING, RUNNING, DONE, FAILED = "pending", "running", "done", "failed"
STATUSES = (PENDING, RUNNING, DONE, FAILED)

BigId = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only where the key is called INTEGER."""

Document = JSON().with_variant(JSONB, "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An instant with its zone; SQLite keeps none, so there it is written and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To the database."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        datetime: UtcTime,
        dict[str, Any]: Document,
        list[str]: Document,
    }


class Run(Base):
    """A run: the orders of a manifest and what came of them; the environment is that of its newest start."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """A random name of 32 hex digits, unique among all stores."""
    name: Mapped[str]
    """What people call it: the name of its folder."""
    created: Mapped[datetime]
    assets: Mapped[str]
    """fsspec URL of the folder of images; empty where that is the run's own folder."""
    version: Mapped[str]
    commit: Mapped[str]
    packages: Mapped[dict[str, Any]]
    device: Mapped[str]
    settings: Mapped[dict[str, Any]]


class Start(Base):
    """One start of a run, with the environment it had."""

    __tablename__ = "starts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    owner: Mapped[str]
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    """Empty while it runs, and for good where the process was killed."""
    version: Mapped[str]
    commit: Mapped[str]
    packages: Mapped[dict[str, Any]]
    device: Mapped[str]
    settings: Mapped[dict[str, Any]]


class Item(Base):
    """One ordered image: a row of the manifest and a seed."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("run_id", "row_id", "seed"),
        Index(None, "run_id", "status", "position"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(BigInteger)
    """Place in the manifest, from 0."""
    row_id: Mapped[str]
    seed: Mapped[int] = mapped_column(BigInteger)
    tags: Mapped[list[str]]
    wireframe: Mapped[str]
    prompt: Mapped[str] = mapped_column(Text)
    model: Mapped[str]
    conditioner: Mapped[str]
    scale: Mapped[float | None]
    inputs: Mapped[str] = mapped_column(String(64))
    """Digest of the row and of its files' sizes and times: while it is the same, nothing has to be read again."""
    job: Mapped[str | None] = mapped_column(String(64))
    """Digest of all that affects the pixels; known once the order was read."""
    status: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int] = mapped_column(Integer)
    """How often it was taken in hand, the attempts that a crash cut short among them."""
    error: Mapped[str] = mapped_column(Text)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    changed: Mapped[datetime]


class Asset(Base):
    """One image with its control map and scores, as files and as figures. That of an item has the item's `job`."""

    __tablename__ = "assets"
    __table_args__ = (UniqueConstraint("item_id", "job"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    start_id: Mapped[int | None] = mapped_column(ForeignKey("starts.id", ondelete="SET NULL"))
    job: Mapped[str] = mapped_column(String(64))
    scoring: Mapped[str] = mapped_column(String(64))
    """Digest of all else that the scores depend on: texts, elements, thresholds, detectors."""
    asset: Mapped[str]
    control_map: Mapped[str]
    scores: Mapped[str]
    """Names of the three files in the folder of images."""
    asset_bytes: Mapped[int] = mapped_column(BigInteger)
    control_map_bytes: Mapped[int] = mapped_column(BigInteger)
    scores_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the asset's file."""
    width: Mapped[int]
    height: Mapped[int]
    seconds: Mapped[float]
    verdict: Mapped[str] = mapped_column(String(8))
    wireframe_digest: Mapped[str] = mapped_column(String(64))
    stroke_width: Mapped[float | None]
    scale: Mapped[float | None]
    """The control scale it was made with, the model's default among them."""
    warnings: Mapped[list[str]]
    card: Mapped[str] = mapped_column(Text)
    """The score card as JSON, whole; `measurements` and `elements` hold the same for queries."""
    made: Mapped[datetime]


class ElementRow(Base):
    """An element of an asset's score card, numbered from 1; its box is half open, in px of the asset."""

    __tablename__ = "elements"
    __table_args__ = ({"sqlite_with_rowid": False},)

    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(8))
    x0: Mapped[int]
    y0: Mapped[int]
    x1: Mapped[int]
    y1: Mapped[int]
    text: Mapped[str] = mapped_column(Text)


class MeasurementRow(Base):
    """A measurement of an asset (element 0) or of one of its elements."""

    __tablename__ = "measurements"
    __table_args__ = ({"sqlite_with_rowid": False},)

    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("assets.id", ondelete="CASCADE"), primary_key=True)
    element: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    unit: Mapped[str]
    threshold: Mapped[float | None]
    verdict: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)


class HumanVerdict(Base):
    """What a person said of an asset; the newest of a reviewer counts."""

    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("item_id", "job", "reviewer", "time"),
        CheckConstraint("verdict IN ('good', 'bad')", name="verdict"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    job: Mapped[str] = mapped_column(String(64))
    """The pixels that were looked at."""
    verdict: Mapped[str] = mapped_column(String(8))
    reasons: Mapped[list[str]]
    note: Mapped[str] = mapped_column(Text)
    reviewer: Mapped[str]
    time: Mapped[datetime]


QUEUED, CANCELLED = "queued", "cancelled"
JOB_STATUSES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)


class JobRow(Base):
    """A job of the app: what somebody asked for in the browser, kept until it has come to an end and after."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "status", "lane", "number"),
        Index(None, "owner", "number"),
        CheckConstraint(f"status IN {JOB_STATUSES}", name="status"),
    )

    number: Mapped[int] = mapped_column(BigId, primary_key=True)
    """Order of arrival."""
    key: Mapped[str] = mapped_column(String(32), unique=True)
    owner: Mapped[str]
    """The user whose job it is, and whose alone its files are."""
    lane: Mapped[str]
    """Jobs of one lane take turns with those of the others."""
    kind: Mapped[str] = mapped_column(String(16))
    order: Mapped[dict[str, Any]]
    work: Mapped[float]
    """How much there is to do, in megapixel steps, to tell how long it takes."""
    status: Mapped[str] = mapped_column(String(9))
    stop: Mapped[bool]
    """Somebody asked for it to be cancelled."""
    attempts: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    process: Mapped[str]
    """Who works on it, as `owner.this_process` names it; empty where nobody does."""
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    ended: Mapped[datetime | None]
