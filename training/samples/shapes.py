"""Shapes of a wireframe, each of which can be written as SVG or traced as polylines for a drawing hand."""

import math
import re
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""A polyline, float64 (N, 2), x and y in px."""

Bounds = tuple[float, float, float, float]
"""(x0, y0, x1, y1) in px, half open."""

CURVE_STEPS = 24


class Shape(Protocol):
    """What every shape offers."""

    def svg(self) -> str:
        """Return the shape as one SVG element."""

    def outlines(self) -> list[Points]:
        """Return the strokes of a pen that draws the shape."""

    def bounds(self) -> Bounds:
        """Return the box of the shape's middle lines, without the stroke's width."""


def number(value: float) -> str:
    """Return `value` as SVG writes it, at most two decimals.

    >>> number(3.0), number(2.345)
    ('3', '2.35')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def bounds_of(outlines: list[Points]) -> Bounds:
    """Return the box around all points of `outlines`."""
    points = np.concatenate(outlines)
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


@dataclass(frozen=True, kw_only=True)
class Rect:
    """A rectangle with corners of radius `r`."""

    x: float
    y: float
    w: float
    h: float
    r: float = 0

    def svg(self) -> str:
        corner = f' rx="{number(self.r)}"' if self.r else ""
        x, y, w, h = (number(value) for value in (self.x, self.y, self.w, self.h))
        return f'<rect x="{x}" y="{y}" width="{w}" height="{h}"{corner}/>'

    def outlines(self) -> list[Points]:
        x0, y0, x1, y1 = self.bounds()
        if not self.r:
            corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
            return [np.array([a, b], dtype=np.float64) for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
        r = self.r
        centres = [(x1 - r, y0 + r, -90), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180)]
        points = [_arc(cx, cy, r, start, start + 90) for cx, cy, start in centres]
        return [np.concatenate([*points, points[0][:1]])]

    def bounds(self) -> Bounds:
        return self.x, self.y, self.x + self.w, self.y + self.h


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A circle of radius `r` around (`cx`, `cy`)."""

    cx: float
    cy: float
    r: float

    def svg(self) -> str:
        return f'<circle cx="{number(self.cx)}" cy="{number(self.cy)}" r="{number(self.r)}"/>'

    def outlines(self) -> list[Points]:
        return [_arc(self.cx, self.cy, self.r, -100, 260)]

    def bounds(self) -> Bounds:
        return self.cx - self.r, self.cy - self.r, self.cx + self.r, self.cy + self.r


@dataclass(frozen=True, kw_only=True)
class Path:
    """A path of absolute M, L, C and Z commands, moved by (`dx`, `dy`) after scaling by `scale`."""

    d: str
    scale: float = 1
    dx: float = 0
    dy: float = 0

    def commands(self) -> list[tuple[str, Points]]:
        """Return each command letter with its points, float64 (N, 2).

        >>> Path(d="M0 0 L2 1", scale=10, dx=5).commands()[1][1].tolist()
        [[25.0, 10.0]]
        """
        found = []
        for letter, body in re.findall(r"([MLCZ])([^MLCZ]*)", self.d):
            values = np.array([float(text) for text in re.findall(r"-?[\d.]+", body)], dtype=np.float64).reshape(-1, 2)
            found.append((letter, values * self.scale + (self.dx, self.dy)))
        return found

    def svg(self) -> str:
        words = [
            letter + " ".join(f"{number(x)} {number(y)}" for x, y in points.tolist())
            for letter, points in self.commands()
        ]
        return f'<path d="{"".join(words)}"/>'

    def outlines(self) -> list[Points]:
        strokes: list[list[Points]] = []
        for letter, points in self.commands():
            if letter == "M":
                strokes.append([points])
            elif letter == "L":
                strokes[-1].append(points)
            elif letter == "C":
                strokes[-1].append(_cubic(strokes[-1][-1][-1], points))
            else:
                strokes[-1].append(strokes[-1][0][:1])
        return [np.concatenate(stroke) for stroke in strokes]

    def bounds(self) -> Bounds:
        return bounds_of(self.outlines())


def _arc(cx: float, cy: float, r: float, start: float, end: float) -> Points:
    steps = max(8, int(abs(end - start) / 6))
    angles = np.linspace(math.radians(start), math.radians(end), steps)
    return np.stack([cx + r * np.cos(angles), cy + r * np.sin(angles)], axis=1)


def _cubic(start: Points, controls: Points) -> Points:
    t = np.linspace(0, 1, CURVE_STEPS)[1:, None]
    a, b, c = controls
    curve: Points = (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * b + t**3 * c
    return curve
