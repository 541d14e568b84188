"""`lineproof replay`: an asset made again from its own metadata."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import PATH, json_option, machine_options


@click.command()
@click.argument("asset", type=PATH)
@click.option("--out", type=PATH, metavar="FILE", help="Save the image made again as this PNG.")
@machine_options
@json_option
def replay(asset: Path, out: Path | None, device: str, download: bool, as_json: bool) -> None:
    """Make ASSET.png again from its own metadata and compare the pixels.

    The wireframe is looked for at its recorded path, from here and from the asset; where it is gone, the saved control
    map beside the asset is used. Exit status 1 if the pixels differ.
    """
    from conditioners.errors import InputError
    from pipeline.export import check_folder, png_bytes, write_atomic
    from pipeline.replay import replay as make_again
    from pipeline.settings import downloads_allowed
    from ui.console import bars, print_json, quiet_libraries

    fetch = downloads_allowed(download)
    quiet_libraries(fetch)
    if out is not None:
        if out.suffix.lower() != ".png" or out.is_dir():
            raise InputError(f"out must name a .png file, got {out}")
        check_folder(out.parent)
    with bars(1, as_json) as progress:
        result = make_again(asset, device, fetch, progress.step)
    if out is not None:
        write_atomic(out, png_bytes(result.asset.pixels))
    if as_json:
        print_json(
            {
                "asset": str(asset),
                "identical": result.identical,
                "differing_pixels": result.differing,
                "largest_difference": result.largest,
                "from": str(result.origin),
                "changes": list(result.changes),
            }
        )
    else:
        verdict = (
            "identical pixels"
            if result.identical
            else f"{result.differing} pixels differ, by at most {result.largest} of 255"
        )
        click.echo(f"{asset}: {verdict} (from {result.origin})")
        for change in result.changes:
            click.echo(f"  changed since: {change}")
    if not result.identical:
        raise click.exceptions.Exit(1)
