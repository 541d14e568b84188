"""The packages are this checkout's, and listed one by one."""

import importlib
import tomllib
from pathlib import Path

import pytest

LAYERS = ("conditioners", "scoring", "pipeline", "ui")
PACKAGES = (*LAYERS, "training", "benchmarks")


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_is_imported_from_this_checkout(name: str, repository: Path) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == repository / name / "__init__.py"


def test_pyproject_lists_exactly_these_packages(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))
    assert tuple(project["tool"]["setuptools"]["packages"]) == PACKAGES
    assert tuple(project["tool"]["importlinter"]["root_packages"]) == PACKAGES
    assert tuple(project["tool"]["mypy"]["files"]) == PACKAGES


@pytest.mark.parametrize("name", PACKAGES)
def test_every_folder_of_python_is_a_package(name: str, repository: Path) -> None:
    folders = {file.parent for file in (repository / name).rglob("*.py")}
    bare = [str(folder.relative_to(repository)) for folder in folders if not (folder / "__init__.py").is_file()]
    assert not bare


@pytest.mark.parametrize("name", ["configs", "samples"])
def test_data_folders_hold_no_python(name: str, repository: Path) -> None:
    assert not list((repository / name).rglob("*.py"))


def test_an_init_file_holds_its_docstring_alone(repository: Path) -> None:
    for name in LAYERS:
        for file in (repository / name).rglob("__init__.py"):
            lines = file.read_text(encoding="utf-8").splitlines()
            assert len(lines) == 1, file
            assert lines[0].startswith('"""'), file
