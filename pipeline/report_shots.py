"""The assets that a report shows: the worst ones, a sample of all, and what the review sheet needs of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pipeline.report import failures
from pipeline.report_pictures import overlay_picture, thumbnail, wireframe_picture
from scoring.intervals import SEED
from scoring.scored_item import FailureKind, ScoredItem

KIND_NAMES: Final[dict[FailureKind, str]] = {
    "any": "Any check",
    "control": "Lines",
    "prompt": "Prompt",
    "text": "Text",
    "icon": "Icons",
}


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One asset with its pictures, as the page shows it.

    `review` is its place in the review sheet, None if it is not asked for there; `drawing` that of its wireframe's
    picture among `Shots.drawings`.
    """

    number: int
    item: ScoredItem
    thumbnail: str | None
    overlay: str | None
    wireframe: str | None
    reasons: tuple[str, ...]
    review: int | None
    drawing: int | None

    @property
    def anchor(self) -> str:
        """The place on the page that links lead to; made of a number, as ids may hold anything."""
        return f"asset-{self.number}"

    @property
    def file(self) -> str:
        """The name of the asset's file, which tells its pixels."""
        return self.item.files.asset.name if self.item.files else ""


@dataclass(frozen=True, kw_only=True)
class Shots:
    """What a page shows: the worst, then others; pictures of wireframes, each once; the sheet's assets in its order."""

    worst: tuple[Shown, ...]
    gallery: tuple[Shown, ...]
    drawings: tuple[str, ...]
    reviewed: tuple[ScoredItem, ...]


def sample(items: Sequence[ScoredItem], most: int) -> list[ScoredItem]:
    """Return up to `most` of the items, all equally likely, in an order of chance that is the same every time."""
    order = np.random.default_rng(SEED).permutation(len(items))[:most]
    return [items[int(index)] for index in order]


def choose_shots(scored: Sequence[ScoredItem], worst: Sequence[ScoredItem], most: int) -> Shots:
    """Return what is shown of the scored items: the worst and a sample of all, together about `most`.

    The review sheet asks for the sample alone: verdicts on the worst would say nothing of the rest.
    """
    reviewed = [item for item in sample(scored, most - len(worst)) if item.files is not None]
    places = {id(item): place for place, item in enumerate(reviewed)}
    chosen = {id(item) for item in worst}
    others = sorted((item for item in reviewed if id(item) not in chosen), key=lambda item: item.outcome())
    drawings: dict[Path, str | None] = {}
    numbers: dict[Path, int] = {}

    def shown(number: int, item: ScoredItem, explained: bool) -> Shown:
        picture = drawing = None
        if item.files is not None:
            path = item.files.wireframe
            if path not in drawings:
                drawings[path] = wireframe_picture(path)
                if drawings[path] is not None:
                    numbers[path] = len(numbers)
            picture, drawing = drawings[path], numbers.get(path)
        return Shown(
            number=number,
            item=item,
            thumbnail=None if item.files is None else thumbnail(item.files.asset),
            overlay=overlay_picture(item) if explained else None,
            wireframe=picture if explained else None,
            reasons=tuple(f"{KIND_NAMES[kind]}: {m.reason or m.name}" for kind, m in failures(item))[:6],
            review=places.get(id(item)),
            drawing=drawing,
        )

    return Shots(
        worst=tuple(shown(number, item, explained=True) for number, item in enumerate(worst, start=1)),
        gallery=tuple(shown(number, item, explained=False) for number, item in enumerate(others, start=1 + len(worst))),
        drawings=tuple(picture for picture in drawings.values() if picture is not None),
        reviewed=tuple(reviewed),
    )
