"""The `lineproof` command. Commands import what they need when they run, so that help is instant."""

from __future__ import annotations

import click

from ui.commands.app import app
from ui.commands.batch import batch
from ui.commands.condition import condition
from ui.commands.export import export
from ui.commands.generate import generate
from ui.commands.models import models
from ui.commands.replay import replay
from ui.commands.report import report
from ui.commands.review import review
from ui.commands.score import score
from ui.commands.sweep import sweep
from ui.commands.users import users
from ui.oneline import OneLineGroup


@click.group(
    cls=OneLineGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done; 2 the input or the call is wrong (one line on stderr, nothing written); "
    "1 the run failed.",
)
@click.version_option(package_name="lineproof", prog_name="lineproof")
def cli() -> None:
    """Turn a wireframe and a prompt into UI assets whose lines stay where they were drawn, and prove it."""


for command in (generate, condition, score, batch, sweep, report, review, export, replay, models, app, users):
    cli.add_command(command)


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="lineproof")
