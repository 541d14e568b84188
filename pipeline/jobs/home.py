"""Where the app keeps things: one folder, and in it one for each user, into which nobody else's path leads."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conditioners.errors import InputError
from pipeline.export import check_folder, write_atomic

KEY: Final = re.compile(r"[0-9a-f]{32}")
LOCAL_OWNER: Final = "local"
"""The owner of everything where there is no login."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """The app's folder: `jobs.db`, `cache` for uploads, and `users/NAME/jobs/KEY` and `users/NAME/runs/NAME`."""

    root: Path

    @classmethod
    def make(cls, root: Path) -> Home:
        """Return the home at `root`, made where it is missing. Raises InputError where it cannot be written to."""
        root = root.resolve()
        check_folder(root)
        home = cls(root=root)
        for folder in (root, home.cache, home.users):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        return home

    @property
    def store_url(self) -> str:
        """The database of jobs."""
        return f"sqlite:///{self.root / 'jobs.db'}"

    @property
    def cache(self) -> Path:
        """Uploads and files on their way to the browser; swept."""
        return self.root / "cache"

    @property
    def users(self) -> Path:
        """The folder of all users' folders."""
        return self.root / "users"

    def user(self, owner: str) -> Path:
        """The folder of one user; the name is made safe, and no two users share one."""
        digest = hashlib.sha256(owner.encode()).hexdigest()[:8]
        return self.users / f"{re.sub(r'[^A-Za-z0-9]+', '-', owner)[:24].strip('-')}-{digest}"

    def job(self, owner: str, key: str) -> Path:
        """The folder of a job's files. Raises InputError for what is no job's key."""
        if not KEY.fullmatch(key):
            raise InputError(f"a job is named by 32 hex digits, got {key!r:.40}")
        return self.user(owner) / "jobs" / key

    def runs(self, owner: str) -> Path:
        """The folder of a user's runs."""
        return self.user(owner) / "runs"

    def secret(self) -> bytes:
        """The key that cookies are signed with; drawn when first asked for, and readable by the owner alone."""
        path = self.root / "secret"
        if not path.exists():
            write_atomic(path, secrets.token_bytes(32))
            path.chmod(0o600)
        return path.read_bytes()


def new_key() -> str:
    """A random name for a job: 128 bits in hex."""
    return secrets.token_hex(16)
