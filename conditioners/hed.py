"""Holistically-nested edges, by controlnet_aux's HED network at the full size of the image.

Source: S. Xie and Z. Tu, "Holistically-Nested Edge Detection", 2015; weights and network from controlnet_aux.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

WEIGHT_FILES = ("ControlNetHED.pth",)
MULTIPLE = 16
"""Four poolings by two: the sides the network takes without rounding."""


def load_hed(folder: str) -> Any:
    """Return controlnet_aux's HEDdetector with the weights in `folder`."""
    from controlnet_aux import HEDdetector

    return HEDdetector.from_pretrained(folder, filename=WEIGHT_FILES[0], local_files_only=True)


def hed_edges(detector: Any, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return soft edges, uint8 (H, W), of RGB uint8 (H, W, 3) whose sides are multiples of `MULTIPLE`.

    The network's five scales are brought to full size and averaged before the sigmoid.
    """
    import torch

    height, width = pixels.shape[:2]
    image = torch.from_numpy(pixels.transpose(2, 0, 1).copy()).float()[None]
    with torch.inference_mode():
        scales = [scale[0, 0].numpy() for scale in detector.netNetwork(image)]
    full = [cv2.resize(scale, (width, height), interpolation=cv2.INTER_LINEAR) for scale in scales]
    mean = np.mean(np.stack(full), axis=0, dtype=np.float64)
    return (255 / (1 + np.exp(-mean))).astype(np.uint8)
