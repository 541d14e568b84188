"""`lineproof generate`: one wireframe and a prompt to assets, scored."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import (
    PATH,
    batch_size_option,
    clip_option,
    conditioning_options,
    floor_option,
    json_option,
    machine_options,
)


@click.command()
@click.argument("wireframe", type=PATH)
@click.option("--prompt", required=True, metavar="TEXT", help="What the asset should look like.")
@click.option("--negative", default="", metavar="TEXT", help="What it should not look like; acts at a cfg above 1.")
@conditioning_options
@click.option(
    "--model",
    default="embedded",
    show_default=True,
    metavar="NAME",
    help="See `lineproof models`; or a spec file .yaml, or a local folder.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same image.")
@click.option("--count", type=int, default=1, show_default=True, help="Images, with seeds SEED, SEED+1, ...")
@click.option("--scale", type=float, metavar="F", help="controlnet_conditioning_scale, 0 to 2; 0 is no control.")
@click.option(
    "--control-start", type=float, default=0.0, show_default=True, help="Fraction of the steps at which control starts."
)
@click.option(
    "--control-end", type=float, default=1.0, show_default=True, help="Fraction of the steps at which control ends."
)
@click.option("--steps", type=int, metavar="N", help="Denoising steps, 1 to 150. Default: the model's.")
@click.option("--cfg", type=float, metavar="F", help="Guidance scale, 0 to 30; 1 is none. Default: the model's.")
@click.option("--text", "texts", multiple=True, metavar="STRING", help="Text that must be on the asset; repeatable.")
@click.option(
    "--elements", type=PATH, metavar="FILE", help="JSON list of elements with boxes. Default: found in the wireframe."
)
@click.option("--out", type=PATH, default=Path("out"), show_default=True, metavar="DIR", help="Where assets are saved.")
@batch_size_option
@floor_option
@clip_option
@machine_options
@json_option
def generate(
    wireframe: Path,
    prompt: str,
    negative: str,
    conditioner: str,
    size: str | None,
    polarity: str,
    low: int,
    high: int,
    auto_thresholds: bool,
    model: str,
    seed: int,
    count: int,
    scale: float | None,
    control_start: float,
    control_end: float,
    steps: int | None,
    cfg: float | None,
    texts: tuple[str, ...],
    elements: Path | None,
    out: Path,
    batch_size: int | None,
    floor: bool,
    clip: str | None,
    device: str,
    download: bool,
    as_json: bool,
) -> None:
    """Make UI assets from WIREFRAME and a prompt, and score them.

    WIREFRAME is a PNG, JPEG, WebP or SVG of 16 to 4096 px a side. Beside each asset its control map (.map.png) and its
    scores (.scores.json) are saved; the asset's own metadata suffices for `lineproof replay`.
    """
    from pipeline.order import AssetOrder
    from pipeline.run import Studio
    from pipeline.settings import downloads_allowed, parse_size
    from ui.console import bars, print_json, print_scorecard, quiet_libraries, warn

    fetch = downloads_allowed(download)
    quiet_libraries(fetch)
    order = AssetOrder(
        wireframe=wireframe,
        prompt=prompt,
        negative=negative,
        conditioner=conditioner,
        model=model,
        seed=seed,
        count=count,
        size=parse_size(size) if size else None,
        scale=scale,
        steps=steps,
        cfg=cfg,
        control_start=control_start,
        control_end=control_end,
        texts=texts,
        elements=elements,
        polarity=polarity,
        low=low,
        high=high,
        automatic=auto_thresholds,
    )
    studio = Studio(device=device, download=fetch, batch_size=batch_size, clip=clip, floor=floor)
    prepared = studio.prepare(order)
    told: set[str] = set()
    with bars(count, as_json) as progress:
        studio.on_load = progress.message
        for finished in studio.run(prepared, out, progress.step):
            progress.asset()
            for text in finished.asset.warnings:
                if text not in told:
                    warn(text)
                    told.add(text)
            if as_json:
                print_json(finished.as_json())
            else:
                click.echo(f"{finished.files.asset}  (control map {finished.files.control_map.name})")
                click.echo(
                    f"{prepared.wireframe.polarity} wireframe, {finished.seconds:.1f} s, {finished.scores.verdict}"
                )
                print_scorecard(finished.scores)
