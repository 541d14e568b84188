"""Sets of clean and corrupted lines for the text detector, from fixed seeds.

Every image goes through one of the channels that real assets go through: as rendered, the embedded autoencoder's round
trip, JPEG, blur, noise or another size. Clean and corrupted lines go through all of them alike.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Extent
from scoring.calibration.text_corruptions import HELD_OUT, KINDS, MIN_CHANGE, corrupt
from scoring.text_distortion import BOX_MARGIN
from scoring.text_line import Floats, TextLine, normalise_line
from scoring.text_network import STEP
from training.detectors.round_trip import RoundTrip
from training.detectors.text_lines import Image, LineSpec, draw_asset, draw_sheet

CHANNELS = ("render", "round trip", "jpeg", "blur", "noise", "resized")
CHANNEL_WEIGHTS = (0.3, 0.3, 0.12, 0.1, 0.08, 0.1)

WORN = "worn"
"""A channel that only the split "wide" has: another one and then a low JPEG."""

WIDE_CHANNELS = (*CHANNELS, WORN)
WIDE_WEIGHTS = (0.22, 0.27, 0.14, 0.1, 0.06, 0.09, 0.12)

LETTERS = " " + "".join(chr(code) for code in range(0x21, 0x7F))

MIN_TRAINED_HEIGHT = 7
FAINT = 0.03
"""Steps whose ink moved by less than this are clean; between it and `MIN_CHANGE` they teach nothing."""

FIRST_SEED = {"train": 1_000_000, "calibration": 2_000_000, "test": 3_000_000, "wide": 4_000_000}


@dataclass(frozen=True, kw_only=True, eq=False)
class Example:
    """One line, its truth and where it comes from. `kind` is "" for a clean one.

    `steps` is int8 (ceil(W / 4),): 1 distorted, 0 clean, -1 too faint to say. `letters` is int8 of the same shape:
    which letter stands there (`LETTERS`), 0 for none, and -1 where it is distorted. `crop` is RGB uint8, for looking
    at. The clean and the corrupted example of one line have the same `pair`.
    """

    line: TextLine
    steps: NDArray[np.int8]
    letters: NDArray[np.int8]
    pair: int
    crop: Image
    text: str
    family: str
    channel: str
    kind: str
    severity: float

    @property
    def distorted(self) -> bool:
        """Whether a fault was put on the line."""
        return bool(self.kind)


TRAINED_KINDS = (*KINDS, "doubled", "missing", "averaged", "extra", "blob", "merged")
"""The faults that are the hardest to learn come twice as often."""


def examples(split: str, images: int, kinds: Sequence[str] = KINDS, start: int = 0) -> Iterator[Example]:
    """Yield the examples of `images` drawings (two of three sheets of lines, one an asset) of a split, in fixed order.

    Each drawing is used twice: what is clean the first time is corrupted the second time and the other way round.
    """
    for index in range(start, start + images):
        rng = Random(FIRST_SEED[split] + index)
        image, specs = draw_asset(rng, split) if index % 3 == 2 else draw_sheet(rng, split)
        channel_seed = rng.random()
        for turn in (0, 1):
            chosen = [(number + turn) % 2 == 0 for number in range(len(specs))]
            yield from _lines(image, specs, chosen, rng, (split, channel_seed), kinds, index * 100)


def _lines(
    image: Image,
    specs: Sequence[LineSpec],
    chosen: Sequence[bool],
    rng: Random,
    channel_of: tuple[str, float],
    kinds: Sequence[str],
    first_pair: int,
) -> Iterator[Example]:
    changes: list[tuple[str, float, Floats | None]] = []
    for spec, is_chosen in zip(specs, chosen, strict=True):
        kind, severity = rng.choice(list(kinds)), rng.uniform(0.15, 1.0)
        if not is_chosen:
            changes.append(("", 0.0, None))
            continue
        result = corrupt(image, spec.core, kind, severity, rng.randrange(2**31))
        image = result.image
        changes.append((kind, severity, result.change) if result.amount >= MIN_CHANGE else ("faint", 0.0, None))
    split, channel_seed = channel_of
    channel_rng = Random(channel_seed)
    names, shares = (WIDE_CHANNELS, WIDE_WEIGHTS) if split == "wide" else (CHANNELS, CHANNEL_WEIGHTS)
    channel = channel_rng.choices(names, shares)[0]
    seen, scale = through(image, channel, channel_rng)
    for number, (spec, (kind, severity, change)) in enumerate(zip(specs, changes, strict=True)):
        box = type(spec.box)(*(round(side * scale) for side in spec.box)).clipped(Extent.of(seen))
        if kind == "faint" or box.area == 0:
            continue
        looked = box.grown(BOX_MARGIN, Extent.of(seen))
        crop = seen[looked.slices]
        line = normalise_line(crop)
        if isinstance(line, str):
            continue
        steps = _step_labels(change, spec.core.x0 * scale - looked.x0, scale, line)
        letters = np.where(steps == 0, _letter_labels(spec, looked.x0, scale, line), -1).astype(np.int8)
        yield Example(line=line, steps=steps, letters=letters, pair=first_pair + number, crop=crop.copy(),
                      text=spec.text, family=spec.family, channel=channel, kind=kind, severity=severity)  # fmt: skip


def _step_labels(change: Floats | None, shift: float, scale: float, line: TextLine) -> NDArray[np.int8]:
    """Return the truth of each step, from the ink that moved within a letter's width around it."""
    centres = _centres(line)
    if change is None:
        return np.zeros(len(centres), dtype=np.int8)
    letter = max(1.0, 0.7 * line.height / scale)
    window = np.ones(max(1, round(letter)), dtype=np.float32)
    moved = np.convolve(change.sum(axis=0), window, mode="same") / (letter * line.height / scale * 0.3)
    at_steps = np.interp((centres - shift) / scale, np.arange(len(moved)) + 0.5, moved)
    return np.where(at_steps > MIN_CHANGE, 1, np.where(at_steps < FAINT, 0, -1)).astype(np.int8)


def _letter_labels(spec: LineSpec, left: int, scale: float, line: TextLine) -> NDArray[np.int8]:
    """Return which letter stands at each step; `left` is the crop's first column on the image."""
    x = (_centres(line) + left) / scale
    labels = np.zeros(len(x), dtype=np.int8)
    for character, start, end in spec.letters:
        labels[(x >= start) & (x < end)] = max(0, LETTERS.find(character))
    return labels


def _centres(line: TextLine) -> NDArray[np.float64]:
    """Return the column of the crop in the middle of each step."""
    count = -(-line.ink.shape[1] // STEP)
    return line.left + (np.arange(count) + 0.5) * (line.right - line.left) / count


def through(image: Image, channel: str, rng: Random) -> tuple[Image, float]:
    """Return `image`, RGB uint8 (H, W, 3), after a channel, and the factor its size changed by."""
    match channel:
        case "round trip":
            return round_trip(image), 1.0
        case "jpeg":
            return _jpeg(image, rng.randint(45, 95)), 1.0
        case "worn":
            before, scale = through(image, rng.choice(["render", "round trip", "blur", "resized"]), rng)
            return _jpeg(before, rng.randint(40, 65)), scale
        case "blur":
            return cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.9)).astype(np.uint8), 1.0
        case "noise":
            noise = np.random.default_rng(rng.randrange(2**31)).normal(0, rng.uniform(1, 6), image.shape)
            return np.clip(image + noise, 0, 255).astype(np.uint8), 1.0
        case "resized":
            scale = rng.uniform(0.6, 1.6)
            method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
            return cv2.resize(image, None, fx=scale, fy=scale, interpolation=method).astype(np.uint8), scale
    return image, 1.0


def _jpeg(image: Image, quality: int) -> Image:
    data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None, "a JPEG was written"
    return np.ascontiguousarray(decoded[:, :, ::-1]).astype(np.uint8)


@cache
def _decoder() -> RoundTrip:
    return RoundTrip()


def round_trip(image: Image) -> Image:
    """Return `image`, RGB uint8 (H, W, 3), after the embedded autoencoder, loaded once."""
    return _decoder()(image)


__all__ = ["CHANNELS", "HELD_OUT", "KINDS", "LETTERS", "TRAINED_KINDS", "Example", "examples", "round_trip", "through"]
