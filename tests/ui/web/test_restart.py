"""The server killed in the middle of a job, as a power cut would: the next start finishes what was begun."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.jobs.home import Home
from pipeline.jobs.queue import JobQueue
from pipeline.store.store import Store
from tests.ui.web.conftest import PATIENCE_MS, free_port

pytestmark = pytest.mark.slow


def until(true: Callable[[], Any], what: str) -> Any:
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        found = true()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


@contextmanager
def app(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`lineproof app` in a process of its own, killed at the end."""
    command = [sys.executable, "-m", "ui", "app", "--home", str(home), "--port", str(port), "--device", "cpu"]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        until(lambda: process.poll() is not None or answers(port), "the app")
        assert process.poll() is None
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_killed_server_loses_no_job_and_makes_nothing_twice(tmp_path: Path) -> None:
    from gradio_client import Client, handle_file

    home, port = tmp_path / "home", free_port()
    with app(home, port):
        client = Client(f"http://127.0.0.1:{port}", verbose=False)
        for seed in (1, 50):
            client.submit(
                handle_file("samples/star-icon.png"), "a yellow star", "", "embedded", "canny", "auto", seed, 2, 1.0,
                30, None, "", "", api_name="/generate",
            )  # fmt: skip
        store = Store.open(Home(root=home).store_url)
        queue = JobQueue(store)
        until(lambda: len(queue.of("local")) == 2, "two jobs")
        (begun,) = until(lambda: [job for job in queue.of("local") if job.status == "running"], "a running job")
        folder = Home(root=home).job("local", begun.key)
        first = until(lambda: list(folder.glob("*.overlay.png")), "its first image")[0]
        assert [job for job in queue.of("local") if job.active]
    made = first.with_name(first.name.replace(".overlay", "")).stat().st_mtime_ns
    held = queue.find(begun.key, "local")
    assert held is not None
    assert held.status == "running"

    with app(home, port):
        until(lambda: all(job.status == "done" for job in queue.of("local")), "both jobs")
    store.close()
    assert first.with_name(first.name.replace(".overlay", "")).stat().st_mtime_ns == made
    for job in queue.of("local"):
        assert len(list(Home(root=home).job("local", job.key).glob("*.overlay.png"))) == 2
