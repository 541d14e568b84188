"""The scale of `control_adherence`, measured for one image: what its model does uncontrolled, and what it could keep.

Floor: the same request with the same seed at control scale 0. Ceiling: `control_f1_1px` of the wireframe itself after
the model's autoencoder. A generated asset has no true asset beside it that could be sent through the autoencoder, but
the wireframe has its lines at exactly the right place: what the decoder loses of them no image of this model can keep.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Extent, crop, pad, padding_to_multiple
from conditioners.wireframe import Wireframe
from pipeline.decode import to_uint8
from pipeline.generation import generate
from pipeline.request import GenerationRequest

if TYPE_CHECKING:
    from pipeline.diffusion import LoadedModel
    from scoring.control_scores import ControlBounds

NO_CONTROL = 0.0


def measure_bounds(loaded: LoadedModel, request: GenerationRequest, wireframe: Wireframe) -> ControlBounds:
    """Return floor and ceiling of one request; `wireframe` is the one its control map was made of.

    Raises:
        GenerationError: the image without control came to nothing.
    """
    from scoring.control import reference_lines
    from scoring.control_scores import ControlBounds

    lines = reference_lines(request.control_map.pixels, request.conditioner)
    without = next(generate(loaded, [replace(request, scale=NO_CONTROL)]))
    return ControlBounds(
        floor=_f1(without.pixels, lines),
        ceiling=_f1(round_trip(loaded, wireframe.pixels), lines),
        source="the same request at scale 0; the wireframe after the model's autoencoder",
    )


def _f1(image: NDArray[np.uint8], lines: NDArray[np.bool_]) -> float:
    from scoring.control import edge_f1, image_edges

    return edge_f1(image_edges(image), lines, 1)


def round_trip(loaded: LoadedModel, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return `image`, RGB uint8 (H, W, 3), encoded and decoded by the model's autoencoder in float32."""
    import torch

    vae: Any = loaded.pipe.vae
    padding = padding_to_multiple(Extent.of(image), loaded.multiple)
    pixels = pad(image, padding, edge=True).astype(np.float32) / 127.5 - 1
    batch = torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous().to(loaded.device)
    with loaded.lock, torch.inference_mode():
        vae.to(torch.float32)
        decoded = vae.decode(vae.encode(batch).latent_dist.mode(), return_dict=False)[0]
        vae.to(loaded.dtype)
    return np.ascontiguousarray(crop(to_uint8(decoded[0].permute(1, 2, 0).float().cpu().numpy()), padding))
