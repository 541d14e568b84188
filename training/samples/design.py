"""What a sample is: its drawing, how it was drawn, and the order that goes with it."""

from dataclasses import dataclass
from typing import Literal

from training.samples.layout import Part

Drawing = Literal["clean", "svg", "inverse", "alpha", "hand", "scan"]
"""clean: grey PNG; svg; inverse: light lines on dark; alpha: lines on nothing; hand: drawn; scan: drawn and scanned."""

FILE_TYPES: dict[Drawing, str] = {
    "clean": "png",
    "svg": "svg",
    "inverse": "png",
    "alpha": "png",
    "hand": "png",
    "scan": "jpg",
}


@dataclass(frozen=True, kw_only=True)
class Design:
    """One sample of `width` x `height` px; `component` and `style` become its tags."""

    name: str
    width: int
    height: int
    parts: tuple[Part, ...]
    prompt: str
    component: str
    style: str
    drawing: Drawing = "clean"
    conditioner: str = "canny"
    seed: int = 1

    @property
    def file_name(self) -> str:
        """Return the name of the wireframe in samples/."""
        return f"{self.name}.{FILE_TYPES[self.drawing]}"

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what the asset must read, from top to bottom as drawn."""
        return tuple(part.text for part in self.parts if part.text)
