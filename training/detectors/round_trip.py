"""The embedded model's autoencoder: what an asset looks like that was generated without a fault."""

from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from pipeline.decode import to_uint8
from pipeline.embedded.autoencoder import LappedAutoencoder

AUTOENCODER = Path(__file__).resolve().parents[2] / "pipeline" / "embedded" / "vae"


class RoundTrip:
    """Encodes and decodes images; the model is loaded once, by the constructor."""

    def __init__(self) -> None:
        self.model: LappedAutoencoder = LappedAutoencoder.from_pretrained(AUTOENCODER).eval()

    def __call__(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return `image`, RGB uint8 (H, W, 3), after the autoencoder, padded to its patches and cropped."""
        height, width = image.shape[:2]
        padded = cv2.copyMakeBorder(image, 0, -height % 8, 0, -width % 8, cv2.BORDER_REPLICATE)
        pixels = torch.from_numpy(padded).permute(2, 0, 1)[None].float() / 127.5 - 1
        with torch.inference_mode():
            output = self.model(pixels)[0].permute(1, 2, 0).numpy()
        return to_uint8(output[:height, :width])
