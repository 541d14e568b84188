"""A studio whose model and scorer cost next to nothing, so that what is left is everything else of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from conditioners.geometry import Box
from pipeline.denoise import StepCallback
from pipeline.order import PreparedOrder
from pipeline.preview import PreviewCallback
from pipeline.request import GeneratedAsset, GenerationRequest, RunRecord
from pipeline.run import Studio
from scoring.control_scores import ControlBounds
from scoring.scorecard import ElementScore, Measurement, ScoreCard, Verdict

MEASURES = (
    "control_adherence control_f1_strict control_f1_1px control_f1_2px control_f1_kornia control_hd95_px control_shift "
    "control_placement control_soft control_missing control_invented prompt_adherence colour_delta_e "
    "background_delta_e clip_score text_ned text_distortion icon_distortion"
).split()
ELEMENT_MEASURES = "control_f1_1px control_missing control_shift colour_delta_e text_ned text_distortion".split()
REASON = "by hand, with a sentence as long as those that the measures give"


@dataclass(kw_only=True, eq=False)
class StubStudio(Studio):
    """Its images are their control map and one grey; its cards are as large as real ones: 18 measures, 3 elements."""

    def generate(
        self,
        prepared: PreparedOrder,
        requests: Sequence[GenerationRequest],
        on_step: StepCallback | None = None,
        on_preview: PreviewCallback | None = None,
        *,
        exactly: int | None = None,
    ) -> Iterator[GeneratedAsset]:
        """Yield the images."""
        record = RunRecord(
            device="cpu",
            dtype="float32",
            batch_size=exactly or 1,
            dropped_tokens=0,
            negative_dropped_tokens=0,
            decoded_in_float32=False,
            versions={},
            flags={},
        )
        for request in requests:
            grey = np.full((*request.control_map.pixels.shape, 3), 64 + request.seed % 128, np.uint8)
            pixels = np.maximum(grey, request.control_map.pixels[:, :, None])
            yield GeneratedAsset(request=request, pixels=pixels, record=record, seconds=0.0)

    def bounds(self, request: GenerationRequest, prepared: PreparedOrder) -> ControlBounds | None:
        """None are measured."""
        return None

    def score(self, asset: GeneratedAsset, prepared: PreparedOrder, bounds: ControlBounds | None = None) -> ScoreCard:
        """A card whose verdicts follow from the seed."""
        failed = asset.request.seed % 5 == 0
        card = tuple(_measurement(name, failed and name.startswith("control")) for name in MEASURES)
        elements = tuple(
            ElementScore(
                kind="text",
                box=Box(4, 4 + 20 * number, 60, 20 + 20 * number),
                text="Save",
                measurements=tuple(_measurement(name, failed) for name in ELEMENT_MEASURES),
            )
            for number in range(3)
        )
        return ScoreCard(measurements=card, elements=elements)


def _measurement(name: str, failed: bool) -> Measurement:
    verdict: Verdict = "failed" if failed else "passed"
    value = 0.25 if failed else 0.8765432109876543
    return Measurement(name=name, value=value, unit="ratio", threshold=0.5, verdict=verdict, reason=REASON)
