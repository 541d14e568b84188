"""The denoising loop: diffusers' ControlNet sampling without the work whose result is known beforehand.

Same arithmetic as the `__call__` of StableDiffusionControlNetPipeline and StableDiffusionXLControlNetPipeline
(diffusers, pipelines/controlnet), which a test holds it to; but the hint embedding of the control map is computed once
and not at every step, prompts are encoded once for all images that share them, the ControlNet does not run where its
residuals would be multiplied by zero, and there is no second pass at a guidance scale of 1 or less.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conditioners.errors import GenerationError
from pipeline.start import first_input, map_latents

if TYPE_CHECKING:
    import torch

    from pipeline.diffusion import LoadedModel

StepCallback = Callable[[int, int], None]
"""Called after each step with (steps done, steps in all); may raise to cancel."""

LatentsCallback = Callable[["torch.Tensor"], None]
"""Called after each step but the last with what the images are expected to become, latents (B, C, h, w)."""


class Cancelled(GenerationError):
    """Raised by a step callback to end a run early."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Conditions:
    """What the images of one batch are conditioned on; B images, on the model's device and in its dtype.

    `maps` (B, 3, H, W) in 0 to 1; `prompts` and `negatives` (B, tokens, width); `pooled` and `negative_pooled`
    (B, width) and `time_ids` (1, 6) for SDXL only.
    """

    maps: torch.Tensor
    prompts: torch.Tensor
    negatives: torch.Tensor | None
    pooled: torch.Tensor | None = None
    negative_pooled: torch.Tensor | None = None
    time_ids: torch.Tensor | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """What must stay of an image while a part of it is made anew: `latents` (B, C, h, w) and `mask` (1, 1, h, w).

    The mask is 1 where the image is made anew and 0 where it stays.
    """

    latents: torch.Tensor
    mask: torch.Tensor


def denoise(
    loaded: LoadedModel,
    conditions: Conditions,
    noise: torch.Tensor,
    generators: Sequence[torch.Generator],
    *,
    steps: int,
    cfg: float,
    scale: float,
    control_start: float,
    control_end: float,
    on_step: StepCallback | None = None,
    on_latents: LatentsCallback | None = None,
    kept: Kept | None = None,
) -> torch.Tensor:
    """Turn unit Gaussian `noise` (B, C, h, w) into latents of the same shape.

    With `kept`, what stays is put back after each step, noised as far as the step has come (Avrahami, Fried and
    Lischinski 2023, "Blended Latent Diffusion", arXiv 2206.02779).

    Where the model's spec says `start: map`, the first step sees the control map in place of noise (`pipeline.start`).

    Guidance is Ho and Salimans 2022 (arXiv 2207.12598): uncond + cfg * (cond - uncond), done where cfg > 1.
    """
    import torch

    pipe, scheduler = loaded.pipe, type(loaded.pipe.scheduler).from_config(loaded.pipe.scheduler.config)
    guided = cfg > 1
    prompts, added = _doubled(conditions, guided)
    scheduler.set_timesteps(steps, device=loaded.device)
    timesteps = scheduler.timesteps
    latents: torch.Tensor = noise * scheduler.init_noise_sigma
    extra = _step_arguments(scheduler, generators)
    with torch.inference_mode(), _precomputed_hint(pipe.controlnet, conditions.maps, guided) as hint:
        drawn = loaded.spec.start == "map" and control_start == 0
        for index, timestep in enumerate(timesteps):
            model_input = scheduler.scale_model_input(latents, timestep)
            if drawn and index == 0:
                model_input = first_input(model_input, map_latents(pipe.vae, conditions.maps), scale)
            model_input = torch.cat([model_input] * 2) if guided else model_input
            outside = index / len(timesteps) < control_start or (index + 1) / len(timesteps) > control_end
            down, middle = None, None
            if scale > 0 and not outside:
                down, middle = pipe.controlnet(
                    model_input,
                    timestep,
                    encoder_hidden_states=prompts,
                    controlnet_cond=hint,
                    conditioning_scale=scale,
                    added_cond_kwargs=added,
                    return_dict=False,
                )
            predicted = pipe.unet(
                model_input,
                timestep,
                encoder_hidden_states=prompts,
                down_block_additional_residuals=down,
                mid_block_additional_residual=middle,
                added_cond_kwargs=added,
                return_dict=False,
            )[0]
            if guided:
                unconditional, conditional = predicted.chunk(2)
                predicted = unconditional + cfg * (conditional - unconditional)
            stepped = scheduler.step(predicted, timestep, latents, **extra)
            latents = stepped.prev_sample
            if kept is not None:
                after = timesteps[index + 1 : index + 2]
                rest = scheduler.add_noise(kept.latents, noise, after) if len(after) else kept.latents
                latents = kept.mask * latents + (1 - kept.mask) * rest
            if on_latents is not None and index + 1 < len(timesteps):
                expected = getattr(stepped, "pred_original_sample", None)
                on_latents(latents if expected is None else expected)
            if on_step is not None:
                on_step(index + 1, len(timesteps))
    return latents


def _doubled(conditions: Conditions, guided: bool) -> tuple[torch.Tensor, dict[str, torch.Tensor] | None]:
    """The text conditions for the model's input, the unconditional half first where there is guidance."""
    import torch

    batch = conditions.prompts.shape[0]
    prompts, pooled = conditions.prompts, conditions.pooled
    if guided:
        assert conditions.negatives is not None
        prompts = torch.cat([conditions.negatives, prompts])
    if pooled is None or conditions.time_ids is None:
        return prompts, None
    if guided:
        assert conditions.negative_pooled is not None
        pooled = torch.cat([conditions.negative_pooled, pooled])
    return prompts, {"text_embeds": pooled, "time_ids": conditions.time_ids.repeat(batch * (2 if guided else 1), 1)}


@contextmanager
def _precomputed_hint(controlnet: Any, maps: torch.Tensor, guided: bool) -> Iterator[torch.Tensor]:
    """Embed the control maps once; inside the block the ControlNet takes that embedding in place of the maps.

    The embedding is neither a function of the timestep nor of the prompt (Zhang et al. 2023, arXiv 2302.05543), so the
    result is the same.
    """
    import torch

    embedding = controlnet.controlnet_cond_embedding
    reverse = controlnet.config.controlnet_conditioning_channel_order == "bgr"
    hint = embedding(maps.flip(1) if reverse else maps)
    if guided:
        hint = torch.cat([hint] * 2)
    controlnet.controlnet_cond_embedding = torch.nn.Identity()
    try:
        # The ControlNet flips channels of whatever it is given when its order is bgr.
        yield hint.flip(1) if reverse else hint
    finally:
        controlnet.controlnet_cond_embedding = embedding


def _step_arguments(scheduler: Any, generators: Sequence[torch.Generator]) -> dict[str, Any]:
    accepted = inspect.signature(scheduler.step).parameters
    return {"generator": list(generators)} if "generator" in accepted else {}
