"""Icons drawn for the samples, stroke outlines on a grid of 24 units."""

import math

from training.samples.shapes import Circle, Path, Shape

GRID = 24.0


def _polygon(points: list[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.3f} {y:.3f}" for x, y in points) + " Z"


def _star() -> str:
    corners = []
    for step in range(10):
        radius = 9.8 if step % 2 == 0 else 4.3
        angle = math.radians(-90 + 36 * step)
        corners.append((12 + radius * math.cos(angle), 12.6 + radius * math.sin(angle)))
    return _polygon(corners)


def _gear(teeth: int = 8) -> str:
    corners = []
    for tooth in range(teeth):
        middle = 360 / teeth * tooth
        for offset, radius in ((-14.0, 7.0), (-9.5, 9.8), (9.5, 9.8), (14.0, 7.0)):
            angle = math.radians(middle + offset)
            corners.append((12 + radius * math.cos(angle), 12 + radius * math.sin(angle)))
    return _polygon(corners)


_PATHS: dict[str, list[str]] = {
    "bell": [
        (
            "M4.5 17.5 C6.3 15.8 6.3 13.6 6.3 11 C6.3 7.4 8.8 5 12 5 "
            "C15.2 5 17.7 7.4 17.7 11 C17.7 13.6 17.7 15.8 19.5 17.5 Z"
        ),
        "M9.6 17.5 C9.6 21.8 14.4 21.8 14.4 17.5",
        "M12 5 L12 2.6",
    ],
    "heart": [
        (
            "M12 20.8 C5 15.6 2.8 12.2 2.8 8.9 C2.8 5.9 5 3.9 7.5 3.9 C9.4 3.9 11.1 5 12 6.9 "
            "C12.9 5 14.6 3.9 16.5 3.9 C19 3.9 21.2 5.9 21.2 8.9 C21.2 12.2 19 15.6 12 20.8 Z"
        ),
    ],
    "star": [_star()],
    "home": [
        "M2.6 11.6 L12 3.4 L21.4 11.6",
        "M5.2 9.4 L5.2 20.6 L18.8 20.6 L18.8 9.4",
        "M9.8 20.6 L9.8 14.4 L14.2 14.4 L14.2 20.6",
    ],
    "trash": [
        "M3.6 6.4 L20.4 6.4",
        "M5.6 6.4 L6.8 21 L17.2 21 L18.4 6.4",
        "M8.8 6.4 L8.8 3 L15.2 3 L15.2 6.4",
        "M10 10.2 L10 17.2",
        "M14 10.2 L14 17.2",
    ],
    "plus": ["M12 3.6 L12 20.4", "M3.6 12 L20.4 12"],
    "check": ["M3.4 12.8 L9.4 18.8 L20.6 5.8"],
    "chevron": ["M8.6 4.4 L16.2 12 L8.6 19.6"],
    "gear": [_gear()],
    "search": ["M15.2 15.2 L21.2 21.2"],
    "user": ["M3.6 21 C3.6 16.6 7.2 14.6 12 14.6 C16.8 14.6 20.4 16.6 20.4 21 Z"],
}

_CIRCLES: dict[str, tuple[float, float, float]] = {
    "gear": (12, 12, 3.2),
    "search": (10.2, 10.2, 7.0),
    "user": (12, 7.6, 4.4),
}


def names() -> tuple[str, ...]:
    """Return the names of the icons, sorted."""
    return tuple(sorted(_PATHS))


def icon(name: str, x: float, y: float, size: float) -> tuple[Shape, ...]:
    """Return the shapes of icon `name` in the square of `size` px whose upper left corner is (`x`, `y`).

    Raises KeyError for a name that `names` does not list.

    >>> len(icon("bell", 0, 0, 48))
    3
    """
    scale = size / GRID
    shapes: list[Shape] = [Path(d=d, scale=scale, dx=x, dy=y) for d in _PATHS[name]]
    if name in _CIRCLES:
        cx, cy, r = _CIRCLES[name]
        shapes.append(Circle(cx=x + cx * scale, cy=y + cy * scale, r=r * scale))
    return tuple(shapes)
