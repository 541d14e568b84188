"""Which noise levels are trained, and how their errors weigh."""

import torch
from diffusers import DDIMScheduler
from torch import Tensor, nn

from training.settings import Phase


def draw_timesteps(count: int, phase: Phase, steps: int = 1000, generator: torch.Generator | None = None) -> Tensor:
    """Return int64 (count,) timesteps, drawn as the phase says.

    At the last step of a zero-terminal-SNR schedule the v target is minus the clean latent, so these samples are a
    plain regression from wireframe and prompt; it teaches the geometry first.
    """
    spread = torch.randint(phase.lowest, steps, (count,), generator=generator)
    choice = torch.rand(count, generator=generator)
    if phase.grid:
        grid = torch.tensor(phase.grid)[torch.randint(len(phase.grid), (count,), generator=generator)]
        spread = torch.where(choice < phase.pure_noise + phase.on_grid, grid, spread)
    return torch.where(choice < phase.pure_noise, torch.full_like(spread, steps - 1), spread)


def denoising_loss(
    prediction: Tensor, latents: Tensor, noise: Tensor, timesteps: Tensor, scheduler: DDIMScheduler, snr_cap: float
) -> Tensor:
    """Return the weighted mean square error of the scheduler's prediction type, float (B, C, h, w) each.

    The clean latent's error is weighted by min(SNR + 1, cap), in either form: that is the error of v, bounded at low
    noise. After T. Hang et al., "Efficient Diffusion Training via Min-SNR Weighting Strategy", 2023.
    """
    cumulative = scheduler.alphas_cumprod[timesteps].clamp(1e-8, 1 - 1e-8)
    bounded = (1 / (1 - cumulative)).clamp_max(snr_cap)
    if scheduler.config["prediction_type"] == "sample":
        target, weight = latents, bounded
    else:
        target, weight = scheduler.get_velocity(latents, noise, timesteps), bounded * (1 - cumulative)
    return ((prediction - target).square().mean(dim=(1, 2, 3)) * weight).mean()


def clean_latents(prediction: Tensor, noisy: Tensor, timesteps: Tensor, scheduler: DDIMScheduler) -> Tensor:
    """Return the clean latents, float (B, C, h, w), that a prediction stands for."""
    if scheduler.config["prediction_type"] == "sample":
        return prediction
    cumulative = scheduler.alphas_cumprod[timesteps].view(-1, 1, 1, 1)
    return cumulative.sqrt() * noisy - (1 - cumulative).sqrt() * prediction


def pixel_loss(difference: Tensor, decoder: nn.ConvTranspose2d, gradient: float) -> Tensor:
    """Return the mean absolute error of pixels in -1 to 1, plus `gradient` times that of their differences.

    `difference` (B, C, h, w) is that of two latents; the linear part of the decoder makes pixels of it. An absolute
    error is least at the median, so an edge is put somewhere instead of being smeared over all its likely places, and
    flat surfaces, whose neighbours differ by nothing, stay flat.
    """
    pixels = nn.functional.conv_transpose2d(difference, decoder.weight, stride=decoder.stride)
    loss = pixels.abs().mean()
    for axis in (2, 3):
        loss = loss + gradient * pixels.diff(dim=axis).abs().mean()
    return loss
