"""Settings of the CLIP stage, `training/settings/clip.yaml`."""

from pathlib import Path

import yaml

from training.settings import FOLDER, Strict


class TowerSettings(Strict):
    """Shape of a transformer."""

    width: int
    inner: int
    layers: int
    heads: int


class LossWeights(Strict):
    """Weights of the terms of the loss, see `training/clip_objective.py`."""

    prompt: float
    component: float
    style: float
    state: float
    icon: float


class ClipSettings(Strict):
    """Settings of the stage that trains the judge of prompts."""

    seed: int
    batch: int
    fresh: int
    pool: int
    steps: int
    learning_rate: float
    matrix_rate: float
    weight_decay: float
    warm_up_steps: int
    decay_share: float
    ema: float
    icon_decoys: int
    buckets: dict[str, float]
    weights: LossWeights
    patch: int
    projection: int
    text: TowerSettings
    vision: TowerSettings


def clip_settings(path: Path = FOLDER / "clip.yaml") -> ClipSettings:
    """Read the stage's settings."""
    return ClipSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
