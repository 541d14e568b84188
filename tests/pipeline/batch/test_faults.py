"""What may go wrong in a night, one thing at a time, with images in a folder and the store in either database."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from conditioners.errors import InputError, StoreError
from pipeline.batch import BatchResult, BatchSettings, run_batch
from pipeline.manifest import OrderRow
from pipeline.results import load_results
from pipeline.store.engine import parse_store_url
from pipeline.store.folder import VARIABLE, open_run
from tests.pipeline.batch.night import Night, wait_for
from tests.pipeline.batch.stub import SLOW, StubStudio

LOCKED_SECONDS = 20


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """`LINEPROOF_STORE`: empty for the SQLite file in the run's folder, or the URL of an empty PostgreSQL schema."""
    url: str = "" if request.param == "sqlite" else request.getfixturevalue("new_schema")
    monkeypatch.setenv(VARIABLE, url)
    return url


def batch(night: Night, rows: list[OrderRow], **settings: Any) -> list[BatchResult]:
    studio = StubStudio(device="cpu", batch_size=night.batch_size)
    return list(run_batch(rows, night.base, night.folder, studio, settings=BatchSettings(**settings)))


def test_a_corrupt_wireframe_among_good_ones(store: str, tmp_path: Path) -> None:
    night = Night(base=tmp_path, count=30)
    night.draw()
    good = (tmp_path / "2.png").read_bytes()
    (tmp_path / "2.png").write_bytes(good[: len(good) // 2])
    rows = night.rows()
    first = batch(night, rows)
    assert [bool(result.error) for result in first] == [number // 5 == 2 for number in range(30)]
    assert first[10].as_json() == {"id": "row-2", "seed": 0, "error": first[10].error}
    assert "2.png" in first[10].error
    again = batch(night, rows)
    assert [result.error for result in again] == [result.error for result in first], "told again, not tried again"
    assert {(item.status, item.attempts) for item in night.items()} == {("done", 1), ("failed", 1)}
    batch(night, rows, retry_failed=True)
    assert {(item.status, item.attempts) for item in night.items()} == {("done", 1), ("failed", 2)}
    assert [item.error for item in load_results(night.folder) if item.error] == [first[10].error] * 5
    (tmp_path / "2.png").write_bytes(good)
    mended = batch(night, rows)
    assert not any(result.error for result in mended)
    assert {(item.status, item.attempts) for item in night.items()} == {("done", 1), ("done", 3)}
    night.check()


@contextmanager
def locked(night: Night, store: str) -> Iterator[None]:
    """Hold the whole database in another transaction for LOCKED_SECONDS."""
    url = store or f"sqlite:///{night.folder}/lineproof.db"
    engine = create_engine(parse_store_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        tables = "runs, starts, items, assets, elements, measurements"
        begin = "BEGIN; LOCK TABLE " + tables + " IN ACCESS EXCLUSIVE MODE" if store else "BEGIN EXCLUSIVE"
        connection.exec_driver_sql(begin)
        unlock = threading.Timer(LOCKED_SECONDS, lambda: connection.exec_driver_sql("COMMIT"))
        if store:
            unlock.start()
            yield
            unlock.join()
        else:
            yield
            time.sleep(LOCKED_SECONDS)
            connection.exec_driver_sql("COMMIT")
    engine.dispose()


def test_a_database_that_is_locked_is_waited_for(store: str, tmp_path: Path) -> None:
    night = Night(base=tmp_path, count=40, store=store, seconds=0.01)
    night.draw()
    process = night.start()
    wait_for(lambda: night.made() >= 8, process)
    with locked(night, store):
        assert process.is_alive()
    process.join(120)
    assert process.exitcode == 0
    night.check()
    assert night.made() == 40


needs_tmpfs = pytest.mark.skipif(
    os.name != "posix" or os.getuid() != 0 or shutil.which("mount") is None, reason="mounting a tmpfs needs root"
)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"a tmpfs cannot be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@needs_tmpfs
def test_a_full_disk_ends_the_batch_and_more_room_ends_the_trouble(store: str, small_disk: Path) -> None:
    night = Night(base=small_disk, count=200)
    night.draw()
    with pytest.raises(StoreError, match=r"No space left on device|disk is full|disk I/O error"):
        batch(night, night.rows())
    assert not list(night.folder.glob("*.tmp")), "nothing half-written is left"
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    results = batch(night, night.rows())
    assert [result.error for result in results] == [""] * 200
    assert any(result.resumed for result in results)
    night.check()


def test_images_may_lie_elsewhere(store: str, tmp_path: Path) -> None:
    here = Night(base=tmp_path, name="here", count=10)
    here.draw()
    batch(here, here.rows())
    there = Night(base=tmp_path, name="there", count=10)
    results = batch(there, there.rows(), assets="memory://bucket/night")
    assert results[0].as_json()["asset"].startswith("memory://bucket/night/row-0-")
    assert not list(there.folder.glob("*.png"))
    assert all(result.resumed for result in batch(there, there.rows()))
    with pytest.raises(InputError, match="assets must be where the run has them, memory://bucket/night, got"):
        batch(there, there.rows(), assets="memory://bucket/other")
    items = load_results(there.folder)
    assert len(items) == 10
    assert all(item.files is not None and item.files.asset.is_file() for item in items)
    assert {item.id for item in items} == {item.id for item in load_results(here.folder)}


def test_a_kind_of_place_that_is_not_known_is_refused(tmp_path: Path) -> None:
    night = Night(base=tmp_path, count=5)
    night.draw()
    with pytest.raises(InputError, match="assets must be a folder or a URL that fsspec knows, got nowhere://x"):
        batch(night, night.rows(), assets="nowhere://x")
    assert not night.folder.exists()


def test_what_is_stopped_goes_on(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SLOW, "0.02")
    night = Night(base=tmp_path, count=60)
    night.draw()
    stop = threading.Event()
    studio = StubStudio(device="cpu", batch_size=1)
    results = []
    for result in run_batch(night.rows(), night.base, night.folder, studio, stop=stop):
        results.append(result)
        if len(results) == 10:
            stop.set()
    assert 10 <= len(results) < 60
    run = open_run(night.folder)
    counts = run.counts()
    assert (counts["done"], counts["running"]) == (len(results), 0)
    assert {item.attempts for item in run.items("pending")} <= {0}, "what was not begun has no attempt"
    run.store.close()
    rest = batch(night, night.rows())
    assert sum(result.resumed for result in rest) == len(results)
    night.check()


def test_a_reader_that_leaves_loses_nothing(store: str, tmp_path: Path) -> None:
    night = Night(base=tmp_path, count=20)
    night.draw()
    studio = StubStudio(device="cpu", batch_size=1)
    results = run_batch(night.rows(), night.base, night.folder, studio)
    next(results)
    results.close()  # type: ignore[attr-defined]  # it is a generator
    assert {item.status for item in night.items()} <= {"done", "pending"}
    batch(night, night.rows())
    night.check()


def test_changed_texts_are_scored_again_and_not_made_again(store: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("LINEPROOF_TEST_LOG", str(tmp_path / "run.log"))
    night = Night(base=tmp_path, count=10)
    night.draw()
    rows = night.rows()
    batch(night, rows)
    made = night.made()
    before = {item.asset.scoring for item in night.items() if item.asset}
    changed = [row.model_copy(update={"text": ("Save",)}) for row in rows]
    results = batch(night, changed)
    assert not any(result.resumed for result in results)
    assert night.made() == made
    assert not before & {item.asset.scoring for item in night.items() if item.asset}
    night.check()
    batch(night, [row.model_copy(update={"prompt": f"{row.prompt} in red"}) for row in rows])
    assert night.made() == 2 * made
