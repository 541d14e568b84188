"""Conditioners for photographs and screenshots: controlnet_aux's networks, run at the wireframe's own size.

controlnet_aux's own call rounds every side to a multiple of 64 and stretches the image to it, which moves lines by
pixels. Here the image is padded to the network's multiple with its own border, and the map is cropped back.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pickle import UnpicklingError
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners import hed, lineart_network, pidi
from conditioners.errors import InputError, MissingWeightsError
from conditioners.geometry import crop, pad, padding_to_multiple
from conditioners.settings import ConditionerSettings
from conditioners.weights import weights_folder
from conditioners.wireframe import Wireframe

MAX_PIXELS = 2048 * 2048
"""The networks' activations take about 1.2 KiB of memory a pixel."""

_LOADING_ERRORS = (RuntimeError, KeyError, TypeError, AttributeError, EOFError, OSError, ValueError)
_SCRIBBLE_SIGMA = 3.0
_SCRIBBLE_LEVEL = 127
_SCRIBBLE_FAINTEST = 4


@dataclass(frozen=True, kw_only=True)
class LearnedSpec:
    """One network's use as a conditioner.

    `load` takes a folder and gives controlnet_aux's detector; `run` takes it and RGB uint8 (H, W, 3) of sides that
    are multiples of `multiple`, and gives uint8 (H, W). With `scribble` the soft edges become bold strokes.
    """

    name: str
    summary: str
    files: tuple[str, ...]
    load: Callable[[str], Any]
    run: Callable[[Any, NDArray[np.uint8]], NDArray[np.uint8]]
    multiple: int
    scribble: bool = False


def _spec(
    name: str, summary: str, module: Any, load: Callable[[str], Any], run: Callable[..., Any], scribble: bool = False
) -> LearnedSpec:
    return LearnedSpec(
        name=name,
        summary=summary,
        files=module.WEIGHT_FILES,
        load=load,
        run=run,
        multiple=module.MULTIPLE,
        scribble=scribble,
    )


_LINEART = lineart_network
LEARNED: dict[str, LearnedSpec] = {
    spec.name: spec
    for spec in (
        _spec("scribble_hed", "bold strokes of a photograph, HED", hed, hed.load_hed, hed.hed_edges, True),
        _spec("scribble_pidi", "bold strokes of a photograph, PiDiNet", pidi, pidi.load_pidi, pidi.pidi_edges, True),
        _spec("softedge_hed", "soft edges of a photograph, HED", hed, hed.load_hed, hed.hed_edges),
        _spec("softedge_pidi", "soft edges of a photograph, PiDiNet", pidi, pidi.load_pidi, pidi.pidi_edges),
        _spec("lineart_realistic", "fine lines of a photograph", _LINEART, _LINEART.load_lineart, _LINEART.fine_lines),
        _spec("lineart_coarse", "main lines of a photograph", _LINEART, _LINEART.load_lineart, _LINEART.coarse_lines),
    )
}


def learned_map(wireframe: Wireframe, settings: ConditionerSettings) -> NDArray[np.uint8]:
    """Return the map of `settings.name`, white lines on black, uint8 (H, W), at the wireframe's extent.

    Runs on the CPU, so that a map does not change with the machine's GPU. Raises InputError for more than
    `MAX_PIXELS`, MissingWeightsError when the weights are not on this machine or do not fit the network.
    """
    spec = LEARNED[settings.name]
    if wireframe.extent.area > MAX_PIXELS:
        raise InputError(
            f"conditioner {spec.name} takes at most {MAX_PIXELS} pixels, "
            f"got {wireframe.extent} = {wireframe.extent.area}"
        )
    folder = weights_folder(spec.name, spec.files, settings.weights, download=settings.download)
    detector = _detector(spec.load, str(folder), spec.name)
    padding = padding_to_multiple(wireframe.extent, spec.multiple)
    edges = crop(spec.run(detector, pad(wireframe.pixels, padding, edge=True)), padding)
    return _bold(edges) if spec.scribble else edges


@lru_cache(maxsize=3)
def _detector(load: Callable[[str], Any], folder: str, name: str) -> Any:
    try:
        with warnings.catch_warnings():
            # controlnet_aux warns of each optional package that its other detectors would want.
            warnings.simplefilter("ignore")
            return load(folder)
    except (*_LOADING_ERRORS, UnpicklingError) as error:
        reason = str(error)[:200]
        raise MissingWeightsError(f"weights of conditioner {name} in {folder!r} cannot be loaded ({reason})") from error


def _bold(edges: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the ridges of soft edges as bold strokes of 0 and 255, as scribble ControlNets were trained on."""
    from controlnet_aux.util import nms

    ridges = nms(edges, _SCRIBBLE_LEVEL, _SCRIBBLE_SIGMA)
    blurred = cv2.GaussianBlur(ridges, (0, 0), _SCRIBBLE_SIGMA)
    return np.where(blurred > _SCRIBBLE_FAINTEST, 255, 0).astype(np.uint8)
