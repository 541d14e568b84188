"""`lineproof batch`: every row of a manifest."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from pathlib import Path
from typing import Literal, TextIO

import click

from ui.options import PATH, batch_size_option, clip_option, floor_option, json_option, machine_options


@click.command()
@click.argument("manifest", type=PATH)
@click.option("--out", "run", type=PATH, required=True, metavar="RUN", help="Folder of the run.")
@click.option(
    "--executor",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where images are made: on this machine, or on a Ray cluster (RAY_ADDRESS, or a local one).",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 1024),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes, or Ray actors, each with a model of its own.",
)
@click.option("--retry-failed", is_flag=True, help="Try rows again that failed and have not changed since.")
@click.option(
    "--assets", default="", metavar="URL", help="Where images are saved, such as s3://bucket/folder. Default: RUN."
)
@batch_size_option
@floor_option
@click.option("--dry-run", is_flag=True, help="Make nothing: count the images and estimate the time.")
@click.option("--strict", is_flag=True, help="Make nothing unless the files of every row can be used.")
@clip_option
@machine_options
@json_option
def batch(
    manifest: Path,
    run: Path,
    executor: Literal["local", "ray"],
    workers: int,
    retry_failed: bool,
    assets: str,
    batch_size: int | None,
    floor: bool,
    dry_run: bool,
    strict: bool,
    clip: str | None,
    device: str,
    download: bool,
    as_json: bool,
) -> None:
    """Make and score the assets of MANIFEST: CSV, JSONL or YAML, one order a row, columns as `generate`'s options.

    MANIFEST may also be a folder of wireframes, each with its prompt in a .txt file beside it. Rows may hold ranges,
    lists and {a|b} alternatives, see docs/manifest.md. All rows are checked before anything is made. Paths are relative
    to the manifest. Started again on the same RUN it goes on where it stopped, whatever stopped it; Ctrl-C finishes
    what is in hand. A row that fails is reported with its id and does not stop the others; the exit status is then 1.
    """
    from pipeline.batch import BatchSettings, count_images, inputs_of, known_rows, run_batch
    from pipeline.export import check_folder
    from pipeline.manifest import base_of
    from pipeline.manifest_check import check_manifest
    from pipeline.run import Studio
    from pipeline.settings import downloads_allowed
    from ui.batch_progress import batch_bars, stop_on_interrupt
    from ui.console import quiet_libraries, warn

    fetch = downloads_allowed(download)
    quiet_libraries(fetch)
    studio = Studio(device=device, download=fetch, batch_size=batch_size, clip=clip, floor=floor)
    if dry_run:
        from ui.dry_run import show_plan

        show_plan(manifest, run, studio, as_json)
        return
    inputs = inputs_of(base_of(manifest), studio)
    checked = check_manifest(manifest, fetch, strict, known_rows(run, inputs))
    check_folder(run)
    told = {one.id for one in checked.files.bad}
    for one in checked.files.bad:
        warn(f"row {one.id} failed: {one.message}")
    rows, stop = checked.rows, threading.Event()
    width = max(len(str(row.id)) for row in rows)
    settings = BatchSettings(executor=executor, workers=workers, retry_failed=retry_failed, assets=assets)
    with (
        batch_bars(count_images(rows), as_json) as progress,
        stop_on_interrupt(stop),
        _stdout_for_results(executor) as told_to,
    ):
        studio.on_load = progress.message
        for result in run_batch(
            rows,
            checked.base,
            run,
            studio,
            progress.step,
            progress.message,
            settings=settings,
            inputs=inputs,
            stop=stop,
        ):
            progress.result(result)
            if as_json:
                click.echo(result.as_text(), file=told_to)
            if result.head is None:
                if result.id not in told:
                    warn(f"row {result.id} failed: {result.error}")
                continue
            for text in result.head.warnings:
                warn(f"row {result.id}: {text}")
            if not as_json:
                kept = "  (kept)" if result.resumed else ""
                click.echo(f"{result.id:<{width}}  {result.verdict:8}  {result.head.asset}{kept}", file=told_to)
    count = progress.count
    if not as_json:
        click.echo(
            f"{count.assets} assets in {run}, {count.passed} passed all checks, {count.errors} failed to be made"
        )
    if count.done < count.total:
        warn(
            f"stopped with {count.total - count.done} of {count.total} images left: the same command goes on from here"
        )
    if count.errors or count.done < count.total:
        raise click.exceptions.Exit(1)


@contextmanager
def _stdout_for_results(executor: str) -> Iterator[TextIO]:
    """Yield the stream for results; what Ray prints there of its own processes goes to stderr."""
    results = sys.stdout
    with redirect_stdout(sys.stderr) if executor == "ray" else nullcontext():
        yield results
