"""Items and their images, out of the tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, literal, select
from sqlalchemy.sql import Select

from pipeline.store.queue import SLAB, slabs
from pipeline.store.records import Counts, Status, StoredAsset, StoredItem
from pipeline.store.tables import Asset, Item

_ITEM: Final = tuple(name for name in StoredItem.__dataclass_fields__ if name != "asset")
_ASSET: Final = tuple(name for name in StoredAsset.__dataclass_fields__ if name != "card")


def _statement(run_id: int, cards: bool) -> Select[Any]:
    columns: list[Any] = [getattr(Item, name).label(f"item_{name}") for name in _ITEM]
    columns += [getattr(Asset, name).label(f"asset_{name}") for name in _ASSET]
    columns.append((Asset.card if cards else literal("")).label("asset_card"))
    current = and_(Asset.item_id == Item.id, Asset.job == Item.job, Item.status == "done")
    return select(*columns).select_from(Item).outerjoin(Asset, current).where(Item.run_id == run_id)


def items_of_rows(connection: Connection, run_id: int, row_ids: Sequence[str], cards: bool = False) -> list[StoredItem]:
    """The items of some rows, in any order."""
    found: list[StoredItem] = []
    for slab in slabs(list(row_ids)):
        found += map(_item, connection.execute(_statement(run_id, cards).where(Item.row_id.in_(slab))))
    return found


def items_by_id(connection: Connection, run_id: int, ids: Sequence[int], cards: bool = True) -> list[StoredItem]:
    """Items by their ids, in any order."""
    found: list[StoredItem] = []
    for slab in slabs(ids):
        found += map(_item, connection.execute(_statement(run_id, cards).where(Item.id.in_(slab))))
    return found


def all_items(
    connection: Connection, run_id: int, statuses: Sequence[Status] = (), cards: bool = True
) -> Iterator[StoredItem]:
    """Every item, in the order of the manifest, read a slab at a time."""
    statement = _statement(run_id, cards).order_by(Item.position, Item.id)
    if statuses:
        statement = statement.where(Item.status.in_(statuses))
    rows = connection.execution_options(yield_per=SLAB).execute(statement)
    yield from map(_item, rows)


def ended_inputs(connection: Connection, run_id: int) -> dict[str, str]:
    """The inputs digest of each row with an item that is done or failed."""
    ended = select(Item.row_id, Item.inputs).where(Item.run_id == run_id, Item.status.in_(["done", "failed"]))
    rows: list[Any] = list(connection.execute(ended))
    return dict(rows)


def count_items(connection: Connection, run_id: int) -> Counts:
    """How many items are in which state."""
    grouped = select(Item.status, func.count()).where(Item.run_id == run_id).group_by(Item.status)
    rows: list[Any] = list(connection.execute(grouped))
    return Counts(by_status=dict(rows))


def _item(row: Row[Any]) -> StoredItem:
    found = row._mapping
    values: dict[str, Any] = {name: found[f"item_{name}"] for name in _ITEM}
    asset = None
    if found["asset_id"] is not None:
        facts: dict[str, Any] = {name: found[f"asset_{name}"] for name in (*_ASSET, "card")}
        asset = StoredAsset(**facts | {"warnings": tuple(facts["warnings"])})
    return StoredItem(**values | {"tags": tuple(values["tags"]), "asset": asset})
