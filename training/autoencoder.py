"""The autoencoder stage: principal components of patches in closed form, then a refinement of the decoder."""

import math
import time
from pathlib import Path

import torch
from torch import Tensor

from pipeline.embedded.autoencoder import LappedAutoencoder
from training.data import batches
from training.settings import AutoencoderSettings


def patch_statistics(settings: AutoencoderSettings, patch: int) -> tuple[Tensor, Tensor]:
    """Return mean (3 patch^2) and covariance (3 patch^2, 3 patch^2) of rendered patches in -1 to 1, float64."""
    size = 3 * patch * patch
    total, moment, count, images = torch.zeros(size).double(), torch.zeros(size, size).double(), 0, 0
    for batch in batches(settings.seed, settings.batch_pixels, {"small": 0.6, "large": 0.4}):
        rows = torch.nn.functional.unfold(batch.images, patch, stride=patch).permute(0, 2, 1).reshape(-1, size).double()
        total, moment, count, images = (
            total + rows.sum(0),
            moment + rows.T @ rows,
            count + len(rows),
            images + len(batch.prompts),
        )
        if images >= settings.fit_samples:
            break
    mean = total / count
    return mean, moment / count - torch.outer(mean, mean)


def fit_transform(model: LappedAutoencoder, mean: Tensor, covariance: Tensor, power: float) -> None:
    """Set the linear encoder and decoder to the scaled principal components, exact inverses on their span."""
    patch, channels = model.config["patch"], model.config["latent_channels"]
    values, vectors = torch.linalg.eigh(covariance)
    deviation = values.flip(0)[:channels].clamp_min(1e-8).sqrt()
    basis = vectors.flip(1)[:, :channels].T
    basis = basis * torch.where(basis.sum(1, keepdim=True) < 0, -1.0, 1.0)
    scale = 2 * (deviation / deviation[0]) ** power / deviation
    analysis, synthesis = basis * scale[:, None], basis / scale[:, None]
    assert model.encoder.bias is not None and model.decoder.bias is not None  # noqa: PT018
    with torch.no_grad():
        model.encoder.weight.copy_(analysis.reshape(channels, 3, patch, patch))
        model.encoder.bias.copy_(-analysis @ mean)
        model.decoder.weight.copy_(synthesis.reshape(channels, 3, patch, patch))
        offset = mean.reshape(3, -1).mean(1)
        model.decoder.bias.copy_(offset)


def psnr(first: Tensor, second: Tensor) -> float:
    """Return the mean PSNR in dB of images (B, 3, H, W) in -1 to 1."""
    error = (first.clamp(-1, 1) - second).square().mean(dim=(1, 2, 3)).clamp_min(1e-10)
    return float((10 * torch.log10(4 / error)).mean())


def image_loss(output: Tensor, target: Tensor) -> Tensor:
    """Return L1 plus L1 of the image gradients: flat areas stay flat, edges and letters sharp."""
    loss = (output - target).abs().mean()
    for axis in (2, 3):
        loss = loss + 0.5 * (output.diff(dim=axis) - target.diff(dim=axis)).abs().mean()
    return loss


def fit(settings: AutoencoderSettings, folder: Path) -> LappedAutoencoder:
    """Fit the transform and save an autoencoder whose refinement is still zero."""
    torch.manual_seed(settings.seed)
    model = LappedAutoencoder(latent_channels=settings.latent_channels)
    mean, covariance = patch_statistics(settings, model.config["patch"])
    fit_transform(model, mean.float(), covariance.float(), settings.variance_power)
    model.save_pretrained(folder)
    return model


def refine(settings: AutoencoderSettings, folder: Path, report_every: int = 50) -> None:
    """Train the decoder's refinement (the encoder stays) and save the model every 200 steps."""
    model = LappedAutoencoder.from_pretrained(folder)
    parameters = [p for n, p in model.named_parameters() if not n.startswith("encoder")]
    optimizer = torch.optim.AdamW(parameters, lr=settings.learning_rate, betas=(0.9, 0.98), weight_decay=0.0)
    started, best = time.time(), 0.0
    stream = batches(settings.seed + 1, settings.batch_pixels, {"small": 0.5, "large": 0.5})
    for step in range(1, settings.steps + 1):
        rate = min(1.0, step / 50) * 0.5 * (1 + math.cos(math.pi * step / settings.steps))
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * max(rate, 0.02)
        images = next(stream).images
        with torch.no_grad():
            latents = model.encode(images).latent_dist.mode()
            latents = latents + torch.randn_like(latents) * 0.02
        output = model.decode(latents).sample
        loss = image_loss(output, images)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % report_every == 0:
            best = psnr(output.detach(), images)
            print(
                f"vae step {step} loss {loss.item():.4f} psnr {best:.2f} dB {time.time() - started:.0f} s", flush=True
            )
        if step % 200 == 0 or step == settings.steps:
            model.save_pretrained(folder)
