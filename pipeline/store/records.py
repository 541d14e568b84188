"""What goes into the store and comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Status = Literal["pending", "running", "done", "failed"]


@dataclass(frozen=True, kw_only=True)
class Environment:
    """With what a run is made: Lineproof's version and commit, packages, device, and the settings of the call."""

    version: str
    commit: str
    packages: Mapping[str, str]
    device: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class NewItem:
    """An image to be ordered; `inputs` tells whether anything it is made of has changed."""

    position: int
    row_id: str
    seed: int
    inputs: str
    wireframe: str
    prompt: str
    model: str
    conditioner: str
    scale: float | None = None
    tags: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, int]:
        """What an item is known by in its run."""
        return self.row_id, self.seed


@dataclass(frozen=True, kw_only=True, slots=True)
class AssetFacts:
    """An image as the store keeps it. `card` is the score card's JSON object, the names are in the folder of images."""

    job: str
    scoring: str
    asset: str
    control_map: str
    scores: str
    asset_bytes: int
    control_map_bytes: int
    scores_bytes: int
    sha256: str
    width: int
    height: int
    seconds: float
    wireframe_digest: str
    stroke_width: float | None
    scale: float | None
    card: dict[str, Any]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of an item: its image or, where it came to nothing, the error; `kept` if it was there already."""

    item_id: int
    asset: AssetFacts | None = None
    error: str = ""
    kept: bool = False
    device: str = ""
    """Where it was made; empty where nothing was."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredAsset:
    """An image as read from the store; `card` is JSON text."""

    id: int
    job: str
    scoring: str
    asset: str
    control_map: str
    scores: str
    asset_bytes: int
    control_map_bytes: int
    scores_bytes: int
    seconds: float
    verdict: str
    wireframe_digest: str
    stroke_width: float | None
    scale: float | None
    warnings: tuple[str, ...]
    card: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredItem:
    """An item as read from the store, with its image where it is done."""

    id: int
    position: int
    row_id: str
    seed: int
    tags: tuple[str, ...]
    wireframe: str
    prompt: str
    model: str
    conditioner: str
    scale: float | None
    inputs: str
    status: Status
    attempts: int
    error: str
    lease_owner: str | None
    asset: StoredAsset | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What an item is known by in its run."""
        return self.row_id, self.seed


@dataclass(frozen=True, kw_only=True)
class Review:
    """What a person said of an asset: good or bad, with tags for the reasons."""

    row_id: str
    seed: int
    verdict: Literal["good", "bad"]
    reviewer: str
    time: datetime
    reasons: tuple[str, ...] = ()
    note: str = ""
    job: str = ""
    """The pixels that were looked at; empty for those that are current."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many items of a run are in which state."""

    by_status: Mapping[Status, int] = field(default_factory=dict)

    def __getitem__(self, status: Status) -> int:
        return self.by_status.get(status, 0)
