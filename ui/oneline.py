"""Every failure of the command in one line on stderr, with the exit status of the contract."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from conditioners.errors import InputErrors, LineproofError

DEBUG_VARIABLE = "LINEPROOF_DEBUG"


class OneLineError(click.ClickException):
    """A failure that click shows as `lineproof: MESSAGE`, without its usage text; a line for each of several faults."""

    def __init__(self, *messages: str, exit_status: int) -> None:
        super().__init__("\n".join(" ".join(message.split()) for message in messages))
        self.exit_code = exit_status  # type: ignore[misc]  # click reads it from the instance

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the line or lines, to stderr by default."""
        for line in self.message.split("\n"):
            click.echo(f"lineproof: {line}", file=file, err=file is None)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn what goes wrong inside into OneLineError: 2 for wrong input or call, 1 for everything else."""
    try:
        yield
    except (OneLineError, click.exceptions.Exit, click.Abort, BrokenPipeError):
        raise  # a reader that has seen enough, such as `head`, is no failure to explain: click ends quietly
    except click.exceptions.NoArgsIsHelpError as error:
        raise OneLineError(
            f"a command must be given; `{error.ctx.command_path} --help` lists them", exit_status=2
        ) from error
    except click.ClickException as error:
        raise OneLineError(error.format_message(), exit_status=2) from error
    except LineproofError as error:
        messages = error.shown() if isinstance(error, InputErrors) else [str(error)]
        raise OneLineError(*messages, exit_status=error.exit_status) from error
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            raise
        text = f"unexpected {type(error).__name__}: {error} (set {DEBUG_VARIABLE}=1 for the traceback)"
        raise OneLineError(text, exit_status=1) from error


class OneLineGroup(click.Group):
    """A group of commands whose failures are one line."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Parse the group's own options."""
        with one_line_errors():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Parse and run the command."""
        with one_line_errors():
            return super().invoke(ctx)
