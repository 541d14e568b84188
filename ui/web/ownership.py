"""Whose the files in the cache and the pages' sessions are."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

MOST_SESSIONS: Final = 100_000


class Ownership:
    """Owners by the folders of the cache, and by the sessions that gradio gives its pages."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache.resolve()
        self._lock = threading.Lock()
        self._folders: dict[str, set[str]] = {}
        self._sessions: dict[str, str] = {}

    def give(self, path: Path, owner: str) -> None:
        """`path` lies in a folder of the cache that is `owner`'s; the same upload may be several owners'."""
        top = self._top(path)
        if top is not None:
            with self._lock:
                self._folders.setdefault(top, set()).add(owner)

    def owns(self, owner: str, path: str | Path) -> bool:
        """Whether a file may be read by `owner`."""
        top = self._top(Path(path))
        with self._lock:
            return top is not None and owner in self._folders.get(top, set())

    def session(self, owner: str, session: str) -> bool:
        """Whether a page's session is `owner`'s; one that nobody has used yet becomes it."""
        with self._lock:
            if len(self._sessions) > MOST_SESSIONS:
                self._sessions.clear()
            return self._sessions.setdefault(session, owner) == owner

    def _top(self, path: Path) -> str | None:
        try:
            inside = path.resolve().relative_to(self.cache)
        except (ValueError, OSError):
            return None
        return inside.parts[0] if len(inside.parts) > 1 else None
