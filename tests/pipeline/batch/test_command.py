"""`lineproof batch` in a process of its own: interrupted, gone on with, its JSON, its store somewhere else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.store.folder import VARIABLE
from tests.pipeline.batch.stub import LOG, SLOW
from tests.pipeline.conftest import drawing

ROOT = Path(__file__).resolve().parents[3]
COUNT = 40


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A manifest of forty images, and one that fails."""
    drawing(60, 40).save(tmp_path / "button.png")
    rows = [{"id": f"r{n}", "wireframe": "button.png", "prompt": f"p{n}", "elements": []} for n in range(COUNT)]
    rows[7]["prompt"] = "fails"
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def call(manifest: Path, *options: str, **more: Any) -> list[Any]:
    module = "tests.pipeline.batch.command"
    return [sys.executable, "-m", module, "batch", str(manifest), "--out", str(manifest.parent / "run"), *options]


def environment(manifest: Path, **more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), LOG: str(manifest.parent / "log")} | more


def test_ctrl_c_finishes_what_is_in_hand_and_says_how_to_go_on(manifest: Path) -> None:
    printed = manifest.parent / "printed"
    with printed.open("w") as stdout:
        process = subprocess.Popen(
            call(manifest, "--json"),
            env=environment(manifest, **{SLOW: "0.05"}),
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )
    while not printed.stat().st_size and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=120)
    lines = [json.loads(line) for line in printed.read_text().splitlines()]
    assert 0 < len(lines) < COUNT
    assert process.returncode == 1
    assert "lineproof: finishing what is in hand; Ctrl-C again ends at once" in told
    left = COUNT - len(lines)
    assert f"stopped with {left} of {COUNT} images left: the same command goes on from here" in told
    made = len((manifest.parent / "log").read_text().split())
    done = subprocess.run(
        call(manifest, "--json"), env=environment(manifest), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    again = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in again] == [f"r{n}" for n in range(COUNT)]
    assert [line for line in again if line["id"] in {one["id"] for one in lines}] == lines, "made or kept, the same"
    assert again[7] == {"id": "r7", "error": "seed 0: the model gave non-finite values (nan)"}
    assert done.stderr == "lineproof: warning: row r7 failed: seed 0: the model gave non-finite values (nan)\n"
    assert len((manifest.parent / "log").read_text().split()) == COUNT - 1
    assert made <= len(lines)


def test_a_store_elsewhere_is_found_again(manifest: Path, tmp_path: Path) -> None:
    stores = environment(manifest, **{VARIABLE: f"sqlite:///{tmp_path}/team.db"})
    subprocess.run(call(manifest), env=stores, capture_output=True, check=False)
    marker = json.loads((tmp_path / "run" / "lineproof.json").read_text())
    assert marker == {"version": 1, "run": marker["run"], "store": f"sqlite:///{tmp_path}/team.db"}
    assert not (tmp_path / "run" / "lineproof.db").exists()
    again = subprocess.run(
        call(manifest), env=environment(manifest, **{VARIABLE: ""}), capture_output=True, text=True, check=False
    )
    assert again.stdout.count("(kept)") == COUNT - 1
    report = [sys.executable, "-m", "ui", "report", str(tmp_path / "run"), "--json"]
    told = subprocess.run(report, env=environment(manifest), cwd=ROOT, capture_output=True, text=True, check=True)
    assert (json.loads(told.stdout)["assets"], json.loads(told.stdout)["errors"]) == (COUNT - 1, 1)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({VARIABLE: "mysql://me:secret@host/db"}, "store must be a sqlite or postgresql URL"),
        (
            {VARIABLE: "sqlite:////nowhere/at/all.db"},
            "store sqlite:////nowhere/at/all.db: unable to open database file",
        ),
    ],
)
def test_a_store_that_cannot_be_used_is_one_line(manifest: Path, variables: dict[str, str], message: str) -> None:
    done = subprocess.run(
        call(manifest), env=environment(manifest, **variables), capture_output=True, text=True, check=False
    )
    assert done.returncode in (1, 2)
    assert done.stderr.startswith(f"lineproof: {message}")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr
