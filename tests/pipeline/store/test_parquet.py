"""Everything of a run as Parquet, from both databases, read by pyarrow as by any other tool."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet
import pytest
from sqlalchemy import select

from conditioners.errors import InputError
from pipeline.store import parquet
from pipeline.store.engine import reading
from pipeline.store.parquet import export_run
from pipeline.store.records import Outcome, Review
from pipeline.store.store import RunStore
from pipeline.store.tables import MeasurementRow
from tests.pipeline.store.conftest import environment
from tests.pipeline.store.test_queue import ME, facts, new


def read(folder: Path, table: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pyarrow.parquet.read_table(folder / f"{table}.parquet").to_pylist()
    return rows


def test_every_table_comes_out_whole(run: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "SLAB", 2)
    items = run.order([new(number) for number in range(5)])
    start = run.start(ME, environment())
    run.finish([Outcome(item_id=item.id, asset=facts()) for item in items[:3]], start)
    run.finish([Outcome(item_id=items[3].id, error="out of memory")], start)
    time = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
    run.add_reviews([Review(row_id="row 0", seed=0, verdict="good", reviewer="ana", time=time, reasons=("lines",))])
    other = run.store.new_run("another", environment())
    other.finish([Outcome(item_id=item.id, asset=facts()) for item in other.order([new(0)])])
    counts = export_run(run, tmp_path / "out")
    assert counts == {
        "runs": 1,
        "starts": 1,
        "items": 5,
        "assets": 3,
        "elements": 3,
        "measurements": 6,
        "verdicts": 1,
    }
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(f"{name}.parquet" for name in counts)
    told = read(tmp_path / "out", "items")
    assert [(row["row_id"], row["status"], row["error"]) for row in told][2:] == [
        ("row 2", "done", ""),
        ("row 3", "failed", "out of memory"),
        ("row 4", "pending", ""),
    ]
    assert json.loads(str(told[0]["tags"])) == ["component=button"]
    (verdict,) = read(tmp_path / "out", "verdicts")
    assert (verdict["time"], verdict["reasons"]) == (time, '["lines"]')
    measurements = read(tmp_path / "out", "measurements")
    with reading(run.store.engine) as connection:
        mine = {row["asset_id"] for row in measurements}
        stored = connection.execute(select(MeasurementRow.value).where(MeasurementRow.asset_id.in_(mine))).scalars()
        assert sorted(stored) == sorted(row["value"] for row in measurements)  # type: ignore[type-var]
    assert export_run(run, tmp_path / "out") == counts, "written again over the first"


def test_a_folder_that_cannot_be_written_is_one_line(run: RunStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file cannot be written to"):
        export_run(run, tmp_path / "file")
