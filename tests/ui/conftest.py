"""The command as users call it, on a tiny real model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.pipeline.conftest import drawing
from tests.pipeline.tiny_models import build
from ui.cli import cli

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable-Diffusion-shaped model with a ControlNet for every conditioner."""
    return build(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory with a drawing of odd size and an elements file without elements."""
    monkeypatch.chdir(tmp_path)
    drawing(75, 41).save(tmp_path / "button.png")
    (tmp_path / "none.json").write_text("[]")
    return tmp_path


@pytest.fixture
def lineproof() -> Run:
    """Run the command in this process, stdout and stderr apart."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments], prog_name="lineproof")

    return run
