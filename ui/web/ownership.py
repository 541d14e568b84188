"""Whose the files in the cache and the pages' sessions are."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

MOST: Final = 100_000
"""Files and sessions that are remembered, the newest; whoever is forgotten uploads again, or opens the page again."""


class Ownership:
    """Owners by the files of the cache, and by the sessions that gradio gives its pages.

    Files are known by their whole names: two users who upload the same bytes share a folder, for gradio names it after
    the content, but not what they called them.
    """

    def __init__(self, cache: Path) -> None:
        self.cache = cache.resolve()
        self._lock = threading.Lock()
        self._files: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._sessions: OrderedDict[str, str] = OrderedDict()

    def give(self, path: Path, owner: str) -> None:
        """A file of the cache is `owner`'s; the same upload may be several owners'."""
        name = self._inside(path)
        if name is not None:
            with self._lock:
                self._files[name] = self._files.get(name, frozenset()) | {owner}
                _forget(self._files)

    def owns(self, owner: str, path: str | Path) -> bool:
        """Whether a file may be read by `owner`."""
        name = self._inside(Path(path))
        with self._lock:
            return name is not None and owner in self._files.get(name, frozenset())

    def session(self, owner: str, session: str) -> bool:
        """Whether a page's session is `owner`'s; one that nobody has used yet becomes it."""
        with self._lock:
            found = self._sessions.setdefault(session, owner)
            _forget(self._sessions)
        return found == owner

    def _inside(self, path: Path) -> str | None:
        try:
            inside = path.resolve().relative_to(self.cache)
        except (ValueError, OSError):
            return None
        return str(inside)


def _forget(known: OrderedDict[str, Any]) -> None:
    while len(known) > MOST:
        known.popitem(last=False)
