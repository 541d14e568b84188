"""A kernel distance between generated and true assets. **Not the Inception KID**: its network is not shipped.

Kernel and estimator are those of KID (Binkowski et al. 2018, arXiv 1801.01401): the unbiased squared MMD with the
polynomial kernel (x.y / d + 1)^3, by torchmetrics. The features are ours, so the figures compare models with the same
features and nothing else; no published KID may be put beside them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.diffusion import LoadedModel
from scoring.clip_canvas import square_view
from scoring.clip_embedded import EmbeddedClip
from scoring.clip_features import view_features
from training.evaluate_cases import Image

Features = NDArray[np.float64]

SUBSETS, SUBSET = 50, 100
"""KID's subsets: how many are drawn, and at most how large."""


def autoencoder_features(model: LoadedModel, images: Sequence[Image]) -> Features:
    """Return for images of one size the mean and deviation of each latent channel, float64 (N, 2 C)."""
    import torch

    pixels = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).to(model.dtype) / 127.5 - 1
    with torch.inference_mode():
        latents = model.pipe.vae.encode(pixels).latent_dist.mode().flatten(2)
    return torch.cat([latents.mean(2), latents.std(2)], dim=1).double().numpy()


def clip_features(clip: EmbeddedClip, images: Sequence[Image]) -> Features:
    """Return the embedded CLIP's image embeddings, float64 (N, d)."""
    import torch
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(clip.folder, local_files_only=True).eval()
    found = []
    with torch.inference_mode():
        for start in range(0, len(images), 16):
            views = view_features(np.stack([square_view(image) for image in images[start : start + 16]]))
            pooled = model.vision_model(pixel_values=views).pooler_output
            found.append(model.visual_projection(pooled).double().numpy())
    return np.concatenate(found)


def kernel_distance(true: Features, made: Features, seed: int = 0) -> dict[str, Any]:
    """Return mean and deviation over subsets of the unbiased squared MMD of two sets of features (N, d).

    Row i of both is one case; a subset never holds both of a case, which would pull the distance below zero. Features
    are divided by the true ones' deviation in each dimension first. Fewer than 10 images give None.
    """
    import torch
    from torchmetrics.image.kid import poly_mmd

    size = min(SUBSET, len(true) // 2)
    if size < 5:
        return {"mean": None, "reason": f"needs at least 10 images, got {len(true)}"}
    scale = np.maximum(true.std(axis=0), 1e-6)
    first, second = torch.from_numpy(true / scale), torch.from_numpy(made / scale)
    rng = np.random.default_rng(seed)

    values = []
    for _ in range(SUBSETS):
        drawn = rng.permutation(len(true))
        values.append(float(poly_mmd(first[drawn[:size]], second[drawn[size : 2 * size]])))
    return {"mean": round(float(np.mean(values)), 5), "std": round(float(np.std(values)), 5), "subset": size}
