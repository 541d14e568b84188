"""What the user sees: progress on stderr, results on stdout."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ui.views import number

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from scoring.scorecard import Measurement, ScoreCard


def quiet_libraries(download: bool) -> None:
    """Keep libraries' own notices off stderr and their hands off the network, before they are imported."""
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if not download:
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    if not os.environ.get("LINEPROOF_DEBUG"):
        warnings.simplefilter("ignore")


class Bars:
    """Two bars on stderr, assets and steps of the current batch; silent where `progress` is None."""

    def __init__(self, progress: Progress | None, assets: int) -> None:
        self._progress = progress
        self._assets: TaskID | None = None
        self._steps: TaskID | None = None
        if progress is not None:
            self._assets = progress.add_task("assets", total=assets)
            self._steps = progress.add_task("steps", total=None)

    def step(self, done: int, total: int) -> None:
        """After each denoising step."""
        if self._progress is not None and self._steps is not None:
            self._progress.update(self._steps, completed=done, total=total, description="steps")

    def asset(self, count: int = 1) -> None:
        """After each finished (or failed) asset."""
        if self._progress is not None and self._assets is not None:
            self._progress.advance(self._assets, count)

    def message(self, text: str) -> None:
        """What is going on between steps."""
        if self._progress is not None and self._steps is not None:
            self._progress.update(self._steps, description=text)


@contextmanager
def bars(assets: int, as_json: bool) -> Iterator[Bars]:
    """Progress bars, shown only to a person: not with --json and not where stderr is no terminal."""
    if as_json or not sys.stderr.isatty():
        yield Bars(None, assets)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description:>24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Results printed meanwhile are led around the bars only where both go to the terminal; a pipe must get them.
    console, both = Console(stderr=True), sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, redirect_stdout=both) as progress:
        yield Bars(progress, assets)


def print_json(value: Any) -> None:
    """One object on one line of stdout; NaN and infinity are refused by ValueError."""
    click.echo(json.dumps(value, allow_nan=False, ensure_ascii=False))


def warn(text: str) -> None:
    """One line on stderr that does not stop the run."""
    click.echo(f"lineproof: warning: {text}", err=True)


def print_table(headers: list[str], rows: list[list[str]], title: str = "") -> None:
    """A table on stdout, plain enough to be piped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if title:
        click.echo(title)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        # Text, so that brackets in a user's prompt or path are not taken for markup.
        table.add_row(*(Text(cell, style=VERDICT_STYLES.get(cell, "")) for cell in row))
    console = Console(width=None if sys.stdout.isatty() else 160)
    with console.capture() as drawn:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in drawn.get().splitlines()) + "\n")


VERDICT_STYLES = {"passed": "green", "failed": "red", "unscored": "dim", "ready": "green", "missing": "red"}


def print_scorecard(card: ScoreCard) -> None:
    """The measurements of one asset, then those of its elements that failed."""
    print_table(["measure", "value", "threshold", "verdict", "remark"], [_row(item) for item in card.measurements])
    failed = [
        [element.kind, ",".join(map(str, element.box)), element.text, *_row(item)[:3], item.reason]
        for element in card.elements
        for item in element.measurements
        if item.verdict == "failed"
    ]
    if failed:
        headers = ["element", "box", "text", "measure", "value", "threshold", "remark"]
        print_table(headers, failed, "Elements that failed:")


def _row(item: Measurement) -> list[str]:
    # That a measure has no threshold shows in the table already.
    remark = "" if item.verdict == "unscored" and item.value is not None else item.reason
    return [item.name, number(item.value, item.unit), number(item.threshold, item.unit), item.verdict, remark]
