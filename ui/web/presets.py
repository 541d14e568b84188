"""Three ways to weigh drawing against prompt, so that nobody has to know what a control scale is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from conditioners.errors import InputError


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Control settings by a name that says what they do. `scale` is a factor on the model's own."""

    name: str
    summary: str
    scale: float
    control_end: float


PRESETS: Final = (
    Preset(name="faithful", summary="every line as drawn", scale=1.25, control_end=1.0),
    Preset(name="balanced", summary="the model's own balance", scale=1.0, control_end=1.0),
    Preset(name="free", summary="the drawing as a hint", scale=0.6, control_end=0.75),
)


def find_preset(name: str) -> Preset:
    """The preset called `name`. Raises InputError with the known names."""
    for preset in PRESETS:
        if preset.name == name:
            return preset
    raise InputError(f"preset must be one of {', '.join(one.name for one in PRESETS)}, got {name!r}")
