"""Prompts as the text encoder's embeddings, and how much of a prompt the tokenizer had to drop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

    from pipeline.diffusion import LoadedModel

CACHED_PROMPTS = 256


@dataclass(frozen=True, kw_only=True, eq=False)
class EncodedPrompt:
    """One prompt and its negative: each (1, tokens, width), the pooled ones (1, width) and for SDXL only."""

    prompt: torch.Tensor
    negative: torch.Tensor | None
    pooled: torch.Tensor | None
    negative_pooled: torch.Tensor | None


def encode(loaded: LoadedModel, prompt: str, negative: str, guided: bool) -> EncodedPrompt:
    """Encode one prompt alone, so that its embedding does not depend on what else is in the batch; cached."""
    key = (prompt, negative if guided else "", guided)
    if key not in loaded.prompts:
        if len(loaded.prompts) >= CACHED_PROMPTS:
            loaded.prompts.pop(next(iter(loaded.prompts)))
        loaded.prompts[key] = _encode(loaded, prompt, negative, guided)
    found: EncodedPrompt = loaded.prompts[key]
    return found


def _encode(loaded: LoadedModel, prompt: str, negative: str, guided: bool) -> EncodedPrompt:
    import torch

    with torch.inference_mode():
        encoded = loaded.pipe.encode_prompt(
            prompt=prompt,
            device=loaded.device,
            num_images_per_prompt=1,
            do_classifier_free_guidance=guided,
            # SDXL takes zeros, not the embedding of "", where there is no negative prompt at all.
            negative_prompt=(negative or None) if guided else None,
        )
    pooled = encoded[2:] if len(encoded) == 4 else (None, None)
    return EncodedPrompt(
        prompt=encoded[0], negative=encoded[1] if guided else None, pooled=pooled[0], negative_pooled=pooled[1]
    )


def varied(prompt: torch.Tensor, amount: float, seed: int) -> torch.Tensor:
    """Return an embedding (1, tokens, width) with Gaussian noise of `amount` times its deviation, by the seed alone.

    It makes images of different seeds differ where the noise of the latents does not. After S. Sadat et al., "CADS:
    Unleashing the Diversity of Diffusion Models through Condition-Annealed Sampling", 2024 (arXiv 2310.17347), with
    the one step of a model of one step.
    """
    import torch

    if amount == 0:
        return prompt
    noise = torch.randn(prompt.shape, generator=torch.Generator("cpu").manual_seed(seed), dtype=torch.float32)
    return prompt + amount * prompt.std() * noise.to(device=prompt.device, dtype=prompt.dtype)


def dropped_tokens(loaded: LoadedModel, text: str) -> int:
    """How many tokens at the end of `text` do not fit the model's text encoder; 0 if all of it is used."""
    tokenizers = [loaded.pipe.tokenizer, getattr(loaded.pipe, "tokenizer_2", None)]
    return max(_excess(tokenizer, text) for tokenizer in tokenizers if tokenizer is not None)


def _excess(tokenizer: Any, text: str) -> int:
    return max(0, len(tokenizer(text, truncation=False).input_ids) - int(tokenizer.model_max_length))
