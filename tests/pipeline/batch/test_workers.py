"""Several processes, and Ray: the same images, and a worker that dies costs an attempt and no image."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from conditioners.errors import InputError
from pipeline.batch import BatchResult, BatchSettings, run_batch
from tests.pipeline.batch.night import POISON, Night
from tests.pipeline.batch.stub import FAILING, LOG, SLOW, StubStudio

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cluster on this machine whose workers find the tests' modules; yields where generations are noted."""
    ray = pytest.importorskip("ray")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    log = tmp_path_factory.mktemp("ray") / "log"
    ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=80 * 2**20,
        log_to_driver=False,
        logging_level="ERROR",
        runtime_env={"env_vars": {"PYTHONPATH": str(ROOT), LOG: str(log), FAILING: POISON, SLOW: "0.02"}},
    )
    yield log
    ray.shutdown()


def on_ray(night: Night, *, kill_at: int | None = None) -> list[BatchResult]:
    """Run on two actors; after so many results one of them is killed."""
    settings = BatchSettings(executor="ray", workers=2)
    studio = StubStudio(device="cpu", batch_size=night.batch_size)
    results = []
    for result in run_batch(night.rows(), night.base, night.folder, studio, settings=settings):
        results.append(result)
        if len(results) == kill_at:
            # Those of an earlier batch may still be on their way out.
            os.kill(max(actors(), key=psutil.Process.create_time).pid, signal.SIGKILL)
    return results


def actors() -> list[psutil.Process]:
    """The processes of the actors, which Ray names after their class."""
    return [one for one in psutil.Process().children(recursive=True) if one.name().startswith("ray::_Actor")]


def test_processes_make_the_same_images(tmp_path: Path) -> None:
    one, two = Night(base=tmp_path, name="one", count=40), Night(base=tmp_path, name="two", count=40)
    one.draw()
    one.finish()
    two.finish({"workers": 2})
    two.check()
    assert two.pixels() == one.pixels()


def check_poisoned(night: Night, attempts: int) -> None:
    """The row that kills its worker has failed after several attempts, the others are there."""
    items = night.items()
    failed = [item for item in items if item.status == "failed"]
    assert [item.row_id for item in failed] == ["row-1"] * 5
    assert all("the worker's process has died" in item.error for item in failed)
    assert {item.attempts for item in failed} == {attempts}
    assert {item.status for item in items if item.row_id != "row-1"} == {"done"}


def test_a_row_that_kills_its_process_fails_alone(tmp_path: Path) -> None:
    night = Night(base=tmp_path, count=20, poison=1)
    night.draw()
    night.finish({"workers": 2})
    check_poisoned(night, attempts=3)


def test_ray_makes_the_same_images(cluster: Path, tmp_path: Path) -> None:
    one, two = Night(base=tmp_path, name="one", count=40), Night(base=tmp_path, name="two", count=40)
    one.draw()
    one.finish()
    assert not any(result.error for result in on_ray(two))
    two.check()
    assert two.pixels() == one.pixels()
    assert all(result.resumed for result in on_ray(two))


def test_a_ray_worker_that_is_killed_costs_no_image(cluster: Path, tmp_path: Path) -> None:
    cluster.unlink(missing_ok=True)
    one, two = Night(base=tmp_path, name="one", count=100), Night(base=tmp_path, name="two", count=100)
    one.draw()
    one.finish()
    assert not any(result.error for result in on_ray(two, kill_at=10))
    two.check()
    assert two.pixels() == one.pixels()
    assert 1 <= sum(item.attempts == 2 for item in two.items()) <= 12
    # Again is made what the actor had in hand: at most three tasks of four images.
    assert 100 <= cluster.stat().st_size // 65 <= 100 + 12


def test_a_row_that_kills_its_ray_worker_fails_alone(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.ray_executor.TASK_RETRIES", 1)
    night = Night(base=tmp_path, count=20, poison=1)
    night.draw()
    on_ray(night)
    # Twice beside others, of which Ray's retry is one, and twice alone.
    check_poisoned(night, attempts=4)


def test_without_ray_the_install_line_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real: Any = builtins.__import__

    def without_ray(name: str, *rest: Any, **more: Any) -> Any:
        if name == "ray":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_ray)
    night = Night(base=tmp_path, count=5)
    night.draw()
    with pytest.raises(InputError, match=r"executor ray needs ray: pip install .*\[ray\]"):
        on_ray(night)
