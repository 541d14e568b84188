"""Which store a run's folder belongs to: the SQLite file in it, or the one that its `lineproof.json` names.

`LINEPROOF_STORE` says where new runs are kept; a run that exists stays where it is.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.engine import URL

from conditioners.errors import InputError, StoreError
from pipeline.export import write_json
from pipeline.models import describe_validation
from pipeline.store.engine import parse_store_url, shown
from pipeline.store.records import Environment
from pipeline.store.store import RunStore, Store

DATABASE: Final = "lineproof.db"
MARKER: Final = "lineproof.json"
VARIABLE: Final = "LINEPROOF_STORE"


class _Marker(BaseModel):
    """`lineproof.json`: the run's key, and the store's URL without its password."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    run: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    store: str


def has_store(folder: Path) -> bool:
    """Tell whether the run in `folder` has a store; folders of older versions and of `generate` have none."""
    return (folder / MARKER).is_file() or (folder / DATABASE).is_file()


def open_run(folder: Path) -> RunStore:
    """Return the run that is kept for `folder`.

    Raises:
        InputError: the folder has none, or its `lineproof.json` is not one.
        StoreError: the store cannot be opened, or does not know the run.
    """
    marker = _read_marker(folder)
    if marker is not None:
        return Store.open(_address(marker)).run(marker.run)
    if not (folder / DATABASE).is_file():
        raise InputError(f"run must be a folder with {DATABASE} or {MARKER}, got {folder}")
    store = Store.open(_file_url(folder))
    runs = store.runs()
    if len(runs) != 1:
        raise StoreError(f"{folder / DATABASE} must hold one run, got {len(runs)}")
    return store.run(runs[0].key)


def open_or_make_run(folder: Path, environment: Environment, assets: str = "") -> RunStore:
    """Return the run of `folder`, made where there is none: in the store of `LINEPROOF_STORE`, else in the folder.

    `assets` is the URL of its images; empty for the folder itself, or for where a known run's images are.

    Raises:
        InputError: the store's URL cannot be used, or `assets` is not where the run's images are.
        StoreError: the store cannot be opened or written to.
    """
    marker, address = _read_marker(folder), os.environ.get(VARIABLE, "").strip()
    if marker is None and address and not (folder / DATABASE).is_file():
        Store.open(address).close()  # what is wrong with it shows before anything is written
        marker = _first_marker(folder, _Marker(run=secrets.token_hex(16), store=shown(parse_store_url(address))))
    name = folder.resolve().name
    if marker is None:
        folder.mkdir(parents=True, exist_ok=True)
        run = Store.open(_file_url(folder)).only_run(name, environment, assets)
    else:
        run = Store.open(_address(marker)).ensure_run(marker.run, name, environment, assets)
    if assets and assets != run.info.assets:
        raise InputError(f"assets must be where the run has them, {run.info.assets or folder}, got {assets}")
    return run


def _first_marker(folder: Path, marker: _Marker) -> _Marker:
    """Write the marker of a new run and return it, or the one that another process was first to write."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{MARKER}-{marker.run}"
    write_json(temporary, marker.model_dump())
    try:
        # Unlike a rename, a link fails where the name is taken.
        os.link(temporary, folder / MARKER)
    except FileExistsError:
        return _read_marker(folder) or marker
    except OSError:  # a file system without links
        temporary.replace(folder / MARKER)
    finally:
        temporary.unlink(missing_ok=True)
    return marker


def _read_marker(folder: Path) -> _Marker | None:
    path = folder / MARKER
    try:
        return _Marker.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise InputError(f"{path}: {describe_validation(error)}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from None


def _address(marker: _Marker) -> str:
    """The URL of `LINEPROOF_STORE` where that is the same store, for it may hold the password; else the marker's."""
    given = os.environ.get(VARIABLE, "").strip()
    if given and shown(parse_store_url(given)) == marker.store:
        return given
    return marker.store


def _file_url(folder: Path) -> str:
    return URL.create("sqlite", database=str(folder.resolve() / DATABASE)).render_as_string()
