"""Control adherence: does the image keep the lines of its control map?

Edges of the image are compared with reference lines of the same size, both as boolean masks (H, W).
Protocol C (tolerant F1) follows wookiegen/cgd-dev200 `bench/scorers.py`, Protocol A the evaluation of ControlNet++
(liming-ai/ControlNet_Plus_Plus `eval/eval.py`, `eval/eval_edge.py`), the distances google-deepmind/surface-distance
and MONAI `monai/metrics/hausdorff_distance.py`.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.canny import canny_edges
from conditioners.errors import InputError
from conditioners.geometry import Extent

Mask = NDArray[np.bool_]
Image = NDArray[np.uint8]

KORNIA_LOW, KORNIA_HIGH = 0.1, 0.2
PERCENTILE = 95.0


def require_same_extent(first: NDArray[np.generic], second: NDArray[np.generic], names: tuple[str, str]) -> None:
    """Raise InputError unless both arrays have the same height and width; nothing is ever resized to fit."""
    if first.shape[:2] != second.shape[:2]:
        raise InputError(
            f"{names[0]} and {names[1]} must have the same size, got {Extent.of(first)} and {Extent.of(second)}"
        )


def image_edges(image: Image) -> Mask:
    """Return the Canny edges (100/200) of the grey of `image`, RGB uint8 (H, W, 3), as a mask (H, W)."""
    return canny_edges(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)) > 0


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


def kornia_edges(image: Image) -> Mask:
    """Return the edges (H, W) of `image`, RGB uint8 (H, W, 3), by `kornia.filters.canny` at 0.1/0.2 on 0 to 1."""
    import torch
    from kornia.filters import canny

    batch = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255.0
    with torch.inference_mode():
        edges = canny(batch, KORNIA_LOW, KORNIA_HIGH)[1]
    return np.asarray(edges[0, 0].numpy() > 0.5, dtype=np.bool_)


def kornia_f1(image: Image, condition: Image) -> float:
    """Return the strict F1 of kornia's Canny edges of `image` and of `condition`, 0 to 1 (Protocol A, one image).

    Both are RGB uint8 (H, W, 3). Two images without any edge give 0, as torchmetrics' BinaryF1Score does. ControlNet++
    pools four images a prompt; this is the same count on one.
    Raises InputError when the sizes differ.
    """
    require_same_extent(image, condition, ("image", "wireframe"))
    return edge_f1(kornia_edges(image), kornia_edges(condition))


def surface(mask: Mask) -> Mask:
    """Return the pixels of `mask` (H, W) that erosion by a cross removes: all of a thin line, the rim of an area."""
    from scipy.ndimage import binary_erosion

    return mask & ~np.asarray(binary_erosion(mask), dtype=np.bool_)


def directed_distances(source: Mask, target: Mask) -> NDArray[np.float64]:
    """Return, for each pixel of `source` (H, W), its Euclidean distance in px to the nearest pixel of `target`.

    `target` must not be empty.
    """
    from scipy.ndimage import distance_transform_edt

    assert target.any(), "distances to an empty mask are not defined"
    distances: NDArray[np.float64] = distance_transform_edt(~target)
    return distances[source]


def hd95(edges: Mask, reference: Mask) -> float | None:
    """Return the 95th percentile Hausdorff distance of two edge masks (H, W) in px.

    The larger of the two directed 95th percentiles (linear interpolation) over the masks' surfaces, as MONAI's
    `compute_hausdorff_distance(percentile=95)`. None where a mask is empty: no distance is defined then, and none is
    made up.

    >>> line = np.zeros((16, 16), np.bool_); line[4] = True
    >>> hd95(line, np.roll(line, 3, axis=0))
    3.0
    """
    require_same_extent(edges, reference, ("the image's edges", "the reference lines"))
    if not edges.any() or not reference.any():
        return None
    found, wanted = surface(edges), surface(reference)
    there = np.percentile(directed_distances(found, wanted), PERCENTILE)
    back = np.percentile(directed_distances(wanted, found), PERCENTILE)
    return float(max(there, back))


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
