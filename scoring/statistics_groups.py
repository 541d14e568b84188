"""Failure rates by component, style, text height and whatever else an order says of itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal

from scoring.scored_item import KINDS, FailureKind, Outcome, ScoredItem, element_outcome
from scoring.statistics import Case, Rate, asset_cases, failure_rate

TEXT_EDGES: Final = (12, 15, 18, 24, 32)
ICON_EDGES: Final = (16, 24, 32, 48)
STROKE_EDGES: Final = (1.5, 2.5, 3.5)
"""Limits in px of the bands; a band holds its lower limit and not its upper one."""

FIRST: Final = ("component", "style", "text_height", "icon_size", "stroke_width", "conditioner", "scale", "model")
"""Dimensions in the order they are shown; other tags follow in alphabetical order."""

Unit = Literal["assets", "labels", "icons"]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The cases that share one value of a dimension. `rank` orders groups of a number; `unit` says what is counted."""

    dimension: str
    value: str
    unit: Unit
    rank: float
    cases: dict[FailureKind, tuple[Case, ...]]

    def rates(self) -> dict[FailureKind, Rate]:
        """Return the failure rate of each kind that is counted here."""
        return self._rates

    @cached_property
    def _rates(self) -> dict[FailureKind, Rate]:
        return {kind: failure_rate(cases) for kind, cases in self.cases.items()}


def band(value: float, edges: Sequence[float], unit: str = "px") -> tuple[float, str]:
    """Return rank and name of the band that `value` lies in.

    >>> band(14, (12, 18)), band(30, (12, 18))
    ((1, '12 to under 18 px'), (2, '18 px and more'))
    """
    below = sum(value >= edge for edge in edges)
    if below == 0:
        return 0, f"under {edges[0]:g} {unit}"
    if below == len(edges):
        return below, f"{edges[-1]:g} {unit} and more"
    return below, f"{edges[below - 1]:g} to under {edges[below]:g} {unit}"


def groups(items: Sequence[ScoredItem]) -> dict[str, tuple[Group, ...]]:
    """Return the groups of every dimension that the items have, in the order of `FIRST`.

    A tag that is named like one of our own dimensions gives way to it. Whole assets are counted, but for `text_height`
    and `icon_size`: there each label and each icon is a case of its own, of the kind "text" or "icon", and those of one
    wireframe are one cluster.
    """
    found = _tag_groups(items)
    found["text_height"] = _element_groups(items, "text", TEXT_EDGES, lambda width, height: height)
    found["icon_size"] = _element_groups(items, "icon", ICON_EDGES, max)
    found["stroke_width"] = _asset_groups(items, "stroke_width", _stroke)
    found["conditioner"] = _asset_groups(items, "conditioner", lambda item: [(0.0, item.conditioner)])
    found["model"] = _asset_groups(items, "model", lambda item: [(0.0, item.model)])
    found["scale"] = _asset_groups(
        items, "scale", lambda item: [] if item.scale is None else [(item.scale, f"{item.scale:g}")]
    )
    order = {name: place for place, name in enumerate(FIRST)}
    return {
        name: found[name] for name in sorted(found, key=lambda name: (order.get(name, len(order)), name)) if found[name]
    }


def tag_pairs(item: ScoredItem) -> list[tuple[str, str]]:
    """Return an item's tags as (key, value); one without "=" is a value of "tag".

    >>> tag_pairs(ScoredItem(id="a", wireframe="w", seed=0, prompt="", model="m", conditioner="canny", error="e",
    ...                      tags=("component=button", "night")))
    [('component', 'button'), ('tag', 'night')]
    """
    pairs = []
    for tag in item.tags:
        key, equals, value = tag.partition("=")
        pairs.append((key.strip(), value.strip()) if equals and key.strip() else ("tag", tag.strip()))
    return pairs


def _tag_groups(items: Sequence[ScoredItem]) -> dict[str, tuple[Group, ...]]:
    keys = {key for item in items for key, _ in tag_pairs(item)}

    def values(key: str) -> Callable[[ScoredItem], list[tuple[float, str]]]:
        return lambda item: sorted({(0.0, value) for name, value in tag_pairs(item) if name == key})

    return {key: _asset_groups(items, key, values(key)) for key in keys}


def _stroke(item: ScoredItem) -> list[tuple[float, str]]:
    return [] if item.stroke_width is None else [band(item.stroke_width, STROKE_EDGES)]


def _asset_groups(
    items: Sequence[ScoredItem], dimension: str, values: Callable[[ScoredItem], Iterable[tuple[float, str]]]
) -> tuple[Group, ...]:
    members: dict[tuple[float, str], list[ScoredItem]] = {}
    for item in items:
        for value in values(item):
            members.setdefault(value, []).append(item)
    return tuple(
        Group(
            dimension=dimension,
            value=value,
            unit="assets",
            rank=rank,
            cases={kind: tuple(asset_cases(members[rank, value], kind)) for kind in KINDS},
        )
        for rank, value in sorted(members)
    )


def _element_groups(
    items: Sequence[ScoredItem],
    kind: Literal["text", "icon"],
    edges: Sequence[float],
    size: Callable[[int, int], float],
) -> tuple[Group, ...]:
    members: dict[tuple[float, str], list[Case]] = {}
    for item in items:
        for element in item.card.elements if item.card else ():
            if element.kind == kind:
                outcome: Outcome = element_outcome(element, kind)
                key = band(size(element.box.width, element.box.height), edges)
                members.setdefault(key, []).append(Case(cluster=item.wireframe, outcome=outcome))
    dimension, unit = ("text_height", "labels") if kind == "text" else ("icon_size", "icons")
    return tuple(
        Group(
            dimension=dimension,
            value=value,
            unit="labels" if unit == "labels" else "icons",
            rank=rank,
            cases={kind: tuple(members[rank, value])},
        )
        for rank, value in sorted(members)
    )


def pooled(chosen: Iterable[Group], kind: FailureKind) -> Rate:
    """Return the failure rate of several groups' cases together."""
    return failure_rate(case for group in chosen for case in group.cases.get(kind, ()))


def ordered(chosen: Sequence[Group]) -> bool:
    """Tell whether the groups are the bands of a number, smallest first."""
    return len(chosen) > 1 and all(one.rank < other.rank for one, other in pairwise(chosen))
