"""The one function that makes a control map, for preview, generation and scoring alike."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from conditioners.catalog import find_conditioner, fitted
from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.settings import ConditionerSettings
from conditioners.wireframe import Wireframe, pixel_digest

__all__ = ["ConditionerSettings", "ControlMap", "make_control_map"]

LINE_LEVEL = 64
"""A map without a pixel of this level or more is blank; soft edge maps have many faint pixels."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ControlMap:
    """White lines on black, exactly as the model gets them.

    `pixels` is uint8 (H, W), read-only, of the wireframe's extent. `settings` holds the thresholds that were in force,
    also when they were fitted automatically. `digest` is the SHA-256 of extent and pixels.
    """

    pixels: NDArray[np.uint8]
    settings: ConditionerSettings
    wireframe_digest: str
    digest: str

    @property
    def extent(self) -> Extent:
        """Width and height in px."""
        return Extent.of(self.pixels)

    def rgb(self) -> NDArray[np.uint8]:
        """Return the map three times, RGB uint8 (H, W, 3), as ControlNets take it."""
        return np.repeat(self.pixels[:, :, None], 3, axis=2)


def make_control_map(wireframe: Wireframe, settings: ConditionerSettings) -> ControlMap:
    """Return the control map of a wireframe at exactly its extent.

    Raises InputError for an unknown conditioner and for a blank map, MissingWeightsError when the conditioner is a
    network whose weights are not on this machine.
    """
    conditioner = find_conditioner(settings.name)
    low, high = fitted(wireframe, settings)
    in_force = replace(settings, low=low, high=high)
    pixels = np.ascontiguousarray(conditioner.make(wireframe, in_force))
    assert pixels.shape == wireframe.pixels.shape[:2], f"{settings.name} gave {pixels.shape} for {wireframe.extent}"
    assert pixels.dtype == np.uint8
    if int(pixels.max()) < LINE_LEVEL:
        raise InputError(f"{wireframe.source}: the control map is blank: {_describe(in_force)} found no line")
    pixels.flags.writeable = False
    return ControlMap(pixels=pixels, settings=in_force, wireframe_digest=wireframe.digest, digest=pixel_digest(pixels))


def _describe(settings: ConditionerSettings) -> str:
    if settings.name != "canny":
        return f"conditioner {settings.name}"
    how = "automatic " if settings.automatic else ""
    return f"conditioner canny with {how}thresholds {settings.low}/{settings.high}"
