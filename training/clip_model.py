"""Fresh towers of the judge in the stock class, and the optimizers that train them."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTokenizer, CLIPVisionConfig

from scoring.clip_canvas import CANVAS
from scoring.clip_features import CELL, CHANNELS
from training.clip_settings import ClipSettings, TowerSettings

START_SCALE = 3.0
"""Logarithm of the factor on the cosines at the start; it is learned."""

PATCH_RATE = 0.03
"""Rate of the patch embedding as a share of that of the other parts."""

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)


def build_clip(settings: ClipSettings, tokenizer: CLIPTokenizer) -> CLIPModel:
    """Return a small CLIPModel with random weights."""

    def shape(tower: TowerSettings) -> dict[str, int]:
        return {
            "hidden_size": tower.width,
            "intermediate_size": tower.inner,
            "num_hidden_layers": tower.layers,
            "num_attention_heads": tower.heads,
            "projection_dim": settings.projection,
        }

    text = CLIPTextConfig(
        **shape(settings.text),
        vocab_size=len(tokenizer),
        max_position_embeddings=tokenizer.model_max_length,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    vision = CLIPVisionConfig(
        **shape(settings.vision), num_channels=CHANNELS, image_size=CANVAS // CELL, patch_size=settings.patch // CELL
    )
    config = CLIPConfig(
        text_config=text.to_dict(),
        vision_config=vision.to_dict(),
        projection_dim=settings.projection,
        logit_scale_init_value=START_SCALE,
    )
    return CLIPModel(config)


@torch.no_grad()
def start_patches(model: CLIPModel, features: Tensor) -> None:
    """Start the patch embedding at the whitened principal components of the patches of `features` (B, C, H, W).

    A random start mixes a patch's few strong components into every feature; here each begins as one component at about
    unit deviation, so that what is faint is seen at once. The embedding is then trained slowly (`PATCH_RATE`): an
    ordinary step would undo the start, as its weights are small.
    """
    layer = model.vision_model.embeddings.patch_embedding
    size = layer.weight.shape[-1]
    patches = nn.functional.unfold(features, size, stride=size).transpose(1, 2).reshape(-1, layer.weight[0].numel())
    mean = patches.mean(0)
    values, vectors = torch.linalg.eigh((patches - mean).T @ (patches - mean) / len(patches))
    count = layer.weight.shape[0]
    deviation = values.flip(0)[:count].clamp_min(1e-8).sqrt()
    rows = vectors.flip(1)[:, :count].T / (deviation + 0.02 * deviation[0])[:, None]
    layer.weight.copy_(rows.reshape(layer.weight.shape))
    model.vision_model.embeddings.position_embedding.weight[1:] -= rows @ mean


@torch.no_grad()
def start_positions(model: CLIPModel) -> None:
    """Add sines and cosines of row and column to the positions of the patches, as large as the patches' features."""
    embedding = model.vision_model.embeddings.position_embedding.weight
    side, quarter = round((len(embedding) - 1) ** 0.5), embedding.shape[1] // 4
    frequencies = 4.0 ** (-torch.arange(quarter) / quarter * 2)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    angles = [place.flatten()[:, None] * frequencies for place in (rows, columns)]
    waves = torch.cat([wave(angle) for angle in angles for wave in (torch.sin, torch.cos)], 1)
    embedding[1:, : waves.shape[1]] += waves * 0.7


class Muon(torch.optim.Optimizer):
    """Momentum whose matrix updates are orthogonalised, K. Jordan et al., "Muon", 2024; in float32 throughout.

    `torch.optim.Muon` computes in bfloat16, which CPUs without its instructions emulate many times slower. The rate is
    scaled by 0.2 sqrt(longer side), so that rates of AdamW fit (J. Liu et al., 2025).
    """

    def __init__(self, parameters: list[nn.Parameter], rate: float, weight_decay: float, momentum: float = 0.95):
        super().__init__(parameters, {"lr": rate, "weight_decay": weight_decay, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Any = None) -> Any:
        """Update every matrix that has a gradient; a `closure` is not supported."""
        assert closure is None, "the loss is computed once a step"
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                update = orthogonal(parameter.grad.lerp(state["momentum"], group["momentum"]))
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.add_(update, alpha=-group["lr"] * 0.2 * max(parameter.shape) ** 0.5)


def orthogonal(matrix: Tensor, steps: int = 5) -> Tensor:
    """Return about the nearest matrix with orthonormal rows or columns, by a quintic Newton-Schulz iteration."""
    a, b, c = NEWTON_SCHULZ
    wide = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    wide = wide / (wide.norm() + 1e-7)
    for _ in range(steps):
        gram = wide @ wide.T
        wide = a * wide + (b * gram + c * gram @ gram) @ wide
    return wide if matrix.shape[0] <= matrix.shape[1] else wide.T


def optimizers(model: CLIPModel, settings: ClipSettings) -> list[torch.optim.Optimizer]:
    """Return Muon for the matrices of the transformers and AdamW for everything else, the rates at their full height.

    Each group keeps its full rate as `peak`.
    """
    matrices = [p for name, p in model.named_parameters() if p.ndim == 2 and ".layers." in name]
    patches = model.vision_model.embeddings.patch_embedding.weight
    chosen = {id(p) for p in (*matrices, patches)}
    others = [p for p in model.parameters() if id(p) not in chosen]
    rate = settings.learning_rate
    groups = [{"params": others, "lr": rate}, {"params": [patches], "lr": rate * PATCH_RATE}]
    found = [
        Muon(matrices, settings.matrix_rate, settings.weight_decay),
        torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=settings.weight_decay),
    ]
    for optimizer in found:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return found
