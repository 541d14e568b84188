"""What a model makes of the cases: with control, without, and the autoencoder's round trip; and how long it takes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from conditioners.control_map import ConditionerSettings, ControlMap, make_control_map
from conditioners.errors import InputError
from pipeline.decode import to_uint8
from pipeline.diffusion import LoadedModel
from pipeline.generation import generate
from pipeline.request import GenerationRequest
from training.evaluate_cases import Case, Image, drawn_wireframe
from training.render.sample import render_sample


@dataclass(frozen=True, kw_only=True, eq=False)
class Made:
    """Pixels of one case, RGB uint8 (H, W, 3): `image` by the order, `free` at control scale 0, `trip` of the true
    asset through the autoencoder.
    """

    image: Image
    free: Image
    trip: Image


def order(
    model: LoadedModel, control_map: ControlMap, prompt: str, seed: int, steps: int, scale: float
) -> GenerationRequest:
    """Return the request of one image without guidance."""
    return GenerationRequest(
        control_map=control_map,
        prompt=prompt,
        negative="",
        seed=seed,
        steps=steps,
        cfg=1.0,
        scale=scale,
        control_start=0.0,
        control_end=1.0,
        model=model.spec.name,
        weights=model.weights,
        scheduler=model.scheduler_name,
    )


def make(model: LoadedModel, cases: Sequence[Case], steps: int) -> list[Made]:
    """Generate cases of one size in one batch."""

    def images(scale: float) -> list[Image]:
        orders = [order(model, case.control_map, case.prompt, case.seed, steps, scale) for case in cases]
        return [asset.pixels for asset in generate(model, orders, batch_size=len(orders))]

    trips = round_trips(model, [case.asset for case in cases])
    parts = zip(images(1.0), images(0.0), trips, strict=True)
    return [Made(image=image, free=free, trip=trip) for image, free, trip in parts]


def round_trips(model: LoadedModel, images: Sequence[Image]) -> list[Image]:
    """Return images of one size, RGB uint8 (H, W, 3), after the autoencoder."""
    import torch

    pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).to(model.dtype) / 127.5 - 1
    with torch.inference_mode():
        decoded = model.pipe.vae.decode(model.pipe.vae.encode(pixels).latent_dist.mode()).sample
    return [to_uint8(image) for image in decoded.permute(0, 2, 3, 1).float().numpy()]


def seconds_at_256(model: LoadedModel, steps: int, repeats: int = 3) -> dict[str, Any]:
    """Return the median seconds of one asset of 256 x 256 px, without and with its scoring, after one to warm up.

    Without scoring: conditioner, prompt encoding, denoising and decoding. With: the score card as well, its models
    loaded. None and the reason where scoring fails.
    """
    from scoring.score import Scorer, ScoringRequest

    sample = render_sample(1, 256, 256, "card", unseen=True)
    wireframe = drawn_wireframe(sample.clean)
    scorer, made, scored, reason = Scorer(), list[float](), list[float](), ""
    for turn in range(repeats + 1):
        start = time.perf_counter()
        control_map = make_control_map(wireframe, ConditionerSettings(name="canny"))
        asset = next(generate(model, [order(model, control_map, sample.prompt, turn, steps, 1.0)]))
        done = time.perf_counter()
        request = ScoringRequest(image=asset.pixels, control_map=control_map, wireframe=wireframe, prompt=sample.prompt)
        try:
            scorer.score(request)
        except InputError as error:
            reason = str(error)
        if turn:
            made.append(done - start)
            scored.append(time.perf_counter() - start)
    import torch

    return {
        "without_scoring": round(median(made), 3),
        "with_scoring": None if reason else round(median(scored), 3),
        "reason": reason,
        "threads": torch.get_num_threads(),
    }
