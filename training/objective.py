"""Which noise levels are trained, and how their errors weigh."""

import torch
from diffusers import DDIMScheduler
from torch import Tensor

from training.settings import Phase

SNR_CAP = 5.0


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


def velocity_loss(
    prediction: Tensor, latents: Tensor, noise: Tensor, timesteps: Tensor, scheduler: DDIMScheduler
) -> Tensor:
    """Return the weighted mean square error of v, float (B, C, H, W) each.

    The weight min(SNR + 1, cap) / (SNR + 1) is one at high noise and bounds the clean latent's weight at low noise;
    after T. Hang et al., "Efficient Diffusion Training via Min-SNR Weighting Strategy", 2023, in its v form.
    """
    cumulative = scheduler.alphas_cumprod[timesteps].clamp(1e-8, 1 - 1e-8)
    snr = cumulative / (1 - cumulative)
    weight = (snr + 1).clamp_max(SNR_CAP) / (snr + 1)
    target = scheduler.get_velocity(latents, noise, timesteps)
    return ((prediction - target).square().mean(dim=(1, 2, 3)) * weight).mean()
