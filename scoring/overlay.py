"""The picture that explains control adherence: which lines were kept, which are missing, which were invented."""

from dataclasses import dataclass

import numpy as np

from scoring.control import Image, Mask, dilate, require_same_extent

KEPT = (128, 128, 128)
MISSING = (220, 38, 38)
INVENTED = (37, 99, 235)


@dataclass(frozen=True, kw_only=True, eq=False)
class EdgeComparison:
    """Edge pixels by their fate, as masks (H, W); `kept` holds image and reference pixels that found each other."""

    kept: Mask
    missing: Mask
    invented: Mask


def compare_edges(edges: Mask, reference: Mask, tolerance: int = 1) -> EdgeComparison:
    """Sort the pixels of `edges` and `reference`, masks (H, W), by whether the other has one within `tolerance` px.

    Raises InputError when the sizes differ.
    """
    require_same_extent(edges, reference, ("the image's edges", "the reference lines"))
    missing = reference & ~dilate(edges, tolerance)
    invented = edges & ~dilate(reference, tolerance)
    return EdgeComparison(kept=(edges | reference) & ~missing & ~invented, missing=missing, invented=invented)


def edge_overlay(edges: Mask, reference: Mask, tolerance: int = 1, image: Image | None = None) -> Image:
    """Return a picture, RGB uint8 (H, W, 3): kept lines grey, missing ones red, invented ones blue.

    They lie on white, or on `image` (RGB uint8 (H, W, 3)) faded to a quarter of its contrast.
    Raises InputError when the sizes differ.
    """
    comparison = compare_edges(edges, reference, tolerance)
    picture = np.full((*edges.shape, 3), 255, np.uint8)
    if image is not None:
        require_same_extent(image, edges, ("image", "the image's edges"))
        picture = (191 + image.astype(np.uint16) // 4).astype(np.uint8)
    picture[comparison.kept] = KEPT
    picture[comparison.invented] = INVENTED
    picture[comparison.missing] = MISSING
    return picture
