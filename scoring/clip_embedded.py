"""The embedded CLIP: a small CLIPModel, trained on rendered components, that compares views of an asset with captions.

It is a judge of its own: it shares no weights with the generator. Trained by `training/clip.py`; general CLIPScore is
`scoring/clip.py`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.clip_canvas import Image, square_view
from scoring.clip_features import view_features

WEIGHTS = Path(__file__).resolve().parent.parent / "pipeline" / "embedded" / "clip"

REMEMBERED = 8
"""Views whose vectors are kept."""


class EmbeddedClip:
    """Compares views with captions; loaded on first use and kept. `folder` holds a CLIPModel and its tokenizer."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self.folder = folder
        self._loaded: tuple[Any, Any] | None = None
        self._texts: dict[str, NDArray[np.float64]] = {}
        self._seen: dict[bytes, NDArray[np.float64]] = {}

    @property
    def missing(self) -> str:
        """Why there is no judge, "" where there is one."""
        here = (self.folder / "config.json").is_file()
        return "" if here else f"the weights of the embedded CLIP are not in {self.folder}"

    def logits(self, images: Sequence[Image], captions: Sequence[str]) -> NDArray[np.float64]:
        """Return the scaled cosines, float64 (images, captions), of images, RGB uint8 (H, W, 3) of any size.

        Raises FileNotFoundError where the weights are `missing`.
        """
        if self.missing:
            raise FileNotFoundError(self.missing)
        model, _ = self._models()
        new = [caption for caption in dict.fromkeys(captions) if caption not in self._texts]
        if new:
            self._texts.update(zip(new, self._embed(new), strict=True))
        scale = float(model.logit_scale.detach().exp())
        return scale * self._look(images) @ np.stack([self._texts[caption] for caption in captions]).T

    def _look(self, images: Sequence[Image]) -> NDArray[np.float64]:
        """Return the unit vectors of images; the last few are remembered, since one is asked several things."""
        import torch

        views = [square_view(image) for image in images]
        keys = [view.tobytes() for view in views]
        new = {key: view for key, view in zip(keys, views, strict=True) if key not in self._seen}
        if new:
            model, _ = self._models()
            with torch.inference_mode():
                features = view_features(np.stack(list(new.values())))
                seen = model.visual_projection(model.vision_model(pixel_values=features).pooler_output)
            self._seen.update(zip(new, _unit(seen.double().numpy()), strict=True))
        found = np.stack([self._seen[key] for key in keys])
        for key in list(self._seen)[:-REMEMBERED]:
            del self._seen[key]
        return found

    def _embed(self, captions: Sequence[str]) -> NDArray[np.float64]:
        import torch

        model, tokenizer = self._models()
        tokens = tokenizer(list(captions), padding=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            pooled = model.text_model(tokens["input_ids"], attention_mask=tokens["attention_mask"]).pooler_output
            return _unit(model.text_projection(pooled).double().numpy())

    def _models(self) -> tuple[Any, Any]:
        if self._loaded is None:
            import torch
            from transformers import CLIPModel, CLIPTokenizer

            model = CLIPModel.from_pretrained(self.folder, local_files_only=True, torch_dtype=torch.float32).eval()
            self._loaded = model, CLIPTokenizer.from_pretrained(self.folder, local_files_only=True)
        return self._loaded


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True), dtype=np.float64)


def log_odds(logits: NDArray[np.float64], asked: int) -> float:
    """Return the logarithm of the odds of caption `asked` against all others of `logits` (T,), T at least 2.

    >>> round(log_odds(np.array([2.0, 0.0, 0.0]), 0), 4)
    1.3069
    """
    others = np.delete(logits, asked)
    peak = float(others.max())
    return float(logits[asked]) - peak - float(np.log(np.exp(others - peak).sum()))
