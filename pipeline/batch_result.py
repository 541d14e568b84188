"""What came of one image of a batch, as users are told it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipeline.asset_folder import AssetFolder
from pipeline.asset_line import AssetLine
from pipeline.store.records import AssetFacts, StoredAsset, StoredItem


@dataclass(frozen=True, kw_only=True, eq=False)
class BatchResult:
    """One image of a row: its asset, or the error that it came to nothing by. `resumed`: it was there already.

    `card` is its score card, as JSON text or as the object. With an error `seed` is told where the row has several.
    """

    id: str
    error: str = ""
    seed: int | None = None
    resumed: bool = False
    verdict: str = ""
    head: AssetLine | None = None
    card: str | dict[str, Any] = ""

    @property
    def line(self) -> dict[str, Any] | None:
        """The object that `generate --json` prints, with the row's id and tags; None for an error."""
        if self.head is None:
            return None
        return self.head.as_json(json.loads(self.card) if isinstance(self.card, str) else self.card)

    def as_json(self) -> dict[str, Any]:
        """The object that `batch --json` prints."""
        line = self.line
        if line is not None:
            return line
        return {"id": self.id} | ({} if self.seed is None else {"seed": self.seed}) | {"error": self.error}

    def as_text(self) -> str:
        """That object as one line of JSON; a card that came from the store as text is not read and written again."""
        if self.head is None or not isinstance(self.card, str):
            return json.dumps(self.as_json(), allow_nan=False, ensure_ascii=False)
        before, _, after = json.dumps(self.head.as_json(0), ensure_ascii=False).rpartition('"scores": 0')
        return f'{before}"scores": {self.card}{after}'


def failure(item: StoredItem, error: str, several: bool) -> BatchResult:
    """The result of an item that came to nothing."""
    return BatchResult(id=item.row_id, error=error, seed=item.seed if several else None)


def success(
    item: StoredItem, asset: StoredAsset | AssetFacts, folder: AssetFolder, wireframe: str, resumed: bool
) -> BatchResult:
    """The result of an item with its image; `wireframe` is the path that the manifest names today."""
    head = AssetLine(
        id=item.row_id,
        tags=item.tags,
        asset=folder.path_of(asset.asset),
        control_map=folder.path_of(asset.control_map),
        wireframe=wireframe,
        prompt=item.prompt,
        seed=item.seed,
        model=item.model,
        conditioner=item.conditioner,
        seconds=asset.seconds,
        warnings=asset.warnings,
    )
    verdict = asset.verdict if isinstance(asset, StoredAsset) else str(asset.card["verdict"])
    return BatchResult(id=item.row_id, resumed=resumed, verdict=verdict, head=head, card=asset.card)
