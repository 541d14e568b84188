"""Images into the tables: the asset, its elements and its measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_

from pipeline.store.records import AssetFacts
from pipeline.store.tables import Asset, ElementRow, MeasurementRow

Row = dict[str, Any]


def save_assets(
    connection: Connection, assets: Sequence[tuple[int, AssetFacts]], start_id: int | None, made: datetime
) -> None:
    """Write the images of items, given with their items' ids; one of the same item and job is replaced."""
    keys = [(item_id, facts.job) for item_id, facts in assets]
    known = connection.scalars(select(Asset.id).where(tuple_(Asset.item_id, Asset.job).in_(keys))).all()
    if known:
        for table, column in (
            (MeasurementRow, MeasurementRow.asset_id),
            (ElementRow, ElementRow.asset_id),
            (Asset, Asset.id),
        ):
            connection.execute(delete(table).where(column.in_(known)))
    rows = [_asset_row(item_id, facts, start_id, made) for item_id, facts in assets]
    returning = insert(Asset).returning(Asset.id, sort_by_parameter_order=True)
    ids = connection.scalars(returning, rows).all()
    elements: list[Row] = []
    measurements: list[Row] = []
    for asset_id, (_, facts) in zip(ids, assets, strict=True):
        elements += _element_rows(asset_id, facts.card)
        measurements += _measurement_rows(asset_id, facts.card)
    if elements:
        connection.execute(insert(ElementRow), elements)
    if measurements:
        connection.execute(insert(MeasurementRow), measurements)


def _asset_row(item_id: int, facts: AssetFacts, start_id: int | None, made: datetime) -> Row:
    row: Row = {name: getattr(facts, name) for name in AssetFacts.__dataclass_fields__}
    return row | {
        "item_id": item_id,
        "start_id": start_id,
        "made": made,
        "verdict": facts.card["verdict"],
        "warnings": list(facts.warnings),
        "card": json.dumps(facts.card, allow_nan=False, ensure_ascii=False, separators=(",", ":")),
    }


def _element_rows(asset_id: int, card: dict[str, Any]) -> Iterator[Row]:
    for number, element in enumerate(card["elements"], start=1):
        x0, y0, x1, y1 = element["box"]
        yield {
            "asset_id": asset_id,
            "number": number,
            "kind": element["kind"],
            "x0": x0,
            "y0": y0,
            "x1": x1,
            "y1": y1,
            "text": element["text"],
        }


def _measurement_rows(asset_id: int, card: dict[str, Any]) -> Iterator[Row]:
    # The card writes its keys in the columns' names.
    for measurement in card["measurements"]:
        yield {"asset_id": asset_id, "element": 0, **measurement}
    for number, element in enumerate(card["elements"], start=1):
        for measurement in element["measurements"]:
            yield {"asset_id": asset_id, "element": number, **measurement}
