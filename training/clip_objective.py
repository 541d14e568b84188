"""The loss of the CLIP stage.

Beside the contrastive loss of pairs (A. Radford et al., 2021), each attribute is told among all of its names: a view
against the text embeddings of the 25 components, the 12 styles, the states of its component, and the names of icons. A
batch of pairs holds few decoys that differ in one attribute only; the lists hold all of them in every step.
"""

from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor
from torch.nn import functional

from scoring.clip_captions import (
    COMPONENTS,
    STATES,
    STYLES,
    component_caption,
    icon_caption,
    state_caption,
    style_caption,
)
from training.clip_data import Labels
from training.clip_settings import LossWeights

IGNORED = -100

MOST_PROMPTS = 16
"""Whole prompts are long: in a step only so many of them are compared, each with all others."""


@dataclass(frozen=True, kw_only=True)
class Captions:
    """The texts of a step in one list, where each group of them lies, and the views that `prompts` belong to."""

    texts: list[str]
    prompts: list[str]
    prompted: list[int]
    components: slice
    styles: slice
    states: slice
    icons: slice


def captions(labels: list[Labels], icon_names: tuple[str, ...], decoys: int, rng: Random) -> Captions:
    """Return the texts to which the views of a step are compared."""
    prompted = [index for index, label in enumerate(labels) if label.component][:MOST_PROMPTS]
    names = sorted({label.icon for label in labels if label.icon} | set(rng.sample(icon_names, decoys)))
    groups = {
        "components": [component_caption(name) for name in COMPONENTS],
        "styles": [style_caption(name) for name in STYLES],
        "states": [state_caption(state, name) for name, states in STATES.items() for state in states],
        "icons": [icon_caption(name) for name in names],
    }
    texts, places = list[str](), dict[str, slice]()
    for group, members in groups.items():
        places[group] = slice(len(texts), len(texts) + len(members))
        texts += members
    return Captions(texts=texts, prompts=[labels[index].prompt for index in prompted], prompted=prompted, **places)


def _told(logits: Tensor, answers: list[int]) -> tuple[Tensor, Tensor]:
    """Return the cross entropy and the share told right of the rows that have an answer."""
    target = torch.tensor(answers)
    if not (target != IGNORED).any():
        return logits.sum() * 0, torch.tensor(float("nan"))
    right = (logits.argmax(1) == target)[target != IGNORED].float().mean()
    return functional.cross_entropy(logits, target, ignore_index=IGNORED), right


def contrast(logits: Tensor) -> Tensor:
    """Return the symmetric InfoNCE of the pairs in the diagonal of `logits` (B, B)."""
    target = torch.arange(len(logits))
    return (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2


def clip_loss(
    logits: Tensor, pairs: Tensor, labels: list[Labels], texts: Captions, weights: LossWeights
) -> tuple[Tensor, dict[str, float]]:
    """Return the loss and the shares told right.

    `logits` (B, T) are scaled cosines of B views and T texts, `pairs` (P, P) those of the prompted views and prompts.
    """
    names = texts.texts[texts.icons]
    stateful = [(name, state) for name, states in STATES.items() for state in states]
    components, styles = list(COMPONENTS), list(STYLES)

    def place(value: str, values: list[str]) -> int:
        return values.index(value) if value else IGNORED

    component, component_right = _told(logits[:, texts.components], [place(x.component, components) for x in labels])
    style, style_right = _told(logits[:, texts.styles], [place(x.style, styles) for x in labels])
    states = logits[:, texts.states]
    own = torch.tensor([[name == x.component for name, _ in stateful] for x in labels])
    stated = [stateful.index((x.component, x.state)) if x.state else IGNORED for x in labels]
    state, state_right = _told(states.masked_fill(~own & own.any(1, keepdim=True), -1e4), stated)
    icon, icon_right = _told(
        logits[:, texts.icons], [names.index(icon_caption(x.icon)) if x.icon else IGNORED for x in labels]
    )
    prompt = contrast(pairs)
    loss = (
        weights.prompt * prompt
        + weights.component * component
        + weights.style * style
        + weights.state * state
        + weights.icon * icon
    )
    right = {"component": component_right, "style": style_right, "state": state_right, "icon": icon_right}
    return loss, {"prompt_loss": prompt.item(), **{name: float(value) for name, value in right.items()}}
