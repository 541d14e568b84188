"""A ZIP that somebody uploads: unpacked only where every name, size and picture in it is harmless.

The archive is read as untrusted: names are checked before anything is written, sizes are counted while they are
unpacked (a header may lie), and everything is unpacked into a new folder that is removed again where one member fails.
"""

from __future__ import annotations

import secrets
import shutil
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from conditioners.errors import InputError
from conditioners.geometry import Extent
from conditioners.raster import check_extent, read_header

RASTERS: Final = frozenset((".png", ".jpg", ".jpeg", ".webp"))
SUFFIXES: Final = RASTERS | {".svg", ".csv", ".jsonl", ".json", ".yaml", ".yml", ".txt"}
"""What a batch may be made of; anything else in an archive is refused by name."""

_IGNORED: Final = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
_CHUNK: Final = 1 << 16
_SYSTEM_UNIX: Final = 3
_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """What an archive may hold: files, bytes when unpacked, bytes of one file, and how often smaller it may be."""

    files: int = 5000
    total_bytes: int = 1024 * 1024 * 1024
    file_bytes: int = 128 * 1024 * 1024
    ratio: float = 200.0
    """A drawing of a few lines shrinks a hundredfold, a bomb a thousandfold."""
    depth: int = 8


def unpack(archive: Path, folder: Path, limits: ArchiveLimits | None = None) -> tuple[Path, ...]:
    """Unpack `archive` into the new `folder` and return the files, in the archive's order.

    Raises:
        InputError: no ZIP, or one with a name that leads outside, a link, an encrypted or doubled member, a kind of
            file that no batch needs, a picture outside the pixel limits, or more than the limits allow; `folder` is
            then not there.
    """
    limits = limits or ArchiveLimits()
    if folder.exists():
        raise InputError(f"folder {folder} must not exist yet")
    beside = folder.with_name(f".{folder.name}-{secrets.token_hex(4)}")
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked(opened.infolist(), archive.name, limits)
            total = 0
            for name, info in members:
                total += _extract(opened, info, beside / name, archive.name, limits, limits.total_bytes - total)
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside.rename(folder)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zipfile.LargeZipFile) as error:
        raise InputError(f"{archive.name}: must be a readable ZIP file ({error})") from None
    except OSError as error:
        raise InputError(f"{archive.name}: cannot be unpacked ({error.strerror or error})") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return tuple(folder / name for name, _ in members)


def _checked(
    infos: Iterable[zipfile.ZipInfo], source: str, limits: ArchiveLimits
) -> list[tuple[PurePosixPath, zipfile.ZipInfo]]:
    """The files of the archive with their safe relative names, before anything is read."""
    found: list[tuple[PurePosixPath, zipfile.ZipInfo]] = []
    names: set[str] = set()
    for info in infos:
        if info.is_dir() or any(part in _IGNORED for part in PurePosixPath(info.filename).parts):
            continue
        name = _safe_name(info, source, limits)
        # File systems of Windows and macOS take names that differ in case for one.
        folded = str(name).casefold()
        if folded in names:
            raise InputError(f"{source}: must hold each name once, got {_shown(info)} twice")
        names.add(folded)
        found.append((name, info))
        if len(found) > limits.files:
            raise InputError(f"{source}: must hold at most {limits.files} files, got more")
    if not found:
        raise InputError(f"{source}: must hold at least one file, got none")
    total = sum(info.file_size for _, info in found)
    if total > limits.total_bytes:
        raise InputError(f"{source}: must unpack to at most {limits.total_bytes} bytes, got {total}")
    return found


def _safe_name(info: zipfile.ZipInfo, source: str, limits: ArchiveLimits) -> PurePosixPath:
    path = PurePosixPath(info.filename)
    odd = any(ord(letter) < 32 for letter in info.filename) or any(c in info.filename for c in '\\:*?"<>|')
    if odd or path.is_absolute() or ".." in path.parts or not path.name or len(path.parts) > limits.depth:
        raise InputError(f"{source}: names must lead to files inside the archive's folder, got {_shown(info)}")
    mode = info.external_attr >> 16
    if info.create_system == _SYSTEM_UNIX and mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        raise InputError(f"{source}: must hold plain files, got a link or device {_shown(info)}")
    if info.flag_bits & _ENCRYPTED:
        raise InputError(f"{source}: must not be encrypted, got {_shown(info)}")
    if info.compress_type not in _METHODS:
        raise InputError(f"{source}: must be stored or deflated, got method {info.compress_type} of {_shown(info)}")
    if path.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(sorted(SUFFIXES))
        raise InputError(f"{source}: may hold files of {kinds}, got {_shown(info)}")
    if info.file_size > limits.file_bytes:
        raise InputError(
            f"{source}: a file must have at most {limits.file_bytes} bytes, got {_shown(info)} of {info.file_size}"
        )
    if info.file_size > limits.ratio * max(info.compress_size, 1) + _CHUNK:
        raise InputError(
            f"{source}: a file may be at most {limits.ratio:g} times as large as packed, got {_shown(info)} with "
            f"{info.file_size} of {info.compress_size} bytes"
        )
    return path


def _extract(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, source: str, limits: ArchiveLimits, left: int
) -> int:
    """Write one member and return its bytes, counted, whatever its header says."""
    target.parent.mkdir(parents=True, exist_ok=True)
    allowed = min(limits.file_bytes, left, int(limits.ratio * max(info.compress_size, 1)) + _CHUNK)
    written = 0
    with opened.open(info) as packed, target.open("xb") as file:
        while chunk := packed.read(_CHUNK):
            written += len(chunk)
            if written > allowed:
                raise InputError(f"{source}: unpacks to more than it may, at {_shown(info)} after {allowed} bytes")
            file.write(chunk)
    if target.suffix.lower() in RASTERS:
        check_picture(target, f"{source}: {info.filename}")
    return written


def check_picture(path: Path, source: str) -> Extent:
    """The extent of a raster file, told by its header alone.

    Raises:
        InputError: no PNG, JPEG or WebP, or a side outside the limits of a wireframe.
    """
    with path.open("rb") as file:
        data = file.read()
    _, extent = read_header(data, source)
    check_extent(extent, source)
    return extent


def _shown(info: zipfile.ZipInfo) -> str:
    return repr(info.filename if len(info.filename) <= 80 else info.filename[:77] + "...")
