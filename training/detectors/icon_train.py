"""Train the icon detector: sheets of icons in, `scoring/weights/icons.safetensors` out.

    python -m training.detectors.icon_train --views runs/icons     # make the views (slow), then fit (faster)

Views that already lie in the folder are used again. Icons of Lucide and Tabler, without the tenth that calibrates;
every kind of fault but the held-out one.
"""

import argparse
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import max_pool2d

from scoring.calibration.icon_corruptions import TRAINED
from scoring.icon_network import LAYOUTS, SHAPES, forward, judge, turned
from scoring.icons import WEIGHTS
from training.detectors.icon_data import Views, generate
from training.detectors.icon_packs import filled_packs, known_packs
from training.detectors.icon_sheets import Plan
from training.detectors.round_trip import RoundTrip

Weights = dict[str, Tensor]

SEED = 11
SHEETS, FILLED_SHEETS, FILLED_FROM = 832, 160, 100_000
PASSES, CHUNK = 3, 16
BATCH = 64
RATE = 1.5e-3
PLACE_LOSS = 0.5
"""Weight of "where" beside "whether"."""


def initial(seed: int) -> Weights:
    """Return random weights (He et al. 2015), the map's bias low: most places of most icons are intact."""
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, shape in SHAPES.items():
        if name.endswith("bias"):
            value = torch.full(shape, -2.0 if name.startswith("where") else 0.0)
        else:
            gain = math.sqrt(2 / math.prod(shape[1:])) * (0.5 if name.startswith("mix") else 1.0)
            value = torch.randn(shape, generator=generator) * gain
        if len(shape) == 4:
            value = value.contiguous(memory_format=torch.channels_last)
        weights[name] = value.requires_grad_()
    return weights


def loss_of(weights: Weights, inputs: Tensor, maps: Tensor, faulty: Tensor) -> Tensor:
    """Return the loss of a batch: cross-entropy of the verdicts and of the places."""
    verdicts, where = forward(weights, inputs)
    places = max_pool2d(maps, 2)[:, 0]
    rare = torch.tensor(3.0)
    return cross_entropy(verdicts, faulty) + PLACE_LOSS * cross_entropy(where, places, pos_weight=rare)


def fit(
    views: Views, epochs: float, start: Weights | None = None, seed: int = SEED, report_every: int = 100
) -> Weights:
    """Return the weights after `epochs` over `views`, averaged over the last steps; `start` goes on from others."""
    weights = initial(seed)
    if start is not None:
        with torch.no_grad():
            for name, value in start.items():
                weights[name].copy_(value)
    optimizer = torch.optim.AdamW(weights.values(), lr=RATE, weight_decay=1e-3)
    faulty, rng = torch.from_numpy(views.faulty).float(), np.random.default_rng(seed)
    steps = int(epochs * len(views.cases) / BATCH)
    smooth = {name: value.detach().clone() for name, value in weights.items()}
    order: NDArray[np.intp] = np.empty(0, np.intp)
    started, losses = time.time(), []
    for step in range(steps):
        if len(order) < BATCH:
            order = rng.permutation(len(views.cases))
        rows, order = order[:BATCH], order[BATCH:]
        layout = int(rng.integers(LAYOUTS))
        inputs = turned(torch.from_numpy(views.inputs(rows)), layout).contiguous(memory_format=torch.channels_last)
        maps = turned(torch.from_numpy(views.maps[rows]).float()[:, None], layout)
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, (step + 1) / 40) * max(0.02, 0.5 * (1 + math.cos(math.pi * step / steps)))
        loss = loss_of(weights, inputs, maps, faulty[torch.from_numpy(rows)])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 2.0)
        optimizer.step()
        keep = min(0.995, step / (step + 10))
        with torch.no_grad():
            for name, value in weights.items():
                smooth[name].lerp_(value, 1 - keep)
        losses.append(loss.item())
        if (step + 1) % report_every == 0:
            print(
                f"step {step + 1}/{steps} loss {np.mean(losses[-report_every:]):.4f} {time.time() - started:.0f} s",
                flush=True,
            )
    return smooth


def predict(weights: Weights, views: Views) -> NDArray[np.float64]:
    """Return the probability of "distorted" of each case, float64 (N,)."""
    found = []
    with torch.inference_mode():
        for start in range(0, len(views.cases), 256):
            rows = np.arange(start, min(start + 256, len(views.cases)))
            found.append(judge(weights, torch.from_numpy(views.inputs(rows)))[0])
    return torch.cat(found).double().numpy()


def save(weights: Weights, file: Path, about: dict[str, str]) -> None:
    """Write the weights as float16 safetensors with `about` as metadata."""
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: value.detach().half().contiguous() for name, value in weights.items()}, file, metadata=about)


def views_in(folder: Path) -> Views:
    """Return the training views, made and kept in `folder` chunk by chunk."""
    folder.mkdir(parents=True, exist_ok=True)
    files, decoder = [], None
    for first, count, packs in ((0, SHEETS, known_packs(False)), (FILLED_FROM, FILLED_SHEETS, filled_packs(False))):
        plan = Plan(packs=packs, kinds=tuple(TRAINED), decoded=0.2)
        for start in range(first, first + count, CHUNK):
            file = folder / f"train_{start}.npz"
            if not file.exists():
                decoder = decoder or RoundTrip()
                generate(range(start, start + CHUNK), plan, PASSES, decoder).save(file)
            files.append(file)
    views = Views.load(files)
    return views.chosen(~views.below_pixel)


def main(arguments: Any = None) -> None:
    """Make views, fit, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--views", type=Path, required=True, help="folder that keeps the views")
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--start-from", type=Path, help="weights to go on from")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args(arguments)
    views = views_in(given.views)
    print(f"{len(views.cases)} icons, {views.faulty.mean():.2f} of them with a fault", flush=True)
    start = load_file(given.start_from) if given.start_from else None
    weights = fit(views, given.epochs, start)
    save(weights, given.out, {"made_by": "training.detectors.icon_train", "licence": "Apache-2.0"})


if __name__ == "__main__":
    main()
