"""Control adherence: does the image keep the lines of its control map?

Edges of the image are compared with reference lines of the same size, both as boolean masks (H, W).
Protocol C (tolerant F1) follows wookiegen/cgd-dev200 `bench/scorers.py`; at tolerance 0 it is Protocol B, ControlAR's
`evaluations/canny_f1score.py`. The boundary F is that of DAVIS (Perazzi et al. 2016, `davis2017/metrics.py`), the
distances are MONAI's (`monai/metrics/hausdorff_distance.py`, `surface_distance.py`).
"""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.canny import canny_edges
from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.wireframe import to_gray

Mask = NDArray[np.bool_]
Image = NDArray[np.uint8]

PERCENTILE = 95.0
DAVIS_BOUND = 0.008
"""Slack of the boundary F as a share of the image's diagonal."""

EXACT_REACH = 1400.0
"""Up to this distance in px the square of OpenCV's float32 distance is nearer to the true integer than to another."""


def require_same_extent(first: NDArray[np.generic], second: NDArray[np.generic], names: tuple[str, str]) -> None:
    """Raise InputError unless both arrays have the same height and width; nothing is ever resized to fit."""
    if first.shape[:2] != second.shape[:2]:
        raise InputError(
            f"{names[0]} and {names[1]} must have the same size, got {Extent.of(first)} and {Extent.of(second)}"
        )


def image_edges(image: Image) -> Mask:
    """Return the Canny edges (100/200) of the grey of `image`, RGB uint8 (H, W, 3), as a mask (H, W)."""
    return canny_edges(to_gray(image)) > 0


def reference_lines(control_map: Image, conditioner: str) -> Mask:
    """Return the lines that an image must keep, as a mask (H, W), from `control_map`, uint8 (H, W).

    For `canny` they are the map itself. The other conditioners draw strokes: theirs are the centrelines of what is
    brighter than half (Zhang and Suen 1984, as in `skimage.morphology.skeletonize`).
    """
    if conditioner == "canny":
        return control_map > 0
    from skimage.morphology import skeletonize

    return np.asarray(skeletonize(control_map > 127), dtype=np.bool_)


def dilate(mask: Mask, radius: int) -> Mask:
    """Return `mask` (H, W) grown by a square of side 2 * `radius` + 1 px."""
    if radius == 0:
        return mask
    side = 2 * radius + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0


def edge_f1(edges: Mask, reference: Mask, tolerance: int = 0) -> float:
    """Return the F1 of two edge masks (H, W) with `tolerance` px of slack, 0 to 1 (Protocol C).

    Precision is the share of `edges` within the tolerance of `reference`, recall the reverse; at tolerance 0 this is
    the pixel F1. 0 where either mask is empty.

    >>> line = np.zeros((8, 8), np.bool_); line[4] = True
    >>> edge_f1(line, np.roll(line, 1, axis=0)), edge_f1(line, np.roll(line, 1, axis=0), tolerance=1)
    (0.0, 1.0)
    """
    require_same_extent(edges, reference, ("the image's edges", "the reference lines"))
    found, wanted = int(edges.sum()), int(reference.sum())
    if found == 0 or wanted == 0:
        return 0.0
    precision = int((edges & dilate(reference, tolerance)).sum()) / found
    recall = int((reference & dilate(edges, tolerance)).sum()) / wanted
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Fields:
    """Each pixel's distance in px to the nearest edge and to the nearest line, float64 (H, W); both masks hold some."""

    edges: NDArray[np.float64]
    lines: NDArray[np.float64]

    @classmethod
    def of(cls, edges: Mask, reference: Mask) -> "Fields":
        """Return the fields of two masks (H, W), neither of them empty."""
        return cls(edges=distance_to(edges), lines=distance_to(reference))


def boundary_f(edges: Mask, reference: Mask, bound: float = DAVIS_BOUND, fields: Fields | None = None) -> float:
    """Return the boundary F of DAVIS of two edge masks (H, W), 0 to 1, with `bound` of the diagonal as slack.

    The masks are boundaries already, so they are not turned into boundaries again. Each is dilated by a disk of
    ceil(bound x diagonal) px; F is made of the two shares that lie in the other's disk. As in DAVIS, two empty masks
    give 1, and one empty mask gives 0. `fields` are those of the two masks where they are known already.

    >>> line = np.zeros((64, 64), np.bool_); line[20] = True
    >>> boundary_f(line, np.roll(line, 1, axis=0)), boundary_f(line, np.roll(line, 2, axis=0))
    (1.0, 0.0)
    """
    require_same_extent(edges, reference, ("the image's edges", "the reference lines"))
    if not edges.any() or not reference.any():
        return float(edges.any() == reference.any())
    radius = math.ceil(bound * math.hypot(*edges.shape))
    fields = fields or Fields.of(edges, reference)
    precision = float((fields.lines[edges] <= radius).mean())
    recall = float((fields.edges[reference] <= radius).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def surface(mask: Mask) -> Mask:
    """Return the pixels of `mask` (H, W) that erosion by a cross removes: all of a thin line, the rim of an area."""
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    inner = cv2.erode(mask.astype(np.uint8), cross, borderType=cv2.BORDER_CONSTANT, borderValue=(0.0,))
    return np.asarray(mask & (inner == 0), dtype=np.bool_)


def distance_to(mask: Mask) -> NDArray[np.float64]:
    """Return each pixel's Euclidean distance in px to the nearest pixel of `mask` (H, W), which must not be empty."""
    assert mask.any(), "distances to an empty mask are not defined"
    rough = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE).astype(np.float64)
    if rough.max() < EXACT_REACH:
        return np.sqrt(np.rint(rough * rough))
    from scipy.ndimage import distance_transform_edt

    distances: NDArray[np.float64] = distance_transform_edt(~mask)
    return distances


@dataclass(frozen=True, kw_only=True, eq=False)
class SurfaceDistances:
    """Distances in px of each edge pixel to the nearest reference pixel (`there`), and of each of those (`back`)."""

    there: NDArray[np.float64]
    back: NDArray[np.float64]

    @property
    def hd95(self) -> float:
        """The larger of the two directed 95th percentiles, linearly interpolated."""
        return float(max(np.percentile(self.there, PERCENTILE), np.percentile(self.back, PERCENTILE)))

    @property
    def assd(self) -> float:
        """The mean of all distances of both directions."""
        return float(np.concatenate([self.there, self.back]).mean())


def surface_distances(edges: Mask, reference: Mask, fields: Fields | None = None) -> SurfaceDistances | None:
    """Return the distances between the surfaces of two masks (H, W); None where one is empty: none is defined then.

    `fields` are those of the two masks where they are known already.
    Raises InputError when the sizes differ.
    """
    require_same_extent(edges, reference, ("the image's edges", "the reference lines"))
    if not edges.any() or not reference.any():
        return None
    found, wanted = surface(edges), surface(reference)
    fields = fields or Fields.of(edges, reference)
    # A thin line is all surface, and then the distances to mask and surface are the same.
    to_found = fields.edges if np.array_equal(found, edges) else distance_to(found)
    to_wanted = fields.lines if np.array_equal(wanted, reference) else distance_to(wanted)
    return SurfaceDistances(there=to_wanted[found], back=to_found[wanted])


def hd95(edges: Mask, reference: Mask) -> float | None:
    """Return the 95th percentile Hausdorff distance of two edge masks (H, W) in px, None where one is empty.

    As MONAI's `compute_hausdorff_distance(percentile=95)`.

    >>> line = np.zeros((16, 16), np.bool_); line[4] = True
    >>> hd95(line, np.roll(line, 3, axis=0))
    3.0
    """
    distances = surface_distances(edges, reference)
    return None if distances is None else distances.hd95


def assd(edges: Mask, reference: Mask) -> float | None:
    """Return the average symmetric surface distance of two edge masks (H, W) in px, None where one is empty.

    As MONAI's `compute_average_surface_distance(symmetric=True)`: the mean over the pixels of both surfaces.

    >>> line = np.zeros((16, 16), np.bool_); line[4] = True
    >>> assd(line, np.roll(line, 3, axis=0))
    3.0
    """
    distances = surface_distances(edges, reference)
    return None if distances is None else distances.assd


def control_adherence(f1_1px: float, floor: float = 0.0, ceiling: float = 1.0) -> float:
    """Return the headline: where `f1_1px` lies between `floor` and `ceiling`, clipped to 0 to 1.

    `floor` is what the same request reaches without control, `ceiling` what the model's autoencoder can keep at best.
    Where neither was measured the scale is 0 to 1 and the headline equals `f1_1px`.
    Raises ValueError unless floor < ceiling.

    >>> control_adherence(0.6, floor=0.2, ceiling=0.7)
    0.8
    """
    if not floor < ceiling:
        raise ValueError(f"floor must be less than ceiling, got {floor} and {ceiling}")
    return min(1.0, max(0.0, round((f1_1px - floor) / (ceiling - floor), 12)))
