"""`batch --dry-run`: what a batch would make, for people and as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pipeline.manifest_plan import Estimate, Plan
    from pipeline.run import Studio


def show_plan(manifest: Path, run: Path, studio: Studio, as_json: bool) -> None:
    """Print the number of images, their groups by shape and the estimated time; nothing is written to `run`.

    Raises:
        InputError: a row is wrong, or its files cannot be used; each fault in a line of its own.
    """
    from pipeline.manifest_check import check_manifest
    from pipeline.manifest_plan import estimate_by_trial, estimate_from_run, finished_in, make_plan
    from ui.console import print_json

    plan = make_plan(check_manifest(manifest, studio.download, strict=True), finished_in(run))
    if not as_json:
        _print_plan(plan)
    estimate = estimate_from_run(plan) or estimate_by_trial(plan, studio)
    if as_json:
        print_json(plan.as_json(estimate))
    elif estimate is not None:
        _print_estimate(plan, estimate)


def _print_plan(plan: Plan) -> None:
    from ui.console import print_table

    there = f", {plan.done} of them there already" if plan.done else ""
    click.echo(f"{plan.rows} rows, {plan.images} images{there}; nothing was made (--dry-run)")
    rows = [
        [str(shape.extent), shape.model, shape.conditioner, str(shape.steps), str(count)]
        for shape, count in plan.shapes.items()
    ]
    if rows:
        print_table(["size", "model", "conditioner", "steps", "images"], rows)


def _print_estimate(plan: Plan, estimate: Estimate) -> None:
    click.echo(f"about {_duration(estimate.seconds)} for {plan.left} images with one worker, {estimate.basis}")


def _duration(seconds: float) -> str:
    """A span of time in the units that people plan by.

    >>> _duration(8), _duration(200), _duration(40_000), _duration(500_000)
    ('8 s', '3 min', '11 h 7 min', '5 d 18 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 2 * 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"
