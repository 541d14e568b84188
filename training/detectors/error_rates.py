"""Write `configs/detectors.yaml` from the figures of the two validations: what the report says of its own detectors.

python -m training.detectors.error_rates
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from scoring.detector_errors import DETECTOR_ERRORS, DetectorErrors

DOCS = Path(__file__).resolve().parents[2] / "docs"
HEAD = (
    "# How often the detectors are wrong themselves, on material that nothing was tuned on; the section of each in\n"
    "# docs/scoring-validation.md tells how. Written by `python -m training.detectors.error_rates`; do not edit.\n"
)
TEXT_SETS = {
    "held_out_faces": "labels in type faces not trained on",
    "held_out_faces_and_kind": "the same, with a kind of fault not trained on",
    "components": "labels of real web components",
}
ICON_SETS = {
    "test": "icons of packs not trained on",
    "other_drawings": "the same, from hand-drawn, scanned or Canny drawings",
    "components": "icons of real web components",
}


def collect(text: Mapping[str, Any], icon: Mapping[str, Any]) -> DetectorErrors:
    """Return the trials in the figures of `text_validate` and `icon_validate`; sets that were left out are missing."""
    texts = [(name, text[name], "count") for name in TEXT_SETS if name in text]
    icons = [(name, icon[name]["all"], "flagged") for name in ICON_SETS if icon.get(name)]

    def trial(material: str, figures: Mapping[str, Any], count: str) -> dict[str, Any]:
        clean, faulty = figures["false_positives"], figures["recall"]
        return {
            "material": material,
            "clean": clean["of"],
            "flagged": clean[count],
            "faulty": faulty["of"],
            "found": faulty[count],
        }

    return DetectorErrors.model_validate(
        {
            "version": 1,
            "detectors": {
                "text_distortion": [trial(TEXT_SETS[name], figures, count) for name, figures, count in texts],
                "icon_distortion": [trial(ICON_SETS[name], figures, count) for name, figures, count in icons],
            },
        }
    )


def collected(docs: Path = DOCS) -> DetectorErrors:
    """Return the trials in the figures of a folder."""
    text, icon = (json.loads((docs / f"{name}-detector.json").read_text(encoding="utf-8")) for name in ("text", "icon"))
    return collect(text, icon)


def main() -> None:
    """Write the file."""
    content = yaml.safe_dump(collected().model_dump(mode="json"), sort_keys=False, width=120)
    DETECTOR_ERRORS.write_text(HEAD + content, encoding="utf-8")


if __name__ == "__main__":
    main()
