"""How far the running job is: kept in memory, for it changes with every step and is worth nothing after a restart."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, eq=False)
class Progress:
    """How far a job is. `version` grows with every change; `preview` is RGB uint8 (H, W, 3), None before the first."""

    version: int = 0
    message: str = ""
    image: int = 0
    images: int = 0
    step: int = 0
    steps: int = 0
    preview: NDArray[np.uint8] | None = None

    @property
    def fraction(self) -> float:
        """From 0 to 1, over all images."""
        if not self.images:
            return 0.0
        inside = self.step / self.steps if self.steps else 0.0
        return min(1.0, (self.image + inside) / self.images)


class ProgressBoard:
    """The progress of running jobs by their keys; any thread may read and write."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress: dict[str, Progress] = {}

    def read(self, key: str) -> Progress:
        """The progress of a job; nothing where it does not run."""
        with self._lock:
            return self._progress.get(key, Progress())

    def update(
        self,
        key: str,
        *,
        message: str | None = None,
        image: int | None = None,
        images: int | None = None,
        step: int | None = None,
        steps: int | None = None,
        preview: NDArray[np.uint8] | None = None,
    ) -> None:
        """Change what is given."""
        changes = {
            "message": message, "image": image, "images": images, "step": step, "steps": steps, "preview": preview,
        }  # fmt: skip
        with self._lock:
            before = self._progress.get(key, Progress())
            given = {name: value for name, value in changes.items() if value is not None}
            self._progress[key] = replace(before, version=before.version + 1, **given)  # type: ignore[arg-type]

    def forget(self, key: str) -> None:
        """A job has come to its end."""
        with self._lock:
            self._progress.pop(key, None)
