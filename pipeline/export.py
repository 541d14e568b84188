"""Files out: written under a temporary name in the same folder, flushed to disk, then renamed; never half a file."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from conditioners.errors import InputError


def check_folder(folder: Path) -> None:
    """Prove that files can be written in `folder`, which need not exist yet; nothing is left behind.

    Raises:
        InputError: it is a file, cannot be made, or cannot be written to.
    """
    made: list[Path] = []
    try:
        for path in reversed((folder, *folder.parents)):
            if not path.exists():
                path.mkdir()
                made.append(path)
        # Permission bits do not tell of read-only mounts or full disks; only writing does.
        probe = folder / f".lineproof-{secrets.token_hex(4)}"
        probe.write_bytes(b"0")
        probe.unlink()
    except OSError as error:
        raise InputError(f"output folder {folder} cannot be written to: {error.strerror or error}") from None
    finally:
        for path in reversed(made):
            path.rmdir()


def asset_stem(label: str, model: str, conditioner: str, seed: int, digest: str) -> str:
    """File name without extension: the same request always has the same name, another request another one.

    >>> asset_stem("Log in", "embedded", "canny", 7, "0123456789abcdef")
    'Log-in-embedded-canny-7-01234567'
    """
    kept = re.sub(r"[^\w.-]+", "-", label, flags=re.ASCII).strip("-.")[:80] or "asset"
    return f"{kept}-{model}-{conditioner}-{seed}-{digest[:8]}"


def png_bytes(pixels: NDArray[np.uint8], text: Mapping[str, str] | None = None) -> bytes:
    """A PNG of uint8 (H, W) or (H, W, 3) pixels with text chunks; the same input gives the same bytes."""
    info = PngInfo()
    for key, value in (text or {}).items():
        if value.isascii():
            info.add_text(key, value)
        else:
            info.add_itxt(key, value)
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", pnginfo=info, compress_level=6)
    return buffer.getvalue()


def write_atomic(path: Path, data: bytes) -> None:
    """Write `data` so that `path` holds either all of it or what it held before.

    Raises:
        InputError: the file cannot be written.
    """
    temporary = path.with_name(f".lineproof-{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise InputError(f"file {path} cannot be written: {error.strerror or error}") from None


def json_bytes(value: Mapping[str, Any]) -> bytes:
    """A JSON object with a line for each of its keys; NaN and infinity are refused by ValueError.

    json's own `indent` would put every number on a line, and takes some thirty times as long.

    >>> print(json_bytes({"a": 1, "b": [2, 3]}).decode(), end="")
    {
      "a": 1,
      "b": [2, 3]
    }
    """
    lines = [f"  {_json(key)}: {_json(content)}" for key, content in value.items()]
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("utf-8")


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object as JSON, atomically; see `json_bytes`."""
    write_atomic(path, json_bytes(value))
