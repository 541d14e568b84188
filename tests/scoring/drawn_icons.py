"""Icons of the packs that calibrate, drawn large on plain grounds."""

import numpy as np
from numpy.typing import NDArray

from training.detectors.icon_packs import known_packs
from training.render.sample import rasterise

SIDE = 64


def icon(index: int, colour: str = "#c02040", ground: str = "#f4f6ff") -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Return an icon of a pack on a plain ground, and its ink."""
    body = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIDE}" height="{SIDE}">'
        '<rect width="64" height="64" fill="{ground}"/><g transform="translate(8 8) scale(2)" fill="none" '
        f'stroke="{{colour}}" stroke-width="2" stroke-linecap="round">{known_packs(True)[index].drawn}</g></svg>'
    )
    ink = rasterise(body.format(ground="#ffffff", colour="#000000"))[:, :, 0] < 128
    return rasterise(body.format(ground=ground, colour=colour)), ink
