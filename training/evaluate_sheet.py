"""A sheet of unselected cases to look at: control map, true asset and generated asset side by side."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.evaluate_cases import Case
from training.evaluate_generate import Made

TILE, ACROSS, CASES = 128, 5, 100
CAPTION, GAP = 26, 6


def save_sheet(file: Path, cases: Sequence[Case], made: Sequence[Made]) -> None:
    """Write the first 100 cases in their order, each as map | true | generated with its prompt below."""
    from PIL import Image, ImageDraw

    shown = list(zip(cases, made, strict=True))[:CASES]
    width, height = 3 * TILE + GAP, TILE + CAPTION
    rows = (len(shown) + ACROSS - 1) // ACROSS
    page = Image.new("RGB", (min(ACROSS, len(shown)) * width, rows * height), "#d8dade")
    pen = ImageDraw.Draw(page)
    for index, (case, result) in enumerate(shown):
        x, y = index % ACROSS * width, index // ACROSS * height
        pictures = (np.repeat(case.control_map.pixels[:, :, None], 3, axis=2), case.asset, result.image)
        for column, pixels in enumerate(pictures):
            tile = Image.fromarray(np.ascontiguousarray(pixels, dtype=np.uint8))
            tile.thumbnail((TILE - 2, TILE - 2), Image.Resampling.LANCZOS)
            page.paste(tile, (x + column * TILE, y))
        pen.text((x, y + TILE), f"{case.prompt[:72]}\n{case.prompt[72:144]}", fill="black", font_size=10)
    file.parent.mkdir(parents=True, exist_ok=True)
    page.save(file)
