"""Fit the text detector, first on the renderer's faces and then on many more.

    python -m training.detectors.text_fit [--start WEIGHTS [--behind N]]

Makes its sets from fixed seeds, trains on the training faces, calibrates on others and writes
`scoring/weights/text.safetensors`. `--start` goes on from weights that the rounds on the renderer's faces made, and N
of those on more faces. The weights in use were made in such steps: begun again behind the first rounds, and behind 2.
"""

import argparse
import json
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from scoring.text_distortion import MIN_HEIGHT, WEIGHTS, Weights, line_scores, load_weights
from scoring.text_line import LINE_HEIGHT, Floats
from scoring.text_network import STEP, line_logits, size_of
from training.detectors.text_sets import MIN_TRAINED_HEIGHT, TRAINED_KINDS, Example, examples
from training.detectors.text_trainable import TrainableNetwork

WINDOW = 128
"""Columns of a training window."""

BATCH = 32
ROUNDS = ((900, 4000, 3e-3), (900, 4000, 2e-3), (900, 4000, 2e-3), (900, 4000, 2e-3), (1800, 8000, 2e-3))
"""(Drawings, steps, highest learning rate) of each round; every round has drawings of its own.

Source: warm restarts of a cosine schedule, I. Loshchilov and F. Hutter, "SGDR" (2017).
"""

WIDE_ROUNDS = ((900, 5000, 2e-3), (900, 5000, 2e-3), (4000, 14000, 2e-3))
"""The same of the rounds after them, on the split "wide": many more faces, set and worn harder.

The last has the drawings of four, since the loss on the next round's drawings was twice that on those of a short one.
"""

CALIBRATION_IMAGES = 600
"""Drawings the threshold is fixed on: of about 2500 clean lines, 25 lie above it."""

FALSE_POSITIVES = 0.01
"""Share of clean lines above the threshold on the calibration faces: half of the 2% promised, new faces cost some."""

LETTER_WEIGHT = 0.25
STEP_WEIGHT = 1.0
"""Weight of the loss at the single steps beside that of the window."""


def window(example: Example, rng: np.random.Generator) -> tuple[Floats, NDArray[np.int8], NDArray[np.int8]]:
    """Return a window of a line as the network gets it, float32 (2, 32, WINDOW), and its truth and letters, int8 (N,).

    Padding is -1 in both. Contrast, noise, width and place vary; a window of a distorted line shows its fault.
    """
    import cv2

    stretch, gain, noise, at = rng.uniform(0.88, 1.14), rng.uniform(0.88, 1.08), rng.uniform(0, 0.03), rng.random()
    ink = example.line.ink
    wide = max(STEP, round(ink.shape[1] * stretch))
    count, steps = WINDOW // STEP, -(-wide // STEP)
    source = np.minimum(np.arange(steps) * len(example.steps) // steps, len(example.steps) - 1)
    truth, letters = example.steps[source], example.letters[source]
    ink = cv2.resize(ink, (wide, LINE_HEIGHT), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    spots = np.flatnonzero(truth == 1)
    spare = max(0, steps - count)
    low = max(0, int(spots[int(at * len(spots))]) - count + 4) if len(spots) else 0
    high = min(spare, max(0, int(spots[int(at * len(spots))]) - 4)) if len(spots) else spare
    first = min(low + int(rng.random() * (max(high - low, 0) + 1)), spare)
    piece = ink[:, first * STEP : first * STEP + WINDOW]
    place = int(rng.random() * ((WINDOW - piece.shape[1]) // STEP + 1)) if piece.shape[1] < WINDOW else 0
    picture = np.zeros((2, LINE_HEIGHT, WINDOW), dtype=np.float32)
    shown = slice(place * STEP, place * STEP + piece.shape[1])
    picture[0, :, shown] = np.roll(piece, int(rng.integers(-1, 2)), axis=0)
    picture[0] = picture[0] * gain + rng.normal(0, noise, picture[0].shape)
    picture[1] = size_of(example.line.height)
    labels = np.full((2, count), -1, dtype=np.int8)
    for row, values in enumerate((truth, letters)):
        chosen = values[first : first + count]
        labels[row, place : place + len(chosen)] = chosen
    return picture, labels[0], labels[1]


def batch_loss(output: tuple[Tensor, Tensor], labels: Tensor, letters: Tensor) -> Tensor:
    """Return the loss of a batch; `labels` (B, N) are 1 distorted, 0 clean, -1 not counted, `letters` (B, N) classes.

    A window is distorted where a step is; one with faint steps alone counts for nothing.
    """
    logits, read = output
    known = labels >= 0
    target = labels.clamp_min(0).float()
    single = nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    single = (single * known).sum() / known.sum().clamp_min(1)
    whole = (labels == 1).any(dim=1).float()
    is_known = (whole == 1) | (labels == 0).any(dim=1)
    pooled = nn.functional.binary_cross_entropy_with_logits(line_logits(logits), whole, reduction="none")
    pooled = (pooled * is_known).sum() / is_known.sum().clamp_min(1)
    spelled = nn.functional.cross_entropy(read, letters.long(), ignore_index=-1)
    return pooled + STEP_WEIGHT * single + LETTER_WEIGHT * spelled


def pairs_of(found: Sequence[Example]) -> list[tuple[Example, Example]]:
    """Return the (clean, corrupted) examples of each line that has both and is high enough to be trained on."""
    halves: dict[int, dict[bool, Example]] = {}
    for example in found:
        if example.line.height >= MIN_TRAINED_HEIGHT and (not example.distorted or (example.steps == 1).any()):
            halves.setdefault(example.pair, {})[example.distorted] = example
    return [(both[False], both[True]) for both in halves.values() if len(both) == 2]


def fit(
    network: TrainableNetwork, found: Sequence[Example], steps: int, highest: float, seed: int, report_every: int = 100
) -> None:
    """Train one round, and leave the network in evaluation mode; each batch has lines both clean and corrupted."""
    rng = np.random.default_rng(seed)
    pairs = pairs_of(found)
    network.train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=highest, weight_decay=0.02)
    started, running = time.time(), 0.0
    for step in range(1, steps + 1):
        rate = min(1.0, step / 40) * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = highest * max(rate, 0.01)
        chosen = [pairs[int(index)] for index in rng.integers(len(pairs), size=BATCH // 2)]
        windows = [window(example, rng) for pair in chosen for example in pair]
        lines, labels, letters = (torch.from_numpy(np.stack(part)) for part in zip(*windows, strict=True))
        loss = batch_loss(network(lines.contiguous(memory_format=torch.channels_last)), labels, letters)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        running += loss.item() / report_every
        if step % report_every == 0:
            print(f"step {step} loss {running:.4f} {time.time() - started:.0f} s", flush=True)
            running = 0.0
    network.eval()


def save(tensors: dict[str, Tensor], scale: float, shift: float, path: Path = WEIGHTS) -> None:
    """Write the folded tensors with the calibration of their logit."""
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tensors, path, metadata={"calibration": json.dumps({"scale": scale, "shift": shift})})


def calibrated(logits: NDArray[np.float64], distorted: NDArray[np.bool_], share: float) -> tuple[float, float]:
    """Return (scale, shift) that turn a line's logit into its probability.

    The scale is that of a logistic regression (J. Platt, 1999); the shift puts probability 0.5 where `share` of the
    clean lines lie above, so 0.5 is the threshold whatever the weights.
    """
    x = torch.from_numpy(logits).double()
    y = torch.from_numpy(distorted).double()
    factors = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    solver = torch.optim.LBFGS([factors], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        solver.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(factors[0] * x + factors[1], y)
        loss.backward()
        return loss

    solver.step(closure)
    scale = float(factors.detach()[0])
    return scale, -scale * float(np.quantile(logits[~distorted], 1 - share))


def line_logits_of(tensors: dict[str, Tensor], found: Sequence[Example]) -> NDArray[np.float64]:
    """Return the uncalibrated logit of each example's line, float64 (N,)."""
    weights = Weights(tensors={name: tensor.float() for name, tensor in tensors.items()}, scale=1.0, shift=0.0)
    return np.array([logit for logit, _ in line_scores(weights, [e.line for e in found])], dtype=np.float64)


def start_from(network: TrainableNetwork, path: Path, found: Sequence[Example]) -> None:
    """Take over the weights of a file, the normalisation's statistics by windows of the examples."""
    rng = np.random.default_rng(0)
    windows = [window(example, rng)[0] for pair in pairs_of(found)[: BATCH * 8] for example in pair]
    network.unfold(load_weights(path).tensors, torch.from_numpy(np.stack(windows)))


def main() -> None:
    """Make the sets, train, calibrate and write the weights."""
    parser = argparse.ArgumentParser(description="Fit the text detector.")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    parser.add_argument("--start", type=Path, help="weights to start the rounds on more faces from, not from nothing")
    parser.add_argument(
        "--behind", type=int, default=0, help="rounds on more faces that those weights have behind them"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = TrainableNetwork().to(memory_format=torch.channels_last)
    for split, rounds in (("train", () if arguments.start else ROUNDS), ("wide", WIDE_ROUNDS)):
        for number, (images, steps, highest) in enumerate(rounds):
            if split == "wide" and number < arguments.behind:
                continue
            first = sum(earlier[0] for earlier in rounds[:number])
            found = list(examples(split, images, TRAINED_KINDS, first))
            if arguments.start and number == arguments.behind:
                start_from(network, arguments.start, found)
            fit(network, found, steps, highest, number + (100 if split == "wide" else 0))
    tensors = network.folded()
    judged = [e for e in examples("calibration", CALIBRATION_IMAGES) if e.line.height >= MIN_HEIGHT]
    truth = np.array([e.distorted for e in judged])
    scale, shift = calibrated(line_logits_of(tensors, judged), truth, FALSE_POSITIVES)
    save(tensors, scale, shift, arguments.out)
    print(f"wrote {arguments.out}: scale {scale:.3f}, shift {shift:.3f}")


if __name__ == "__main__":
    main()
