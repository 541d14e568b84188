"""A run's tables as Parquet files, for pandas, DuckDB, Spark and the like."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import JSON, Connection, Float, Integer, Select, select

from conditioners.errors import InputError
from pipeline.store.engine import reading
from pipeline.store.store import RunStore
from pipeline.store.tables import Asset, Base, ElementRow, HumanVerdict, Item, MeasurementRow, Run, Start, UtcTime

if TYPE_CHECKING:
    import pyarrow as pa

TABLES: Final[tuple[type[Base], ...]] = (Run, Start, Item, Asset, ElementRow, MeasurementRow, HumanVerdict)
SLAB: Final = 20_000
"""Rows in memory at a time, and in a row group."""


def export_run(run: RunStore, folder: Path) -> dict[str, int]:
    """Write a file for each table of `run` into `folder` and return how many rows each has.

    Columns are those of the tables; what is JSON there is JSON text here. Times are UTC. All of it is of one moment.

    Raises:
        InputError: a file cannot be written.
        StoreError: the store cannot be read.
    """
    counts: dict[str, int] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with reading(run.store.engine) as connection:
            for table in TABLES:
                counts[table.__tablename__] = _write(connection, table, _of_run(table, run.id), folder)
    except OSError as error:
        raise InputError(f"{folder} cannot be written to: {error.strerror or error}") from None
    return counts


def _of_run(table: type[Base], run_id: int) -> Select[Any]:
    chosen = select(*table.__table__.columns)
    if table is Run:
        return chosen.where(Run.id == run_id)
    if table in (Start, Item):
        return chosen.where(table.__table__.c.run_id == run_id)
    if table in (Asset, HumanVerdict):
        return chosen.join(Item, table.__table__.c.item_id == Item.id).where(Item.run_id == run_id)
    joined = chosen.join(Asset, table.__table__.c.asset_id == Asset.id).join(Item, Asset.item_id == Item.id)
    return joined.where(Item.run_id == run_id)


def _write(connection: Connection, table: type[Base], rows: Select[Any], folder: Path) -> int:
    from pyarrow import RecordBatch
    from pyarrow.parquet import ParquetWriter

    schema = _schema(table)
    path = folder / f"{table.__tablename__}.parquet"
    temporary = path.with_name(f".{path.name}.tmp")
    count = 0
    try:
        with ParquetWriter(str(temporary), schema, compression="zstd") as writer:
            for columns in _columns(connection, table, rows):
                batch = RecordBatch.from_arrays(
                    [_array(values, kind.type) for values, kind in zip(columns, schema, strict=True)], schema=schema
                )
                writer.write_batch(batch)
                count += batch.num_rows
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _array(values: Sequence[Any], kind: Any) -> Any:
    import pyarrow as pa

    return pa.array(values, type=kind)


def _columns(connection: Connection, table: type[Base], rows: Select[Any]) -> Iterator[list[Sequence[Any]]]:
    documents = [isinstance(column.type, JSON) for column in table.__table__.columns]
    found = connection.execution_options(yield_per=SLAB).execute(rows)
    for slab in found.partitions():
        columns = list(zip(*slab, strict=True))
        yield [
            [json.dumps(value, ensure_ascii=False) for value in values] if is_document else values
            for values, is_document in zip(columns, documents, strict=True)
        ]


def _schema(table: type[Base]) -> pa.Schema:
    import pyarrow as pa

    def kind(column: Any) -> Any:
        if isinstance(column.type, UtcTime):
            return pa.timestamp("us", tz="UTC")
        if isinstance(column.type, Integer):
            return pa.int64()
        return pa.float64() if isinstance(column.type, Float) else pa.string()

    return pa.schema(
        [pa.field(column.name, kind(column), nullable=column.nullable) for column in table.__table__.columns]
    )
