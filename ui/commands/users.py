"""`lineproof users`: who may log in to the app."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ui.options import PATH

file_option: Callable[[Any], Any] = click.option(
    "--file",
    type=PATH,
    default=Path("users.json"),
    show_default=True,
    metavar="FILE",
    help="The user file, readable by its owner alone.",
)


@click.group()
def users() -> None:
    """Add, remove and list who may log in to the app; passwords are kept as scrypt hashes."""


@users.command()
@click.argument("name")
@file_option
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of stdin instead of asking for it."
)
def add(name: str, file: Path, password_stdin: bool) -> None:
    """Add NAME, or change the password of a NAME that is there."""
    from pipeline.users import add_user

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    new = add_user(file, name, password)
    click.echo(f"{'added' if new else 'changed the password of'} {name} in {file}")


@users.command()
@click.argument("name")
@file_option
def remove(name: str, file: Path) -> None:
    """Remove NAME; sessions that are open end with the next request."""
    from pipeline.users import remove_user

    remove_user(file, name)
    click.echo(f"removed {name} from {file}")


@users.command("list")
@file_option
def list_users(file: Path) -> None:
    """List the names, one a line."""
    from pipeline.users import user_names

    for name in user_names(file):
        click.echo(name)
