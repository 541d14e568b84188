"""`lineproof app`: the front end in the browser."""

from __future__ import annotations

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=7860, show_default=True, metavar="N", help="Port to listen on."
)
def app(host: str, port: int) -> None:
    """Serve the front end, on this machine alone unless told otherwise."""
    from ui.app import serve
    from ui.console import quiet_libraries

    quiet_libraries(download=False)
    serve(host, port)
