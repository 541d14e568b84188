"""Pictures of a report as data URIs: thumbnails, and overlays that show which lines were kept."""

from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from conditioners.errors import LineproofError
from scoring.scored_item import ScoredItem

THUMBNAIL = (320, 240)


def thumbnail(path: Path) -> str | None:
    """Return the image as a small WebP data URI; None where it cannot be read."""
    try:
        with Image.open(path, formats=("PNG", "JPEG", "WEBP")) as image:
            return _uri(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def wireframe_picture(path: Path) -> str | None:
    """Return the drawing, whatever its format, as `thumbnail` does."""
    from conditioners.wireframe import load_wireframe

    try:
        return _uri(Image.fromarray(np.asarray(load_wireframe(path).pixels)))
    except (LineproofError, OSError, ValueError):
        return None


def overlay_picture(item: ScoredItem) -> str | None:
    """Return kept lines grey, missing ones red, invented ones blue, over the faded asset; None without the files."""
    from scoring.control import image_edges, reference_lines
    from scoring.overlay import edge_overlay

    if item.files is None:
        return None
    try:
        with Image.open(item.files.asset) as image, Image.open(item.files.control_map) as drawn:
            pixels, lines = np.asarray(image.convert("RGB")), np.asarray(drawn.convert("L"))
        picture = edge_overlay(image_edges(pixels), reference_lines(lines, item.conditioner), image=pixels)
    except (LineproofError, OSError, ValueError, SyntaxError):
        return None
    return _uri(Image.fromarray(picture), lossless=True)


def _uri(image: Image.Image, lossless: bool = False) -> str:
    image.thumbnail(THUMBNAIL, Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=72, method=4, lossless=lossless)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
