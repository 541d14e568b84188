"""Batches rendered on the fly: assets, control maps and prompts of one canvas size."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from conditioners.canny import canny_edges
from conditioners.lineart import drawn_lines
from conditioners.scribble import scribble_lines
from training.render.sample import BUCKETS, Sample, render_sample

FIRST_TRAINING_SEED = 10_000_000
"""Seeds below are for evaluation and calibration."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """`images` float32 (B, 3, H, W) in -1 to 1, `maps` float32 (B, 3, H, W) in 0 to 1, and B prompts."""

    images: Tensor
    maps: Tensor
    prompts: list[str]


def draw_map(sample: Sample, rng: Random) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a control map (uint8 (H, W)) of a sample's wireframe by one of the conditioners users may pick, and the
    asset (uint8 (H, W, 3)) whose edges lie where the map has them.
    """
    kind = rng.random()
    source, asset = sample.drawn, sample.followed
    if rng.random() < 0.7 and kind < 0.5:
        source, asset = sample.clean, sample.asset
    if kind < 0.4:
        return canny_edges(source), asset
    if kind < 0.5:
        low = rng.randint(40, 130)
        return canny_edges(source, low, low * 2), asset
    if kind < 0.9:
        return scribble_lines(source), asset
    return drawn_lines(source), asset


def render_batch(rng: Random, group: str, pixels: int) -> Batch:
    """Return one batch of about `pixels` px in all, every image on the same canvas."""
    width, height, components = rng.choice(BUCKETS[group])
    images, maps, prompts = [], [], []
    for _ in range(max(1, round(pixels / (width * height)))):
        sample = render_sample(FIRST_TRAINING_SEED + rng.randrange(2**40), width, height, rng.choice(components))
        lines, asset = draw_map(sample, rng)
        images.append(asset)
        maps.append(lines)
        prompts.append(sample.prompt)
    pictures = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1
    drawings = torch.from_numpy(np.stack(maps)).float()[:, None].expand(-1, 3, -1, -1) / 255
    return Batch(images=pictures, maps=drawings, prompts=prompts)


class RenderedBatches(IterableDataset[Batch]):
    """An endless stream of batches; groups of canvas sizes are drawn by weight."""

    def __init__(self, seed: int, pixels: int, groups: dict[str, float]) -> None:
        self.seed, self.pixels, self.groups = seed, pixels, groups

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        rng = Random(f"{self.seed}/{info.id if info else 0}")
        names, weights = list(self.groups), list(self.groups.values())
        while True:
            yield render_batch(rng, rng.choices(names, weights)[0], self.pixels)


def _one_thread(worker: int) -> None:
    import cv2

    torch.set_num_threads(1)
    cv2.setNumThreads(1)


def batches(seed: int, pixels: int, groups: dict[str, float], workers: int = 1) -> Iterator[Batch]:
    """Return batches rendered by `workers` other processes (0: by this one)."""
    loader = DataLoader(
        RenderedBatches(seed, pixels, groups),
        batch_size=None,
        num_workers=workers,
        prefetch_factor=8 if workers else None,
        worker_init_fn=_one_thread,
        multiprocessing_context="spawn" if workers else None,
    )
    return iter(loader)
