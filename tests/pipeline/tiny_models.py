"""Real model classes at tiny size with random weights, saved as folders: what the pipeline's tests run on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SIDE_CHANNELS = (8, 16)


def tokenizer_files(folder: Path) -> None:
    """A byte-level CLIP vocabulary without merges: every character is a token of its own."""
    from transformers import CLIPTokenizer

    alphabet = _bytes_to_unicode()
    tokens = ["<|startoftext|>", "<|endoftext|>", *alphabet, *(c + "</w>" for c in alphabet)]
    tokenizer = CLIPTokenizer(vocab={token: index for index, token in enumerate(tokens)}, merges=[])
    tokenizer.model_max_length = 77
    tokenizer.save_pretrained(str(folder))


def _bytes_to_unicode() -> list[str]:
    """GPT-2's printable stand-ins for the 256 bytes."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shown = {byte: chr(byte) for byte in printable}
    spare = 256
    for byte in range(256):
        if byte not in shown:
            shown[byte] = chr(spare)
            spare += 1
    return [shown[byte] for byte in range(256)]


def text_encoder(width: int, projection: int | None = None) -> Any:
    """A one-layer CLIP text encoder; with `projection` the kind that SDXL uses second."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=514,
        hidden_size=width,
        intermediate_size=width * 2,
        num_hidden_layers=2,
        num_attention_heads=2,
        projection_dim=projection or width,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=1,
    )
    return CLIPTextModelWithProjection(config) if projection else CLIPTextModel(config)


def unet_arguments(width: int, sdxl: bool, latent_channels: int = 4) -> dict[str, Any]:
    """What UNet and ControlNet have in common."""
    arguments: dict[str, Any] = {
        "in_channels": latent_channels,
        "block_out_channels": SIDE_CHANNELS,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
        "layers_per_block": 1,
        "cross_attention_dim": width,
        "norm_num_groups": 4,
        "attention_head_dim": 4,
    }
    if sdxl:
        arguments |= {
            "addition_embed_type": "text_time",
            "addition_time_embed_dim": 4,
            "projection_class_embeddings_input_dim": 6 * 4 + 16,
            "use_linear_projection": True,
        }
    return arguments


def build(folder: Path, *, sdxl: bool = False, width: int = 16, seed: int = 0, tiny_vae: bool = False) -> Path:
    """Save a whole model with one `controlnet/` for all conditioners under `folder` and return it.

    The ControlNet's zero convolutions get random weights, for with zeros it would have no effect at all.
    """
    import diffusers
    import torch

    torch.manual_seed(seed)
    tokenizer_files(folder / "tokenizer")
    text_encoder(width).save_pretrained(str(folder / "text_encoder"))
    cross = width
    if sdxl:
        tokenizer_files(folder / "tokenizer_2")
        text_encoder(width, projection=16).save_pretrained(str(folder / "text_encoder_2"))
        cross = width * 2
    arguments = unet_arguments(cross, sdxl)
    unet = diffusers.UNet2DConditionModel(
        out_channels=4, up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"), **arguments
    )
    unet.save_pretrained(str(folder / "unet"))
    controlnet(arguments).save_pretrained(str(folder / "controlnet"))
    vae(tiny_vae).save_pretrained(str(folder / "vae"))
    diffusers.DDIMScheduler(
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
    ).save_pretrained(str(folder / "scheduler"))
    return folder


def controlnet(arguments: dict[str, Any], hint_channels: tuple[int, ...] = (8, 8), strength: float = 0.3) -> Any:
    """A ControlNet whose output layers are random instead of zero."""
    import diffusers
    import torch

    model = diffusers.ControlNetModel(conditioning_embedding_out_channels=hint_channels, **arguments)
    for layer in (*model.controlnet_down_blocks, model.controlnet_mid_block, model.controlnet_cond_embedding.conv_out):
        torch.nn.init.normal_(layer.weight, std=strength)
    return model


def vae(tiny: bool) -> Any:
    """An autoencoder that halves each side once: a variational one, or TAESD's kind."""
    import diffusers

    if tiny:
        return diffusers.AutoencoderTiny(
            encoder_block_out_channels=(8, 8),
            decoder_block_out_channels=(8, 8),
            num_encoder_blocks=(1, 1),
            num_decoder_blocks=(1, 1),
        )
    return diffusers.AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=4,
        latent_channels=4,
        scaling_factor=0.5,
    )


def add_safety_checker(folder: Path) -> None:
    """Stable Diffusion's safety checker, at tiny size, beside a saved model."""
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPConfig, CLIPImageProcessor

    vision = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 16,
        "patch_size": 8,
        "projection_dim": 8,
    }
    checker = StableDiffusionSafetyChecker(CLIPConfig(vision_config=vision, projection_dim=8))
    checker.save_pretrained(str(folder / "safety_checker"))
    CLIPImageProcessor(size={"shortest_edge": 16}, crop_size={"height": 16, "width": 16}).save_pretrained(
        str(folder / "feature_extractor")
    )


def build_like_embedded(folder: Path) -> Path:
    """A model in the embedded one's architecture: three levels, the lapped autoencoder, 48 latent channels."""
    import diffusers
    import torch

    from pipeline.embedded.autoencoder import LappedAutoencoder

    build(folder)
    torch.manual_seed(0)
    arguments = unet_arguments(16, sdxl=False, latent_channels=48) | {
        "block_out_channels": (8, 16, 16),
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    }
    unet = diffusers.UNet2DConditionModel(
        out_channels=48, up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"), **arguments
    )
    unet.save_pretrained(str(folder / "unet"))
    controlnet(arguments, hint_channels=(8, 8, 8, 8)).save_pretrained(str(folder / "controlnet"))
    LappedAutoencoder(refiner_width=8, refiner_blocks=1).save_pretrained(str(folder / "vae"))
    return folder
