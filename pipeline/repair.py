"""One box of an image made anew with its ControlNet; everything outside the box stays, pixel for pixel.

The box is denoised from noise while the rest is held in latent space (`pipeline.denoise.Kept`), so that the new part
fits what is around it; the decoded picture then replaces the box alone, with a soft seam inside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.errors import GenerationError, InputError
from conditioners.geometry import Box, Extent, Padding, crop, pad, padding_to_multiple
from pipeline.decode import decode, to_uint8
from pipeline.denoise import Kept, StepCallback, denoise
from pipeline.generation import conditions_of, initial_noise
from pipeline.preview import PreviewCallback, latents_to_previews
from pipeline.request import GenerationRequest

if TYPE_CHECKING:
    import torch

    from pipeline.diffusion import LoadedModel

MARGIN: Final = 4
"""Pixels around the box that are made anew with it: a model's edges are soft by a pixel or two."""

SEAM: Final = 3
"""Pixels inside the border of what is made anew, over which it goes over into what stays."""


def repair(
    loaded: LoadedModel,
    request: GenerationRequest,
    image: NDArray[np.uint8],
    box: Box,
    *,
    on_step: StepCallback | None = None,
    on_preview: PreviewCallback | None = None,
) -> NDArray[np.uint8]:
    """Return `image`, RGB uint8 (H, W, 3), with `box` made anew by `request`; its seed decides on the new part.

    Raises:
        InputError: the image has not the request's size, or the box does not lie inside it.
        GenerationError: the model gave non-finite values.
    """
    import torch

    extent = Extent.of(image)
    if extent != request.size:
        raise InputError(f"image must be {request.size} as ordered, got {extent}")
    if not box.fits(extent):
        raise InputError(f"box must lie inside {extent}, got {tuple(box)}")
    grown = box.grown(MARGIN, extent)
    padding = padding_to_multiple(extent, loaded.multiple)
    with loaded.lock, torch.inference_mode():
        generator = torch.Generator("cpu").manual_seed(request.seed)
        noise = initial_noise(loaded, generator, padding.canvas)
        kept = Kept(latents=encode_image(loaded, image, padding), mask=_latent_mask(loaded, grown, padding, noise))
        latents = denoise(
            loaded,
            conditions_of(loaded, [request], padding),
            noise,
            [generator],
            steps=request.steps,
            cfg=request.cfg,
            scale=request.scale,
            control_start=request.control_start,
            control_end=request.control_end,
            on_step=on_step,
            on_latents=None if on_preview is None else latents_to_previews(loaded, padding, on_preview),
            kept=kept,
        )
        (decoded,), _ = decode(loaded, latents)
    if not np.isfinite(decoded).all():
        raise GenerationError(f"seed {request.seed}: the model gave non-finite values (nan)")
    return blend(image, crop(to_uint8(decoded), padding), grown)


def encode_image(loaded: LoadedModel, image: NDArray[np.uint8], padding: Padding) -> torch.Tensor:
    """Return the latents (1, C, h, w) of RGB uint8 (H, W, 3), as the denoising loop has them at its end."""
    import torch

    vae: Any = loaded.pipe.vae
    pixels = pad(image, padding, edge=True).astype(np.float32) / 127.5 - 1
    batch = torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous().to(loaded.device)
    vae.to(torch.float32)
    latents: torch.Tensor = vae.encode(batch).latent_dist.mode()
    vae.to(loaded.dtype)
    mean, deviation = getattr(vae.config, "latents_mean", None), getattr(vae.config, "latents_std", None)
    if mean is not None and deviation is not None:
        shape = (1, -1, 1, 1)
        latents = (latents - latents.new_tensor(mean).view(shape)) / latents.new_tensor(deviation).view(shape)
    scaled: torch.Tensor = latents * vae.config.scaling_factor
    return scaled.to(loaded.dtype)


def blend(image: NDArray[np.uint8], made: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Return `image` with `box` taken from `made`, both RGB uint8 (H, W, 3); the seam lies inside the box.

    A side of the box on the picture's border has no seam, for there is nothing to go over into.
    """
    height, width = image.shape[:2]
    framed = np.zeros((height + 2, width + 2), np.uint8)
    framed[box.y0 + 1 : box.y1 + 1, box.x0 + 1 : box.x1 + 1] = 1
    for side, touches in (
        (np.s_[0, :], box.y0 == 0),
        (np.s_[-1, :], box.y1 == height),
        (np.s_[:, 0], box.x0 == 0),
        (np.s_[:, -1], box.x1 == width),
    ):
        if touches:
            framed[side] = 1
    distance = cv2.distanceTransform(framed, cv2.DIST_C, 3)[1:-1, 1:-1]
    weight = np.clip(distance / (SEAM + 1), 0.0, 1.0)[..., None]
    mixed = weight * made.astype(np.float32) + (1 - weight) * image.astype(np.float32)
    blended: NDArray[np.uint8] = np.where(weight > 0, np.rint(mixed), image).astype(np.uint8)
    return blended


def _latent_mask(loaded: LoadedModel, box: Box, padding: Padding, like: torch.Tensor) -> torch.Tensor:
    """Return 1 for every latent that any pixel of the box falls into, (1, 1, h, w)."""
    import torch

    mask = np.zeros((padding.content.height, padding.content.width), np.float32)
    mask[box.slices] = 1
    tensor = torch.from_numpy(pad(mask, padding))[None, None].to(device=like.device, dtype=like.dtype)
    factor = int(loaded.pipe.vae_scale_factor)
    pooled: torch.Tensor = torch.nn.functional.max_pool2d(tensor, factor)
    return pooled
