"""A batch of stubs in a process of its own, which tests may kill; and what is left of it afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipeline.batch import BatchSettings, run_batch
from pipeline.manifest import OrderRow
from pipeline.store.folder import DATABASE, MARKER, VARIABLE, open_run
from pipeline.store.records import StoredItem
from tests.pipeline.batch.stub import FAILING, LOG, SLOW, StubStudio
from tests.pipeline.conftest import drawing

POISON = "poison"

_processes = get_context("forkserver")
# Forked from a process that has loaded everything, a batch is there in a moment, however often it is killed.
_processes.set_forkserver_preload(["tests.pipeline.batch.night", "pipeline.stroke_width", "skimage.morphology"])


@dataclass(frozen=True, kw_only=True)
class Night:
    """A manifest of `count` images in a folder, and the run that is made of it."""

    base: Path
    count: int = 200
    store: str = ""
    batch_size: int = 4
    seconds: float = 0.0
    name: str = "run"
    poison: int | None = None
    """The row whose images end the process that makes them."""

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.base / self.name

    @property
    def log(self) -> Path:
        """Where each generation is noted."""
        return self.base / f"{self.name}.log"

    def draw(self) -> None:
        """The wireframes."""
        self.base.mkdir(exist_ok=True)
        for number in range(5):
            drawing(60 + number, 40).save(self.base / f"{number}.png")

    def rows(self) -> list[OrderRow]:
        """Rows of five seeds."""
        return [
            OrderRow.model_validate(
                {
                    "id": f"row-{number}",
                    "wireframe": f"{number % 5}.png",
                    "prompt": POISON if number == self.poison else f"button {number}",
                    "count": 5,
                    "elements": [],
                    "tags": [f"component={number % 3}"],
                }
            )
            for number in range(self.count // 5)
        ]

    def start(self, settings: Mapping[str, Any] | None = None) -> BaseProcess:
        """Run the batch in a process."""
        process = _processes.Process(target=_run, args=(self, dict(settings or {})))
        process.start()
        return process

    def finish(self, settings: Mapping[str, Any] | None = None) -> None:
        """Run the batch to its end."""
        process = self.start(settings)
        process.join(300)
        assert process.exitcode == 0, process.exitcode

    def made(self) -> int:
        """How often an image was made so far."""
        return self.log.stat().st_size // 65 if self.log.exists() else 0

    def items(self) -> list[StoredItem]:
        """What the store says."""
        run = open_run(self.folder)
        try:
            return list(run.items())
        finally:
            run.store.close()

    def pixels(self) -> dict[str, bytes]:
        """The pixels of every asset in the folder, by its name."""
        return {path.name: _pixels(path) for path in self.folder.glob("*.png") if ".map." not in path.name}

    def check(self) -> None:
        """Every asset is there once, with its map and scores, and nothing else is."""
        items = self.items()
        assert [item.status for item in items] == ["done"] * self.count
        names: list[str] = []
        for item in items:
            assert item.asset is not None
            names += [item.asset.asset, item.asset.control_map, item.asset.scores]
            line = json.loads((self.folder / item.asset.scores).read_text())
            assert (line["id"], line["seed"], line["job"]) == (item.row_id, item.seed, item.asset.job)
        found = {path.name for path in self.folder.iterdir() if not path.name.startswith((DATABASE, MARKER))}
        assert len(names) == len(set(names)) == 3 * self.count
        assert found == set(names)


def _run(night: Night, settings: dict[str, Any]) -> None:
    os.environ[LOG] = str(night.log)
    os.environ[SLOW] = str(night.seconds)
    os.environ[FAILING] = POISON
    os.environ[VARIABLE] = night.store
    studio = StubStudio(device="cpu", batch_size=night.batch_size)
    for _ in run_batch(night.rows(), night.base, night.folder, studio, settings=BatchSettings(**settings)):
        pass


def _pixels(path: Path) -> bytes:
    with Image.open(path) as image:
        return np.asarray(image).tobytes()


def wait_for(condition: Callable[[], bool], process: BaseProcess) -> None:
    """Wait until something is so, or the process has ended."""
    while not condition() and process.is_alive():
        process.join(0.002)
