"""A batch killed at random moments: nothing finished is made again, nothing is lost, no pixel differs."""

from __future__ import annotations

import random
import signal
from pathlib import Path

import pytest

from pipeline.store.folder import VARIABLE
from tests.pipeline.batch.night import Night, wait_for
from tests.pipeline.batch.stub import generated

KILLS = 20
SEED = 20261127


@pytest.fixture
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str) -> str:
    """`LINEPROOF_STORE`: empty for the SQLite file in the run's folder, or the URL of an empty PostgreSQL database."""
    url = "" if kind == "sqlite" else request.getfixturevalue("new_schema")
    monkeypatch.setenv(VARIABLE, url)
    return url


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_twenty_times_every_asset_is_there_once(store: str, tmp_path: Path) -> None:
    undisturbed = Night(base=tmp_path, name="undisturbed", store="", count=400)
    undisturbed.draw()
    undisturbed.finish()
    night = Night(base=tmp_path, name="night", store=store, count=400, seconds=0.01)
    chance = random.Random(SEED)
    done: set[str] = set()
    seen = killed = 0
    for number in range(KILLS):
        process = night.start()
        if number % 5 == 4:
            process.join(chance.uniform(0.0, 0.4))  # perhaps before anything was made
        else:
            goal = night.made() + chance.randint(1, 16)
            wait_for(lambda goal=goal: night.made() >= goal, process)  # type: ignore[misc]
            process.join(chance.uniform(0.0, 0.03))
        process.kill()
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        log = generated(night.log)
        assert not done & set(log[seen:]), "made again although the store had it"
        seen = len(log)
        if (night.folder / "lineproof.db").exists() or (night.folder / "lineproof.json").exists():
            done = {item.asset.job for item in night.items() if item.asset is not None}
    assert killed == KILLS, "the batch was at its end too early to be killed as often"
    night.finish()
    assert not done & set(generated(night.log)[seen:])
    night.check()
    assert night.pixels() == undisturbed.pixels()
    # What is made twice is at most what was in hand when the process was killed: three tasks of four images.
    assert night.made() <= night.count + KILLS * 12
    before = night.made()
    night.finish()
    assert night.made() == before, "a finished run makes nothing"


def test_two_processes_share_a_run(tmp_path: Path) -> None:
    night = Night(base=tmp_path, seconds=0.002)
    night.draw()
    first, second = night.start(), night.start()
    for process in (first, second):
        process.join(300)
        assert process.exitcode == 0
    night.check()
    assert night.made() == night.count
