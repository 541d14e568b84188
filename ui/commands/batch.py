"""`lineproof batch`: every row of a manifest."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import PATH, clip_option, json_option, machine_options


@click.command()
@click.argument("manifest", type=PATH)
@click.option("--out", "run", type=PATH, required=True, metavar="RUN", help="Folder of the run.")
@click.option(
    "--executor", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Where rows run."
)
@click.option(
    "--workers", type=click.IntRange(1, 1024), default=1, show_default=True, metavar="N", help="Rows at a time."
)
@clip_option
@machine_options
@json_option
def batch(
    manifest: Path, run: Path, executor: str, workers: int, clip: str | None, device: str, download: bool, as_json: bool
) -> None:
    """Make and score the assets of MANIFEST: CSV, JSONL or YAML, one order a row, columns as `generate`'s options.

    Paths in it are relative to it. Started again on the same RUN it goes on where it stopped. A row that fails is
    reported with its id and does not stop the others; the exit status is then 1.
    """
    from conditioners.errors import InputError
    from pipeline.batch import count_images, run_batch
    from pipeline.export import check_folder
    from pipeline.manifest import OrderRow, read_manifest
    from pipeline.run import Studio
    from pipeline.settings import downloads_allowed
    from ui.console import bars, print_json, quiet_libraries, warn

    if executor == "ray" or workers > 1:
        raise InputError(
            f"executor must be local with one worker in this version, got {executor} with {workers}: "
            "others arrive with the batch store"
        )
    fetch = downloads_allowed(download)
    quiet_libraries(fetch)
    rows = read_manifest(manifest, OrderRow)
    check_folder(run)
    done = failed = passed = 0
    width = max(len(str(row.id)) for row in rows)
    with bars(count_images(rows), as_json) as progress:
        studio = Studio(device=device, download=fetch, clip=clip, on_load=progress.message)
        for result in run_batch(rows, manifest.parent, run, studio, progress.step, progress.message):
            progress.asset()
            if as_json:
                print_json(result.as_json())
            if result.line is None:
                failed += 1
                warn(f"row {result.id} failed: {result.error}")
                continue
            done += 1
            verdict = result.line["scores"]["verdict"]
            passed += verdict == "passed"
            for text in result.line["warnings"]:
                warn(f"row {result.id}: {text}")
            if not as_json:
                click.echo(
                    f"{result.id:<{width}}  {verdict:8}  {result.line['asset']}{'  (kept)' if result.resumed else ''}"
                )
    if not as_json:
        click.echo(f"{done} assets in {run}, {passed} passed all checks, {failed} rows failed")
    if failed:
        raise click.exceptions.Exit(1)
