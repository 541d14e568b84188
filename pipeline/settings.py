"""Limits of what may be ordered, and the checks that enforce them before any model is loaded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conditioners.errors import InputError
from conditioners.geometry import Extent


@dataclass(frozen=True, kw_only=True)
class Limit:
    """An inclusive range that a number must lie in."""

    low: float
    high: float
    integer: bool = False


LIMITS: Final[dict[str, Limit]] = {
    "width": Limit(low=16, high=4096, integer=True),
    "height": Limit(low=16, high=4096, integer=True),
    "steps": Limit(low=1, high=150, integer=True),
    "cfg": Limit(low=0.0, high=30.0),
    "scale": Limit(low=0.0, high=2.0),
    "control_start": Limit(low=0.0, high=1.0),
    "control_end": Limit(low=0.0, high=1.0),
    "seed": Limit(low=0, high=2**63 - 1, integer=True),
    "count": Limit(low=1, high=1000, integer=True),
    "batch_size": Limit(low=1, high=64, integer=True),
}
MAX_PROMPT_CHARACTERS: Final = 20_000
MAX_TEXTS: Final = 64


def check_number(name: str, value: float) -> None:
    """Raise InputError unless `value` lies within the limit called `name`.

    >>> check_number("steps", 20)
    >>> check_number("steps", 0)
    Traceback (most recent call last):
    ...
    conditioners.errors.InputError: steps must be a whole number from 1 to 150, got 0
    """
    limit = LIMITS[name]
    # `not (low <= value <= high)` also catches NaN, which compares false to everything.
    inside = limit.low <= value <= limit.high
    if not inside or (limit.integer and value != int(value)):
        kind = "a whole number" if limit.integer else "a number"
        raise InputError(f"{name} must be {kind} from {limit.low:g} to {_plain(limit.high)}, got {value}")


def _plain(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:g}"


def check_prompt(prompt: str) -> None:
    """Raise InputError for a prompt that is empty or longer than any tokenizer could make use of."""
    if not prompt.strip():
        raise InputError(f"prompt must not be empty, got {prompt!r}")
    check_text("prompt", prompt)


def check_text(name: str, text: str) -> None:
    """Raise InputError for text too long, or that cannot be stored in a PNG chunk or a CSV cell."""
    if len(text) > MAX_PROMPT_CHARACTERS:
        raise InputError(f"{name} must have at most {MAX_PROMPT_CHARACTERS} characters, got {len(text)}")
    if "\0" in text:
        raise InputError(f"{name} must not contain a NUL character, got one at position {text.index(chr(0))}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{name} must be valid Unicode, got a lone surrogate at position {error.start}") from None


def parse_size(text: str) -> Extent:
    """Read `WxH` in pixels.

    Raises:
        InputError: not of that form, or a side outside the limits.

    >>> parse_size("375x200")
    Extent(width=375, height=200)
    """
    extent = Extent.parse(text)
    check_size(*extent)
    return extent


def check_texts(texts: Sequence[str]) -> None:
    """Raise InputError for more expected texts than are allowed, or one that is empty or cannot be stored."""
    if len(texts) > MAX_TEXTS:
        raise InputError(f"text must be given at most {MAX_TEXTS} times, got {len(texts)}")
    for text in texts:
        if not text.strip():
            raise InputError(f"text must not be empty, got {text!r}")
        check_text("text", text)


def check_control_window(start: float, end: float) -> None:
    """Raise InputError unless control starts before it ends."""
    for name, value in (("control_start", start), ("control_end", end)):
        check_number(name, value)
    if start >= end:
        raise InputError(f"control_start must be less than control_end, got {start} and {end}; scale 0 is no control")


def check_size(width: int, height: int) -> None:
    """Raise InputError unless both sides lie within the limits."""
    low, high = LIMITS["width"].low, LIMITS["width"].high
    if not (low <= width <= high and low <= height <= high):
        raise InputError(f"size must have sides from {low:g} to {high:g} px, got {width}x{height}")


def downloads_allowed(flag: bool = False) -> bool:
    """Whether weights may be fetched from the hub: only when asked by flag or by LINEPROOF_ALLOW_DOWNLOAD=1."""
    return flag or os.environ.get("LINEPROOF_ALLOW_DOWNLOAD", "").strip().lower() in {"1", "true", "yes"}
