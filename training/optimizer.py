"""AdamW for vectors, embeddings and small layers, Muon for the matrices that do the work."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from training.muon import Muon
from training.settings import JointSettings

SHORTEST, LONGEST = 64, 256
"""Shorter side of the matrices that Muon takes: what is narrower gains nothing, what is wider costs too much."""


def takes(parameter: Tensor) -> bool:
    """Tell whether a parameter is one of Muon's."""
    return parameter.ndim >= 2 and SHORTEST <= min(len(parameter), parameter[0].numel()) <= LONGEST


class Optimizer:
    """Both optimizers behind one face, stepped with the same share of their own rates."""

    def __init__(self, parameters: Sequence[Tensor], settings: JointSettings) -> None:
        matrices = [p for p in parameters if settings.matrix_rate is not None and takes(p)]
        known = {id(p) for p in matrices}
        others = [p for p in parameters if id(p) not in known]
        adam = torch.optim.AdamW(others, lr=0.0, betas=settings.betas, weight_decay=settings.weight_decay)
        self.parts: list[tuple[torch.optim.Optimizer, float]] = [(adam, settings.learning_rate)]
        if matrices and settings.matrix_rate is not None:
            self.parts.append((Muon(matrices, lr=0.0, weight_decay=settings.weight_decay), settings.matrix_rate))

    def set_rate(self, share: float) -> None:
        """Set every learning rate to `share` of its full height."""
        for part, rate in self.parts:
            for group in part.param_groups:
                group["lr"] = rate * share

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for part, _ in self.parts:
            part.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Apply one update."""
        for part, _ in self.parts:
            part.step()

    def state_dict(self) -> dict[str, Any]:
        """Return what a resumed run needs."""
        return {str(index): part.state_dict() for index, (part, _) in enumerate(self.parts)}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take up the state of a run with the same settings."""
        for index, (part, _) in enumerate(self.parts):
            part.load_state_dict(state[str(index)])
