"""What the embedded CLIP gets instead of bare pixels: colours and edge energies of small cells.

A style shows in fine texture (a bevel, hatching, a hard shadow), wherever in a patch it lies. Rectified differences,
averaged over cells of 4 x 4 px, keep which way and how strong an edge is and forget its exact place, as the first layer
of a scattering network does (J. Bruna and S. Mallat, 2013). A linear classifier on these, trained on 5,000 renders,
tells component and style of unseen ones at 84% and 56%; a transformer on bare patches had 40% and 23% after 14,000.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

CELL = 4
"""Side of a cell in px."""

CHANNELS = 19
"""Mean, highest and lowest RGB (9); edges by side, fine (4) and coarse (4); fine diagonals (2)."""

_LUMA = (0.299, 0.587, 0.114)


def view_features(views: NDArray[np.uint8]) -> Any:
    """Return the features of `views`, RGB uint8 (B, S, S, 3) with S a multiple of 4, as a torch tensor.

    It is float32 (B, CHANNELS, S / 4, S / 4), about zero mean and unit deviation.
    """
    import torch
    from torch.nn.functional import avg_pool2d, max_pool2d

    colours = torch.from_numpy(np.array(views)).permute(0, 3, 1, 2).float() / 255
    luma = (colours * torch.tensor(_LUMA)[:, None, None]).sum(1, keepdim=True)
    right, down, falling, rising = _differences(luma)
    fine = torch.cat([_sides(right), _sides(down), falling.abs(), rising.abs()], 1)
    mean, highest, lowest = avg_pool2d(colours, CELL), max_pool2d(colours, CELL), -max_pool2d(-colours, CELL)
    right, down, _, _ = _differences(avg_pool2d(luma, CELL))
    coarse = torch.cat([_sides(right), _sides(down)], 1)
    paint = (torch.cat([mean, highest, lowest], 1) - 0.5) * 3
    edges = torch.cat([avg_pool2d(fine, CELL), coarse], 1).sqrt() * 4 - 0.5
    return torch.cat([paint, edges], 1)


def _differences(luma: Any) -> tuple[Any, Any, Any, Any]:
    """Return the differences over two px of (B, 1, H, W): to the right, downwards, and along both diagonals."""
    from torch.nn.functional import pad

    wide = pad(luma, (1, 1, 1, 1), mode="replicate")
    return (
        wide[:, :, 1:-1, 2:] - wide[:, :, 1:-1, :-2],
        wide[:, :, 2:, 1:-1] - wide[:, :, :-2, 1:-1],
        wide[:, :, 2:, 2:] - wide[:, :, :-2, :-2],
        wide[:, :, 2:, :-2] - wide[:, :, :-2, 2:],
    )


def _sides(difference: Any) -> Any:
    """Split a difference into its rises and its falls, along the channels."""
    import torch

    return torch.cat([difference.clamp_min(0), (-difference).clamp_min(0)], 1)
