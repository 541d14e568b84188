"""How an image of another size may come from the wireframe: enlarged, stretched, letterboxed, cropped, padded.

The answer goes into the line that refuses the image. Nothing is resized by it.
"""

from dataclasses import dataclass

import numpy as np

from conditioners.geometry import Extent
from scoring.control import Image, Mask, image_edges
from scoring.control_shift import FOUND, edge_field

EQUAL_SCALES = 0.01
"""Scales across and down that differ by less than this share count as one."""

SCALES = (0.5, 2 / 3, 0.75, 0.8, 0.9, 1.1, 1.25, 4 / 3, 1.5, 2.0)


@dataclass(frozen=True, kw_only=True)
class PlacementGuess:
    """A way to lay the wireframe on an image: x' = x * `across` + `left`, y' = y * `down` + `top`, in px."""

    across: float
    down: float
    left: float = 0.0
    top: float = 0.0
    words: str


def likely_placement(image: Image, lines: Mask) -> str:
    """Say in words how `image`, RGB uint8 (H, W, 3), may come from the wireframe with these reference `lines` (h, w).

    >>> lines = np.zeros((32, 48), np.bool_); lines[8, 6:40] = lines[24, 6:41] = lines[8:24, 6] = lines[8:24, 40] = True
    >>> picture = np.full((64, 96, 3), 255, np.uint8); picture[16:48, 12:80] = 90
    >>> likely_placement(picture, lines)
    "its lines fit the wireframe's at 2x"
    """
    canvas, drawing = Extent.of(image), Extent.of(lines)
    edges = image_edges(image)
    guesses = _guesses(canvas, drawing)
    fits = [placement_fit(edges, lines, guess) for guess in guesses]
    best = int(np.argmax(fits))
    if fits[best] < FOUND:
        across, down = canvas.width / drawing.width, canvas.height / drawing.height
        return f"it is {across:.3g}x as wide and {down:.3g}x as high, and its lines do not fit the wireframe's so"
    return f"its lines fit the wireframe's {guesses[best].words}"


def placement_fit(edges: Mask, lines: Mask, guess: PlacementGuess) -> float:
    """Return the mean worth, 0 to 1, of the `lines` (h, w) laid on `edges` (H, W) as `guess` says.

    Lines that fall outside count 0. Enlarged, a line may be off by as many px as its scale is.
    """
    rows, columns = np.nonzero(lines)
    if rows.size == 0 or not edges.any():
        return 0.0
    slack = max(1.0, guess.across, guess.down)
    field = edge_field(edges) ** (1 / slack**2)
    y = np.rint((rows + 0.5) * guess.down + guess.top - 0.5).astype(np.intp)
    x = np.rint((columns + 0.5) * guess.across + guess.left - 0.5).astype(np.intp)
    inside = (y >= 0) & (y < edges.shape[0]) & (x >= 0) & (x < edges.shape[1])
    return float(field[y[inside], x[inside]].sum() / rows.size)


def inner_scale(edges: Mask, lines: Mask, at_one: float) -> float | None:
    """Return the scale about the centre at which `lines` fit `edges` of the same size (H, W); None where none does.

    `at_one` is how they fit as they are; another scale must be better by a fifth.
    """
    height, width = lines.shape
    best, chosen = max(FOUND, at_one + 0.2), None
    for scale in SCALES:
        rest = (1 - scale) / 2
        guess = PlacementGuess(across=scale, down=scale, left=rest * width, top=rest * height, words="")
        fit = placement_fit(edges, lines, guess)
        if fit > best:
            best, chosen = fit, scale
    return chosen


def _guesses(canvas: Extent, drawing: Extent) -> list[PlacementGuess]:
    across, down = canvas.width / drawing.width, canvas.height / drawing.height
    if abs(across - down) < EQUAL_SCALES * across:
        stretched = PlacementGuess(across=across, down=down, words=f"at {across:.3g}x")
    else:
        stretched = PlacementGuess(
            across=across, down=down, words=f"stretched, {across:.3g}x across and {down:.3g}x down"
        )
    placed = [_placed(canvas, drawing, scale, centred) for scale, centred in ((1.0, True), (1.0, False))]
    placed += [_placed(canvas, drawing, scale, True) for scale in (min(across, down), max(across, down))]
    return [stretched, *placed]


def _placed(canvas: Extent, drawing: Extent, scale: float, centred: bool) -> PlacementGuess:
    free_x, free_y = canvas.width - drawing.width * scale, canvas.height - drawing.height * scale
    where = "centred" if centred else "at the top left"
    parts = [
        f"{abs(free):.0f} px of {side} {'added' if free > 0 else 'cut off'}"
        for free, side in ((free_x, "width"), (free_y, "height"))
        if round(free)
    ]
    return PlacementGuess(
        across=scale,
        down=scale,
        left=free_x / 2 if centred else 0.0,
        top=free_y / 2 if centred else 0.0,
        words=f"at {scale:.3g}x {where}, with {' and '.join(parts)}" if parts else f"at {scale:.3g}x",
    )
