"""What all control measures of one asset share, computed once: edges, lines, and what lines are worth where."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.control import Fields, Image, Mask, dilate, image_edges, reference_lines
from scoring.control_shift import edge_field


@dataclass(frozen=True, kw_only=True, eq=False)
class ControlView:
    """An image's `edges` and the reference `lines` of its control map, masks (H, W) of one size."""

    edges: Mask
    lines: Mask

    @classmethod
    def of(cls, image: Image, control_map: Image, conditioner: str) -> "ControlView":
        """Return the view of `image`, RGB uint8 (H, W, 3), and its map, uint8 (H, W), of that conditioner."""
        return cls(edges=image_edges(image), lines=reference_lines(control_map, conditioner))

    @cached_property
    def fields(self) -> Fields | None:
        """The distances to edges and lines; None where one mask is empty."""
        return Fields.of(self.edges, self.lines) if self.edges.any() and self.lines.any() else None

    @cached_property
    def field(self) -> NDArray[np.float32]:
        """What it is worth to have a line at each pixel, float32 (H, W), see `scoring.control_shift`."""
        return edge_field(self.edges, None if self.fields is None else self.fields.edges)

    @cached_property
    def missing(self) -> Mask:
        """Lines without an edge within 1 px, (H, W)."""
        return self.lines & ~dilate(self.edges, 1)

    @cached_property
    def invented(self) -> Mask:
        """Edges without a line within 1 px, (H, W)."""
        return self.edges & ~dilate(self.lines, 1)
