"""The npm packages of `libraries.yaml`: fetched once at their exact versions, found on disk, licences kept.

npm is only needed to render the set anew; `training.components.cases` reads what is in the repository.
"""

import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from conditioners.errors import InputError

LIST = Path(__file__).parent / "libraries.yaml"


class Package(BaseModel):
    """An npm package at one version, under a licence named by its SPDX expression."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    package: Annotated[str, Field(pattern=r"^(@[a-z0-9-]+/)?[a-z0-9.-]+$")]
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    licence: str


class Library(Package):
    """A CSS library with its style sheets, relative to the package."""

    styles: tuple[str, ...]


class FontPackage(Package):
    """A font family with the weights that are used."""

    weights: tuple[int, ...]


class Libraries(BaseModel):
    """Everything that the set is drawn with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    libraries: dict[str, Library]
    icons: Package
    fonts: dict[str, FontPackage]

    @property
    def packages(self) -> tuple[Package, ...]:
        """All packages, libraries first."""
        return (*self.libraries.values(), self.icons, *self.fonts.values())


@cache
def load_libraries(path: Path = LIST) -> Libraries:
    """Read the list of packages. Raises InputError when it is not a valid list."""
    try:
        return Libraries.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise InputError(f"libraries {path}: must be a valid list of packages, got {error}") from error


def folder_of(store: Path, package: Package) -> Path:
    """Return where a fetched package lies under `store`."""
    return store / "node_modules" / package.package


def fetch(store: Path) -> None:
    """Put every package under `store` by `npm install`, scripts off; nothing is fetched that is already there.

    Raises InputError when npm is not installed or fails, or gives another version or licence than the list says.
    """
    wanted = load_libraries().packages
    missing = [package for package in wanted if _found(store, package) is None]
    if missing:
        store.mkdir(parents=True, exist_ok=True)
        names = [f"{package.package}@{package.version}" for package in missing]
        command = ["npm", "install", "--prefix", str(store), "--ignore-scripts", "--no-audit", "--no-fund", *names]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise InputError("rendering the components needs npm, which is not installed") from None
        if done.returncode:
            raise InputError(f"npm could not install {', '.join(names)}: {done.stderr.strip()[:300]}")
    for package in wanted:
        found = _found(store, package)
        if found != package.licence:
            rule = f"must be {package.version} under {package.licence}"
            raise InputError(f"npm package {package.package} {rule}, got {found or 'none'}")


def _found(store: Path, package: Package) -> str | None:
    """Return the licence of a package that is there in the right version, else None."""
    file = folder_of(store, package) / "package.json"
    if not file.is_file():
        return None
    content = json.loads(file.read_text(encoding="utf-8"))
    return str(content.get("license")) if content.get("version") == package.version else None


def licence_texts(store: Path) -> str:
    """Return the licences of all packages, one after the other, as they lie in the packages."""
    parts = []
    for package in load_libraries().packages:
        folder = folder_of(store, package)
        files = sorted(path for path in folder.iterdir() if path.name.upper().startswith(("LICENSE", "LICENCE")))
        head = f"{package.package} {package.version} ({package.licence})"
        body = files[0].read_text(encoding="utf-8").strip() if files else "No licence file; see package.json."
        parts.append(f"{head}\n{'=' * len(head)}\n\n{body}\n")
    return "\n\n".join(parts)
