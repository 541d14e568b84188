"""What a batch costs beside model and scores: per item, to start again, to report, on Ray. The result is a JSON file.

python -m benchmarks.bench_batch --items 10000 --out benchmarks/results/batch.json
python -m benchmarks.bench_batch --workers --items 1000 --out benchmarks/results/batch.json
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw

from benchmarks.stub_studio import StubStudio
from conditioners.errors import LineproofError
from pipeline.batch import BatchSettings, run_batch
from pipeline.environment import versions
from pipeline.manifest import OrderRow, read_manifest

BARS: Final = {"item_ms": 5.0, "resume_s": 3.0, "report_s": 20.0, "report_mib": 1024.0}
WIREFRAMES: Final = 100


def draw(folder: Path, items: int) -> Path:
    """Write wireframes and a manifest of `items` images, five seeds a row, and return the manifest."""
    for number in range(WIREFRAMES):
        image = Image.new("L", (96 + number % 8, 64), 255)
        ImageDraw.Draw(image).rounded_rectangle((4, 4, 90, 20 + number % 40), 5, outline=0, width=2)
        image.save(folder / f"{number}.png")
    path = folder / "manifest.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "wireframe", "prompt", "seed", "tags"])
        for number in range(items):
            wireframe = number // 5 % WIREFRAMES
            writer.writerow([f"row-{number}", f"{wireframe}.png", "a blue flat button", number, "component=button"])
    return path


def timed(rows: list[OrderRow], base: Path, run: Path, settings: BatchSettings) -> dict[str, float]:
    """Run a batch; return wall and processor milliseconds per item after the first, which waits for start-up."""
    results = iter(run_batch(rows, base, run, StubStudio(device="cpu"), settings=settings))
    started = time.perf_counter()
    failed = bool(next(results).error)
    first, processor, waited = time.perf_counter(), time.process_time(), _waited(run)
    failed |= any(result.error for result in results)
    if failed:
        raise LineproofError("the stub's batch must not fail")
    count = len(rows) - 1
    found = {
        "items": float(len(rows)),
        "start_s": first - started,
        "wall_ms": (time.perf_counter() - first) / count * 1e3,
        "processor_ms": (time.process_time() - processor) / count * 1e3,
    }
    return {name: round(value, 3) for name, value in found.items()} | waited


def _waited(run: Path) -> dict[str, float]:
    """What it costs here and now to sync a small file, in ms: the part of the overhead that is the disk's."""
    path, count = run / "probe", 50
    started = time.perf_counter()
    for _ in range(count):
        with path.open("wb") as file:
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
    path.unlink()
    return {"sync_ms": round((time.perf_counter() - started) / count * 1e3, 3)}


def command(*arguments: str) -> dict[str, float]:
    """Run lineproof in a process of its own; return its seconds, those of the processor, and its peak in MiB."""
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "ui", *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise LineproofError(f"lineproof {arguments[0]} must end with 0, got {process.returncode}")
    return {
        "wall_s": round(time.perf_counter() - started, 2),
        "processor_s": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mib": round(usage.ru_maxrss / 1024, 1),
    }


def machine() -> dict[str, Any]:
    """On what was measured."""
    model = platform.processor() or platform.machine()
    with_name = [line for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return {
        "processor": with_name[0].partition(":")[2].strip() if with_name else model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "load_average": round(os.getloadavg()[0], 2),
        "versions": versions(),
    }


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@contextmanager
def _ray(root: Path) -> Iterator[None]:
    """A cluster of two on this machine, started before the clock is."""
    import ray

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "include_dashboard": False}
    ray.init(address="local", num_cpus=2, runtime_env={"env_vars": {"PYTHONPATH": str(root)}}, **quiet)
    try:
        yield
    finally:
        ray.shutdown()


def measure(folder: Path, items: int) -> dict[str, Any]:
    """What a long batch costs; `folder` should be on the kind of disk that runs are on."""
    manifest, run = draw(folder, items), folder / "run"
    rows = read_manifest(manifest, OrderRow)
    found: dict[str, Any] = {"local": timed(rows, folder, run, BatchSettings())}
    print(json.dumps(found), file=sys.stderr, flush=True)
    found["peak_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    found["store_bytes_an_item"] = round((run / "lineproof.db").stat().st_size / items)
    found["resume"] = command("batch", str(manifest), "--out", str(run))
    found["resume_json"] = command("batch", str(manifest), "--out", str(run), "--json")
    found["export"] = command("export", str(run), "--out", str(folder / "parquet"))
    found["report"] = command("report", str(run), "--out", str(folder / "report.html"))
    found["report_html_mib"] = round((folder / "report.html").stat().st_size / 2**20, 2)
    return found


def measure_workers(folder: Path, items: int) -> dict[str, Any]:
    """What an item costs on one thread pool, on two Ray actors, in two processes."""
    rows = read_manifest(draw(folder, items), OrderRow)
    found: dict[str, Any] = {"local": timed(rows, folder, folder / "local", BatchSettings())}
    print(json.dumps(found), file=sys.stderr, flush=True)
    with _ray(Path(__file__).resolve().parents[1]):
        found["ray_2"] = timed(rows, folder, folder / "ray", BatchSettings(executor="ray", workers=2))
    print(json.dumps(found), file=sys.stderr, flush=True)
    found["processes_2"] = timed(rows, folder, folder / "processes", BatchSettings(workers=2))
    return found


def main() -> int:
    """Parse the command line, measure, write the file and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_batch", description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--workers", action="store_true", help="measure Ray and processes, and not the rest")
    parser.add_argument("--folder", type=Path, default=None, help="where to work, on the disk to be measured")
    parser.add_argument("--out", type=Path, default=None, help="the JSON file, in which other figures are kept")
    arguments = parser.parse_args()
    part, work = ("workers", measure_workers) if arguments.workers else ("batch", measure)
    told: dict[str, Any] = {"bars": BARS, part: {"machine": machine()}}
    try:
        if arguments.folder:
            arguments.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="lineproof-bench-", dir=arguments.folder) as folder:
            told[part] |= work(Path(folder), arguments.items)
    except LineproofError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    print(json.dumps(told, indent=2))
    if arguments.out is not None:
        kept = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.exists() else {}
        arguments.out.write_text(json.dumps(kept | told, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
