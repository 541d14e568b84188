"""`lineproof models`: what can be used here."""

from __future__ import annotations

import click

from ui.options import json_option


@click.command()
@click.option("--download", metavar="NAME", help="Fetch the weights of this model from the hub.")
@json_option
def models(download: str | None, as_json: bool) -> None:
    """List the models, where their weights come from, and whether they are on this machine."""
    from pipeline.models import load_spec, names
    from pipeline.weights import availability, find_files
    from ui.console import print_json, print_table, quiet_libraries

    quiet_libraries(download is not None)
    if download is not None:
        spec = load_spec(download)
        for conditioner in sorted(spec.controlnets):
            find_files(spec, conditioner, download=True)
    rows = []
    for name in names():
        spec = load_spec(name)
        found = availability(spec)
        if as_json:
            print_json(
                {
                    "name": name,
                    "title": spec.title,
                    "source": spec.source,
                    "license": spec.license,
                    "conditioners": [
                        {"name": item.conditioner, "origin": item.origin, "ready": item.ready, "missing": item.missing}
                        for item in found
                    ],
                }
            )
        rows += [
            [name, item.conditioner, spec.source, item.origin, "ready" if item.ready else "missing"] for item in found
        ]
    if not as_json:
        print_table(["model", "conditioner", "source", "weights", "here"], rows)
        if any(row[-1] == "missing" for row in rows):
            click.echo("Fetch a model from the hub with: lineproof models --download NAME")
