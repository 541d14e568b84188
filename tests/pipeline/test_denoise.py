"""Our loop against diffusers' own pipelines on the same noise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from conditioners.geometry import padding_to_multiple
from pipeline.denoise import Cancelled, denoise
from pipeline.diffusion import SCHEDULERS, LoadedModel
from pipeline.generation import conditions_of
from pipeline.request import GenerationRequest
from tests.pipeline.conftest import control_map

STEPS = 4


def request_for(loaded: LoadedModel, **changes: Any) -> GenerationRequest:
    values: dict[str, Any] = {
        "control_map": control_map(),
        "prompt": "a blue button",
        "negative": "",
        "seed": 3,
        "steps": STEPS,
        "cfg": 1.0,
        "model": "tiny",
        "weights": loaded.weights,
        "scheduler": loaded.scheduler_name,
    }
    return GenerationRequest(**(values | changes))


def ours(loaded: LoadedModel, request: GenerationRequest, noise: torch.Tensor) -> torch.Tensor:
    padding = padding_to_multiple(request.size, loaded.multiple)
    generators = [torch.Generator().manual_seed(request.seed) for _ in range(len(noise))]
    return denoise(
        loaded,
        conditions_of(loaded, [request] * len(noise), padding),
        noise,
        generators,
        steps=request.steps,
        cfg=request.cfg,
        scale=request.scale,
        control_start=request.control_start,
        control_end=request.control_end,
    )


def theirs(loaded: LoadedModel, request: GenerationRequest, noise: torch.Tensor) -> torch.Tensor:
    padding = padding_to_multiple(request.size, loaded.multiple)
    maps = conditions_of(loaded, [request] * len(noise), padding).maps
    output = loaded.pipe(
        prompt=[request.prompt] * len(noise),
        negative_prompt=[request.negative] * len(noise) if request.negative else None,
        image=maps,
        latents=noise.clone(),
        num_inference_steps=request.steps,
        guidance_scale=request.cfg,
        controlnet_conditioning_scale=request.scale,
        control_guidance_start=request.control_start,
        control_guidance_end=request.control_end,
        output_type="latent",
    )
    latents: torch.Tensor = output.images
    return latents


def noise_for(loaded: LoadedModel, request: GenerationRequest, count: int = 2) -> torch.Tensor:
    canvas = padding_to_multiple(request.size, loaded.multiple).canvas
    return torch.randn((count, 4, canvas.height // 2, canvas.width // 2), generator=torch.Generator().manual_seed(9))


@pytest.mark.parametrize("scheduler", [None, *SCHEDULERS.values()])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"cfg": 3.0},
        {"cfg": 3.0, "negative": "blurry"},
        {"scale": 0.6, "control_start": 0.25, "control_end": 0.75},
        {"scale": 0.0},
    ],
    ids=["plain", "guided", "negative", "window", "uncontrolled"],
)
@pytest.mark.parametrize("family", ["sd", "sdxl"])
def test_equals_diffusers(
    family: str, changes: dict[str, Any], scheduler: str | None, request: pytest.FixtureRequest
) -> None:
    import diffusers

    loaded: LoadedModel = request.getfixturevalue(family)
    saved = loaded.pipe.scheduler
    if scheduler:
        loaded.pipe.scheduler = getattr(diffusers, scheduler).from_config(
            saved.config, rescale_betas_zero_snr=False, timestep_spacing="leading"
        )
    try:
        order = request_for(loaded, **changes)
        noise = noise_for(loaded, order)
        reference = theirs(loaded, order, noise)
        difference = (ours(loaded, order, noise) - reference).abs().max()
    finally:
        loaded.pipe.scheduler = saved
    assert difference < 1e-5 * float(reference.abs().max()), f"{difference}"


def test_equals_diffusers_with_bgr_maps(sd: LoadedModel) -> None:
    channels = torch.tensor([1.0, 0.5, 0.0]).view(1, 3, 1, 1)
    order = request_for(sd)
    noise = noise_for(sd, order, 1)
    padding = padding_to_multiple(order.size, sd.multiple)
    coloured = replace(conditions_of(sd, [order], padding), maps=conditions_of(sd, [order], padding).maps * channels)

    def both() -> tuple[torch.Tensor, torch.Tensor]:
        mine = denoise(
            sd, coloured, noise, [torch.Generator()], steps=2, cfg=1.0, scale=1.0, control_start=0.0, control_end=1.0
        )
        their = sd.pipe(
            prompt=[order.prompt],
            image=coloured.maps,
            latents=noise.clone(),
            num_inference_steps=2,
            guidance_scale=1.0,
            output_type="latent",
        ).images
        return mine, their

    rgb, reference = both()
    assert torch.allclose(rgb, reference, atol=1e-5)
    sd.pipe.controlnet.register_to_config(controlnet_conditioning_channel_order="bgr")
    try:
        bgr, reference = both()
    finally:
        sd.pipe.controlnet.register_to_config(controlnet_conditioning_channel_order="rgb")
    assert torch.allclose(bgr, reference, atol=1e-5)
    assert not torch.allclose(bgr, rgb, atol=1e-3)


def test_control_changes_the_result_and_runs_only_inside_its_window(sd: LoadedModel) -> None:
    order = request_for(sd)
    noise = noise_for(sd, order)
    calls = []
    hook = sd.pipe.controlnet.register_forward_hook(lambda *_: calls.append(1))
    try:
        full = ours(sd, order, noise)
        assert len(calls) == STEPS
        calls.clear()
        ours(sd, request_for(sd, control_end=0.5), noise)
        assert len(calls) == STEPS // 2
        calls.clear()
        off = ours(sd, request_for(sd, scale=0.0), noise)
        assert not calls
    finally:
        hook.remove()
    assert float((full - off).abs().max()) > 1e-2


def test_no_second_pass_without_guidance(sd: LoadedModel) -> None:
    seen = []
    hook = sd.pipe.unet.register_forward_pre_hook(lambda _, args: seen.append(args[0].shape[0]))
    try:
        for cfg, expected in ((1.0, 2), (0.0, 2), (2.0, 4)):
            seen.clear()
            order = request_for(sd, cfg=cfg)
            ours(sd, order, noise_for(sd, order))
            assert set(seen) == {expected}
    finally:
        hook.remove()


def test_callback_counts_steps_and_can_cancel(sd: LoadedModel) -> None:
    order = request_for(sd)
    padding = padding_to_multiple(order.size, sd.multiple)
    embedding = sd.pipe.controlnet.controlnet_cond_embedding
    seen: list[tuple[int, int]] = []

    def on_step(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 2:
            raise Cancelled("cancelled by the user")

    with pytest.raises(Cancelled):
        denoise(
            sd,
            conditions_of(sd, [order], padding),
            noise_for(sd, order, 1),
            [torch.Generator()],
            steps=STEPS,
            cfg=1.0,
            scale=1.0,
            control_start=0.0,
            control_end=1.0,
            on_step=on_step,
        )
    assert seen == [(1, STEPS), (2, STEPS)]
    assert sd.pipe.controlnet.controlnet_cond_embedding is embedding


def test_noise_is_not_written_to(sd: LoadedModel) -> None:
    order = request_for(sd)
    noise = noise_for(sd, order)
    before = noise.numpy().copy()
    ours(sd, order, noise)
    assert np.array_equal(before, noise.numpy())
