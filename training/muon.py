"""Muon for convolutions: momentum whose matrices are orthogonalised before they are applied."""

from collections.abc import Iterable

import torch
from torch import Tensor

STEPS = 5
COEFFICIENTS = (3.4445, -4.7750, 2.0315)
"""Of the quintic Newton-Schulz iteration (K. Jordan et al., "Muon: An optimizer for hidden layers", 2024)."""


def orthogonalise(matrix: Tensor) -> Tensor:
    """Return float (m, n) with the singular vectors of `matrix` (m, n) and all singular values near one.

    The iteration runs on the Gram matrix of the shorter side: all its factors are polynomials of that matrix and
    commute, so a wide kernel is multiplied twice only, not ten times.
    """
    short = matrix if matrix.shape[0] <= matrix.shape[1] else matrix.T
    gram = short @ short.T
    scale = gram.norm().clamp_min(1e-20)  # at least the largest eigenvalue
    gram = gram / scale
    a, b, c = COEFFICIENTS
    product = torch.eye(len(gram), dtype=gram.dtype, device=gram.device)
    for _ in range(STEPS):
        factor = torch.addmm(b * gram, gram, gram, beta=1, alpha=c)
        factor.diagonal().add_(a)
        product = factor @ product
        gram = factor @ gram @ factor
    result = (product @ short) / scale.sqrt()
    return result if short is matrix else result.T


class Muon(torch.optim.Optimizer):
    """Nesterov momentum, orthogonalised; parameters of at least two dimensions, flattened to (out, in x kh x kw).

    An update has a root mean square of 0.2, as AdamW's has, so one learning rate serves both (J. Liu et al., "Muon is
    Scalable for LLM Training", 2025).
    """

    def __init__(
        self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.95, weight_decay: float = 0.01
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Apply one update to every parameter that has a gradient."""
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                momentum = state["momentum"].lerp_(parameter.grad, 1 - group["momentum"])
                ahead = parameter.grad.lerp(momentum, group["momentum"])
                rows = ahead.reshape(len(ahead), -1)
                update = orthogonalise(rows).reshape(parameter.shape)
                parameter.mul_(1 - group["lr"] * group["weight_decay"])
                parameter.sub_(update, alpha=group["lr"] * 0.2 * max(rows.shape) ** 0.5)
