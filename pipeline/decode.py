"""Latents to pixels: the decoder, its number format, the safety checker and the cast to uint8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

    from pipeline.diffusion import LoadedModel


def to_uint8(image: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Decoder output (H, W, 3), finite, nominally in -1 to 1, as uint8 0 to 255 rounded to nearest."""
    scaled = np.clip(image * 127.5 + 127.5, 0.0, 255.0)
    pixels: NDArray[np.uint8] = np.rint(scaled).astype(np.uint8)
    return pixels


def decode(loaded: LoadedModel, latents: torch.Tensor) -> tuple[list[NDArray[np.float32]], bool]:
    """Decoder output as float32 (H, W, 3) an image, nominally -1 to 1, and whether float32 had to be used for it.

    Half precision can overflow in the decoder alone, so non-finite pixels from finite latents are decoded once more.
    """
    import torch

    vae = loaded.pipe.vae
    upcast = loaded.spec.family == "sdxl" and loaded.dtype == torch.float16 and bool(vae.config.force_upcast)
    images = _decode_in(vae, latents, torch.float32 if upcast else loaded.dtype)
    retry = not upcast and bool(torch.isfinite(latents).all()) and not bool(torch.isfinite(images).all())
    if retry:
        images = _decode_in(vae, latents, torch.float32)
    vae.to(loaded.dtype)
    if not bool(torch.isfinite(latents).all()):
        # A decoder with normalisation can turn an infinite latent into finite grey; the image is lost either way.
        images[~torch.isfinite(latents).flatten(1).all(dim=1)] = float("nan")
    return list(images.float().permute(0, 2, 3, 1).cpu().numpy()), retry


def _decode_in(vae: Any, latents: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    import torch

    vae.to(dtype)
    latents = latents.to(dtype)
    mean, deviation = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    latents = latents / vae.config.scaling_factor
    if mean is not None and deviation is not None:
        shape = (1, -1, 1, 1)
        latents = latents * latents.new_tensor(deviation).view(shape) + latents.new_tensor(mean).view(shape)
    with torch.inference_mode():
        decoded: torch.Tensor = vae.decode(latents, return_dict=False)[0]
    return decoded.clone()


def withheld(loaded: LoadedModel, images: Sequence[NDArray[np.float32]]) -> list[bool]:
    """Which images the model's own safety checker flags; none where the model has no checker."""
    checker = getattr(loaded.pipe, "safety_checker", None)
    if checker is None:
        return [False] * len(images)
    import torch

    shown = [to_uint8(np.nan_to_num(image)) for image in images]
    features = loaded.pipe.feature_extractor(shown, return_tensors="pt").to(loaded.device)
    with torch.inference_mode():
        _, flagged = checker(images=np.stack(shown), clip_input=features.pixel_values.to(loaded.dtype))
    return [bool(flag) for flag in flagged]
