"""What the first step sees, noise or the drawing, and how seeds differ all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pipeline.diffusion import LoadedModel
from pipeline.generation import generate
from pipeline.prompts import varied
from pipeline.start import first_input, map_latents
from tests.pipeline.test_denoise import conditions_of, noise_for, ours, padding_to_multiple, request_for


def first_seen(loaded: LoadedModel, **changes: float) -> torch.Tensor:
    """The latents that the UNet is given in the first of its steps."""
    seen: list[torch.Tensor] = []
    hook = loaded.pipe.unet.register_forward_pre_hook(lambda _, args: seen.append(args[0].clone()))
    try:
        order = request_for(loaded, **changes)
        ours(loaded, order, noise_for(loaded, order, 1))
    finally:
        hook.remove()
    return seen[0]


@pytest.fixture
def starting_with_the_map(sd: LoadedModel) -> LoadedModel:
    return replace(sd, spec=sd.spec.model_copy(update={"start": "map"}))


def test_the_drawing_is_seen_in_place_of_noise(starting_with_the_map: LoadedModel) -> None:
    loaded = starting_with_the_map
    order = request_for(loaded)
    maps = conditions_of(loaded, [order], padding_to_multiple(order.size, loaded.multiple)).maps
    with torch.inference_mode():
        assert torch.allclose(first_seen(loaded), map_latents(loaded.pipe.vae, maps), atol=1e-6)


def test_without_control_or_outside_its_window_it_is_noise(sd: LoadedModel, starting_with_the_map: LoadedModel) -> None:
    noise = first_seen(sd)
    assert torch.equal(first_seen(starting_with_the_map, scale=0.0), noise)
    assert torch.equal(first_seen(starting_with_the_map, control_start=0.5), noise)


def test_a_guided_pass_sees_the_same_in_both_halves(starting_with_the_map: LoadedModel) -> None:
    one, two = first_seen(starting_with_the_map, cfg=3.0).chunk(2)
    assert torch.equal(one, two)


@pytest.mark.parametrize("scale", [0.0, 0.3, 0.8, 1.0, 1.7])
def test_the_mixture_keeps_its_variance(scale: float) -> None:
    generator = torch.Generator().manual_seed(1)
    noise, drawing = (torch.randn(2, 4, 64, 64, generator=generator) for _ in range(2))
    assert float(first_input(noise, drawing, scale).var()) == pytest.approx(1.0, abs=0.03)


def test_each_sample_may_have_a_scale_of_its_own() -> None:
    noise, drawing = torch.zeros(2, 4, 8, 8), torch.ones(2, 4, 8, 8)
    mixed = first_input(noise, drawing, torch.tensor([0.0, 1.0]).view(2, 1, 1, 1))
    assert mixed[0].max() == 0
    assert mixed[1].min() == 1


def test_one_step_from_the_drawing_is_the_same_for_all_seeds_but_for_the_prompts_noise(
    starting_with_the_map: LoadedModel,
) -> None:
    def images(loaded: LoadedModel, batch_size: int) -> list[np.ndarray]:
        orders = [request_for(loaded, steps=1, seed=seed) for seed in (3, 4)]
        return [asset.pixels for asset in generate(loaded, orders, batch_size=batch_size)]

    one, other = images(starting_with_the_map, 1)
    assert np.array_equal(one, other)
    varying = replace(starting_with_the_map, spec=starting_with_the_map.spec.model_copy(update={"prompt_noise": 1.0}))
    one, other = images(varying, 1)
    assert not np.array_equal(one, other)
    for alone, beside in zip((one, other), images(varying, 2), strict=True):
        assert np.abs(alone.astype(int) - beside).max() <= 1


def test_the_noise_of_a_prompt_is_of_its_own_size() -> None:
    prompt = torch.randn(1, 77, 64, generator=torch.Generator().manual_seed(0)) * 3
    assert varied(prompt, 0.0, 1) is prompt
    assert float((varied(prompt, 0.5, 1) - prompt).std()) == pytest.approx(1.5, rel=0.05)
    assert torch.equal(varied(prompt, 0.5, 1), varied(prompt, 0.5, 1))
