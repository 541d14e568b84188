"""Imports point one way, and what is slow to import is imported where it is used."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = ("conditioners", "scoring", "pipeline", "ui")
HEAVY = {
    "accelerate",
    "controlnet_aux",
    "diffusers",
    "easyocr",
    "gradio",
    "kornia",
    "monai",
    "playwright",
    "ray",
    "skimage",
    "statsmodels",
    "torch",
    "torchmetrics",
    "torchvision",
    "transformers",
}


def test_the_import_contracts_hold(repository: Path) -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def _imported(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module.partition(".")[0]


def _importers(repository: Path, packages: tuple[str, ...], library: str) -> set[str]:
    found = set()
    for package in packages:
        for file in (repository / package).rglob("*.py"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            if any(library in _imported(node) for node in ast.walk(tree) if isinstance(node, ast.stmt)):
                found.add(file.relative_to(repository).with_suffix("").as_posix())
    return found


def test_only_diffusion_and_the_embedded_model_know_diffusers(repository: Path) -> None:
    importers = _importers(repository, (*LAYERS, "benchmarks"), "diffusers")
    assert all(name.startswith(("pipeline/diffusion", "pipeline/embedded/")) for name in importers), importers


def test_only_the_app_knows_gradio(repository: Path) -> None:
    importers = _importers(repository, (*LAYERS, "benchmarks", "training"), "gradio")
    assert all(name.startswith("ui/web/") for name in importers), importers


@pytest.mark.parametrize("package", ["conditioners", "scoring", "pipeline"])
def test_heavy_libraries_are_imported_at_the_point_of_use(package: str, repository: Path) -> None:
    for file in (repository / package).rglob("*.py"):
        if file.parent.name == "embedded":
            continue  # classes that subclass diffusers' models; imported with the model
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            heavy = HEAVY & set(_imported(node))
            assert not heavy, f"{file.relative_to(repository)}:{node.lineno} imports {heavy} at module level"


def test_the_command_line_starts_without_heavy_libraries(repository: Path) -> None:
    code = f"import sys, ui.cli; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_relative_imports_and_no_private_imports_across_packages(repository: Path) -> None:
    for package in (*LAYERS, "training", "benchmarks"):
        for file in (repository / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ImportFrom):
                    continue
                where = f"{file.relative_to(repository)}:{node.lineno}"
                assert node.level == 0, f"{where} is a relative import"
                if node.module and node.module.partition(".")[0] in LAYERS and not node.module.startswith(package):
                    private = [alias.name for alias in node.names if alias.name.startswith("_")]
                    assert not private, f"{where} imports {private} from another package"
