"""The conditioners by name: an explicit table, in which a name stands once."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conditioners.canny import automatic_thresholds, canny_edges
from conditioners.errors import InputError
from conditioners.learned import LEARNED, learned_map
from conditioners.lineart import drawn_lines
from conditioners.scribble import scribble_lines
from conditioners.settings import ConditionerSettings
from conditioners.wireframe import Wireframe

MapFunction = Callable[[Wireframe, ConditionerSettings], NDArray[np.uint8]]


@dataclass(frozen=True, kw_only=True)
class Conditioner:
    """A way to make a control map.

    `make` returns white lines on black, uint8 (H, W), of exactly the wireframe's extent. `needs_weights` says that
    it is a network whose weights must be on the machine.
    """

    name: str
    summary: str
    make: MapFunction
    needs_weights: bool = False


def _canny(wireframe: Wireframe, settings: ConditionerSettings) -> NDArray[np.uint8]:
    return canny_edges(wireframe.gray(), settings.low, settings.high)


def _scribble(wireframe: Wireframe, settings: ConditionerSettings) -> NDArray[np.uint8]:
    return scribble_lines(wireframe.gray(), wireframe.polarity)


def _lineart(wireframe: Wireframe, settings: ConditionerSettings) -> NDArray[np.uint8]:
    return drawn_lines(wireframe.gray(), wireframe.polarity)


def tabulate(conditioners: tuple[Conditioner, ...]) -> dict[str, Conditioner]:
    """Return the conditioners by name. Raises ValueError when a name stands twice."""
    table: dict[str, Conditioner] = {}
    for conditioner in conditioners:
        if conditioner.name in table:
            raise ValueError(f"conditioner names must be unique, got {conditioner.name!r} twice")
        table[conditioner.name] = conditioner
    return table


CONDITIONERS = tabulate(
    (
        Conditioner(name="canny", summary="edges of anything, OpenCV's Canny at full size", make=_canny),
        Conditioner(name="scribble", summary="a drawing's own strokes, cleaned, at one width", make=_scribble),
        Conditioner(name="lineart", summary="a drawing's own strokes, thin", make=_lineart),
        *(
            Conditioner(name=spec.name, summary=spec.summary, make=learned_map, needs_weights=True)
            for spec in LEARNED.values()
        ),
    )
)


def names() -> tuple[str, ...]:
    """Return the names of all conditioners, the drawing ones first.

    >>> names()[:3]
    ('canny', 'scribble', 'lineart')
    """
    return tuple(CONDITIONERS)


def find_conditioner(name: str) -> Conditioner:
    """Return the conditioner called `name`. Raises InputError, with the known names, when there is none."""
    try:
        return CONDITIONERS[name]
    except KeyError as error:
        raise InputError(f"conditioner must be one of {', '.join(CONDITIONERS)}, got {name!r}") from error


def fitted(wireframe: Wireframe, settings: ConditionerSettings) -> tuple[int, int]:
    """Return the Canny thresholds in force: the given ones, or those fitted to the wireframe."""
    if settings.name == "canny" and settings.automatic:
        return automatic_thresholds(wireframe.gray())
    return settings.low, settings.high
