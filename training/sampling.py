"""Sample sheets during training: unseen icons, words and type, drawn in one step, as the model ships."""

import copy
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from diffusers import ControlNetModel, DDIMScheduler, UNet2DConditionModel
from numpy.typing import NDArray
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizer

from pipeline.decode import to_uint8
from pipeline.embedded.autoencoder import LappedAutoencoder
from pipeline.start import first_input, map_latents
from training.data import draw_map
from training.render.sample import choose, render_sample


@dataclass(kw_only=True)
class Models:
    """The networks of the embedded model."""

    tokenizer: CLIPTokenizer
    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel
    controlnet: ControlNetModel
    vae: LappedAutoencoder
    scheduler: DDIMScheduler
    start: str = "noise"

    def embed(self, prompts: list[str]) -> Tensor:
        """Return the text tower's last hidden states, float (B, 77, width)."""
        tokens = self.tokenizer(prompts, padding="max_length", truncation=True, return_tensors="pt").input_ids
        return self.text_encoder(tokens.to(self.text_encoder.device)).last_hidden_state

    def predict(
        self, latents: Tensor, timesteps: Tensor, prompt: Tensor, maps: Tensor | None, scale: Tensor | float = 1.0
    ) -> Tensor:
        """Return the output for latents (B, C, h, w); `scale` weighs the ControlNet, a number or one a sample.

        Without maps the ControlNet is left out.
        """
        if maps is None:
            return self.unet(latents, timesteps, prompt).sample
        down, middle = self.controlnet(latents, timesteps, prompt, maps, return_dict=False)
        weight = scale.view(-1, 1, 1, 1) if isinstance(scale, Tensor) else scale
        output = self.unet(
            latents,
            timesteps,
            prompt,
            down_block_additional_residuals=[residual * weight for residual in down],
            mid_block_additional_residual=middle * weight,
        )
        return output.sample

    @torch.no_grad()
    def sample(
        self, noise: Tensor, prompt: Tensor, maps: Tensor | None, steps: int, scale: Tensor | float = 1.0
    ) -> Tensor:
        """Return the latents (B, C, h, w) that `steps` deterministic steps make of `noise`."""
        scheduler, latents = copy.deepcopy(self.scheduler), noise
        scheduler.set_timesteps(steps)
        for index, timestep in enumerate(scheduler.timesteps):
            seen = latents
            if index == 0 and self.start == "map" and maps is not None:
                seen = first_input(noise, map_latents(self.vae, maps), scale)
            output = self.predict(seen, timestep.expand(len(noise)), prompt, maps, scale)
            latents = scheduler.step(output, timestep, latents).prev_sample
        return latents


@torch.no_grad()
def generate(models: Models, prompts: list[str], maps: Tensor, steps: int, scale: float = 1.0, seed: int = 0) -> Tensor:
    """Return images, float (B, 3, H, W) in -1 to 1, for control maps (B, 3, H, W) in 0 to 1."""
    noise = torch.randn(len(prompts), models.vae.config["latent_channels"], maps.shape[2] // 8, maps.shape[3] // 8,
                        generator=torch.Generator().manual_seed(seed)).to(maps.device)  # fmt: skip
    latents = models.sample(noise, models.embed(prompts), maps, steps, scale)
    return models.vae.decode(latents).sample.clamp(-1, 1)


def unseen_cases(count: int, group: str) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8], str]]:
    """Return (asset, control map, prompt) of held-out icons, words and fonts."""
    cases = []
    for seed in range(count):
        width, height, component = choose(seed, group)
        sample = render_sample(seed, width, height, component, unseen=True)
        lines, followed = draw_map(sample, Random(seed))
        cases.append((followed, lines, sample.prompt))
    return cases


def write_sheet(models: Models, file: Path, count: int, group: str, steps: int = 1) -> float:
    """Write a PNG of map | asset | generated for unseen cases; return the mean square error in -1 to 1."""
    from PIL import Image

    cases, errors = unseen_cases(count, group), []
    page = Image.new("RGB", (4 * 400, ((count + 3) // 4) * 134), "white")
    for index, (asset, lines, prompt) in enumerate(cases):
        maps = torch.from_numpy(lines).float()[None, None].expand(-1, 3, -1, -1) / 255
        output = generate(models, [prompt], maps, steps)[0].permute(1, 2, 0).float().cpu().numpy()
        errors.append(float(np.mean((output - (asset.astype(np.float32) / 127.5 - 1)) ** 2)))
        picture = to_uint8(output)
        for column, tile in enumerate((np.repeat(lines[:, :, None], 3, 2), asset, picture)):
            thumbnail = Image.fromarray(tile)
            thumbnail.thumbnail((130, 130))
            page.paste(thumbnail, ((index % 4) * 400 + column * 132, (index // 4) * 134))
    page.save(file)
    return float(np.mean(errors))
