"""Files that are no wireframe, each as a user might really have one."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.pipeline.conftest import drawing


def text_named_png(path: Path) -> None:
    path.write_text("this is a shopping list")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def directory(path: Path) -> None:
    path.mkdir()


def truncated(path: Path) -> None:
    drawing(75, 41).save(path)
    path.write_bytes(path.read_bytes()[:120])


def one_pixel(path: Path) -> None:
    Image.new("L", (1, 1)).save(path)


def too_large(path: Path) -> None:
    """A valid PNG that claims 20000 by 20000 px in a few bytes: nothing must be decoded to find out."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 20000, 20000, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 20001)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b""))


def cmyk(path: Path) -> None:
    drawing(75, 41).convert("RGB").convert("CMYK").save(path, format="JPEG")


def animated(path: Path) -> None:
    frames = [drawing(75, 41), drawing(75, 41).rotate(180)]
    frames[0].save(path, format="WEBP", save_all=True, append_images=frames[1:], lossless=True)


def gif(path: Path) -> None:
    drawing(75, 41).save(path, format="GIF")


def blank(path: Path) -> None:
    Image.new("RGB", (64, 64), "white").save(path)


def transparent(path: Path) -> None:
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(path)


def svg(body: str, before: str = "") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_text(
            f'<?xml version="1.0"?>{before}<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" '
            f'xmlns:xlink="http://www.w3.org/1999/xlink"><rect x="4" y="4" width="50" height="40" fill="none" '
            f'stroke="black"/>{body}</svg>'
        )

    return write


svg_script = svg("<script>alert(1)</script>")
svg_entity = svg("<text>&secret;</text>", '<!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/passwd">]>')
svg_image = svg('<image xlink:href="file:///etc/hostname" width="9" height="9"/>')
svg_broken = svg("<g>")
