"""Protocol A: the Canny F1 of ControlNet++ (liming-ai/ControlNet_Plus_Plus `eval/eval.py`, `eval/eval_edge.py`).

ControlNet++ takes `kornia.filters.canny(x, 0.1, 0.2)[1]` of image and condition, RGB in 0 to 1. Grey, blur and
gradient are kornia's own calls here. Its loop of convolutions for the hysteresis takes a second on an image of
512 x 512; here the same edges come from the few pixels above the low threshold and their connected components.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.control import Image, Mask, edge_f1, require_same_extent

LOW, HIGH = 0.1, 0.2
KERNEL, SIGMA, EPSILON = (5, 5), (1.0, 1.0), 1e-6

STEPS = np.array([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)])
"""(dy, dx) of the neighbour in each direction, in steps of 45 degrees from the right downwards."""


def kornia_f1(image: Image, condition: Image) -> float:
    """Return the strict F1 of kornia's Canny edges of `image` and of `condition`, 0 to 1 (Protocol A, one image).

    Both are RGB uint8 (H, W, 3). Two images without any edge give 0, as torchmetrics' BinaryF1Score does. ControlNet++
    pools four images a prompt; this is the same count on one.
    Raises InputError when the sizes differ.
    """
    require_same_extent(image, condition, ("image", "wireframe"))
    return edge_f1(kornia_edges(image), kornia_edges(condition))


def kornia_edges(image: Image) -> Mask:
    """Return the edges (H, W) of `image`, RGB uint8 (H, W, 3), as `kornia.filters.canny` at 0.1/0.2 on 0 to 1.

    >>> step = np.zeros((16, 16, 3), np.uint8); step[:, 8:] = 200
    >>> int(kornia_edges(step).sum())
    16
    """
    magnitude, rows, columns, direction = _gradient(image)
    here = magnitude[rows, columns]
    largest: Mask = np.ones(len(rows), np.bool_)
    for way in (direction, (direction + 4) % 8):
        there = magnitude[rows + STEPS[way, 0], columns + STEPS[way, 1]]
        # A tie is accepted to the right and down only, so that of two equal pixels one is kept.
        largest &= (here > there) | (np.isin(way, (0, 2)) & (here == there))
    kept = np.zeros(magnitude.shape, np.uint8)
    kept[rows[largest], columns[largest]] = 1
    _, labels = cv2.connectedComponents(kept[1:-1, 1:-1], connectivity=8)
    strong = np.unique(labels[(kept[1:-1, 1:-1] > 0) & (magnitude[1:-1, 1:-1] > HIGH)])
    chosen = np.zeros(int(labels.max()) + 1, np.bool_)
    chosen[strong] = True
    return np.asarray(chosen[labels], dtype=np.bool_)


def _gradient(
    image: Image,
) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """Return the magnitude with a border of 1 px; rows, columns and directions of what exceeds the low threshold."""
    import torch
    from kornia.color import rgb_to_grayscale
    from kornia.filters import gaussian_blur2d, spatial_gradient

    with torch.inference_mode():
        batch = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None] / 255.0
        gradients = spatial_gradient(gaussian_blur2d(rgb_to_grayscale(batch), KERNEL, SIGMA), normalized=False)[0, 0]
        across, down = torch.nn.functional.pad(gradients, (1, 1, 1, 1))
        squared = torch.sqrt(across * across + down * down + EPSILON)
        magnitude: NDArray[np.float32] = squared.numpy()
        rows, columns = np.nonzero(magnitude > LOW)
        angle = torch.atan2(down, across).numpy()[rows, columns]
    eighths = np.rint(angle * np.float32(4 / math.pi)).astype(np.int64) % 8
    return magnitude, rows, columns, eighths
