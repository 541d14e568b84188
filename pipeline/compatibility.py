"""Do a model's parts fit together? Found from their configs, before any weights are loaded."""

from __future__ import annotations

from typing import Any

from conditioners.errors import InputError
from pipeline.models import ModelSpec, read_config
from pipeline.weights import ModelFiles

SHARED_KEYS = (
    "cross_attention_dim",
    "block_out_channels",
    "layers_per_block",
    "in_channels",
    "addition_embed_type",
)
"""What residuals and inputs depend on. Attention may differ: small ControlNets go without."""
ABSENT_MEANS = {"addition_embed_type": None, "layers_per_block": 2, "in_channels": 4}


def check_compatibility(spec: ModelSpec, files: ModelFiles) -> None:
    """Raise InputError with one line if UNet, ControlNet, autoencoder and pipeline family do not fit together."""
    unet = read_config(files.base / "unet" / "config.json")
    vae = read_config(files.base / "vae" / "config.json")
    controlnet = read_config(files.controlnet / "config.json")
    for key in SHARED_KEYS:
        ours, theirs = _value(unet, key), _value(controlnet, key)
        if ours != theirs:
            raise InputError(
                f"model {spec.name!r}: ControlNet {files.controlnet.name!r} is made for {_kind(controlnet)} and does "
                f"not fit this {_kind(unet)} UNet: {key} is {theirs}, must be {ours}"
            )
    if (unet.get("addition_embed_type") == "text_time") != (spec.family == "sdxl"):
        raise InputError(f"model {spec.name!r}: family is {spec.family!r} but its UNet is made for {_kind(unet)}")
    if unet.get("time_cond_proj_dim") is not None or controlnet.get("global_pool_conditions"):
        raise InputError(
            f"model {spec.name!r}: guidance-distilled UNets (time_cond_proj_dim) and ControlNets with "
            "global_pool_conditions are not supported"
        )
    latent_channels = vae.get("latent_channels", 4)
    if latent_channels != _value(unet, "in_channels"):
        raise InputError(
            f"model {spec.name!r}: the autoencoder has {latent_channels} latent channels, "
            f"the UNet takes {_value(unet, 'in_channels')}"
        )
    hint_factor = 2 ** (len(controlnet.get("conditioning_embedding_out_channels") or (16, 32, 96, 256)) - 1)
    if hint_factor != vae_factor(vae):
        raise InputError(
            f"model {spec.name!r}: the ControlNet shrinks its map {hint_factor} times, "
            f"the autoencoder {vae_factor(vae)} times"
        )


def vae_factor(vae_config: dict[str, Any]) -> int:
    """Pixels per latent cell and side: one halving between each two levels of the autoencoder."""
    levels = len(vae_config["block_out_channels"])
    return int(2 ** (levels - 1))


def size_multiple(files: ModelFiles) -> int:
    """What both sides of the model's canvas must be a multiple of, in px, so that every level has whole cells."""
    unet = read_config(files.base / "unet" / "config.json")
    vae = read_config(files.base / "vae" / "config.json")
    levels = len(unet["down_block_types"])
    return int(vae_factor(vae) * 2 ** (levels - 1))


def _value(config: dict[str, Any], key: str) -> Any:
    return config.get(key, ABSENT_MEANS.get(key))


def _kind(config: dict[str, Any]) -> str:
    """The family's usual name, told by the text encoder's width and SDXL's additional embedding."""
    if config.get("addition_embed_type") == "text_time":
        return "SDXL"
    width = config.get("cross_attention_dim")
    return {768: "SD 1.x", 1024: "SD 2.x"}.get(width if isinstance(width, int) else 0, f"SD ({width}-wide text)")
