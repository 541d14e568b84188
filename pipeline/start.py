"""What the model sees in its first step in place of noise, where its spec says so: the control map's own latents.

At the last timestep of a zero-terminal-SNR schedule the latents hold nothing of the image, and a network of few steps
learns to overlook them. A model trained with `start: map` is given the map there, so the whole UNet works on the
drawing and not its way up alone. Noise enters with the second step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch


def map_latents(vae: Any, maps: torch.Tensor) -> torch.Tensor:
    """Return control maps, float (B, 3, H, W) in 0 to 1, as latents (B, C, h, w)."""
    latents: torch.Tensor = vae.encode(maps * 2 - 1).latent_dist.mode() * vae.config.scaling_factor
    return latents


def first_input(noise: torch.Tensor, drawing: torch.Tensor, scale: torch.Tensor | float) -> torch.Tensor:
    """Return the latents of the first step (B, C, h, w): noise at a control scale of 0, the drawing from 1 on.

    Between them both are mixed so that the noise's variance and the drawing's add up to one part. `scale` is one
    number, or (B, 1, 1, 1).
    """
    import torch

    share = torch.as_tensor(scale, dtype=noise.dtype, device=noise.device).clamp(0, 1)
    mixed: torch.Tensor = share * drawing + (1 - share.square()).sqrt() * noise
    return mixed
