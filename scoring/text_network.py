"""The network of the text distortion detector: a small convolutional net that slides along a line of text.

It is a table of layers and a function, so that scoring needs no class of torch and training can fold its batch
normalisation into the same tensors. One step of its output stands for 4 columns of the normalised line.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from torch import Tensor

STEP = 4
"""Columns of the normalised line that one output stands for."""

REACH = 48
"""Columns to either side that one output sees, rounded up."""

SHARPNESS = 2.0
"""Of the smooth maximum over the steps of a line: the larger, the nearer to the plain maximum."""


class Layer(NamedTuple):
    """One convolution with its bias and SiLU; `residual` adds the layer's input to its output."""

    name: str
    inputs: int
    outputs: int
    kernel: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (1, 1)
    residual: bool = False


LAYERS = (
    Layer("stem", 2, 16, (5, 5), (2, 2), (2, 2)),
    Layer("stroke", 16, 24, (3, 3), (2, 2)),
    Layer("stroke_1", 24, 24, (3, 3), residual=True),
    Layer("stroke_2", 24, 24, (3, 3), residual=True),
    Layer("letter", 24, 48, (3, 3), (2, 1)),
    Layer("letter_1", 48, 48, (3, 3), residual=True),
    Layer("letter_2", 48, 48, (3, 3), residual=True),
    Layer("column", 48, 64, (4, 3), padding=(0, 1)),
    Layer("column_1", 64, 64, (1, 5), padding=(0, 2), residual=True),
    Layer("column_2", 64, 64, (1, 5), padding=(0, 2), residual=True),
)
HEAD = Layer("head", 64, 1, (1, 1), padding=(0, 0))


def size_of(height: float) -> float:
    """Return the size of a line as the network is told it: 0 for 16 px, 1 for twice that.

    >>> size_of(8)
    -1.0
    """
    return math.log2(max(height, 1.0) / 16)


def step_logits(weights: Mapping[str, "Tensor"], lines: "Tensor") -> "Tensor":
    """Return the logit of each step, float (B, ceil(W / 4)), of normalised lines, float (B, 2, 32, W).

    The first channel is the ink, the second everywhere `size_of` the line: blur means less where letters are small.

    `weights` holds `<layer>.weight` and `<layer>.bias` for each of `LAYERS` and `HEAD`.
    """
    from torch.nn.functional import conv2d, silu

    features = lines
    for layer in LAYERS:
        output = silu(
            conv2d(
                features, weights[f"{layer.name}.weight"], weights[f"{layer.name}.bias"], layer.stride, layer.padding
            )
        )
        features = features + output if layer.residual else output
    return conv2d(features, weights["head.weight"], weights["head.bias"])[:, 0, 0]


def line_logits(steps: "Tensor", valid: "Tensor | None" = None) -> "Tensor":
    """Return the logit of each line, float (B,): a smooth maximum of its steps, float (B, N).

    `valid` is a bool mask of the same shape; steps outside it are padding and do not count.
    Source: the log-sum-exp pooling of P. Pinheiro and R. Collobert, "From image-level to pixel-level labeling" (2015).
    """
    scaled = steps * SHARPNESS
    if valid is not None:
        scaled = scaled.masked_fill(~valid, float("-inf"))
    return scaled.logsumexp(dim=1) / SHARPNESS
