"""The CLIP stage: the judge of prompts, trained from nothing on views of rendered assets; resumable."""

import json
import shutil
import signal
import time
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import normalize
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import CLIPModel, CLIPTokenizer

from scoring.clip_features import view_features
from training.clip_data import Pool, View, render_views
from training.clip_model import build_clip, optimizers, start_patches, start_positions
from training.clip_objective import Captions, captions, clip_loss
from training.clip_settings import ClipSettings
from training.render.material import icons

FIRST_SEED = 20_000_000
"""Training seeds; those below are for calibration and evaluation."""

VOCABULARY = Path(__file__).resolve().parent.parent / "pipeline" / "embedded" / "tokenizer"
"""Only the vocabulary is the generator's; the text tower is not."""

LOG_STEPS, SAVE_SECONDS = 20, 240


def rate_at(settings: ClipSettings, step: int) -> float:
    """Return the factor on the learning rates: warm-up, flat, then down to 1% over the last share of the steps.

    >>> from training.clip_settings import clip_settings
    >>> rate_at(clip_settings(), clip_settings().steps)
    0.01
    """
    falling = min(1.0, (settings.steps - step) / (settings.steps * settings.decay_share))
    return max(0.01, min(1.0, step / settings.warm_up_steps) * falling)


def features_of(views: list[View]) -> Tensor:
    """Return the image tower's input for `views`."""
    return view_features(np.stack([view.pixels for view in views]))


def text_features(model: CLIPModel, tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    """Return the unit embeddings (T, D) of texts."""
    tokens = tokenizer(texts, padding=True, truncation=True, return_tensors="pt")
    pooled = model.text_model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]).pooler_output
    return normalize(model.text_projection(pooled), dim=-1)


def logits_of(model: CLIPModel, tokenizer: CLIPTokenizer, views: list[View], texts: Captions) -> tuple[Tensor, Tensor]:
    """Return the scaled cosines (B, T) of views and captions and (P, P) of prompted views and prompts."""
    pooled = model.vision_model(pixel_values=features_of(views)).pooler_output
    seen = normalize(model.visual_projection(pooled), dim=-1) * model.logit_scale.exp()
    prompts = text_features(model, tokenizer, texts.prompts)
    return seen @ text_features(model, tokenizer, texts.texts).T, seen[texts.prompted] @ prompts.T


class Run:
    """The state of a training in its folder: model, average, optimizers, pool, step."""

    def __init__(self, settings: ClipSettings, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(settings.seed)
        self.settings, self.folder = settings, folder
        self.pool = Pool(folder / "pool", settings.pool)
        self.tokenizer = CLIPTokenizer.from_pretrained(VOCABULARY)
        self.names = tuple(sorted({name for name, _ in icons()}))
        self.model = build_clip(settings, self.tokenizer)
        self.optimizers = optimizers(self.model, settings)
        self.average = AveragedModel(self.model, multi_avg_fn=get_ema_multi_avg_fn(settings.ema))
        self.step = self.rendered = 0
        self.seconds = 0.0
        if (folder / "state.pt").exists():
            state = torch.load(folder / "state.pt", weights_only=True)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
                optimizer.load_state_dict(kept)
            self.step, self.rendered, self.seconds = state["step"], state["rendered"], state["seconds"]
        else:
            self.rendered = self.pool.written
            if not self.rendered:
                self.render(settings.batch * 4)
            views = self.pool.draw(settings.batch * 4, Random(settings.seed))
            start_patches(self.model, features_of(views))
            start_positions(self.model)

    def render(self, count: int) -> None:
        """Put the views of `count` new assets into the pool."""
        for _ in range(count):
            self.pool.add(render_views(FIRST_SEED + self.rendered, self.settings.buckets))
            self.rendered += 1

    def train_step(self) -> tuple[float, dict[str, float]]:
        """Make one step; return the loss and the shares told right."""
        rng = Random(f"{self.settings.seed}/{self.step}")
        self.render(self.settings.fresh)
        views = self.pool.draw(self.settings.batch, rng)
        labels = [view.labels for view in views]
        texts = captions(labels, self.names, self.settings.icon_decoys, rng)
        logits, pairs = logits_of(self.model, self.tokenizer, views, texts)
        loss, told = clip_loss(logits, pairs, labels, texts, self.settings.weights)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.step += 1
        factor = rate_at(self.settings, self.step)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["peak"] * factor
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if self.step >= self.settings.warm_up_steps:
            self.average.update_parameters(self.model)
        return loss.item(), told

    def save(self) -> None:
        """Write the resumable state and the averaged model in its publishable form."""
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "step": self.step,
            "rendered": self.rendered,
            "seconds": self.seconds,
        }
        torch.save(state, self.folder / "state.tmp")
        (self.folder / "state.tmp").replace(self.folder / "state.pt")
        averaged: Any = self.average.module
        averaged.save_pretrained(self.folder / "clip")
        self.tokenizer.save_pretrained(self.folder / "clip")


def train(settings: ClipSettings, folder: Path, hours: float) -> None:
    """Train until all steps are made or `hours` have been spent on the run in all; SIGTERM saves and stops."""
    run, stopping = Run(settings, folder), list[int]()
    signal.signal(signal.SIGTERM, lambda number, frame: stopping.append(number))
    started, spent, saved = time.monotonic(), run.seconds, time.monotonic()
    sums: dict[str, list[float]] = {}
    while run.step < settings.steps:
        loss, told = run.train_step()
        run.seconds = spent + time.monotonic() - started
        for name, value in {"loss": loss, **told}.items():
            if value == value:
                sums.setdefault(name, []).append(value)
        over = bool(stopping) or run.seconds > hours * 3600
        if run.step % LOG_STEPS == 0 or over:
            entry = {name: round(sum(values) / len(values), 4) for name, values in sums.items()}
            with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps({"step": run.step, "seconds": round(run.seconds), **entry}) + "\n")
            sums = {}
        if over or time.monotonic() - saved > SAVE_SECONDS:
            run.save()
            saved = time.monotonic()
        if over:
            return
    run.save()


def publish_clip(run: Path, out: Path) -> int:
    """Write the averaged model of a run to the folder `out` in half precision; return the bytes of its weights."""
    shutil.rmtree(out, ignore_errors=True)
    CLIPModel.from_pretrained(run / "clip").to(torch.float16).save_pretrained(out, safe_serialization=True)
    CLIPTokenizer.from_pretrained(run / "clip").save_pretrained(out)
    return sum(file.stat().st_size for file in out.glob("*.safetensors"))
