"""From a run's folder to its store: the file in it, or the database that its marker names."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from conditioners.errors import InputError, StoreError
from pipeline.store.folder import DATABASE, MARKER, VARIABLE, has_store, open_or_make_run, open_run
from pipeline.store.store import RunStore, Store
from tests.pipeline.store.conftest import environment


def keys_of_many(folder: Path) -> set[str]:
    """The run that each of several threads gets that open a new folder at once."""
    found: list[RunStore | Exception] = []
    ready = threading.Barrier(6)

    def open_it() -> None:
        ready.wait()
        try:
            found.append(open_or_make_run(folder, environment()))
        except Exception as error:
            found.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found:
        assert isinstance(one, RunStore), one
        one.store.close()
    return {one.info.key for one in found if isinstance(one, RunStore)}


def test_a_run_is_made_once_however_many_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    (key,) = keys_of_many(tmp_path / "run")
    assert open_run(tmp_path / "run").info.key == key
    assert (tmp_path / "run" / DATABASE).is_file()
    assert not (tmp_path / "run" / MARKER).exists()


def test_a_run_elsewhere_is_made_once_too(store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, store_url)
    (key,) = keys_of_many(tmp_path / "run")
    assert [path.name for path in (tmp_path / "run").iterdir()] == [MARKER]
    assert [run.key for run in Store.open(store_url).runs()] == [key]
    moved = (tmp_path / "run").rename(tmp_path / "moved")
    assert open_run(moved).info.key == key
    assert open_or_make_run(moved, environment()).info.key == key
    # A new folder in the same store is another run.
    assert open_or_make_run(tmp_path / "other", environment()).info.key != key


def test_a_run_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    key = open_or_make_run(tmp_path / "run", environment()).info.key
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/team.db")
    assert open_or_make_run(tmp_path / "run", environment()).info.key == key
    assert not (tmp_path / "team.db").exists()


def test_a_store_that_cannot_be_used_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, f"sqlite:///{tmp_path}/gone/team.db")
    with pytest.raises(StoreError, match="unable to open database file"):
        open_or_make_run(tmp_path / "run", environment())
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "lineproof.json: "),
        ('{"version": 2, "run": "x", "store": "y"}', "lineproof.json: version"),
        ('{"version": 1, "run": "../x", "store": "y"}', "lineproof.json: run"),
    ],
)
def test_a_damaged_marker_is_told(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / MARKER).write_text(content)
    assert has_store(tmp_path)
    with pytest.raises(InputError, match=message):
        open_run(tmp_path)


def test_a_folder_without_a_store_is_told(tmp_path: Path) -> None:
    assert not has_store(tmp_path)
    with pytest.raises(InputError, match=r"run must be a folder with lineproof.db or lineproof.json, got "):
        open_run(tmp_path)


def test_a_run_that_its_store_does_not_know_is_told(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/team.db"
    Store.open(store).close()
    (tmp_path / MARKER).write_text(f'{{"version": 1, "run": "{"0" * 32}", "store": "{store}"}}')
    with pytest.raises(StoreError, match="has no run 0000"):
        open_run(tmp_path)
