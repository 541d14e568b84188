"""Fresh models of the embedded family, in stock classes: tokenizer, text tower, UNet, ControlNet, scheduler."""

from collections.abc import Iterable
from random import Random

import torch
from diffusers import ControlNetModel, DDIMScheduler, UNet2DConditionModel
from torch import Tensor
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from training.render.sample import choose, render_sample
from training.settings import TextSettings, UNetSettings

MAX_TOKENS = 77

FAINT = 0.1
"""Share of the usual size at which the noisy latents enter the UNet."""


def sample_prompts(count: int, seed: int) -> Iterable[str]:
    """Yield prompts of rendered scenes, for fitting the tokenizer."""
    rng = Random(seed)
    for _ in range(count):
        number = rng.randrange(2**30)
        width, height, component = choose(number, "small")
        yield render_sample(number, width, height, component).prompt


def build_tokenizer(settings: TextSettings, prompts: Iterable[str]) -> CLIPTokenizer:
    """Return a CLIP tokenizer whose byte-pair merges are fitted to `prompts` (R. Sennrich et al., 2016)."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

    specials = ["<|startoftext|>", "<|endoftext|>"]
    core = Tokenizer(models.BPE(continuing_subword_prefix="", end_of_word_suffix="</w>", unk_token=specials[1]))
    core.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    pattern = r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=settings.vocabulary,
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        special_tokens=specials,
        show_progress=False,
    )
    core.train_from_iterator(prompts, trainer)
    import json

    content = json.loads(core.to_str())["model"]
    pieces = [piece for piece in content["vocab"] if piece not in specials]
    missing = [f"{letter}</w>" for letter in sorted(alphabet) if f"{letter}</w>" not in content["vocab"]]
    vocabulary = {piece: index for index, piece in enumerate([*pieces, *missing, *specials])}
    merges = [tuple(pair) if isinstance(pair, list) else tuple(pair.split(" ")) for pair in content["merges"]]
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=MAX_TOKENS)


def build_text_encoder(settings: TextSettings, tokenizer: CLIPTokenizer) -> CLIPTextModel:
    """Return a small CLIP text tower with random weights."""
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=settings.width,
        intermediate_size=settings.width * 2,
        projection_dim=settings.width,
        num_hidden_layers=settings.layers,
        num_attention_heads=settings.heads,
        max_position_embeddings=MAX_TOKENS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return CLIPTextModel(config)


def build_unet(
    settings: UNetSettings, latent_channels: int, text_width: int, faint: bool = True
) -> UNet2DConditionModel:
    """Return a UNet with attention at its lowest levels; the pooled prompt also joins the time embedding.

    With `faint` the latents arrive at a share `FAINT` of their size: where they are nothing but noise at the last
    timestep, the first skip connection would lay it over the map's features; at other timesteps the normalised residual
    blocks read them all the same. That way in is not trained, else it grows back within 9,000 samples, and the surfaces
    are mottled again. A model that starts with the map has no such noise, and its way in is trained. The time embedding
    scales and shifts every residual block's features (P. Dhariwal and A. Nichol, "Diffusion Models Beat GANs on Image
    Synthesis", 2021, adaptive group normalisation): the prompt's colour times the map's region.
    """
    attending = settings.attention_levels
    plain = len(settings.widths) - attending
    model = UNet2DConditionModel(
        in_channels=latent_channels,
        out_channels=latent_channels,
        down_block_types=("DownBlock2D",) * plain + ("CrossAttnDownBlock2D",) * attending,
        up_block_types=("CrossAttnUpBlock2D",) * attending + ("UpBlock2D",) * plain,
        block_out_channels=settings.widths,
        layers_per_block=settings.layers,
        norm_num_groups=settings.groups,
        cross_attention_dim=text_width,
        attention_head_dim=settings.heads,
        addition_embed_type="text",
        addition_embed_type_num_heads=settings.heads,
        resnet_time_scale_shift="scale_shift",
    )
    if faint:
        with torch.no_grad():
            model.conv_in.weight.mul_(FAINT)
        model.conv_in.requires_grad_(False)
    return model


def build_controlnet(settings: UNetSettings, latent_channels: int, text_width: int) -> ControlNetModel:
    """Return a ControlNet without attention for `build_unet`'s UNet.

    Its zero convolutions start at normal(0, 0.05): it is trained from scratch beside the UNet, where zeros only delay.
    It reads the map alone: its path from the noisy latents is zero and stays so, else their noise, as large as the
    map's features and in every channel, is added to each of them before the first layer.
    """
    model = ControlNetModel(
        in_channels=latent_channels,
        down_block_types=("DownBlock2D",) * len(settings.widths),
        mid_block_type="UNetMidBlock2D",
        block_out_channels=settings.widths,
        layers_per_block=settings.layers,
        norm_num_groups=settings.groups,
        cross_attention_dim=text_width,
        attention_head_dim=settings.heads,
        conditioning_embedding_out_channels=settings.hint_widths,
        addition_embed_type="text",
        addition_embed_type_num_heads=settings.heads,
        resnet_time_scale_shift="scale_shift",
    )
    for layer in [*model.controlnet_down_blocks, model.controlnet_mid_block]:
        torch.nn.init.normal_(layer.weight, std=0.05)
    torch.nn.init.zeros_(model.conv_in.weight)
    torch.nn.init.zeros_(model.conv_in.bias)
    model.conv_in.requires_grad_(False)
    return model


@torch.no_grad()
def scale_hint_embedding(model: ControlNetModel, maps: Tensor, spread: float = 0.5) -> None:
    """Start the hint embedding so that sparse lines arrive at the size of the latents' features.

    With PyTorch's default start, a map of thin lines leaves the eight layers some hundred times smaller than the noise
    beside it, and is not looked at for thousands of samples. Here every layer is scaled until its output has unit
    deviation over `maps`, float (B, 3, H, W) in 0 to 1; the last one's is `spread`. Source: D. Mishkin and J. Matas,
    "All you need is a good init", 2016 (LSUV).
    """
    embedding = model.controlnet_cond_embedding
    features = maps
    layers = [embedding.conv_in, *embedding.blocks, embedding.conv_out]
    for index, layer in enumerate(layers):
        torch.nn.init.orthogonal_(layer.weight)
        torch.nn.init.zeros_(layer.bias)
        target = spread if index == len(layers) - 1 else 1.0
        layer.weight.mul_(target / layer(features).std().clamp_min(1e-6))
        features = torch.nn.functional.silu(layer(features))


def build_scheduler(prediction: str) -> DDIMScheduler:
    """Return the noise schedule: zero terminal SNR, trailing steps (S. Lin et al., 2024).

    `prediction` is "sample" (the clean latent) or "v_prediction" (T. Salimans and J. Ho, 2022).
    """
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type=prediction,
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
    )
