"""Raster images in: PNG, JPEG and WebP bytes to RGB pixels, with the header checked before anything is decoded."""

import io
import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from conditioners.errors import InputError
from conditioners.geometry import Extent

MIN_SIDE: Final = 16
MAX_SIDE: Final = 4096
"""Sides of a wireframe in px, both limits allowed."""

_FORMATS: Final = {
    "PNG": PngImagePlugin.PngImageFile,
    "JPEG": JpegImagePlugin.JpegImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
}
_REFUSED: Final = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"8BPS", "Photoshop"),
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "ZIP"),
)
_DECODING_ERRORS: Final = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)


def sniff_format(data: bytes) -> str | None:
    """Return "PNG", "JPEG" or "WebP" by the first bytes of a file, None for anything else.

    >>> sniff_format(b"RIFF....WEBPVP8 ")
    'WebP'
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    return None


def describe_type(data: bytes) -> str:
    """Return a few words on what kind of file `data` is, for an error message."""
    for magic, name in _REFUSED:
        if data.startswith(magic):
            return f"a {name} file"
    if data[4:8] == b"ftyp":
        return "an AVIF, HEIC or video file"
    try:
        data[:1024].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < min(len(data), 1024) - 4:
            return f"binary data that starts with {data[:4].hex(' ')}"
    return "a text file"


def check_extent(extent: Extent, source: str) -> None:
    """Raise InputError unless both sides of a wireframe are `MIN_SIDE` to `MAX_SIDE` px."""
    if min(extent) < MIN_SIDE or max(extent) > MAX_SIDE:
        raise InputError(f"{source}: each side must be {MIN_SIDE} to {MAX_SIDE} px, got {extent}")


def read_header(data: bytes, source: str) -> tuple[str, Extent]:
    """Return format and extent of a raster image without decoding its pixels.

    Raises InputError for a file of another type and for a damaged header.
    """
    image = _open(data, source)
    return image.format or "", Extent(*image.size)


def decode_raster(data: bytes, source: str) -> tuple[NDArray[np.uint8], bool]:
    """Return the pixels of PNG, JPEG or WebP bytes as RGB uint8 (H, W, 3), and whether they had transparency.

    Transparency is composited on white, 16-bit samples are scaled to 0..255, EXIF rotation is applied. Raises
    InputError, naming `source`, for a side outside the limits (found in the header, before decoding), an animation,
    a CMYK image and a truncated or damaged file.
    """
    image = _open(data, source)
    check_extent(Extent(*image.size), source)
    if image.format in ("PNG", "WEBP") and getattr(image, "is_animated", False):
        raise InputError(f"{source}: the image must be a still, got an animation of {_frames(image)} frames")
    if image.mode in ("CMYK", "YCCK"):
        raise InputError(f"{source}: the colours must be RGB or grey, got a {image.mode} {image.format}")
    try:
        image.load()
        upright = ImageOps.exif_transpose(image)
    except _DECODING_ERRORS as error:
        raise InputError(f"{source}: the {image.format} file is truncated or damaged ({error})") from error
    return _on_white(upright)


def _open(data: bytes, source: str) -> ImageFile.ImageFile:
    """Parse the header. The plug-in is called directly, since Image.open only knows Pillow's own size limit."""
    name = sniff_format(data)
    if name is None:
        raise InputError(f"{source}: the wireframe must be a PNG, JPEG, WebP or SVG file, got {describe_type(data)}")
    try:
        return _FORMATS[name](io.BytesIO(data))
    except _DECODING_ERRORS as error:
        raise InputError(f"{source}: the {name} file is truncated or damaged ({error})") from error


def _frames(image: ImageFile.ImageFile) -> int:
    return int(getattr(image, "n_frames", 1))


def _on_white(image: Image.Image) -> tuple[NDArray[np.uint8], bool]:
    """Return RGB pixels with any transparency composited on white, and whether there was any."""
    if image.mode.startswith("I") or image.mode == "F":
        return _from_wide_grey(image)
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, "white")
        pixels = np.asarray(Image.alpha_composite(ground, rgba).convert("RGB"), dtype=np.uint8)
        return pixels, bool(np.asarray(rgba.getchannel("A")).min() < 255)
    return np.asarray(image.convert("RGB"), dtype=np.uint8), False


def _from_wide_grey(image: Image.Image) -> tuple[NDArray[np.uint8], bool]:
    """Scale 16-bit grey to 0..255; Pillow's own conversion clips everything above 255 to white."""
    samples = np.asarray(image).astype(np.int64)
    grey = ((samples * 255 + 32767) // 65535).astype(np.uint8)
    key = image.info.get("transparency")
    transparent = isinstance(key, int) and bool((samples == key).any())
    if transparent:
        grey[samples == key] = 255
    return np.repeat(grey[:, :, None], 3, axis=2), transparent
