"""A wireframe on a canvas of another size: scaled to fit, the rest filled with its own ground, no line cut off."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from conditioners.wireframe import Wireframe, wireframe_from_array


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where the wireframe lies on its canvas: x' = x * scale + left, y' = y * scale + top, in px."""

    canvas: Extent
    scale: float
    left: int
    top: int

    def box(self, box: Box) -> Box:
        """A box of the wireframe in pixels of the canvas, rounded outwards and kept inside."""
        return Box(
            max(0, int(np.floor(box.x0 * self.scale)) + self.left),
            max(0, int(np.floor(box.y0 * self.scale)) + self.top),
            min(self.canvas.width, int(np.ceil(box.x1 * self.scale)) + self.left),
            min(self.canvas.height, int(np.ceil(box.y1 * self.scale)) + self.top),
        )

    def elements(self, elements: tuple[Element, ...]) -> tuple[Element, ...]:
        """The elements with their boxes in pixels of the canvas."""
        return tuple(
            Element(kind=item.kind, box=self.box(item.box), text=item.text, name=item.name) for item in elements
        )


def fit(content: Extent, canvas: Extent) -> tuple[Placement, Extent]:
    """Centred placement of `content` on `canvas` at the largest scale that fits, and the content's scaled extent.

    >>> fit(Extent(100, 50), Extent(300, 300))
    (Placement(canvas=Extent(width=300, height=300), scale=3.0, left=0, top=75), Extent(width=300, height=150))
    """
    scale = min(canvas.width / content.width, canvas.height / content.height)
    width = min(canvas.width, max(1, round(content.width * scale)))
    height = min(canvas.height, max(1, round(content.height * scale)))
    placement = Placement(
        canvas=canvas, scale=scale, left=(canvas.width - width) // 2, top=(canvas.height - height) // 2
    )
    return placement, Extent(width, height)


def place_on_canvas(wireframe: Wireframe, canvas: Extent | None) -> tuple[Wireframe, Placement]:
    """The wireframe drawn on a canvas of that extent; unchanged for None or its own extent.

    The border takes the colour of the wireframe's own ground (the median of its outermost pixels).
    """
    placement, scaled = fit(wireframe.extent, canvas or wireframe.extent)
    if placement.canvas == wireframe.extent:
        return wireframe, placement
    # Averaging keeps thin lines when shrinking; when growing, cubic keeps their edges.
    method = cv2.INTER_AREA if placement.scale < 1 else cv2.INTER_CUBIC
    drawn = cv2.resize(wireframe.pixels, (scaled.width, scaled.height), interpolation=method)
    pixels = np.empty((placement.canvas.height, placement.canvas.width, 3), np.uint8)
    pixels[:] = _ground(wireframe)
    pixels[placement.top : placement.top + scaled.height, placement.left : placement.left + scaled.width] = drawn
    return wireframe_from_array(pixels, wireframe.source, wireframe.polarity), placement


def _ground(wireframe: Wireframe) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    pixels = wireframe.pixels
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground: np.ndarray[tuple[int], np.dtype[np.uint8]] = np.median(edge, axis=0).astype(np.uint8)
    return ground
