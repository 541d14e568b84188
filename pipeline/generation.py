"""Requests to images: batches, noise, decoding, and the checks between the model and the pixels."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from conditioners.errors import GenerationError
from conditioners.geometry import Extent, Padding, crop, pad, padding_to_multiple
from pipeline.decode import decode, to_uint8, withheld
from pipeline.denoise import Conditions, LatentsCallback, StepCallback, denoise
from pipeline.environment import flags, versions
from pipeline.preview import PreviewCallback, latents_to_previews
from pipeline.prompts import dropped_tokens, encode, varied
from pipeline.request import GeneratedAsset, GenerationRequest, RunRecord
from pipeline.settings import check_number

if TYPE_CHECKING:
    import torch

    from pipeline.diffusion import LoadedModel


def generate(
    loaded: LoadedModel,
    requests: Sequence[GenerationRequest],
    *,
    batch_size: int | None = None,
    fill: bool = False,
    on_step: StepCallback | None = None,
    on_preview: PreviewCallback | None = None,
) -> Iterator[GeneratedAsset]:
    """Yield an asset for each request, in order; neighbours that share extent and sampling settings run together.

    Each image has its own CPU generator, so its noise depends on its seed alone and not on the batch or the device.
    With `fill` a batch that is too small is filled up with repetitions, which are thrown away: which kernels a GPU
    chooses depends on the batch's shape, so the last bits of an image would tell how many were made with it.
    `on_preview` is shown what the first image of the batch is becoming, between steps and not too often.

    Raises:
        InputError: `batch_size` is outside its limits.
        GenerationError: an image is not finite, the safety checker withheld it, or memory ran out; raised after the
            other images of its batch were yielded.
    """
    size = loaded.default_batch_size if batch_size is None else batch_size
    check_number("batch_size", size)
    for _, group in groupby(requests, key=_sampling):
        alike = list(group)
        for start in range(0, len(alike), size):
            batch = alike[start : start + size]
            yield from _generate_batch(loaded, batch, size if fill else len(batch), on_step, on_preview)


def _sampling(request: GenerationRequest) -> tuple[Any, ...]:
    return (request.size, request.steps, request.cfg, request.scale, request.control_start, request.control_end)


def _generate_batch(
    loaded: LoadedModel,
    wanted: Sequence[GenerationRequest],
    size: int,
    on_step: StepCallback | None,
    on_preview: PreviewCallback | None,
) -> Iterator[GeneratedAsset]:
    started = time.perf_counter()
    batch = [*wanted, *[wanted[-1]] * (size - len(wanted))]
    for request in batch:
        assert request.weights == loaded.weights, "a request is made for one model's weights"
    first = batch[0]
    padding = padding_to_multiple(first.size, loaded.multiple)
    with loaded.lock:
        on_latents = None if on_preview is None else latents_to_previews(loaded, padding, on_preview)
        images, used_float32 = _guarded(loaded, batch, padding, on_step, on_latents)
        blocked = withheld(loaded, images)
    seconds = (time.perf_counter() - started) / len(wanted)
    problems = []
    for request, image, hidden in zip(wanted, images, blocked, strict=False):
        if not np.isfinite(image).all():
            problems.append(f"seed {request.seed}: the model gave non-finite values (nan)")
        elif hidden:
            problems.append(f"seed {request.seed}: the model's safety checker withheld the image (nsfw_filtered)")
        else:
            pixels = crop(to_uint8(image), padding)
            assert Extent.of(pixels) == request.size, f"{Extent.of(pixels)} is not {request.size}"
            record = RunRecord(
                device=loaded.device.type,
                dtype=str(loaded.dtype).removeprefix("torch."),
                batch_size=len(batch),
                dropped_tokens=dropped_tokens(loaded, request.prompt),
                negative_dropped_tokens=dropped_tokens(loaded, request.negative) if request.cfg > 1 else 0,
                decoded_in_float32=used_float32,
                versions=versions(),
                flags=flags(loaded.device.type),
            )
            yield GeneratedAsset(request=request, pixels=np.ascontiguousarray(pixels), record=record, seconds=seconds)
    if problems:
        raise GenerationError("; ".join(problems))


def _guarded(
    loaded: LoadedModel,
    batch: Sequence[GenerationRequest],
    padding: Padding,
    on_step: StepCallback | None,
    on_latents: LatentsCallback | None,
) -> tuple[list[NDArray[np.float32]], bool]:
    """Sample and decode; running out of memory becomes one clear line."""
    import torch

    try:
        latents = _sample(loaded, batch, padding, on_step, on_latents)
        return decode(loaded, latents)
    except (torch.OutOfMemoryError, MemoryError, RuntimeError) as error:
        text = str(error).lower()
        if isinstance(error, (torch.OutOfMemoryError, MemoryError)) or "allocate memory" in text:
            if loaded.device.type == "cuda":
                torch.cuda.empty_cache()
            raise GenerationError(
                f"out of memory on {loaded.device.type} for {len(batch)} image(s) of {padding.canvas}: "
                "order a smaller size or batch size"
            ) from error
        raise


def initial_noise(loaded: LoadedModel, generator: torch.Generator, canvas: Extent) -> torch.Tensor:
    """Unit Gaussian noise (1, C, h, w) for one image, drawn on the CPU in float32 whatever the device and dtype."""
    import torch

    factor = loaded.pipe.vae_scale_factor
    shape = (1, loaded.pipe.unet.config.in_channels, canvas.height // factor, canvas.width // factor)
    noise = torch.randn(shape, generator=generator, dtype=torch.float32)
    return noise.to(device=loaded.device, dtype=loaded.dtype)


def _sample(
    loaded: LoadedModel,
    batch: Sequence[GenerationRequest],
    padding: Padding,
    on_step: StepCallback | None,
    on_latents: LatentsCallback | None,
) -> torch.Tensor:
    import torch

    first = batch[0]
    generators = [torch.Generator("cpu").manual_seed(request.seed) for request in batch]
    noise = torch.cat([initial_noise(loaded, generator, padding.canvas) for generator in generators])
    return denoise(
        loaded,
        conditions_of(loaded, batch, padding),
        noise,
        generators,
        steps=first.steps,
        cfg=first.cfg,
        scale=first.scale,
        control_start=first.control_start,
        control_end=first.control_end,
        on_step=on_step,
        on_latents=on_latents,
    )


def conditions_of(loaded: LoadedModel, batch: Sequence[GenerationRequest], padding: Padding) -> Conditions:
    """Control maps padded to the canvas with black (no lines) and the encoded prompts, stacked."""
    import torch

    guided = batch[0].cfg > 1
    encoded = [encode(loaded, request.prompt, request.negative, guided) for request in batch]
    maps = np.stack([pad(request.control_map.rgb(), padding) for request in batch]).astype(np.float32) / 255.0
    tensor = torch.from_numpy(maps).permute(0, 3, 1, 2).contiguous().to(device=loaded.device, dtype=loaded.dtype)

    def stacked(name: str) -> torch.Tensor | None:
        found = [getattr(item, name) for item in encoded]
        return None if found[0] is None else torch.cat(found)

    amount = loaded.spec.prompt_noise
    prompts = torch.cat([varied(one.prompt, amount, order.seed) for one, order in zip(encoded, batch, strict=True)])
    return Conditions(
        maps=tensor,
        prompts=prompts,
        negatives=stacked("negative"),
        pooled=stacked("pooled"),
        negative_pooled=stacked("negative_pooled"),
        time_ids=_time_ids(loaded, padding.canvas),
    )


def _time_ids(loaded: LoadedModel, canvas: Extent) -> torch.Tensor | None:
    """SDXL's size conditioning: original size, crop corner and target size, as (1, 6)."""
    import torch

    if loaded.spec.family != "sdxl":
        return None
    size = (canvas.height, canvas.width)
    return torch.tensor([[*size, 0, 0, *size]], device=loaded.device, dtype=loaded.dtype)
