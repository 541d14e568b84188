"""The text detector while it is trained: batch normalisation, which is folded into plain convolutions for scoring."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from scoring.text_network import HEAD, LAYERS
from training.detectors.text_sets import LETTERS


class TrainableNetwork(nn.Module):
    """The network of `scoring.text_network` with batch normalisation behind every convolution."""

    def __init__(self) -> None:
        super().__init__()
        self.convolutions = nn.ModuleList(
            nn.Conv2d(layer.inputs, layer.outputs, layer.kernel, layer.stride, layer.padding, bias=False)
            for layer in LAYERS
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(layer.outputs) for layer in LAYERS)
        self.head = nn.Conv2d(HEAD.inputs, HEAD.outputs, HEAD.kernel)
        self.reader = nn.Conv2d(HEAD.inputs, len(LETTERS), HEAD.kernel)

    def forward(self, lines: Tensor) -> tuple[Tensor, Tensor]:
        """Return (step logits, float (B, N); letter logits, float (B, letters, N)) of lines, float (B, 2, 32, W).

        The letters are a second task that teaches what strokes make a letter; scoring does not use them.
        """
        features = lines
        for layer, convolution, norm in zip(LAYERS, self.convolutions, self.norms, strict=True):
            output = nn.functional.silu(norm(convolution(features)))
            features = features + output if layer.residual else output
        return self.head(features)[:, 0, 0], self.reader(features)[:, :, 0]

    def unfold(self, tensors: Mapping[str, Tensor], lines: Tensor) -> None:
        """Take over folded tensors; the normalisation gets the statistics of `lines`, float (B, 2, 32, W).

        What was folded is not there any more, so the letters are learned anew.
        """
        features = lines
        with torch.no_grad():
            for layer, convolution, norm in zip(LAYERS, self.convolutions, self.norms, strict=True):
                assert isinstance(convolution, nn.Conv2d)
                assert isinstance(norm, nn.BatchNorm2d)
                assert norm.running_mean is not None
                assert norm.running_var is not None
                convolution.weight.copy_(tensors[f"{layer.name}.weight"])
                found = convolution(features)
                norm.running_mean.copy_(found.mean(dim=(0, 2, 3)))
                norm.running_var.copy_(found.var(dim=(0, 2, 3)))
                norm.weight.copy_(torch.sqrt(norm.running_var + norm.eps))
                norm.bias.copy_(tensors[f"{layer.name}.bias"] + norm.running_mean)
                output = nn.functional.silu(found + tensors[f"{layer.name}.bias"][:, None, None])
                features = features + output if layer.residual else output
            for name, value in self.head.named_parameters():
                value.copy_(tensors[f"head.{name}"])

    def folded(self) -> dict[str, Tensor]:
        """Return the tensors for `scoring.text_network.step_logits`, float16."""
        tensors = {f"head.{name}": value.detach() for name, value in self.head.named_parameters()}
        for layer, convolution, norm in zip(LAYERS, self.convolutions, self.norms, strict=True):
            assert isinstance(convolution, nn.Conv2d)
            assert isinstance(norm, nn.BatchNorm2d)
            assert norm.running_mean is not None
            assert norm.running_var is not None
            factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            tensors[f"{layer.name}.weight"] = convolution.weight * factor[:, None, None, None]
            tensors[f"{layer.name}.bias"] = norm.bias - norm.running_mean * factor
        return {name: tensor.detach().half().contiguous() for name, tensor in tensors.items()}
