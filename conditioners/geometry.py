"""Sizes, boxes and invertible padding, as value types.

Boxes are half open, `(x0, y0, x1, y1)` in pixels of the wireframe, with x to the right and y down.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from conditioners.errors import InputError

_Scalar = TypeVar("_Scalar", bound=np.generic)
_EXTENT = re.compile(r"([1-9][0-9]{0,5})[xX×]([1-9][0-9]{0,5})", re.ASCII)


class Extent(NamedTuple):
    """A size in pixels.

    >>> str(Extent.parse("375x200"))
    '375x200'
    """

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "WIDTHxHEIGHT". Raises InputError when `text` is anything else."""
        match = _EXTENT.fullmatch(text.strip())
        if match is None:
            raise InputError(f"size must be WIDTHxHEIGHT in pixels, such as 375x200, got {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, array: NDArray[Any]) -> Self:
        """Return the extent of an image array (H, W) or (H, W, C)."""
        return cls(int(array.shape[1]), int(array.shape[0]))

    @property
    def area(self) -> int:
        """Pixels covered."""
        return self.width * self.height

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Box(NamedTuple):
    """A half-open rectangle in pixels.

    >>> Box(0, 0, 4, 4).iou(Box(2, 0, 6, 4))
    0.3333333333333333
    """

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        """Columns covered; 0 for an empty box."""
        return max(0, self.x1 - self.x0)

    @property
    def height(self) -> int:
        """Rows covered; 0 for an empty box."""
        return max(0, self.y1 - self.y0)

    @property
    def area(self) -> int:
        """Pixels covered."""
        return self.width * self.height

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index of the box in an array (H, W) or (H, W, C): `array[box.slices]`."""
        return slice(self.y0, self.y1), slice(self.x0, self.x1)

    def intersection(self, other: "Box") -> "Box":
        """Return the common part, a box of area 0 when there is none."""
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        return Box(x0, y0, max(x0, min(self.x1, other.x1)), max(y0, min(self.y1, other.y1)))

    def union(self, other: "Box") -> "Box":
        """Return the smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def iou(self, other: "Box") -> float:
        """Return intersection over union, 0 to 1; 0 for two empty boxes."""
        common = self.intersection(other).area
        total = self.area + other.area - common
        return common / total if total else 0.0

    def contains(self, other: "Box") -> bool:
        """Whether `other` lies wholly inside this box."""
        return self.x0 <= other.x0 and self.y0 <= other.y0 and other.x1 <= self.x1 and other.y1 <= self.y1

    def grown(self, margin: int, extent: Extent) -> "Box":
        """Return the box with `margin` px more on each side, cut at the border of `extent`."""
        return Box(self.x0 - margin, self.y0 - margin, self.x1 + margin, self.y1 + margin).clipped(extent)

    def clipped(self, extent: Extent) -> "Box":
        """Return the part of the box that lies inside `extent`."""
        return self.intersection(Box(0, 0, extent.width, extent.height))

    def fits(self, extent: Extent) -> bool:
        """Whether the box has an area and lies wholly inside `extent`."""
        return 0 <= self.x0 < self.x1 <= extent.width and 0 <= self.y0 < self.y1 <= extent.height


@dataclass(frozen=True, kw_only=True)
class Padding:
    """Where an image of extent `content` lies on a larger `canvas`: `left` and `top` px from its corner."""

    content: Extent
    canvas: Extent
    left: int
    top: int

    @property
    def box(self) -> Box:
        """The content's place on the canvas."""
        return Box(self.left, self.top, self.left + self.content.width, self.top + self.content.height)


def padding_to_multiple(extent: Extent, multiple: int) -> Padding:
    """Return the smallest centred padding after which both sides are multiples of `multiple`.

    >>> padding_to_multiple(Extent(375, 200), 64).canvas
    Extent(width=384, height=256)
    """
    if multiple < 1:
        raise ValueError(f"multiple must be at least 1, got {multiple}")
    width = -(-extent.width // multiple) * multiple
    height = -(-extent.height // multiple) * multiple
    left, top = (width - extent.width) // 2, (height - extent.height) // 2
    return Padding(content=extent, canvas=Extent(width, height), left=left, top=top)


def pad(array: NDArray[_Scalar], padding: Padding, value: float = 0, *, edge: bool = False) -> NDArray[_Scalar]:
    """Return `array`, (H, W) or (H, W, C) of any dtype, laid on the canvas; the border is `value`.

    With `edge` the border repeats the outermost pixels instead, so that an edge detector sees no frame.
    Raises ValueError when the extent of `array` is not the padding's content. `crop(pad(x, p), p)` equals `x`.
    """
    if Extent.of(array) != padding.content:
        raise ValueError(f"array must have the padding's content extent {padding.content}, got {Extent.of(array)}")
    right = padding.canvas.width - padding.content.width - padding.left
    bottom = padding.canvas.height - padding.content.height - padding.top
    widths = [(padding.top, bottom), (padding.left, right)] + [(0, 0)] * (array.ndim - 2)
    if edge:
        return np.pad(array, widths, mode="edge")
    return np.pad(array, widths, mode="constant", constant_values=value)


def crop(array: NDArray[_Scalar], padding: Padding) -> NDArray[_Scalar]:
    """Return the content part of a canvas (H, W) or (H, W, C); the inverse of `pad`.

    Raises ValueError when the extent of `array` is not the padding's canvas.
    """
    if Extent.of(array) != padding.canvas:
        raise ValueError(f"array must have the padding's canvas extent {padding.canvas}, got {Extent.of(array)}")
    return array[padding.box.slices]
