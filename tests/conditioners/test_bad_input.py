"""The table of files that are no wireframe: each gives one line that names the file, the rule and the value."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from conditioners.errors import InputError
from conditioners.wireframe import load_wireframe
from tests.conditioners.drawings import SVG, button, encoded, rgb, svg, written


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header promises a size that its few bytes of data could inflate to."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def drawing() -> Image.Image:
    return Image.fromarray(rgb(button()))


def animation(form: str) -> bytes:
    frames = [drawing(), Image.fromarray(rgb(button(dark=True)))]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


def jpeg_of_size(width: int, height: int) -> bytes:
    data = bytearray(encoded(drawing(), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


PNG = encoded(drawing(), "PNG")
JPEG = encoded(drawing(), "JPEG")
WEBP = encoded(drawing(), "WEBP")
TRANSPARENT_WHITE = np.zeros((40, 40, 4), np.uint8)
TRANSPARENT_WHITE[10:30, 10:30] = 255

CASES = {
    "text named png": (b"just some words", "must be a PNG, JPEG, WebP or SVG file, got a text file"),
    "empty file": (b"", "got an empty file (0 bytes)"),
    "1x1": (encoded(Image.new("RGB", (1, 1)), "PNG"), "each side must be 16 to 4096 px, got 1x1"),
    "15 high": (encoded(Image.fromarray(button(40, 15)), "PNG"), "each side must be 16 to 4096 px, got 40x15"),
    "4097 wide": (encoded(Image.fromarray(button(4097, 40)), "PNG"), "each side must be 16 to 4096 px, got 4097x40"),
    "png bomb": (png_of_size(20000, 20000), "each side must be 16 to 4096 px, got 20000x20000"),
    "jpeg bomb": (jpeg_of_size(20000, 20000), "each side must be 16 to 4096 px, got 20000x20000"),
    "truncated png": (PNG[: len(PNG) // 2], "truncated or damaged"),
    "png header only": (PNG[:20], "truncated or damaged"),
    "png signature only": (PNG[:8], "truncated or damaged"),
    "png without data": (PNG[:33], "truncated or damaged"),
    "truncated jpeg": (JPEG[: len(JPEG) // 2], "truncated or damaged"),
    "truncated webp": (WEBP[: len(WEBP) // 2], "truncated or damaged"),
    "short png data": (png_of_size(300, 300), "truncated or damaged"),
    "cmyk jpeg": (encoded(drawing().convert("CMYK"), "JPEG"), "must be RGB or grey, got a CMYK JPEG"),
    "gif": (encoded(drawing(), "GIF"), "got a GIF file"),
    "bmp": (encoded(drawing(), "BMP"), "got a BMP file"),
    "tiff": (encoded(drawing(), "TIFF"), "got a TIFF file"),
    "pdf": (b"%PDF-1.7 ...", "got a PDF file"),
    "noise": (bytes(range(128, 256)) * 4, "got binary data"),
    "animated png": (animation("PNG"), "must be a still, got an animation of 2 frames"),
    "animated webp": (animation("WEBP"), "must be a still, got an animation of 2 frames"),
    "blank": (encoded(Image.new("RGB", (64, 64), "white"), "PNG"), "the wireframe is blank"),
    "nearly blank": (
        encoded(Image.fromarray(np.random.default_rng(0).integers(246, 256, (64, 64), np.uint8)), "PNG"),
        "the wireframe is blank",
    ),
    "white on clear": (encoded(Image.fromarray(TRANSPARENT_WHITE), "PNG"), "on white, where its transparency lies"),
    "blank svg": (f'<svg {SVG} width="50" height="50"/>', "the wireframe is blank"),
    "svg script": (svg("<script>alert(1)</script>"), "must not hold a script, got <script>"),
    "svg external entity": (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg {SVG} width="50" height="50">&x;</svg>',
        "must not declare entities",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_files_give_one_clear_line(tmp_path, case):
    data, expected = CASES[case]
    path = written(tmp_path, "wireframe.png", data)
    with pytest.raises(InputError) as raised:
        load_wireframe(path)
    message = str(raised.value)
    assert expected in message
    assert message.startswith(f"{path}: ")
    assert "\n" not in message


def test_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.png: the wireframe does not exist"):
        load_wireframe(tmp_path / "nowhere.png")


def test_directory(tmp_path):
    with pytest.raises(InputError, match="must be a file, got a directory"):
        load_wireframe(tmp_path)


def test_name_too_long(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_wireframe(tmp_path / ("x" * 5000))


def test_nul_in_name(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_wireframe(tmp_path / "a\0b.png")


@pytest.mark.parametrize("data", [PNG, JPEG, WEBP], ids=["png", "jpeg", "webp"])
def test_every_truncation_loads_or_gives_one_line(tmp_path, data):
    for end in range(0, len(data), max(1, len(data) // 60)):
        path = written(tmp_path, "cut", data[:end])
        try:
            load_wireframe(path)
        except InputError as error:
            assert str(error).startswith(str(path))  # noqa: PT017
