"""A studio whose model and scorer are a few lines; all else of a batch is real. Other processes can import it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from conditioners.errors import GenerationError
from pipeline.denoise import StepCallback
from pipeline.order import PreparedOrder
from pipeline.request import GeneratedAsset, GenerationRequest, RunRecord
from pipeline.run import Studio
from scoring.control_scores import ControlBounds
from scoring.scorecard import Measurement, ScoreCard

LOG = "LINEPROOF_TEST_LOG"
"""Where each generation is noted, a line each, so that tests can count what was made twice."""

SLOW = "LINEPROOF_TEST_SECONDS"
FAILING = "LINEPROOF_TEST_KILLED_BY"
"""A prompt that ends the process which is to make it, as running out of memory would."""


@dataclass(kw_only=True, eq=False)
class StubStudio(Studio):
    """Draws noise of the request's digest over its control map, and scores the mean."""

    def generate(
        self,
        prepared: PreparedOrder,
        requests: Sequence[GenerationRequest],
        on_step: StepCallback | None = None,
        on_preview: Any = None,
        *,
        exactly: int | None = None,
    ) -> Iterator[GeneratedAsset]:
        """Yield the images."""
        for request in requests:
            if os.environ.get(FAILING) == request.prompt:
                os._exit(9)
            if request.prompt == "fails":
                raise GenerationError(f"seed {request.seed}: the model gave non-finite values (nan)")
            note(request.digest())
            time.sleep(float(os.environ.get(SLOW, "0")))
            yield GeneratedAsset(request=request, pixels=pixels_of(request), record=record(exactly or 1), seconds=0.001)

    def bounds(self, request: GenerationRequest, prepared: PreparedOrder) -> ControlBounds | None:
        """No floor."""
        return None

    def score(self, asset: GeneratedAsset, prepared: PreparedOrder, bounds: ControlBounds | None = None) -> ScoreCard:
        """A card with one judged measure."""
        value = float(asset.pixels.mean()) / 255
        verdict = "passed" if value > 0.45 else "failed"
        made = Measurement(
            name="control_adherence", value=value, unit="ratio", threshold=0.45, verdict=verdict, reason="mean"
        )
        return ScoreCard(measurements=(made,))


def pixels_of(request: GenerationRequest) -> Any:
    """RGB uint8 (H, W, 3) that depends on the whole request."""
    seed = int.from_bytes(hashlib.sha256(request.digest().encode()).digest()[:8], "big")
    noise = np.random.default_rng(seed).integers(0, 256, (*request.control_map.pixels.shape, 3), dtype=np.uint8)
    return np.where(request.control_map.pixels[:, :, None] > 0, np.uint8(0), noise)


def record(batch_size: int) -> RunRecord:
    """Under which circumstances a stub's image is made."""
    return RunRecord(
        device="cpu",
        dtype="float32",
        batch_size=batch_size,
        dropped_tokens=0,
        negative_dropped_tokens=0,
        decoded_in_float32=False,
        versions={"python": "3"},
        flags={"threads": 1},
    )


def note(digest: str) -> None:
    """Write down that an image is being made; one short write, so processes do not mix theirs."""
    path = os.environ.get(LOG)
    if path:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        try:
            os.write(descriptor, f"{digest}\n".encode())
        finally:
            os.close(descriptor)


def generated(log: Path) -> list[str]:
    """The digests that were noted."""
    return log.read_text().split() if log.exists() else []
