"""Items in and out of hand: ordered, claimed under a lease, finished, failed, given back.

A lease names the process and ends by itself, so an item whose process was killed is free again: at once on the same
machine, after `LEASE` elsewhere. Every function works in the transaction of its connection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, insert, or_, select, update

from pipeline.store.assets import save_assets
from pipeline.store.owner import is_dead
from pipeline.store.records import NewItem, Outcome, StoredItem
from pipeline.store.tables import DONE, FAILED, PENDING, RUNNING, Item

LEASE: Final = timedelta(seconds=120)
"""How long an item stays in hand without a sign of life."""

SLAB: Final = 500
"""Values in one statement, under every database's limit."""

Value = TypeVar("Value")

_FREE: Final[dict[str, Any]] = {"status": PENDING, "lease_owner": None, "lease_until": None}
_LABELS: Final = ("position", "inputs", "tags", "wireframe", "prompt", "model", "conditioner", "scale")
_labels: Final = attrgetter(*_LABELS)


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


def slabs(values: Sequence[Value], size: int = SLAB) -> Iterator[Sequence[Value]]:
    """Cut `values` into pieces of at most `size`.

    >>> list(slabs("abcde", 2))
    ['ab', 'cd', 'e']
    """
    for start in range(0, len(values), size):
        yield values[start : start + size]


def order_items(
    connection: Connection, run_id: int, items: Sequence[NewItem], known: Mapping[tuple[str, int], StoredItem]
) -> bool:
    """Order images; return whether anything had to be written. `known` are the run's items of the same rows.

    A known item keeps its state while its inputs are the same; else it is to be made anew. Position and labels are
    always those of the newest order.
    """
    new = [_row(item) | {"run_id": run_id, "attempts": 0} for item in items if item.key not in known]
    if new:
        connection.execute(insert(Item), new)
    changed = [
        _row(item) | {"known_id": known[item.key].id, "again": known[item.key].inputs != item.inputs}
        for item in items
        if item.key in known and _differs(item, known[item.key])
    ]
    if changed:
        labels: dict[str, Any] = {name: bindparam(name) for name in (*_LABELS, "changed")}
        again: Any = bindparam("again")
        connection.execute(
            update(Item)
            .where(Item.id == bindparam("known_id"))
            .values(
                **labels,
                status=case((again, PENDING), else_=Item.status),
                error=case((again, ""), else_=Item.error),
                lease_owner=case((again, None), else_=Item.lease_owner),
            ),
            changed,
        )
    return bool(new or changed)


def _row(item: NewItem) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(item, name) for name in NewItem.__dataclass_fields__}
    return row | {"tags": list(item.tags), "status": PENDING, "error": "", "changed": now()}


def _differs(item: NewItem, known: StoredItem) -> bool:
    return _labels(item) != _labels(known)


def free_dead(connection: Connection, run_id: int) -> int:
    """Give back what processes hold that are known to be dead; return how many items."""
    held = select(Item.lease_owner).where(Item.run_id == run_id, Item.status == RUNNING).distinct()
    dead = [owner for owner in connection.scalars(held) if owner is None or is_dead(owner)]
    if not dead:
        return 0
    theirs = or_(Item.lease_owner.in_(dead), Item.lease_owner.is_(None))
    done = connection.execute(
        update(Item).where(Item.run_id == run_id, Item.status == RUNNING, theirs).values(**_FREE, changed=now())
    )
    return int(done.rowcount)


def claim(
    connection: Connection, run_id: int, owner: str, *, ids: Sequence[int] | None = None, limit: int = 1
) -> list[int]:
    """Take items in hand and count the attempt; return the ids of those that were free.

    Without `ids` the first `limit` free ones in the order of their positions.
    """
    time = now()
    free = or_(Item.status == PENDING, and_(Item.status == RUNNING, Item.lease_until < time))
    if ids is None:
        first = select(Item.id).where(Item.run_id == run_id, free).order_by(Item.position, Item.id).limit(limit)
        # Other processes on PostgreSQL pass over the rows that this one is about to take; SQLite has one writer.
        ids = list(connection.scalars(first.with_for_update(skip_locked=True)))
    taken: list[int] = []
    for slab in slabs(ids):
        done = connection.execute(
            update(Item)
            .where(Item.run_id == run_id, Item.id.in_(slab), free)
            .values(
                status=RUNNING, attempts=Item.attempts + 1, lease_owner=owner, lease_until=time + LEASE, changed=time
            )
            .returning(Item.id)
        )
        taken += done.scalars()
    return taken


def renew(connection: Connection, run_id: int, owner: str) -> None:
    """A sign of life: the leases of `owner` begin again."""
    mine = (Item.run_id == run_id, Item.status == RUNNING, Item.lease_owner == owner)
    connection.execute(update(Item).where(*mine).values(lease_until=now() + LEASE))


def give_back(connection: Connection, run_id: int, owner: str, ids: Sequence[int], *, begun: bool = False) -> None:
    """Return items that were claimed and not finished; where they were not even begun, the attempt does not count."""
    attempts = Item.attempts if begun else Item.attempts - 1
    for slab in slabs(ids):
        mine = (Item.run_id == run_id, Item.id.in_(slab), Item.status == RUNNING, Item.lease_owner == owner)
        connection.execute(update(Item).where(*mine).values(**_FREE, attempts=attempts, changed=now()))


def count_attempt(connection: Connection, ids: Sequence[int], times: int) -> None:
    """Count further attempts at items that stay in hand."""
    for slab in slabs(ids):
        connection.execute(update(Item).where(Item.id.in_(slab)).values(attempts=Item.attempts + times))


def reopen(connection: Connection, run_id: int, *, ids: Sequence[int] | None = None) -> int:
    """Make items pending again that are done or failed: those of `ids`, or all that failed; return how many."""
    count = 0
    wanted: list[ColumnElement[bool]] = (
        [Item.status == FAILED] if ids is None else [Item.id.in_(slab) for slab in slabs(ids)]
    )
    for chosen in wanted:
        ended = (Item.run_id == run_id, Item.status.in_([DONE, FAILED]), chosen)
        done = connection.execute(update(Item).where(*ended).values(**_FREE, error="", changed=now()))
        count += done.rowcount
    return count


def finish(connection: Connection, outcomes: Sequence[Outcome], start_id: int | None) -> None:
    """Record images and errors, and end the leases."""
    time = now()
    done = [(one.item_id, one.asset) for one in outcomes if one.asset is not None]
    if done:
        save_assets(connection, done, start_id, time)
        connection.execute(
            update(Item)
            .where(Item.id == bindparam("known_id"))
            .values(status=DONE, job=bindparam("job"), error="", lease_owner=None, lease_until=None, changed=time),
            [{"known_id": item_id, "job": facts.job} for item_id, facts in done],
        )
    failed = [{"known_id": one.item_id, "error": plain(one.error)} for one in outcomes if one.asset is None]
    if failed:
        # A process that lost its lease may fail where another has succeeded since.
        connection.execute(
            update(Item)
            .where(Item.id == bindparam("known_id"), Item.status != DONE)
            .values(status=FAILED, error=bindparam("error"), lease_owner=None, lease_until=None, changed=time),
            failed,
        )


def plain(text: str) -> str:
    """`text` without what a database cannot hold: NUL and lone surrogates, written as escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0") or "no reason was given"
