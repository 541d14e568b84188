"""The embedded model's autoencoder: a linear patch transform with a learned, local refinement of the decoder.

The interface is that of diffusers' `AutoencoderKL`, as far as its pipelines use it.
"""

from typing import Any

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.autoencoders.vae import DecoderOutput
from diffusers.models.modeling_outputs import AutoencoderKLOutput
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor, nn


class PointDistribution:
    """The posterior of a deterministic encoder: one point."""

    def __init__(self, mean: Tensor) -> None:
        self.mean = mean

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Return the point; there is no noise to draw."""
        return self.mean

    def mode(self) -> Tensor:
        """Return the point."""
        return self.mean


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions on the latent grid, added to their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        """Map float (B, width, h, w) to the same shape."""
        hidden = self.first(nn.functional.silu(features))
        return features + self.second(nn.functional.silu(hidden))


class LappedAutoencoder(ModelMixin, ConfigMixin):
    """Encode patches of 8 x 8 px by a fixed linear map; decode by its inverse plus a refinement that overlaps patches.

    The linear map is the principal component transform of the training patches (H. Hotelling, 1933), each component
    scaled so that coarse ones keep more of the variance; the refinement sees 3 x 3 neighbours on the latent grid and
    writes 16 x 16 px windows 8 px apart, as a lapped transform does (H. Malvar, 1989), which hides the seams.
    """

    @register_to_config
    def __init__(
        self,
        patch: int = 8,
        latent_channels: int = 48,
        refiner_width: int = 128,
        refiner_blocks: int = 3,
        scaling_factor: float = 1.0,
        shift_factor: float | None = None,
        block_out_channels: tuple[int, ...] = (1, 1, 1, 1),
        force_upcast: bool = False,
    ) -> None:
        super().__init__()
        self.encoder = nn.Conv2d(3, latent_channels, patch, stride=patch)
        self.decoder = nn.ConvTranspose2d(latent_channels, 3, patch, stride=patch)
        self.refiner = nn.Sequential(
            nn.Conv2d(latent_channels, refiner_width, 3, padding=1),
            *(ResidualBlock(refiner_width) for _ in range(refiner_blocks)),
        )
        self.lapped = nn.ConvTranspose2d(refiner_width, 3, 2 * patch, stride=patch, padding=patch // 2)
        nn.init.zeros_(self.lapped.weight)
        assert self.lapped.bias is not None
        nn.init.zeros_(self.lapped.bias)

    def encode(self, x: Tensor, return_dict: bool = True) -> Any:
        """Map images, float (B, 3, H, W) in -1 to 1, to latents (B, latent_channels, H/8, W/8)."""
        posterior = PointDistribution(self.encoder(x))
        return AutoencoderKLOutput(latent_dist=posterior) if return_dict else (posterior,)

    def decode(self, z: Tensor, return_dict: bool = True, generator: torch.Generator | None = None) -> Any:
        """Map latents, float (B, latent_channels, h, w), to images (B, 3, 8h, 8w), about -1 to 1."""
        image = self.decoder(z) + self.lapped(self.refiner(z))
        return DecoderOutput(sample=image) if return_dict else (image,)

    def forward(self, x: Tensor) -> Tensor:
        """Return the round trip of images, float (B, 3, H, W)."""
        return self.decode(self.encode(x).latent_dist.mode()).sample
