"""The runs that somebody may look at: their own from the app, and those of the command line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conditioners.errors import InputError, LineproofError
from pipeline.jobs.home import Home
from pipeline.store.folder import has_store, open_run
from pipeline.store.records import Counts

MOST: Final = 200
"""Runs that are listed, the newest."""


@dataclass(frozen=True, kw_only=True)
class ListedRun:
    """A run's folder; `token` names it in addresses, `own` tells whether it was made in the app by who asks."""

    token: str
    name: str
    folder: Path
    own: bool
    changed: float

    def counts(self) -> Counts | None:
        """How many images are in which state; None where the run's store cannot be read."""
        try:
            run = open_run(self.folder)
        except LineproofError:
            return None
        try:
            return run.counts()
        finally:
            run.store.close()


def list_runs(home: Home, owner: str, shared: Path) -> list[ListedRun]:
    """The owner's runs and those below `shared`, the newest first."""
    found = [_listed(folder, own=True) for folder in _runs_in(home.runs(owner))]
    found += [_listed(folder, own=False) for folder in _runs_in(shared)]
    return sorted(found, key=lambda run: -run.changed)[:MOST]


def find_run(home: Home, owner: str, shared: Path, token: str) -> ListedRun:
    """The run of that token among those that the owner may look at. Raises InputError for any other."""
    for run in list_runs(home, owner, shared):
        if run.token == token:
            return run
    raise InputError("there is no such run")


def _runs_in(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if path.is_dir() and not path.is_symlink() and has_store(path))


def _listed(folder: Path, own: bool) -> ListedRun:
    path = folder.resolve()
    token = hashlib.sha256(str(path).encode()).hexdigest()[:24]
    return ListedRun(token=token, name=folder.name, folder=path, own=own, changed=path.stat().st_mtime)
