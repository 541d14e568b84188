"""`lineproof export`: everything that the store knows of a run, as Parquet."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from ui.options import PATH, json_option


@click.command()
@click.argument("run", type=PATH)
@click.option("--out", type=PATH, required=True, metavar="DIR", help="Folder of the Parquet files, one a table.")
@json_option
def export(run: Path, out: Path, as_json: bool) -> None:
    """Write the tables of RUN as Parquet files: orders, assets, measurements, elements, verdicts.

    RUN is a folder that `batch` or `sweep` wrote; see docs/store.md for the tables.
    """
    from pipeline.store.folder import open_run
    from pipeline.store.parquet import export_run
    from ui.console import print_json

    opened = open_run(run)
    with closing(opened.store):
        counts = export_run(opened, out)
    if as_json:
        print_json({"version": 1, "out": str(out), "rows": counts})
        return
    for table, rows in counts.items():
        click.echo(f"{rows:>9}  {out / f'{table}.parquet'}")
