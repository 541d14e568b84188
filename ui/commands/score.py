"""`lineproof score`: how well images keep to their wireframes and prompts, whatever made them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.options import PATH, clip_option, json_option

if TYPE_CHECKING:
    from scoring.score import Scorer


@click.command()
@click.argument("image", type=PATH, required=False)
@click.option("--wireframe", type=PATH, metavar="W", help="The wireframe that the image should follow.")
@click.option("--prompt", metavar="TEXT", help="The prompt that it should follow.")
@click.option("--text", "texts", multiple=True, metavar="STRING", help="Text that must be on the image; repeatable.")
@click.option(
    "--elements", type=PATH, metavar="FILE", help="JSON list of elements with boxes. Default: found in the wireframe."
)
@click.option(
    "--conditioner",
    metavar="NAME",
    help="Whose control map the image is held to. Default: the one in the image's own metadata, else canny.",
)
@click.option(
    "--fit",
    is_flag=True,
    help="Accept an image of another size; the wireframe is placed on it as with generate --size.",
)
@click.option(
    "--invented-text",
    is_flag=True,
    help="Look on the whole image for text that nobody ordered (text_invented); takes seconds an image.",
)
@click.option(
    "--overlay",
    type=PATH,
    metavar="FILE",
    help="Save a PNG of the kept (grey), missing (red) and invented (blue) edges and the largest shift.",
)
@click.option(
    "--manifest",
    type=PATH,
    metavar="FILE",
    help="Score many images: CSV/JSONL/YAML rows of image, wireframe, prompt, text, elements, id.",
)
@clip_option
@json_option
def score(
    image: Path | None,
    wireframe: Path | None,
    prompt: str | None,
    texts: tuple[str, ...],
    elements: Path | None,
    conditioner: str | None,
    fit: bool,
    invented_text: bool,
    overlay: Path | None,
    manifest: Path | None,
    clip: str | None,
    as_json: bool,
) -> None:
    """Score IMAGE against a wireframe, or all images of a manifest, one JSON line each.

    A row of the manifest that fails is reported with its id and does not stop the others; the exit status is then 1.
    """
    from pipeline.evaluate import ScoreOrder, scoring_request, write_overlay
    from scoring.score import Scorer
    from ui.console import print_json, print_scorecard, quiet_libraries

    quiet_libraries(download=False)
    if manifest is not None:
        if any((image, wireframe, prompt is not None, texts, elements, conditioner, overlay)):
            raise click.UsageError(
                "--manifest takes the place of IMAGE, --wireframe, --prompt, --text, --elements, --conditioner and "
                "--overlay, got both"
            )
        _score_manifest(manifest, Scorer(clip=clip), fit, invented_text)
        return
    if image is None or wireframe is None:
        raise click.UsageError("score needs IMAGE and --wireframe, or --manifest")
    order = ScoreOrder(
        image=image,
        wireframe=wireframe,
        prompt=prompt,
        texts=texts,
        elements=elements,
        conditioner=conditioner,
        fit=fit,
        invented_text=invented_text,
    )
    request = scoring_request(order)
    card = Scorer(clip=clip).score(request)
    if overlay is not None:
        write_overlay(request, card, overlay)
    if as_json:
        print_json(card.as_json())
    else:
        click.echo(f"{image}  {card.verdict}")
        print_scorecard(card)


def _score_manifest(manifest: Path, scorer: Scorer, fit: bool, invented_text: bool) -> None:
    from pipeline.evaluate import score_rows
    from pipeline.manifest import ScoreRow, read_manifest
    from ui.console import print_json, warn

    failed = False
    for line in score_rows(read_manifest(manifest, ScoreRow), manifest.parent, scorer, fit, invented_text):
        print_json(line)
        if "error" in line:
            failed = True
            warn(f"row {line['id']} failed: {line['error']}")
    if failed:
        raise click.exceptions.Exit(1)
