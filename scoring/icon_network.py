"""The network behind the icon detector, as a function of its weights: the same code learns and judges.

A small convolutional network looks at the views of `scoring/icon_view.py` and answers twice: where the icon is wrong
(8 x 8 cells) and whether it is.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

WIDTHS = (32, 48)
HIDDEN = 48
TOP = 6
"""Cells of the map whose mean joins the verdict."""

SHAPES: dict[str, tuple[int, ...]] = {
    "enter.weight": (WIDTHS[0], 24, 3, 3),
    "enter.bias": (WIDTHS[0],),
    "mix0.weight": (WIDTHS[0], WIDTHS[0], 3, 3),
    "mix0.bias": (WIDTHS[0],),
    "down.weight": (WIDTHS[1], WIDTHS[0], 3, 3),
    "down.bias": (WIDTHS[1],),
    "mix1.weight": (WIDTHS[1], WIDTHS[1], 3, 3),
    "mix1.bias": (WIDTHS[1],),
    "mix2.weight": (WIDTHS[1], WIDTHS[1], 3, 3),
    "mix2.bias": (WIDTHS[1],),
    "where.weight": (1, WIDTHS[1], 1, 1),
    "where.bias": (1,),
    "hidden.weight": (HIDDEN, 2 * WIDTHS[1] + 2),
    "hidden.bias": (HIDDEN,),
    "verdict.weight": (1, HIDDEN),
    "verdict.bias": (1,),
}
"""Names and shapes of the weights; a file of weights must hold exactly these."""


def forward(weights: "Mapping[str, Tensor]", inputs: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return the logits (N,) of "distorted" and those of its places (N, 8, 8), for inputs (N, 6, 64, 64)."""
    import torch
    from torch.nn.functional import conv2d, linear, pixel_unshuffle, relu

    def convolved(name: str, features: "Tensor", stride: int = 1) -> "Tensor":
        kernel = weights[f"{name}.weight"]
        return conv2d(features, kernel, weights[f"{name}.bias"], stride=stride, padding=kernel.shape[-1] // 2)

    features = relu(convolved("enter", pixel_unshuffle(inputs, 2), 2))
    features = features + relu(convolved("mix0", features))
    features = relu(convolved("down", features, 2))
    features = features + relu(convolved("mix1", features))
    features = features + relu(convolved("mix2", features))
    where = convolved("where", features)[:, 0]
    cells = where.flatten(1)
    summary = torch.cat(
        [
            features.mean(dim=(2, 3)),
            features.amax(dim=(2, 3)),
            cells.amax(dim=1, keepdim=True),
            cells.topk(TOP, dim=1).values.mean(dim=1, keepdim=True),
        ],
        dim=1,
    )
    hidden = relu(linear(summary, weights["hidden.weight"], weights["hidden.bias"]))
    return linear(hidden, weights["verdict.weight"], weights["verdict.bias"])[:, 0], where


LAYOUTS = 8
"""Turns by a quarter, and their mirror images: a fault is a fault in each."""


def turned(batch: "Tensor", layout: int) -> "Tensor":
    """Return images (N, C, S, S) turned by `layout` % 4 quarters, and then mirrored for layouts from 4."""
    import torch

    batch = torch.rot90(batch, layout % 4, (2, 3))
    return batch.flip(3) if layout >= 4 else batch


def turned_back(batch: "Tensor", layout: int) -> "Tensor":
    """Undo `turned`."""
    import torch

    batch = batch.flip(3) if layout >= 4 else batch
    return torch.rot90(batch, -(layout % 4), (2, 3))


def judge(weights: "Mapping[str, Tensor]", inputs: "Tensor") -> "tuple[Tensor, Tensor]":
    """Return the probabilities (N,) and those of the places (N, 8, 8), the logits averaged over all layouts."""
    verdicts, places = [], []
    for layout in range(LAYOUTS):
        verdict, where = forward(weights, turned(inputs, layout))
        verdicts.append(verdict)
        places.append(turned_back(where[:, None], layout)[:, 0])
    return (sum(verdicts[1:], verdicts[0]) / LAYOUTS).sigmoid(), (sum(places[1:], places[0]) / LAYOUTS).sigmoid()
