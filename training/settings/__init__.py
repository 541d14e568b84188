"""Settings of the training stages, one YAML each, checked strictly."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict

FOLDER = Path(__file__).resolve().parent


class Strict(BaseModel):
    """A settings block: unknown keys are an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Phase(Strict):
    """What is drawn from `start` (share of the training time) on.

    A share `pure_noise` of the samples is at the last timestep, a share `on_grid` at the timesteps of `grid`, which are
    those of the sampler that the model ships with, and the others are uniform from `lowest` up.
    """

    start: float
    buckets: dict[str, float]
    pure_noise: float
    lowest: int
    on_grid: float = 0.0
    grid: tuple[int, ...] = ()


class UNetSettings(Strict):
    """Shape of the UNet and its ControlNet; the lowest `attention_levels` of the UNet attend to prompt and image."""

    attention_levels: int
    widths: tuple[int, ...]
    layers: int
    heads: int
    groups: int
    hint_widths: tuple[int, ...]


class TextSettings(Strict):
    """Shape of the text tower."""

    vocabulary: int
    fit_prompts: int
    width: int
    layers: int
    heads: int


class LossWeights(Strict):
    """Weights of the latents' mean square error, of the pixels' L1, and in that of their gradients'."""

    latent: float
    pixel: float
    gradient: float


Part = Literal["text_encoder", "unet", "controlnet"]


class JointSettings(Strict):
    """Settings of a stage that trains the networks `trained` of text tower, UNet and ControlNet; others stay.

    With `teacher_steps` the target is not the true asset but what the weights that the run started from make of the
    same noise in so many steps. `drop_control` 1 leaves the ControlNet out. `start` is what the model sees at the last
    timestep, as its spec will say. Networks compute in `precision`; their weights and the loss are float32.
    `matrix_rate` is Muon's rate for convolutions and attention; without one AdamW takes them with `learning_rate`.
    """

    seed: int
    trained: tuple[Part, ...]
    teacher_steps: int = 0
    batch_pixels: int
    learning_rate: float
    matrix_rate: float | None
    weight_decay: float
    betas: tuple[float, float]
    clip: float
    warm_up_steps: int
    decay_share: float
    ema: float
    prediction: Literal["sample", "v_prediction"]
    start: Literal["noise", "map"] = "noise"
    precision: Literal["float32", "bfloat16"] = "float32"
    snr_cap: float
    loss: LossWeights
    drop_prompt: float
    drop_control: float
    phases: tuple[Phase, ...]
    unet: UNetSettings
    text: TextSettings


class AutoencoderSettings(Strict):
    """Settings of the autoencoder stage."""

    seed: int
    latent_channels: int
    variance_power: float
    fit_samples: int
    batch_pixels: int
    learning_rate: float
    steps: int


def joint_settings(path: Path = FOLDER / "joint.yaml") -> JointSettings:
    """Read the settings of a stage; a file may name another as its `base` and hold only what differs from it."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if base := content.pop("base", None):
        content = yaml.safe_load((path.parent / base).read_text(encoding="utf-8")) | content
    return JointSettings.model_validate(content)


def autoencoder_settings(path: Path = FOLDER / "vae.yaml") -> AutoencoderSettings:
    """Read the autoencoder stage's settings."""
    return AutoencoderSettings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
