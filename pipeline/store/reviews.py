"""Human verdicts in and out of the tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from conditioners.errors import InputError
from pipeline.store.queue import plain
from pipeline.store.records import Review
from pipeline.store.tables import HumanVerdict, Item


def add_reviews(connection: Connection, run_id: int, reviews: Sequence[Review]) -> int:
    """Write down verdicts and return how many were new; the same one given again is not written twice.

    Raises:
        InputError: the run has no such item, or no image of it.
    """
    items = {
        (row.row_id, row.seed): row
        for row in connection.execute(select(Item.id, Item.row_id, Item.seed, Item.job).where(Item.run_id == run_id))
    }
    columns = (HumanVerdict.item_id, HumanVerdict.job, HumanVerdict.reviewer, HumanVerdict.time)
    known = {tuple(row) for row in connection.execute(select(*columns).join(Item).where(Item.run_id == run_id))}
    rows = []
    for review in reviews:
        item = items.get((review.row_id, review.seed))
        if item is None:
            raise InputError(f"review: the run has no row {review.row_id!r} with seed {review.seed}")
        job = review.job or item.job
        if job is None:
            raise InputError(f"review: row {review.row_id!r} with seed {review.seed} has no image in the run")
        key = (item.id, job, review.reviewer, review.time)
        if key not in known:
            known.add(key)
            rows.append(
                {
                    "item_id": item.id,
                    "job": job,
                    "verdict": review.verdict,
                    "reasons": list(review.reasons),
                    "note": plain(review.note) if review.note else "",
                    "reviewer": review.reviewer,
                    "time": review.time,
                }
            )
    if rows:
        connection.execute(insert(HumanVerdict), rows)
    return len(rows)


def read_reviews(connection: Connection, run_id: int) -> list[Review]:
    """All verdicts of a run, the oldest first."""
    statement = (
        select(HumanVerdict, Item.row_id, Item.seed)
        .join(Item)
        .where(Item.run_id == run_id)
        .order_by(HumanVerdict.time, HumanVerdict.id)
    )
    return [
        Review(
            row_id=row.row_id,
            seed=row.seed,
            verdict=row.verdict,
            reviewer=row.reviewer,
            time=row.time,
            reasons=tuple(row.reasons),
            note=row.note,
            job=row.job,
        )
        for row in connection.execute(statement)
    ]
