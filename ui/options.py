"""Options that several commands share, and how their values become an order. Nothing heavy is imported here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

PATH = click.Path(path_type=Path)


def stacked(*decorators: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """One decorator for several options, listed in help in the order given."""

    def apply(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return apply


conditioning_options = stacked(
    click.option(
        "--conditioner",
        default="canny",
        show_default=True,
        metavar="NAME",
        help="How lines are found: canny, scribble, lineart, or a learned one.",
    ),
    click.option(
        "--size",
        metavar="WxH",
        help="Canvas in px, 16 to 4096 a side: the wireframe is scaled to fit and centred, its ground fills the rest; "
        "no line is cut. Default: the wireframe's own size.",
    ),
    click.option(
        "--polarity",
        default="auto",
        show_default=True,
        metavar="auto|dark-on-light|light-on-dark",
        help="Which way round the drawing is.",
    ),
    click.option("--low", type=int, default=100, show_default=True, help="Canny's lower threshold."),
    click.option("--high", type=int, default=200, show_default=True, help="Canny's upper threshold."),
    click.option("--auto-thresholds", is_flag=True, help="Fit Canny's thresholds to the wireframe's contrast."),
)

machine_options = stacked(
    click.option("--device", default="auto", show_default=True, metavar="auto|cpu|cuda", help="Where the model runs."),
    click.option(
        "--download",
        is_flag=True,
        help="Fetch missing weights from the hub; without it (or LINEPROOF_ALLOW_DOWNLOAD=1) nothing is ever fetched.",
    ),
)

batch_size_option = click.option(
    "--batch-size", type=int, metavar="N", help="Images denoised together. Default: the model's for the device."
)

floor_option = click.option(
    "--floor",
    is_flag=True,
    help="Tell control_adherence between a measured floor (the same request at scale 0) and the autoencoder's ceiling; "
    "takes twice as long.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout, one object a line.")

clip_option = click.option(
    "--clip", metavar="MODEL", help="CLIP model for clip_score: a local folder or a model in the hub's cache."
)
