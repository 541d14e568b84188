"""CLIPScore of image and prompt by torchmetrics with the real CLIP, where its weights are on the machine.

CLIPScore = max(100 * cos(image, text), 0), Hessel et al. 2021; ControlNet++ reports it with ViT-B/16.
"""

import warnings
from pathlib import Path
from typing import Any

import numpy as np

from scoring.control import Image
from scoring.scorecard import Measurement, unscored
from scoring.thresholds import Thresholds

NAME, UNIT = "clip_score", "100 x cosine"
DEFAULT_MODEL = "openai/clip-vit-base-patch16"


class _Features:
    """A CLIPModel whose feature methods return tensors, as torchmetrics expects.

    Since version 5 transformers wraps them in an output object with the embedding as `pooler_output`.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.config = model.config

    def to(self, device: Any) -> "_Features":
        self.model.to(device)
        return self

    def eval(self) -> "_Features":
        self.model.eval()
        return self

    def get_image_features(self, pixel_values: Any) -> Any:
        return _pooled(self.model.get_image_features(pixel_values))

    def get_text_features(self, input_ids: Any, attention_mask: Any) -> Any:
        return _pooled(self.model.get_text_features(input_ids, attention_mask))


def _pooled(output: Any) -> Any:
    return getattr(output, "pooler_output", output)


class ClipScorer:
    """CLIPScore with one model, loaded on the first score and kept.

    `model` is a folder in transformers' format or a hub name whose files are in the local cache; nothing is
    downloaded. None means `openai/clip-vit-base-patch16`.
    """

    def __init__(self, model: str | None = None) -> None:
        self.model = model or DEFAULT_MODEL
        self._loaded: tuple[Any, Any] | None = None
        self._missing: str | None = None

    def score(self, image: Image, prompt: str) -> tuple[float | None, str]:
        """Return the CLIPScore of `image`, RGB uint8 (H, W, 3), and `prompt`, 0 to 100, and a remark.

        A prompt longer than the model's text window is cut by its tokenizer, and the remark says so. None and the
        reason where the weights are not on this machine.
        """
        if not self._load():
            return None, self._missing or ""
        assert self._loaded is not None
        import torch

        metric, processor = self._loaded
        window = processor.window
        length = len(processor.tokenizer(prompt)["input_ids"])
        with torch.inference_mode():
            metric.reset()
            value = float(metric(torch.from_numpy(np.array(image)).permute(2, 0, 1), prompt))
        if not np.isfinite(value):
            return None, f"{self.model} gave no finite score"
        cut = f"; the prompt has {length} tokens and was cut to {window}" if length > window else ""
        return max(value, 0.0), f"{self.model}{cut}"

    def _load(self) -> bool:
        if self._loaded is None and self._missing is None:
            if not _is_here(self.model):
                self._missing = _missing_reason(self.model, "it has no config.json")
                return False
            try:
                self._loaded = _load_metric(self.model)
            except (OSError, ValueError, KeyError) as error:
                self._missing = _missing_reason(self.model, _first_line(error))
        return self._loaded is not None


def _load_metric(name: str) -> tuple[Any, "_Processor"]:
    from torchmetrics.multimodal.clip_score import CLIPScore
    from transformers import CLIPModel, CLIPProcessor

    model = CLIPModel.from_pretrained(name, local_files_only=True).eval()
    processor = _Processor(CLIPProcessor.from_pretrained(name, local_files_only=True), model.config)
    adapted: Any = (_Features(model), processor)

    def model_and_processor() -> Any:
        return adapted

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return CLIPScore(model_name_or_path=model_and_processor), processor


class _Processor:
    """A CLIPProcessor that cuts long prompts but keeps their end token, from which CLIP takes the text's embedding."""

    def __init__(self, processor: Any, config: Any) -> None:
        self.processor = processor
        self.tokenizer = processor.tokenizer
        self.window: int = config.text_config.max_position_embeddings

    def __call__(self, images: Any = None, text: Any = None, return_tensors: str = "pt", padding: bool = True) -> Any:
        if text is None:
            return self.processor(images=images, return_tensors=return_tensors)
        return self.processor(
            text=text, return_tensors=return_tensors, padding=padding, truncation=True, max_length=self.window
        )


def _is_here(name: str) -> bool:
    """Tell whether a folder or the hub's local cache holds the model's config, before the slow imports."""
    if Path(name).exists():
        return (Path(name) / "config.json").is_file()
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        return isinstance(try_to_load_from_cache(name, "config.json"), str)
    except HFValidationError:
        return False


def _missing_reason(name: str, problem: str) -> str:
    if Path(name).exists():
        return f"{name} holds no CLIP model that can be loaded: {problem}"
    return f"the weights of {name} are not on this machine: run `hf download {name}` or give a folder with --clip"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def clip_measurement(scorer: ClipScorer, image: Image, prompt: str | None, thresholds: Thresholds) -> Measurement:
    """Return the asset's `clip_score`; unscored without a prompt or without the model's weights."""
    if prompt is None or not prompt.strip():
        return unscored(NAME, UNIT, "no prompt was given")
    value, remark = scorer.score(image, prompt)
    if value is None:
        return unscored(NAME, UNIT, remark)
    return thresholds.judge(NAME, round(value, 6), UNIT, remark)
