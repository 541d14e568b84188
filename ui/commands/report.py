"""`lineproof report`: what a run says of its model, for people and as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import PATH, json_option


@click.command()
@click.argument("run", type=PATH)
@click.argument("run_b", type=PATH, required=False)
@click.option("--out", type=PATH, metavar="FILE.html", help="The page to write. With --json it may be left out.")
@json_option
def report(run: Path, run_b: Path | None, out: Path | None, as_json: bool) -> None:
    """Tell how often assets of RUN fail, with intervals, as one HTML file that needs no network.

    RUN is a folder that `batch`, `generate` or `sweep` wrote. With RUN_B the two are compared on the orders that share
    wireframe and seed. With --json the rates are printed.
    """
    from conditioners.errors import InputError
    from pipeline.export import check_folder, write_atomic
    from pipeline.report import make_report
    from pipeline.report_limits import headline
    from pipeline.report_page import report_page
    from pipeline.results import load_results
    from pipeline.review import load_opinions
    from ui.console import print_json, quiet_libraries

    quiet_libraries(download=False)
    if out is None and not as_json:
        raise InputError("report needs --out FILE.html or --json, got neither")
    if out is not None:
        if out.suffix.lower() not in (".html", ".htm"):
            raise InputError(f"--out must be a .html file, got {out}")
        check_folder(out.parent)
    items = load_results(run)
    made = make_report(items, None if run_b is None else load_results(run_b), load_opinions(run, items))
    if out is not None:
        names = [folder.resolve().name for folder in (run, run_b) if folder is not None]
        write_atomic(out, report_page(made, *names).encode("utf-8"))
    if as_json:
        print_json(made.as_json())
    else:
        click.echo(headline(made.overall["any"], "assets", "any"))
        for limit in made.limits:
            click.echo(f"{limit.light:5}  {limit.subject}: {limit.sentence}")
        click.echo(out)
