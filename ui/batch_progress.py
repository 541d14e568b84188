"""Progress of a batch: how many, how fast, until when, how many fail; and Ctrl-C that lets the work in hand finish."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

    from pipeline.batch_result import BatchResult


class BatchCount:
    """What came of a batch so far. Images that were there already count for the rates, and not for the pace."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.passed = self.judged_failed = self.unscored = self.errors = self.kept = 0
        self._started = time.monotonic()

    @property
    def assets(self) -> int:
        """Images that are there."""
        return self.passed + self.judged_failed + self.unscored

    @property
    def done(self) -> int:
        """Images with a result, errors among them."""
        return self.assets + self.errors

    def add(self, result: BatchResult) -> None:
        """Count a result."""
        self.passed += result.verdict == "passed"
        self.judged_failed += result.verdict == "failed"
        self.unscored += result.verdict == "unscored"
        self.errors += bool(result.error)
        self.kept += result.resumed

    def pace(self) -> float | None:
        """Images made in a second, since the start; None before the first."""
        made = self.done - self.kept
        return made / max(time.monotonic() - self._started, 1e-9) if made else None

    def words(self) -> str:
        """Pace, time left and the share of scored images that fail a check.

        >>> BatchCount(10).words()
        ''
        """
        found = []
        pace = self.pace()
        if pace:
            found.append(f"{pace:.1f}/s" if pace >= 1 else f"{1 / pace:.1f} s each")
            found.append(f"{_duration((self.total - self.done) / pace)} left")
        scored = self.passed + self.judged_failed
        if scored:
            found.append(f"{self.judged_failed / scored:.0%} fail")
        if self.errors:
            found.append(f"{self.errors} errors")
        return ", ".join(found)


def _duration(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> _duration(59), _duration(61), _duration(7322)
    ('59 s', '1:01 min', '2:02 h')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02} h"


class BatchBars:
    """A bar for the images and one for the steps of the current ones; silent where `progress` is None."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.count = BatchCount(total)
        self._progress = progress
        self._images: Any = None
        self._steps: Any = None
        if progress is not None:
            self._images = progress.add_task("images", total=total, words="")
            self._steps = progress.add_task("steps", total=None, words="")

    def step(self, done: int, total: int) -> None:
        """After each denoising step."""
        if self._progress is not None:
            self._progress.update(self._steps, completed=done, total=total, description="steps")

    def message(self, text: str) -> None:
        """What is going on between steps."""
        if self._progress is not None:
            self._progress.update(self._steps, description=text)

    def result(self, result: BatchResult) -> None:
        """After each result."""
        self.count.add(result)
        if self._progress is not None:
            self._progress.update(self._images, completed=self.count.done, words=self.count.words())


@contextmanager
def batch_bars(total: int, as_json: bool) -> Iterator[BatchBars]:
    """Progress of `total` images, shown only to a person: not with --json and not where stderr is no terminal."""
    if as_json or not sys.stderr.isatty():
        yield BatchBars(None, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description:>24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
    )
    # Results printed meanwhile are led around the bars only where both go to the terminal; a pipe must get them.
    console, both = Console(stderr=True), sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, redirect_stdout=both) as progress:
        yield BatchBars(progress, total)


@contextmanager
def stop_on_interrupt(stop: threading.Event) -> Iterator[None]:
    """Set `stop` at the first Ctrl-C or termination; the second Ctrl-C ends at once.

    Outside the main thread, where signals cannot be handled, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ask(number: int, _: Any) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        click.echo("lineproof: finishing what is in hand; Ctrl-C again ends at once", err=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
