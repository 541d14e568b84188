"""The object that `generate --json` and `batch --json` print of an asset, and that lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class AssetLine:
    """All of it but the scores. `id` is the row's, and `tags` are shown with it; without a row there are neither."""

    asset: str
    control_map: str
    wireframe: str
    prompt: str
    seed: int
    model: str
    conditioner: str
    seconds: float
    warnings: Sequence[str] = ()
    id: str | None = None
    tags: Sequence[str] = ()

    def as_json(self, scores: object) -> dict[str, Any]:
        """The object, with the score card's own as `scores`."""
        row = {} if self.id is None else {"id": self.id, "tags": list(self.tags)}
        return row | {
            "asset": self.asset,
            "control_map": self.control_map,
            "wireframe": self.wireframe,
            "prompt": self.prompt,
            "seed": self.seed,
            "model": self.model,
            "conditioner": self.conditioner,
            "seconds": round(self.seconds, 3),
            "scores": scores,
            "warnings": list(self.warnings),
        }
