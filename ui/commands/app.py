"""`lineproof app`: the front end in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import PATH


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=7860, show_default=True, metavar="N", help="Port to listen on."
)
@click.option(
    "--users",
    type=PATH,
    metavar="FILE",
    help="Let in only who is in this file, made by `lineproof users add`; needed on any address but this machine's.",
)
@click.option(
    "--home",
    type=PATH,
    default=Path(".lineproof"),
    show_default=True,
    metavar="DIR",
    help="Where jobs, uploads and what was made of them are kept.",
)
@click.option(
    "--runs",
    type=PATH,
    default=Path("runs"),
    show_default=True,
    metavar="DIR",
    help="Runs of the command line to show, by everybody who may log in.",
)
@click.option("--device", default="auto", show_default=True, metavar="auto|cpu|cuda", help="Where the model runs.")
def app(host: str, port: int, users: Path | None, home: Path, runs: Path, device: str) -> None:
    """Serve the front end, on this machine alone unless told otherwise."""
    from ui.console import quiet_libraries
    from ui.web.serve import AppSettings, Server

    quiet_libraries(download=False)
    settings = AppSettings(host=host, port=port, users=users, home=home, runs=runs, device=device)
    Server(settings).run(
        lambda url: click.echo(f"Lineproof is at {url} (Ctrl+C ends it; jobs go on at the next start)")
    )
