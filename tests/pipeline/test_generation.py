"""From requests to pixels: seeds, batches, sizes, and what happens when a model fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from conditioners.errors import GenerationError, InputError
from conditioners.geometry import Extent
from pipeline.decode import to_uint8
from pipeline.diffusion import LoadedModel, load_pipeline
from pipeline.generation import generate, initial_noise
from pipeline.models import ModelSpec, load_spec
from pipeline.request import GenerationRequest
from tests.pipeline.conftest import control_map
from tests.pipeline.test_denoise import request_for
from tests.pipeline.tiny_models import add_safety_checker, build, build_like_embedded


def batch(loaded: LoadedModel, seeds: list[int], **changes: Any) -> list[GenerationRequest]:
    return [request_for(loaded, seed=seed, steps=2, **changes) for seed in seeds]


@pytest.mark.parametrize("family", ["sd", "sdxl"])
@pytest.mark.parametrize("cfg", [1.0, 3.0])
def test_a_seed_is_the_same_alone_and_in_a_batch_of_four(
    family: str, cfg: float, request: pytest.FixtureRequest
) -> None:
    loaded: LoadedModel = request.getfixturevalue(family)
    together = list(generate(loaded, batch(loaded, [5, 6, 7, 8], cfg=cfg), batch_size=4))
    alone = [next(generate(loaded, batch(loaded, [seed], cfg=cfg), batch_size=1)) for seed in (5, 6, 7, 8)]
    for one, four in zip(alone, together, strict=True):
        # The noise is the same to the bit; convolutions may sum in another order for another batch size.
        assert int(np.abs(one.pixels.astype(int) - four.pixels.astype(int)).max()) <= 1
        assert one.request.digest() == four.request.digest()
        assert (one.record.batch_size, four.record.batch_size) == (1, 4)
    assert not np.array_equal(together[0].pixels, together[1].pixels)


def test_initial_noise_depends_on_the_seed_alone(sd: LoadedModel) -> None:
    canvas = Extent(48, 36)
    first = initial_noise(sd, torch.Generator().manual_seed(4), canvas)
    again = initial_noise(sd, torch.Generator().manual_seed(4), canvas)
    other = initial_noise(sd, torch.Generator().manual_seed(5), canvas)
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.shape == (1, 4, 18, 24)


def test_the_same_request_gives_identical_pixels_twice(sd: LoadedModel) -> None:
    first, second = (next(generate(sd, batch(sd, [11]))) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)


@pytest.mark.parametrize(("width", "height"), [(16, 16), (17, 31), (97, 64), (125, 67), (200, 19)])
def test_output_has_exactly_the_maps_size(sd: LoadedModel, width: int, height: int) -> None:
    (request,) = batch(sd, [1], control_map=control_map(width, height))
    asset = next(generate(sd, [request]))
    assert asset.pixels.shape == (height, width, 3)
    assert asset.pixels.dtype == np.uint8


def test_mixed_sizes_and_settings_keep_their_order(sd: LoadedModel) -> None:
    requests = [
        *batch(sd, [1, 2]),
        *batch(sd, [3], control_map=control_map(20, 24)),
        *batch(sd, [4], scale=0.0),
        *batch(sd, [5, 6, 7]),
    ]
    assets = list(generate(sd, requests, batch_size=2))
    assert [asset.request.seed for asset in assets] == [1, 2, 3, 4, 5, 6, 7]
    assert [asset.record.batch_size for asset in assets] == [2, 2, 1, 1, 2, 2, 1]


def test_scale_zero_is_legal_and_ignores_the_map(sd: LoadedModel) -> None:
    off = next(generate(sd, batch(sd, [1], scale=0.0)))
    other_map = next(generate(sd, batch(sd, [1], scale=0.0, control_map=control_map(47, 33))))
    on = next(generate(sd, batch(sd, [1], scale=1.0)))
    assert np.array_equal(off.pixels, other_map.pixels)
    assert not np.array_equal(off.pixels, on.pixels)


@pytest.fixture(scope="session")
def embedded_like(tmp_path_factory: pytest.TempPathFactory) -> LoadedModel:
    """The embedded model's architecture at tiny size."""
    folder = build_like_embedded(tmp_path_factory.mktemp("models") / "embedded-like")
    return load_pipeline(load_spec(str(folder)), "canny", "cpu")


@pytest.mark.parametrize("family", ["sd", "sdxl", "embedded_like"])
@pytest.mark.parametrize("cfg", [1.0, 4.0])
def test_pixels_equal_diffusers_own_call(family: str, cfg: float, request: pytest.FixtureRequest) -> None:
    loaded: LoadedModel = request.getfixturevalue(family)
    canvas = Extent(loaded.multiple * 12, loaded.multiple * 8)
    order = request_for(loaded, cfg=cfg, seed=21, control_map=control_map(*canvas))
    asset = next(generate(loaded, [order]))
    images = loaded.pipe(
        prompt=order.prompt,
        image=torch.from_numpy(order.control_map.rgb().copy()).permute(2, 0, 1)[None] / 255,
        generator=torch.Generator("cpu").manual_seed(21),
        num_inference_steps=order.steps,
        guidance_scale=cfg,
        output_type="pil",
    ).images
    assert images[0].size == canvas
    assert int(np.abs(np.asarray(images[0]).astype(int) - asset.pixels.astype(int)).max()) <= 1


def test_three_levels_are_padded_to_32(embedded_like: LoadedModel) -> None:
    assert embedded_like.multiple == 32
    for width, height in ((257, 129), (31, 33)):
        (order,) = batch(embedded_like, [1], control_map=control_map(width, height))
        assert next(generate(embedded_like, [order])).pixels.shape == (height, width, 3)


@contextmanager
def decoding(loaded: LoadedModel, replacement: Any) -> Iterator[None]:
    original = loaded.pipe.vae.decode
    loaded.pipe.vae.decode = replacement
    try:
        yield
    finally:
        loaded.pipe.vae.decode = original


def test_non_finite_images_fail_and_the_others_are_delivered(sd: LoadedModel) -> None:
    decode = sd.pipe.vae.decode

    def broken(latents: torch.Tensor, return_dict: bool = True) -> tuple[torch.Tensor]:
        image = decode(latents, return_dict=False)[0].clone()
        image[1, 0, 0, 0] = float("nan")
        return (image,)

    with decoding(sd, broken):
        finished = generate(sd, batch(sd, [1, 2, 3]), batch_size=3)
        assert [next(finished).request.seed, next(finished).request.seed] == [1, 3]
        with pytest.raises(GenerationError, match=r"seed 2: .*non-finite"):
            next(finished)


def test_non_finite_latents_fail_even_if_they_decode_to_something(sd: LoadedModel) -> None:
    weight = sd.pipe.unet.conv_out.weight
    saved = weight.detach().clone()
    weight.data.fill_(float("inf"))
    try:
        with pytest.raises(GenerationError, match="nan"):
            next(generate(sd, batch(sd, [1])))
    finally:
        weight.data.copy_(saved)


def test_an_overflowing_decoder_is_run_again_in_float32(sd_folder: Path, sd: LoadedModel) -> None:
    """bfloat16 stands in for float16 here: what matters is that only the second run, in float32, is finite."""
    loaded = load_pipeline(load_spec(str(sd_folder)), "canny", "cpu", dtype="bfloat16")
    decode = loaded.pipe.vae.decode

    def overflowing(latents: torch.Tensor, return_dict: bool = True) -> tuple[torch.Tensor]:
        image = decode(latents, return_dict=False)[0]
        return (image if latents.dtype == torch.float32 else image * float("inf"),)

    with decoding(loaded, overflowing):
        asset = next(generate(loaded, batch(loaded, [1])))
    assert asset.record.decoded_in_float32
    assert any("float32" in text for text in asset.warnings)
    assert loaded.pipe.vae.dtype == torch.bfloat16
    assert not next(generate(loaded, batch(loaded, [1]))).record.decoded_in_float32


def test_running_out_of_memory_is_one_clear_line(sd: LoadedModel) -> None:
    def greedy(latents: torch.Tensor, return_dict: bool = True) -> tuple[torch.Tensor]:
        # A real allocation failure of torch's CPU allocator.
        return (torch.empty(1 << 60, dtype=torch.float32),)

    with decoding(sd, greedy), pytest.raises(GenerationError, match=r"out of memory on cpu for 1 image\(s\) of 48x36"):
        next(generate(sd, batch(sd, [1])))


def test_a_long_prompt_is_cut_and_told(sd: LoadedModel) -> None:
    # The tiny vocabulary has a token per character, two special ones, and 77 places.
    asset = next(generate(sd, batch(sd, [1], prompt="x" * 100)))
    assert asset.record.dropped_tokens == 100 + 2 - 77
    assert "the last 25 tokens were dropped" in asset.warnings[0]
    assert next(generate(sd, batch(sd, [1], prompt="x" * 75))).warnings == ()


def test_the_safety_checker_withholds(tmp_path: Path) -> None:
    folder = build(tmp_path / "checked")
    add_safety_checker(folder)
    spec = ModelSpec.model_validate(
        {
            "name": "checked",
            "family": "sd",
            "source": "folder",
            "base": str(folder),
            "controlnets": {"canny": {"location": "controlnet"}},
            "safety_checker": True,
        }
    )
    loaded = load_pipeline(spec, "canny", "cpu")
    checker = loaded.pipe.safety_checker
    checker.concept_embeds_weights.data.fill_(10.0)
    assert next(generate(loaded, batch(loaded, [1]))).pixels.any()
    checker.concept_embeds_weights.data.fill_(-10.0)
    with pytest.raises(GenerationError, match="nsfw_filtered"):
        next(generate(loaded, batch(loaded, [1])))


def test_batch_size_is_checked(sd: LoadedModel) -> None:
    with pytest.raises(InputError, match="batch_size must be a whole number from 1 to 64, got 0"):
        next(generate(sd, batch(sd, [1]), batch_size=0))


@given(hnp.arrays(np.float32, (3, 4, 3), elements=st.floats(-4, 4, width=32)))
def test_to_uint8_rounds_to_nearest_and_clips(image: np.ndarray) -> None:
    pixels = to_uint8(image)
    exact = np.clip((image.astype(np.float64) + 1) * 127.5, 0, 255)
    assert pixels.dtype == np.uint8
    assert float(np.abs(pixels - exact).max()) <= 0.5001


def test_a_filled_batch_has_its_size_and_the_same_pixels(sd: LoadedModel) -> None:
    requests = batch(sd, [5, 6, 7])
    filled = list(generate(sd, requests, batch_size=2, fill=True))
    plain = list(generate(sd, requests, batch_size=2))
    assert [asset.request.seed for asset in filled] == [5, 6, 7]
    assert [asset.record.batch_size for asset in filled] == [2, 2, 2]
    assert [asset.record.batch_size for asset in plain] == [2, 2, 1]
    for one, other in zip(filled, plain, strict=True):
        assert np.abs(one.pixels.astype(int) - other.pixels.astype(int)).max() <= 1
    alone = next(generate(sd, requests[1:2], batch_size=2, fill=True))
    assert np.array_equal(alone.pixels, filled[1].pixels), "no pixel tells of the neighbours"
