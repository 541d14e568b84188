"""Pixel-difference edges, by controlnet_aux's PiDiNet at the full size of the image.

Source: Z. Su et al., "Pixel Difference Networks for Efficient Edge Detection", 2021; weights and network from
controlnet_aux.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

WEIGHT_FILES = ("table5_pidinet.pth",)
MULTIPLE = 8
"""Three poolings by two: the sides the network takes without rounding."""


def load_pidi(folder: str) -> Any:
    """Return controlnet_aux's PidiNetDetector with the weights in `folder`."""
    from controlnet_aux import PidiNetDetector

    return PidiNetDetector.from_pretrained(folder, filename=WEIGHT_FILES[0], local_files_only=True)


def pidi_edges(detector: Any, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return soft edges, uint8 (H, W), of RGB uint8 (H, W, 3) whose sides are multiples of `MULTIPLE`."""
    import torch

    # These weights were trained on BGR.
    image = torch.from_numpy(pixels[:, :, ::-1].transpose(2, 0, 1).copy()).float()[None] / 255
    with torch.inference_mode():
        edges: NDArray[np.float32] = detector.netNetwork(image)[-1][0, 0].numpy()
    return np.clip(edges * 255, 0, 255).astype(np.uint8)
