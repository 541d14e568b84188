"""Clean drawings: SVG text, and its pixels rendered by resvg."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.samples.design import Design

INK = "#202124"
PAPER = "#ffffff"
NIGHT = "#14161c"
CHALK = "#e8eaed"
STROKE = 2


def svg_text(design: Design, ink: str = INK, paper: str | None = PAPER) -> str:
    """Return the drawing as an SVG document; a `paper` of None leaves the background transparent.

    Strokes are `STROKE` px wide with round ends; letters are outlines, so no font is needed to render them.
    """
    width, height = design.width, design.height
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"  <style>.ink {{ fill: {ink}; stroke: none }}</style>",
    ]
    if paper is not None:
        lines.append(f'  <rect width="{width}" height="{height}" fill="{paper}"/>')
    lines.append(
        f'  <g fill="none" stroke="{ink}" stroke-width="{STROKE}" stroke-linecap="round" stroke-linejoin="round">'
    )
    lines.extend(f"    {shape.svg()}" for part in design.parts for shape in part.shapes)
    return "\n".join([*lines, "  </g>", "</svg>", ""])


def rendered(svg: str) -> NDArray[np.uint8]:
    """Return the pixels of an SVG document, uint8 (H, W, 4), alpha not premultiplied."""
    import resvg_py

    png = resvg_py.svg_to_bytes(svg_string=svg)
    return np.asarray(Image.open(io.BytesIO(bytes(png))).convert("RGBA"), dtype=np.uint8)


def picture(design: Design) -> Image.Image:
    """Return a clean drawing as the picture that is saved: grey, or grey with alpha.

    Raises ValueError for a design that is drawn by hand or saved as SVG.
    """
    if design.drawing == "alpha":
        return Image.fromarray(rendered(svg_text(design, paper=None)))
    if design.drawing == "inverse":
        return Image.fromarray(rendered(svg_text(design, ink=CHALK, paper=NIGHT))).convert("RGB")
    if design.drawing == "clean":
        return Image.fromarray(rendered(svg_text(design))).convert("L")
    raise ValueError(f"drawing: must be clean, inverse or alpha, got {design.drawing!r}")
