"""An asset handed over: PNGs at @1x, @2x and @3x, transparent where asked, and a ZIP with all that belongs to it.

Only @1x without transparency is the file that was made, byte for byte, and can be replayed. Everything else is derived
from it; what was done is written into each PNG, and more pixels hold no more detail.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from conditioners.errors import InputError
from conditioners.raster import decode_raster
from pipeline.command_line import command_line
from pipeline.export import write_atomic
from pipeline.matte import transparent_background
from pipeline.metadata import read_metadata

SCALES: Final = (1, 2, 3)
DPI: Final = 72
"""Of @1x; design tools read @2x from twice the density."""

EXPORT_KEY: Final = "lineproof-export"
_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""ZIP's earliest time, so that the same content gives the same bytes."""


@dataclass(frozen=True, kw_only=True)
class DeliveryFile:
    """One file of a delivery, by the name it has beside the others."""

    name: str
    data: bytes


def check_scales(scales: Sequence[int]) -> tuple[int, ...]:
    """The scales in order, each once. Raises InputError for none, or one that is not offered."""
    wrong = [scale for scale in scales if scale not in SCALES]
    if wrong or not scales:
        raise InputError(f"scales must be one or more of {', '.join(map(str, SCALES))}, got {list(scales)}")
    return tuple(sorted(set(scales)))


def deliver_pngs(
    asset: Path, control_map: Path, scales: Sequence[int] = (1,), transparent: bool = False
) -> tuple[DeliveryFile, ...]:
    """The asset as PNGs, one for each scale, named NAME.png, NAME@2x.png and NAME@3x.png.

    Raises:
        InputError: a scale that is not offered, a file that cannot be read, or no outline to cut along.
    """
    wanted, original = check_scales(scales), _read(asset)
    pixels = _pixels(original, asset)
    if transparent:
        pixels = transparent_background(pixels, _pixels(_read(control_map), control_map)[:, :, 0])
    files = []
    for scale in wanted:
        name = f"{asset.stem}.png" if scale == 1 else f"{asset.stem}@{scale}x.png"
        if scale == 1 and not transparent:
            files.append(DeliveryFile(name=name, data=original))
        else:
            files.append(DeliveryFile(name=name, data=_derived(enlarge(pixels, scale), asset.name, scale, transparent)))
    return tuple(files)


def deliver(
    asset: Path,
    control_map: Path,
    scores: dict[str, Any],
    wireframe: Path | None = None,
    scales: Sequence[int] = (1,),
    transparent: bool = False,
    origin: Path | None = None,
) -> bytes:
    """A ZIP: the PNGs, control-map.png, the wireframe, metadata.json, scores.json and command.txt.

    `origin` is the asset that this one was made of by a repair; metadata and command are then that one's.

    Raises:
        InputError: as `deliver_pngs`, and for an asset, or origin, without Lineproof's metadata.
    """
    metadata = read_metadata(origin or asset)
    files = list(deliver_pngs(asset, control_map, scales, transparent))
    files.append(DeliveryFile(name="control-map.png", data=_read(control_map)))
    drawing = "control-map.png"
    if wireframe is not None:
        drawing = f"wireframe{wireframe.suffix.lower()}"
        files.append(DeliveryFile(name=drawing, data=_read(wireframe)))
    files.append(DeliveryFile(name="metadata.json", data=_json(metadata.model_dump(mode="json"))))
    files.append(DeliveryFile(name="scores.json", data=_json(scores)))
    remark = "# makes the image before its repair; see scores.json for what was repaired\n" if origin else ""
    files.append(DeliveryFile(name="command.txt", data=f"{remark}{command_line(metadata, drawing)}\n".encode()))
    return zipped(files)


def zipped(files: Sequence[DeliveryFile]) -> bytes:
    """The files as a ZIP; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            info = zipfile.ZipInfo(file.name, _TIME)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if file.name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(info, file.data)
    return buffer.getvalue()


def write_delivery(path: Path, data: bytes) -> None:
    """Write a delivery's file, wholly or not at all. Raises InputError where that fails."""
    write_atomic(path, data)


def enlarge(pixels: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """Return RGB or RGBA uint8 (H, W, C) enlarged by a whole number with Lanczos' filter, a = 3.

    Colour is weighted by its share of the pixel, as premultiplied alpha, so that nothing shines through from under a
    transparent background. Source: K. Turkowski, "Filters for Common Resampling Tasks", 1990.
    """
    if scale == 1:
        return pixels
    height, width = pixels.shape[:2]
    size = (width * scale, height * scale)
    if pixels.shape[2] == 3:
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
    share = pixels[..., 3].astype(np.float32) / 255
    planes = [share, *(pixels[..., band].astype(np.float32) * share for band in range(3))]
    alpha, *colour = (np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.LANCZOS)) for plane in planes)
    # The filter overshoots colour and share alike, so their quotient does not.
    rgb = np.stack(colour, axis=-1) / np.maximum(alpha, 1 / 255)[..., None]
    large: NDArray[np.uint8] = np.rint(np.clip(np.dstack([rgb, alpha * 255]), 0, 255)).astype(np.uint8)
    return large


def _derived(pixels: NDArray[np.uint8], source: str, scale: int, transparent: bool) -> bytes:
    """A PNG that says what it was made of and how."""
    told = {"of": source, "scale": scale, "transparent": transparent, "resampled": "lanczos3" if scale > 1 else None}
    info = PngInfo()
    info.add_itxt(EXPORT_KEY, json.dumps(told, ensure_ascii=False))
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", pnginfo=info, dpi=(DPI * scale, DPI * scale))
    return buffer.getvalue()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _pixels(data: bytes, path: Path) -> NDArray[np.uint8]:
    return decode_raster(data, str(path))[0]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"file {path} cannot be read: {error.strerror or error}") from None
