"""What a conditioner can be asked for."""

from dataclasses import dataclass
from pathlib import Path

from conditioners.canny import DEFAULT_HIGH, DEFAULT_LOW
from conditioners.errors import InputError

MAX_THRESHOLD = 2040
"""Largest L1 gradient of a 3x3 Sobel on 8-bit grey: 4 * 255 in x and in y."""


@dataclass(frozen=True, kw_only=True)
class ConditionerSettings:
    """The conditioner's name and everything that changes its map.

    `low` and `high` are Canny's hysteresis thresholds; with `automatic` they are fitted to the wireframe instead.
    `weights` is a local folder with the weights of a learned conditioner, by default the hub's cache on this machine;
    only with `download` are weights fetched from the hub. Raises InputError on thresholds out of order or range.
    """

    name: str = "canny"
    low: int = DEFAULT_LOW
    high: int = DEFAULT_HIGH
    automatic: bool = False
    weights: Path | None = None
    download: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= MAX_THRESHOLD:
            raise InputError(
                f"canny thresholds must satisfy 0 <= low <= high <= {MAX_THRESHOLD}, got {self.low}/{self.high}"
            )
