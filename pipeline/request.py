"""One object with everything that affects an asset's pixels, and the asset that comes of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conditioners.geometry import Extent
from pipeline.settings import check_control_window, check_number, check_prompt, check_size, check_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from conditioners.control_map import ControlMap


@dataclass(frozen=True, kw_only=True, eq=False)
class GenerationRequest:
    """An order for one image.

    The control map fixes the extent of the image. `scale` is diffusers' controlnet_conditioning_scale; `control_start`
    and `control_end` are the fractions of the steps between which the ControlNet acts; at a `cfg` of 1 or less there is
    no guidance and the negative prompt has no effect. `weights` is the digest of the model's files.

    Raises:
        InputError: on a value outside the limits of `pipeline.settings`.
    """

    control_map: ControlMap
    prompt: str
    negative: str = ""
    seed: int
    steps: int
    cfg: float
    scale: float = 1.0
    control_start: float = 0.0
    control_end: float = 1.0
    model: str
    weights: str
    scheduler: str

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_text("negative", self.negative)
        for name in ("seed", "steps", "cfg", "scale"):
            check_number(name, getattr(self, name))
        check_control_window(self.control_start, self.control_end)
        check_size(*self.size)

    @property
    def size(self) -> Extent:
        """Width and height of the image in px."""
        return Extent.of(self.control_map.pixels)

    @property
    def conditioner(self) -> str:
        """Name of the conditioner that made the control map."""
        return self.control_map.settings.name

    def affecting(self) -> dict[str, Any]:
        """All that affects the pixels, as JSON values; the control map by its digest."""
        return {
            "control_map": self.control_map.digest,
            "conditioner": self.conditioner,
            "size": str(self.size),
            "prompt": self.prompt,
            "negative": self.negative,
            "seed": self.seed,
            "steps": self.steps,
            "cfg": float(self.cfg),
            "scale": float(self.scale),
            "control_start": float(self.control_start),
            "control_end": float(self.control_end),
            "model": self.model,
            "weights": self.weights,
            "scheduler": self.scheduler,
        }

    def digest(self) -> str:
        """Sha256 (hex) of the canonical JSON of `affecting()`; equal requests have equal digests on any machine."""
        canonical = json.dumps(self.affecting(), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """Under which circumstances an image was made: all that could explain a difference on another machine."""

    device: str
    dtype: str
    batch_size: int
    dropped_tokens: int
    negative_dropped_tokens: int
    decoded_in_float32: bool
    versions: dict[str, str]
    flags: dict[str, bool | str | int]


@dataclass(frozen=True, kw_only=True, eq=False)
class GeneratedAsset:
    """A finished image: `pixels` uint8 (H, W, 3) RGB with exactly the extent of its request's control map."""

    request: GenerationRequest
    pixels: NDArray[np.uint8]
    record: RunRecord
    seconds: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user must be told about this image, one line each."""
        found = []
        for name, dropped in (
            ("prompt", self.record.dropped_tokens),
            ("negative prompt", self.record.negative_dropped_tokens),
        ):
            if dropped:
                found.append(
                    f"{name} is longer than the model's tokenizer takes: the last {dropped} tokens were dropped"
                )
        if self.record.decoded_in_float32:
            found.append("the decoder overflowed its number format and was run again in float32")
        return tuple(found)
