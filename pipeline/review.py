"""What people said of a run's assets: the file that the report's review sheet saves, into the store and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError, InputErrors
from pipeline.models import describe_each
from pipeline.store.folder import DATABASE, MARKER, open_run
from pipeline.store.records import Review
from scoring.agreement import Opinion
from scoring.scored_item import ScoredItem

VERSION: Final = 1
MAX_BYTES: Final = 64 * 1024 * 1024

REASONS: Final[dict[str, str]] = {
    "control": "lines",
    "prompt": "not as asked",
    "text": "text",
    "icon": "icons",
    "artefact": "artefacts",
    "other": "other",
}
"""Tags of the sheet, and what it calls them. Those named like a kind of failure say that the person found it."""

Short = Annotated[str, Field(max_length=200)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    seed: int
    asset: str
    verdict: Literal["good", "bad"]
    reasons: tuple[Literal["control", "prompt", "text", "icon", "artefact", "other"], ...] = ()
    note: Annotated[str, Field(max_length=2000)] = ""
    time: AwareDatetime


class _Sheet(BaseModel):
    """The file that the review sheet saves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["lineproof-review"]
    version: Literal[1]
    run: Short
    reviewer: Annotated[str, Field(min_length=1, max_length=200)]
    verdicts: Annotated[tuple[_Entry, ...], Field(min_length=1)]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """How many verdicts were new, were there already, or are of an image that was made anew since."""

    new: int
    known: int
    outdated: int


@dataclass(frozen=True, kw_only=True)
class ItemOpinions:
    """An item of a run and what each person said of its image, the newest of each."""

    item: ScoredItem
    by: dict[str, Opinion]


def import_review(file: Path, run: Path) -> Imported:
    """Write the verdicts of a review sheet's file into a run's store, all or none; the same file again adds nothing.

    Verdicts of an image that was made anew since are left out and counted.

    Raises:
        InputError: the file is no review, the folder has no store, or a verdict is of an order that the run does not
            have; a line for each.
        StoreError: the store cannot be written to.
    """
    sheet = _read(file)
    store = open_run(run)
    try:
        items = {(item.row_id, item.seed): item for item in store.items(cards=False)}
        reviews, faults, outdated = [], [], 0
        for number, entry in enumerate(sheet.verdicts, start=1):
            item = items.get((entry.id, entry.seed))
            if item is None:
                faults.append(f"{file}: verdict {number}: run {run} has no row {entry.id!r} with seed {entry.seed}")
            elif item.asset is None or item.asset.asset != entry.asset:
                outdated += 1
            else:
                reviews.append(_review(entry, sheet.reviewer, item.asset.job))
        if faults:
            raise InputErrors(faults)
        new = store.add_reviews(reviews)
    finally:
        store.store.close()
    return Imported(new=new, known=len(reviews) - new, outdated=outdated)


def load_opinions(run: Path, items: Sequence[ScoredItem]) -> list[ItemOpinions]:
    """Return what people said of the images of `items`, those without a verdict left out.

    Raises StoreError where a store of the run cannot be read.
    """
    found: dict[str, dict[str, tuple[datetime, Opinion]]] = {}
    for folder in sorted({path.parent for name in (DATABASE, MARKER) for path in run.rglob(name)}):
        store = open_run(folder)
        try:
            reviews = store.reviews()
            current = {(i.row_id, i.seed): i.asset for i in store.items("done", cards=False)} if reviews else {}
        finally:
            store.store.close()
        for review in reviews:
            asset = current.get((review.row_id, review.seed))
            if asset is None or asset.job != review.job:
                continue
            said = found.setdefault(asset.asset, {})
            if review.reviewer not in said or said[review.reviewer][0] <= review.time:
                opinion = Opinion(bad=review.verdict == "bad", reasons=frozenset(review.reasons))
                said[review.reviewer] = (review.time, opinion)
    opinions = []
    for item in items:
        heard = found.get(item.files.asset.name, {}) if item.files is not None else {}
        if heard:
            opinions.append(ItemOpinions(item=item, by={name: opinion for name, (_, opinion) in heard.items()}))
    return opinions


def _review(entry: _Entry, reviewer: str, job: str) -> Review:
    return Review(
        row_id=entry.id,
        seed=entry.seed,
        verdict=entry.verdict,
        reviewer=reviewer,
        time=entry.time,
        reasons=tuple(dict.fromkeys(entry.reasons)),
        note=entry.note,
        job=job,
    )


def _read(file: Path) -> _Sheet:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError(f"review {file} must be at most {MAX_BYTES} bytes, got {file.stat().st_size}")
        return _Sheet.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"review {file} cannot be read: {error.strerror or error}") from None
    except ValidationError as error:
        raise InputErrors(f"review {file}: {line}" for line in describe_each(error)) from None
