"""What lies in the repository: files of a size to read, no pickles, nothing of one machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

MAX_LINES = 400
MAX_BYTES = 15 * 2**20
PICKLES = {".bin", ".ckpt", ".joblib", ".pickle", ".pkl", ".pt", ".pth"}
TEXT = {".cfg", ".csv", ".html", ".json", ".md", ".py", ".svg", ".toml", ".txt", ".yaml", ".yml", ""}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home)/\w+|--?(?:extra-)?(?:index-url|find-links)\b")


@pytest.fixture(scope="module")
def tracked(repository: Path) -> list[Path]:
    """Every file that is in the repository or would be added to it."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [repository / name for name in listing.stdout.split("\0") if name and (repository / name).is_file()]


def test_no_module_is_longer_than_a_reader_s_patience(tracked: list[Path]) -> None:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in tracked if file.suffix == ".py"}
    assert not {str(file): length for file, length in lengths.items() if length > MAX_LINES}


def test_no_weights_are_pickles(tracked: list[Path]) -> None:
    assert not [file for file in tracked if file.suffix in PICKLES]


def test_no_file_is_too_large_to_clone(tracked: list[Path]) -> None:
    assert not [(file, file.stat().st_size) for file in tracked if file.stat().st_size > MAX_BYTES]


def test_no_file_names_a_path_or_a_package_index_of_one_machine(tracked: list[Path]) -> None:
    for file in tracked:
        if file.suffix in TEXT:
            found = MACHINE_PATH.search(file.read_text(encoding="utf-8"))
            assert not found, f"{file}: {found}"


def test_constraints_pin_versions_and_nothing_else(repository: Path) -> None:
    lines = (repository / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 100
    assert not [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin)]


def test_every_dependency_is_pinned(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *extras["training"], *extras["dev"]]
    pins = (repository / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    for requirement in wanted:
        name = re.split(r"[\[<>=!~ ]", requirement)[0].lower().replace("_", "-")
        assert name == "lineproof" or re.search(rf"^{re.escape(name)}==", pins, re.MULTILINE), requirement
