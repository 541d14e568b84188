"""The app under load, as users meet it: paint, preview, answers during a job, twenty clients, memory over many jobs.

    python -m benchmarks.bench_app --clients 20 --jobs-each 3 --memory-jobs 200

Starts `lineproof app` as a process of its own with the embedded model, and a headless Chromium beside it. Everything
runs on one machine, so the browser and the clients take their share of the same cores.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psutil
from PIL import Image

SAMPLE = Path(__file__).resolve().parents[1] / "samples" / "star-icon.png"
PROMPT = "a yellow flat icon of a star"
PATIENCE = 600.0


@contextmanager
def app(home: Path, *options: str) -> Iterator[tuple[str, psutil.Process]]:
    """A running app, started with further options of its command: its address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "ui", "app", "--home", str(home), "--port", str(port), *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}/"
    try:
        wait(lambda: _healthy(url))
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}healthz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def wait(true: Callable[[], Any]) -> None:
    """Wait until something holds; raises TimeoutError after `PATIENCE`."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def order(page: Any, steps: int, count: int, seed: int = 0) -> None:
    """Fill in the page Create, and press Generate."""
    page.set_input_files("#wireframe input[type=file]", str(SAMPLE))
    page.locator("#map img").wait_for()
    page.fill("#prompt textarea", PROMPT)
    page.get_by_role("button", name="Advanced").click()
    for label, value in (("Steps", steps), ("number input for Candidates", count), ("First seed", seed)):
        page.get_by_label(label, exact=True).fill(str(value))
        page.get_by_label(label, exact=True).press("Tab")
    page.click("#generate")


def pages(url: str, repeats: int) -> dict[str, Any]:
    """Seconds to paint and to the first preview, and answers while a job runs."""
    from playwright.sync_api import sync_playwright

    chromium = next(path for name in ("chromium", "google-chrome") if (path := shutil.which(name)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        paints, usable, previews = [], [], []
        for number in range(1, repeats + 1):
            page = browser.new_context().new_page()
            page.set_default_timeout(PATIENCE * 1000)
            started = time.perf_counter()
            page.goto(url)
            page.locator("#generate").wait_for()
            usable.append(time.perf_counter() - started)
            paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000)
            order(page, steps=2, count=1, seed=number)
            started = time.perf_counter()
            # The page shows the candidates of the job before until then; a quick job may be done before its preview.
            page.locator(f".lp-preview img, .lp-candidate[data-seed='{number}']").first.wait_for()
            previews.append(time.perf_counter() - started)
            page.locator(f".lp-candidate[data-seed='{number}']").wait_for()
            page.close()
        answers = _answers(browser, url)
        browser.close()
    return {
        "first_contentful_paint_s": round(median(paints), 3),
        "page_usable_s": round(median(usable), 3),
        "first_preview_cold_s": round(previews[0], 3),
        "first_preview_warm_s": round(median(previews[1:] or previews), 3),
    } | answers


def _answers(browser: Any, url: str) -> dict[str, Any]:
    """Milliseconds of requests, and of choosing another candidate, while a long job runs."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(url)
    order(page, steps=150, count=8)
    page.locator("#status", has_text="Working").wait_for()
    found: dict[str, list[float]] = {"healthz": [], "page": [], "config": []}
    with httpx.Client(base_url=url, timeout=60) as client:
        for _ in range(40):
            for name, path in (("healthz", "healthz"), ("page", ""), ("config", "config")):
                started = time.perf_counter()
                client.get(path).raise_for_status()
                found[name].append((time.perf_counter() - started) * 1000)
            time.sleep(0.05)
    page.click("#cancel")
    page.locator("#status", has_text="Cancelled").wait_for()
    page.close()
    return {
        f"{name}_during_job_ms": {
            "median": round(median(times), 1),
            "p95": round(sorted(times)[int(0.95 * len(times))], 1),
        }
        for name, times in found.items()
    }


def clients(url: str, count: int, jobs_each: int) -> dict[str, Any]:
    """Many clients at once, each with jobs of its own seeds; every answer is held to what was asked."""
    started = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        done = list(pool.map(lambda number: _client(url, number, jobs_each), range(count)))
    seconds = time.perf_counter() - started
    right = sum(map(sum, done))
    total = count * jobs_each
    return {"clients": count, "jobs": total, "answered_right": right, "seconds": round(seconds, 1)}


def _client(url: str, number: int, jobs: int) -> list[bool]:
    return answered(url, range(1000 * number + 1, 1000 * number + 1 + jobs))


def answered(url: str, seeds: Sequence[int]) -> list[bool]:
    """Hand in a job for each seed at once, and tell for each answer whether it is the one that was asked for."""
    from gradio_client import Client, handle_file

    client = Client(url, verbose=False)
    size = Image.open(SAMPLE).size
    jobs = [
        client.submit(
            wireframe=handle_file(str(SAMPLE)), prompt=PROMPT, seed=seed, count=1, steps=1, api_name="/generate"
        )
        for seed in seeds
    ]
    right = []
    for seed, job in zip(seeds, jobs, strict=True):
        images, scores, control_map = job.result(timeout=PATIENCE)
        named = len(images) == 1 and images[0]["caption"].startswith(f"seed {seed} ") and bool(scores["data"])
        right.append(named and Image.open(images[0]["image"]).size == Image.open(control_map).size == size)
    return right


def memory(url: str, process: psutil.Process, jobs: int) -> dict[str, Any]:
    """Resident memory in MiB over many jobs, measured after every tenth of them."""
    part, series, right = max(1, jobs // 10), [_resident(process)], 0
    for start in range(0, jobs, part):
        right += sum(answered(url, range(100_000 + start, 100_000 + min(start + part, jobs))))
        series.append(_resident(process))
    return {"memory_jobs": jobs, "memory_jobs_right": right, "resident_mib": series}


def _resident(process: psutil.Process) -> int:
    return int(process.memory_info().rss // 2**20)


def main() -> int:
    """Run all parts and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_app", description="The app under load.")
    parser.add_argument("--repeats", type=int, default=4, help="pages opened, the first with a model to load")
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--jobs-each", type=int, default=3)
    parser.add_argument("--memory-jobs", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, app(Path(folder) / "home") as (url, process):
        told: dict[str, Any] = {"cores": psutil.cpu_count(), "load_before": round(psutil.getloadavg()[0], 1)}
        parts: tuple[Callable[[], dict[str, Any]], ...] = (
            lambda: pages(url, arguments.repeats),
            lambda: clients(url, arguments.clients, arguments.jobs_each),
            lambda: memory(url, process, arguments.memory_jobs),
        )
        for part in parts:
            found = part()
            print(found, file=sys.stderr, flush=True)
            told |= found
        told["load_after"] = round(psutil.getloadavg()[0], 1)
    print(json.dumps(told, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
