"""What the documents say can be typed: commands, options, targets and links exist."""

import re
import shlex
from pathlib import Path

import click
import pytest

from ui.cli import cli

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "samples" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = sorted(cli.commands)


def _context() -> click.Context:
    """As the command makes it: click keeps the help option that the first context asks for, for the whole process."""
    return click.Context(cli, info_name="lineproof", **cli.context_settings)


def _shell_lines(document: Path) -> list[str]:
    blocks = re.findall(r"^```(?:sh|bash|console)\n(.*?)^```", document.read_text(encoding="utf-8"), re.M | re.S)
    joined = "\n".join(blocks).replace("\\\n", " ")
    return [line.removeprefix("$ ") for line in joined.splitlines() if line.strip() and not line.startswith("#")]


TYPED = [(document.name, line) for document in DOCUMENTS for line in _shell_lines(document)]
CALLS = [(name, line) for name, line in TYPED if re.match(r"(\.venv/bin/)?lineproof\s", line)]


@pytest.mark.parametrize(("document", "line"), CALLS, ids=[f"{name}:{line[:40]}" for name, line in CALLS])
def test_a_documented_call_parses(document: str, line: str) -> None:
    name, *arguments = shlex.split(line, comments=True)[1:]
    assert name in cli.commands, f"{document}: no command {name}"
    # Parses arguments and options as the command would, without running it.
    context = cli.commands[name].make_context(name, arguments, _context())
    assert context.info_name == name


def test_documented_make_targets_exist(repository: Path) -> None:
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{document.name}: no target {target}"


def test_links_lead_to_files() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_explains_itself(name: str, repository: Path) -> None:
    assert f"| `lineproof {name}" in (repository / "README.md").read_text(encoding="utf-8")
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"


def test_the_readme_lists_no_other_command(repository: Path) -> None:
    listed = re.findall(
        r"^\| `lineproof ([a-z]+)", (repository / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == COMMANDS


def test_help_of_the_command_lists_every_sub_command() -> None:
    shown = cli.get_help(_context())
    assert all(re.search(rf"^\s+{name}\s", shown, re.MULTILINE) for name in COMMANDS)


def test_the_changelog_names_the_version(repository: Path) -> None:
    project = (repository / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "([^"]+)"', project, re.MULTILINE)
    assert version is not None
    assert f"## {version[1]}" in (repository / "CHANGELOG.md").read_text(encoding="utf-8")
