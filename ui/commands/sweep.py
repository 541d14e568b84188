"""`lineproof sweep`: prompt adherence against control adherence over control scales."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.options import PATH, clip_option, json_option, machine_options

if TYPE_CHECKING:
    from pipeline.sweep import Sweep

PAGE = "sweep.html"


@click.command()
@click.argument("wireframe", type=PATH)
@click.option("--prompt", required=True, metavar="TEXT", help="What the asset should look like.")
@click.option(
    "--scale",
    "scales",
    default="0,0.5,1.0,1.5",
    show_default=True,
    metavar="F,F,...",
    help="Values of controlnet_conditioning_scale to try, 0 to 2.",
)
@click.option("--seeds", type=click.IntRange(1, 1000), default=4, show_default=True, help="Images at each scale.")
@click.option("--seed", type=int, default=0, show_default=True, help="The first seed; every scale gets the same ones.")
@click.option("--negative", default="", metavar="TEXT", help="What it should not look like; acts at a cfg above 1.")
@click.option("--conditioner", default="canny", show_default=True, metavar="NAME", help="How lines are found.")
@click.option("--model", default="embedded", show_default=True, metavar="NAME", help="See `lineproof models`.")
@click.option("--size", metavar="WxH", help="Canvas in px. Default: the wireframe's own size.")
@click.option("--steps", type=int, metavar="N", help="Denoising steps, 1 to 150. Default: the model's.")
@click.option("--cfg", type=float, metavar="F", help="Guidance scale, 0 to 30; 1 is none. Default: the model's.")
@click.option("--text", "texts", multiple=True, metavar="STRING", help="Text that must be on the asset; repeatable.")
@click.option(
    "--elements", type=PATH, metavar="FILE", help="JSON list of elements with boxes. Default: found in the wireframe."
)
@click.option("--out", "run", type=PATH, required=True, metavar="RUN", help="Folder of the run.")
@clip_option
@machine_options
@json_option
def sweep(
    wireframe: Path,
    prompt: str,
    scales: str,
    seeds: int,
    seed: int,
    negative: str,
    conditioner: str,
    model: str,
    size: str | None,
    steps: int | None,
    cfg: float | None,
    texts: tuple[str, ...],
    elements: Path | None,
    run: Path,
    clip: str | None,
    device: str,
    download: bool,
    as_json: bool,
) -> None:
    """Find the control scale for WIREFRAME: what keeping the lines costs in following the prompt.

    RUN is a folder that `report` reads; sweep.html in it shows the trade-off, the scales that no other beats in both,
    and the recommended one. Started again on the same RUN it goes on where it stopped.
    """
    from pipeline.batch import run_batch
    from pipeline.export import check_folder, write_atomic
    from pipeline.manifest import OrderRow
    from pipeline.results import load_results
    from pipeline.run import Studio
    from pipeline.settings import downloads_allowed
    from pipeline.sweep import parse_scales, summarise, sweep_rows, swept
    from pipeline.sweep_page import sweep_page
    from scoring.thresholds import load_thresholds
    from ui.console import bars, print_json, quiet_libraries, warn

    fetch = downloads_allowed(download)
    quiet_libraries(fetch)
    chosen = parse_scales(scales)
    order = OrderRow(
        wireframe=str(wireframe),
        prompt=prompt,
        negative=negative,
        conditioner=conditioner,
        model=model,
        seed=seed,
        count=seeds,
        size=size,
        steps=steps,
        cfg=cfg,
        text=texts,
        elements=None if elements is None else str(elements),
    )
    rows = sweep_rows(order, chosen)
    studio = Studio(device=device, download=fetch, clip=clip)
    # One wireframe, prompt and model for all: what is wrong with the call shows here, before anything is written.
    for row in rows:
        studio.prepare(row.order(Path()))
    check_folder(run)
    failed = False
    with bars(len(chosen) * seeds, as_json) as progress:
        studio.on_load = progress.message
        for result in run_batch(rows, Path(), run, studio, progress.step, progress.message):
            progress.asset()
            if result.line is None:
                failed = True
                warn(f"{result.id} failed: {result.error}")
    items, thresholds = swept(load_results(run), chosen), load_thresholds()
    found = summarise(items, thresholds)
    page = run / PAGE
    write_atomic(page, sweep_page(found, items, prompt, thresholds).encode("utf-8"))
    if as_json:
        print_json(found.as_json() | {"page": str(page)})
    else:
        _print(found, page)
    if failed:
        raise click.exceptions.Exit(1)


def _print(found: Sweep, page: Path) -> None:
    from pipeline.report_limits import percent
    from pipeline.sweep import KNOBS
    from pipeline.sweep_page import mean_words
    from ui.console import print_table

    rows = [
        [
            f"{one.scale:g}",
            mean_words(one.control),
            mean_words(one.prompt),
            percent(one.failure),
            "yes" if one.on_front else "",
            f"{one.quadrant}: {KNOBS[one.quadrant]}",
        ]
        for one in found.results
    ]
    print_table(["scale", "lines kept", "prompt followed", "assets that fail", "front", "knob"], rows)
    scale = "none" if found.recommended is None else f"{found.recommended:g}"
    click.echo(f"recommended scale: {scale} ({found.reason})")
    click.echo(page)
