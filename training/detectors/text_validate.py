"""Measure the text detector on faces, and a kind of fault, that it was not made with.

    python -m training.detectors.text_validate

Writes the figures to `docs/text-detector.json` and the section "Text" of `docs/scoring-validation.md`.
"""

import argparse
import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch

from conditioners.geometry import Extent
from scoring.calibration.text_corruptions import FAULTS, HELD_OUT, KINDS, corrupt
from scoring.text_distortion import BOX_MARGIN, MIN_HEIGHT, Weights, load_weights
from scoring.text_line import TextLine, normalise_line
from training.detectors.text_figures import THRESHOLD, left_out_faces, measured, probabilities, rank_correlation
from training.detectors.text_fit import FALSE_POSITIVES
from training.detectors.text_lines import Image, LineSpec, draw_sheet
from training.detectors.text_outside import component_examples, generated_figures
from training.detectors.text_sets import FIRST_SEED, examples

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEST_IMAGES = 240
SERIES_LINES = 40
SERIES = tuple(step / 8 for step in range(9))


def series(weights: Weights, lines: int = SERIES_LINES) -> dict[str, Any]:
    """Return the mean probability as a fault grows on the same lines of held-out faces, and its rank correlation."""
    means: dict[str, list[float]] = {}
    rng = Random(FIRST_SEED["test"] - 1)
    chosen: list[tuple[Image, LineSpec]] = []
    while len(chosen) < lines:
        image, specs = draw_sheet(rng, "test")
        chosen += [(image, spec) for spec in specs if spec.core.height > MIN_HEIGHT * 1.6]
    for kind in FAULTS:
        means[kind] = []
        for severity in SERIES:
            found = []
            for number, (image, spec) in enumerate(chosen[:lines]):
                changed = corrupt(image, spec.core, kind, severity, number).image
                line = normalise_line(changed[spec.box.grown(BOX_MARGIN, Extent.of(image)).slices])
                found += [line] if isinstance(line, TextLine) else []
            means[kind].append(round(float(probabilities(weights, found).mean()), 4))
    over_all = [round(float(np.mean([means[kind][step] for kind in FAULTS])), 4) for step in range(len(SERIES))]
    return {
        "severities": list(SERIES),
        "mean_probability": over_all,
        "rank_correlation": rank_correlation(SERIES, over_all),
        "rank_correlation_by_kind": {kind: rank_correlation(SERIES, values) for kind, values in means.items()},
        "mean_probability_by_kind": means,
    }


def main() -> None:
    """Measure, and write the figures and their section of the document."""
    from training.detectors.text_report import write_section

    parser = argparse.ArgumentParser(description="Measure the text detector on held-out faces and faults.")
    parser.add_argument("--images", type=int, default=TEST_IMAGES)
    parser.add_argument("--out", type=Path, default=DOCS / "text-detector.json")
    parser.add_argument("--components", type=int, default=400, help="library components to measure on, 0: none")
    parser.add_argument("--generated", type=int, default=60, help="assets of the embedded model, 0: none")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    weights = load_weights()
    held_out_kind = list(examples("test", arguments.images // 3, (HELD_OUT,), start=arguments.images))
    calibration = list(examples("calibration", arguments.images))
    figures = {
        "threshold": THRESHOLD,
        "min_height": MIN_HEIGHT,
        "calibration_faces": measured(weights, calibration),
        "left_out_faces": left_out_faces(weights, calibration, FALSE_POSITIVES),
        "held_out_faces": measured(weights, list(examples("test", arguments.images, KINDS))),
        "held_out_faces_and_kind": measured(weights, held_out_kind),
        "series": series(weights),
    }
    if arguments.components:
        figures["components"] = measured(weights, list(component_examples(arguments.components)))
    if arguments.generated:
        figures["generated"] = generated_figures(weights, arguments.generated)
    arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    write_section(figures, arguments.out.parent / "scoring-validation.md")


if __name__ == "__main__":
    main()
