"""Line art of photographs, by controlnet_aux's generator at the full size of the image.

Source: C. Chan et al., "Learning to Generate Line Drawings That Convey Geometry and Semantics", 2022; weights and
network from controlnet_aux.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHT_FILES = ("sk_model.pth", "sk_model2.pth")
MULTIPLE = 4
"""Two strided convolutions: the sides the network gives back unchanged."""


def load_lineart(folder: str) -> Any:
    """Return controlnet_aux's LineartDetector with the weights in `folder`."""
    from controlnet_aux import LineartDetector

    fine, coarse = WEIGHT_FILES
    return LineartDetector.from_pretrained(folder, filename=fine, coarse_filename=coarse, local_files_only=True)


def fine_lines(detector: Any, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return white lines on black, uint8 (H, W), of RGB uint8 (H, W, 3) whose sides are multiples of `MULTIPLE`."""
    return _lines(detector.model, pixels)


def coarse_lines(detector: Any, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return as `fine_lines`, by the network that keeps only the main lines."""
    return _lines(detector.model_coarse, pixels)


def _lines(network: Any, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import torch

    image = torch.from_numpy(pixels.transpose(2, 0, 1).copy()).float()[None] / 255
    with torch.inference_mode():
        paper: NDArray[np.float32] = network(image)[0, 0].numpy()
    return 255 - np.clip(paper * 255, 0, 255).astype(np.uint8)
