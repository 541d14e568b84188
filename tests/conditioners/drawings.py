"""Drawings with known content, for the tests of this folder."""

import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from conditioners.geometry import Box

SVG = 'xmlns="http://www.w3.org/2000/svg"'


def button(width: int = 120, height: int = 60, *, dark: bool = False) -> NDArray[np.uint8]:
    """Return a grey drawing (H, W) of one outlined rectangle, 2 px wide, a sixth from the border."""
    gray = np.full((height, width), 10 if dark else 245, np.uint8)
    x, y, ink = width // 6, height // 6, 240 if dark else 20
    gray[y : height - y, x : x + 2] = ink
    gray[y : height - y, width - x - 2 : width - x] = ink
    gray[y : y + 2, x : width - x] = ink
    gray[height - y - 2 : height - y, x : width - x] = ink
    return gray


def rgb(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return grey (H, W) as RGB (H, W, 3)."""
    return np.repeat(gray[:, :, None], 3, axis=2)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """Return the image as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def written(folder: Path, name: str, data: bytes | str) -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def svg(body: str, width: int = 120, height: int = 60) -> str:
    """Return an SVG file around `body`, with one rectangle so that it is never blank."""
    frame = '<rect x="10" y="10" width="90" height="40" fill="none" stroke="black" stroke-width="2"/>'
    return f'<svg {SVG} width="{width}" height="{height}">{frame}{body}</svg>'


@dataclass
class Screen:
    """A drawn screen of an application and where its elements are."""

    dark: bool = False
    parts: list[str] = field(default_factory=list)
    shapes: list[Box] = field(default_factory=list)
    icons: list[Box] = field(default_factory=list)
    texts: list[tuple[str, Box]] = field(default_factory=list)

    @property
    def ink(self) -> str:
        return "#e5e7eb" if self.dark else "#222222"

    @property
    def paper(self) -> str:
        return "#111827" if self.dark else "#ffffff"

    def shape(self, x: int, y: int, width: int, height: int, radius: int = 0, *, filled: bool = False) -> None:
        fill = self.ink if filled else "none"
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="{fill}" '
            f'stroke="{self.ink}" stroke-width="2"/>'
        )
        self.shapes.append(Box(x - 1, y - 1, x + width + 1, y + height + 1))

    def text(self, text: str, box: Box, size: int, *, inverse: bool = False) -> None:
        """`box` is where the glyphs' ink is; its lower side is the base line or a descender below it."""
        fill = self.paper if inverse else self.ink
        below = round(0.22 * size) if any(letter in text for letter in "gjpqy,$") else 0
        self.parts.append(f'<text x="{box.x0}" y="{box.y1 - below}" font-size="{size}" fill="{fill}">{text}</text>')
        self.texts.append((text, box))

    def icon(self, path: str, box: Box) -> None:
        self.parts.append(f'<path d="{path}" fill="none" stroke="{self.ink}" stroke-width="2"/>')
        self.icons.append(box)

    def svg(self) -> str:
        page = f'<rect width="640" height="480" fill="{self.paper}"/>'
        return f'<svg {SVG} width="640" height="480" font-family="Arial">{page}{"".join(self.parts)}</svg>'


def dashboard(*, dark: bool = False) -> Screen:
    """Return a screen of 8 shapes, 4 icons and 11 texts of 9 to 28 px, on white or on a dark ground."""
    screen = Screen(dark=dark)
    screen.shape(10, 10, 620, 48)
    screen.text("Dashboard", Box(31, 26, 120, 40), 18)
    screen.icon("M590 26h24M590 34h24M590 42h24", Box(590, 25, 614, 43))
    screen.shape(30, 80, 280, 160, 12)
    screen.text("Weekly revenue", Box(50, 101, 151, 116), 14)
    screen.text("12480", Box(50, 129, 130, 150), 28)
    screen.text("Up 4.2% since Monday", Box(50, 171, 163, 183), 11)
    screen.shape(50, 196, 110, 32, 8, filled=True)
    screen.text("Details", Box(72, 207, 113, 217), 13, inverse=True)
    screen.shape(330, 80, 280, 160, 12)
    for y, name, width in ((150, "Amelia Hart", 65), (190, "Noah Lindqvist", 81)):
        screen.icon(f"M370 {y} m-12 0 a12 12 0 1 0 24 0 a12 12 0 1 0 -24 0", Box(357, y - 13, 383, y + 13))
        screen.text(name, Box(395, y - 4, 395 + width, y + (8 if "q" in name else 6)), 12)
    screen.shape(30, 270, 580, 40, 4)
    screen.text("Search orders, customers, invoices", Box(46, 286, 236, 298), 12)
    screen.icon("M584 284 a7 7 0 1 0 0.1 0 M589 297 l7 7", Box(576, 283, 597, 305))
    screen.shape(30, 330, 18, 18, 2)
    screen.text("Remember my choice", Box(58, 335, 176, 347), 12)
    screen.shape(30, 380, 120, 44, 22)
    screen.text("Cancel", Box(58, 397, 100, 407), 14)
    screen.shape(170, 380, 120, 44, 22, filled=True)
    screen.text("Save", Box(206, 397, 238, 407), 14, inverse=True)
    screen.text("Terms of service apply", Box(330, 401, 421, 410), 9)
    return screen
