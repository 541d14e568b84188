"""docs/commands.md, written from the commands' own help: `python -m ui.reference` brings it up to date."""

from __future__ import annotations

from pathlib import Path

import click

from ui.cli import cli

FILE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"

PREFACE = """# Commands

Written by `python -m ui.reference` from the help texts; a test keeps it current. `python -m ui` is the same as
`lineproof`.

Results go to stdout, everything else to stderr. With `--json` stdout holds one JSON object a line and nothing else.
Progress bars are shown on a terminal only, never with `--json`.

| exit status | means |
|---|---|
| 0 | done |
| 1 | the run failed: an image came to nothing, a row of a manifest failed, a replay differs |
| 2 | the input or the call is wrong: one line on stderr says what, which rule and which value; nothing was written |

Set `LINEPROOF_DEBUG=1` for the traceback of an unexpected error, `LINEPROOF_ALLOW_DOWNLOAD=1` to let missing weights be
fetched from the hub (as `--download` does); otherwise the network is never used. `LINEPROOF_STORE` names the database
of new runs, as [the store](store.md) tells; `RAY_ADDRESS` the cluster of `batch --executor ray`.
"""


def reference() -> str:
    """The whole of docs/commands.md."""
    parts = [PREFACE, _section("lineproof", cli, None)]
    parent = click.Context(cli, info_name="lineproof", max_content_width=100, terminal_width=100)
    for name, command in cli.commands.items():
        parts.append(_section(f"lineproof {name}", command, parent))
        if isinstance(command, click.Group):
            group = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
            parts += [_section(f"lineproof {name} {one}", sub, group) for one, sub in command.commands.items()]
    return "\n".join(parts)


def _section(title: str, command: click.Command, parent: click.Context | None) -> str:
    context = click.Context(
        command,
        info_name=title.split()[-1],
        parent=parent,
        max_content_width=100,
        terminal_width=100,
        help_option_names=["-h", "--help"],
    )
    return f"## `{title}`\n\n```text\n{command.get_help(context)}\n```\n"


def main() -> None:
    """Write the file."""
    FILE.write_text(reference(), encoding="utf-8")
    click.echo(FILE)


if __name__ == "__main__":
    main()
