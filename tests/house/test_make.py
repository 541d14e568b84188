"""Set-up and CI scripts, run as a newcomer would."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

TARGETS = ("demo", "test", "check", "app", "bench")

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )


@pytest.fixture
def fresh(tmp_path: Path, repository: Path) -> Path:
    """A folder with the set-up's files and no environment."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(repository / name, tmp_path / name)
    return tmp_path


@needs_make
def test_an_older_python_is_refused_in_one_line(fresh: Path) -> None:
    old = fresh / "old-python"
    old.write_text('#!/bin/sh\ntest "$1" = -V && echo "Python 3.9.2" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    done = _make(fresh, "demo", f"PYTHON={old}")
    assert done.returncode == 2
    complaint = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert complaint == [f"Lineproof needs Python 3.11 or newer; '{old}' is Python 3.9.2 (set PYTHON=...)"]
    assert not (fresh / ".venv").exists()


@needs_make
def test_a_missing_python_is_refused_in_one_line(fresh: Path) -> None:
    done = _make(fresh, "test", "PYTHON=no-such-python")
    assert done.returncode == 2
    complaint = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert complaint == ["Lineproof needs Python 3.11 or newer; 'no-such-python' was not found (set PYTHON=...)"]


@needs_make
def test_help_names_every_target(repository: Path) -> None:
    shown = _make(repository, "help").stdout
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for target in TARGETS:
        assert f"make {target}" in shown
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_ci_script_is_bash_and_executable(repository: Path) -> None:
    script = repository / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
