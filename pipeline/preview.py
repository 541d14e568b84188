"""What an image is becoming, shown while it is made: decoded between steps, and seldom enough to cost little."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Padding, crop
from pipeline.decode import to_uint8
from pipeline.denoise import LatentsCallback

if TYPE_CHECKING:
    import torch

    from pipeline.diffusion import LoadedModel

PreviewCallback = Callable[[NDArray[np.uint8]], None]
"""Called with RGB uint8 (H, W, 3) of the request's extent."""

REST: Final = 4.0
"""A preview that took t seconds is followed by none for this many times t, so they take a fifth of the time at most."""


def latents_to_previews(loaded: LoadedModel, padding: Padding, show: PreviewCallback) -> LatentsCallback:
    """Return a callback for the denoising loop that decodes the first image of the batch and shows it."""
    not_before = 0.0

    def on_latents(latents: torch.Tensor) -> None:
        nonlocal not_before
        started = time.monotonic()
        if started < not_before:
            return
        show(np.ascontiguousarray(crop(decode_preview(loaded, latents[:1]), padding)))
        ended = time.monotonic()
        not_before = ended + REST * (ended - started)

    return on_latents


def decode_preview(loaded: LoadedModel, latents: torch.Tensor) -> NDArray[np.uint8]:
    """Return latents (1, C, h, w) as RGB uint8 (H, W, 3); what overflows the number format is mid-grey."""
    import torch

    vae = loaded.pipe.vae
    mean, deviation = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    scaled = latents.to(loaded.dtype) / vae.config.scaling_factor
    if mean is not None and deviation is not None:
        shape = (1, -1, 1, 1)
        scaled = scaled * scaled.new_tensor(deviation).view(shape) + scaled.new_tensor(mean).view(shape)
    with torch.inference_mode():
        decoded = vae.decode(scaled, return_dict=False)[0][0]
    return to_uint8(np.nan_to_num(decoded.permute(1, 2, 0).float().cpu().numpy()))
