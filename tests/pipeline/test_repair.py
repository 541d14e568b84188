"""A box made anew: nothing outside it changes, the same seed gives the same pixels, the control map is followed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from pipeline.denoise import Cancelled
from pipeline.diffusion import LoadedModel
from pipeline.repair import MARGIN, blend, repair
from pipeline.request import GenerationRequest
from tests.pipeline.conftest import control_map

BOX = Box(16, 10, 30, 22)


def request(loaded: LoadedModel, seed: int = 1, steps: int = 3) -> GenerationRequest:
    return GenerationRequest(
        control_map=control_map(), prompt="a button", seed=seed, steps=steps, cfg=1.0, model=loaded.spec.name,
        weights=loaded.weights, scheduler=loaded.scheduler_name,
    )  # fmt: skip


@pytest.fixture
def image() -> np.ndarray:
    rng = np.random.default_rng(2)
    return rng.integers(0, 256, (33, 47, 3), dtype=np.uint8)


def test_only_the_box_changes(sd: LoadedModel, image: np.ndarray) -> None:
    made = repair(sd, request(sd), image, BOX)
    assert made.shape == image.shape
    grown = BOX.grown(MARGIN, Extent.of(image))
    outside = np.ones(image.shape[:2], bool)
    outside[grown.slices] = False
    assert np.array_equal(made[outside], image[outside])
    assert not np.array_equal(made[BOX.slices], image[BOX.slices])


def test_the_seed_decides(sd: LoadedModel, image: np.ndarray) -> None:
    first, again, other = (repair(sd, request(sd, seed), image, BOX) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_larger_models_are_repaired_too(sdxl: LoadedModel, image: np.ndarray) -> None:
    made = repair(sdxl, request(sdxl), image, BOX)
    assert np.array_equal(made[0], image[0])


def test_a_box_or_image_that_does_not_fit_is_refused(sd: LoadedModel, image: np.ndarray) -> None:
    with pytest.raises(InputError, match="box must lie inside 47x33"):
        repair(sd, request(sd), image, Box(40, 0, 60, 10))
    with pytest.raises(InputError, match="image must be 47x33 as ordered, got 47x32"):
        repair(sd, request(sd), image[:-1], BOX)


def test_it_is_cancelled_between_steps_and_the_model_is_whole_after(sd: LoadedModel, image: np.ndarray) -> None:
    before = repair(sd, request(sd), image, BOX)

    def stop(step: int, steps: int) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        repair(sd, request(sd), image, BOX, on_step=stop)
    assert np.array_equal(repair(sd, request(sd), image, BOX), before)


@given(x=st.tuples(st.integers(0, 20), st.integers(1, 20)), y=st.tuples(st.integers(0, 20), st.integers(1, 20)))
def test_the_seam_lies_inside_the_box(x: tuple[int, int], y: tuple[int, int]) -> None:
    box = Box(x[0], y[0], min(24, x[0] + x[1]), min(24, y[0] + y[1]))
    old, new = np.zeros((24, 24, 3), np.uint8), np.full((24, 24, 3), 200, np.uint8)
    made = blend(old, new, box)
    inside = np.zeros((24, 24), bool)
    inside[box.slices] = True
    assert (made[~inside] == 0).all()
    assert (made[inside] > 0).all()
    whole = blend(old, new, Box(0, 0, 24, 24))
    assert (whole == 200).all()
