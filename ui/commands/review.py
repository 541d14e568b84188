"""`lineproof review`: what people said of a run's assets, and how far the scores agree with them."""

from __future__ import annotations

from pathlib import Path

import click

from ui.options import PATH, json_option


@click.group()
def review() -> None:
    """Bring in what people said of a run's assets, and compare it with the scores.

    The sheet to mark assets good or bad is part of the page that `report` writes.
    """


@review.command("import")
@click.argument("file", type=PATH)
@click.option("--run", "run", type=PATH, required=True, metavar="RUN", help="Folder of the run that was reviewed.")
@json_option
def import_command(file: Path, run: Path, as_json: bool) -> None:
    """Write the verdicts of FILE, saved by a report's review sheet, into the store of RUN: all of them or none.

    The same file again adds nothing. Verdicts of an image that was made anew since are left out and counted.
    """
    from pipeline.review import import_review
    from ui.console import print_json

    found = import_review(file, run)
    if as_json:
        print_json({"new": found.new, "known": found.known, "outdated": found.outdated})
        return
    click.echo(f"{found.new} verdicts written to {run}, {found.known} were there already")
    if found.outdated:
        click.echo(f"{found.outdated} are of images that were made anew since, and were left out")


@review.command("agreement")
@click.argument("run", type=PATH)
@json_option
def agreement_command(run: Path, as_json: bool) -> None:
    """Tell how far the scores of RUN agree with what people said, and which thresholds their verdicts propose.

    Cohen's kappa, with a 95% interval over wireframes, by kind of failure and between people.
    """
    from conditioners.errors import InputError
    from pipeline.report_review import agreement_words, proposal_words
    from pipeline.results import load_results
    from pipeline.review import load_opinions
    from pipeline.review_summary import summarize
    from scoring.thresholds import load_thresholds
    from ui.console import print_json

    found = summarize(load_opinions(run, load_results(run)), load_thresholds())
    if found is None:
        raise InputError(
            f"run must have verdicts of people, import them with `lineproof review import`; {run} has none"
        )
    if as_json:
        print_json(found.as_json())
        return
    people = "1 person" if len(found.reviewers) == 1 else f"{len(found.reviewers)} people"
    click.echo(f"{found.verdicts} verdicts of {people} on {found.assets} assets")
    for kind, one in found.with_scores.items():
        click.echo(f"{kind:8} {agreement_words(one)}")
    for pair in found.between:
        click.echo(f"{pair.first} and {pair.second}: {agreement_words(pair.agreement)}")
    for proposal in found.proposals:
        click.echo(f"{proposal.measure}: {proposal_words(proposal)}")
