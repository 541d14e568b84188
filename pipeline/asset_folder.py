"""Where a run's images, control maps and scores lie: a local folder, or any place that fsspec knows by URL."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conditioners.errors import InputError, StoreError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

TEMPORARY: Final = ".lineproof-"
SUFFIX: Final = ".tmp"


class AssetFolder:
    """A place for files that are written whole or not at all.

    `place` is a local folder or an fsspec URL such as `s3://bucket/runs/night`. Locally, files are written under
    temporary names, synced and renamed; object stores put each object whole.

    Raises:
        InputError: the URL's kind is not known here, or needs a package that is not installed.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self.local: Path | None = None
        self._prefix = place.rstrip("/") + "/"
        if "://" not in place:
            self.local = Path(place)
            self._prefix = "" if self.local == Path() else f"{self.local}/"
        elif place.startswith("file://"):
            self.local = Path(place.removeprefix("file://"))
            self._prefix = f"{self.local}/"
        else:
            assert self._remote is not None

    @cached_property
    def _remote(self) -> tuple[AbstractFileSystem, str]:
        from fsspec.core import url_to_fs

        try:
            found: tuple[AbstractFileSystem, str] = url_to_fs(self.place)
        except (ImportError, ValueError) as error:
            raise InputError(f"assets must be a folder or a URL that fsspec knows, got {self.place}: {error}") from None
        return found

    def path_of(self, name: str) -> str:
        """The path or URL of a file, as users are told it."""
        return self._prefix + name

    def write(self, files: Sequence[tuple[str, bytes]]) -> None:
        """Write files that belong together, in order; the last one stands for all. `sync` then makes them last.

        Raises:
            StoreError: they cannot be written; what was there before is still there.
        """
        if self.local is None:
            filesystem, root = self._remote
            with _storage_errors(self.path_of(files[-1][0])):
                for name, data in files:
                    filesystem.pipe_file(f"{root}/{name}", data)
        else:
            with _storage_errors(self.path_of(files[-1][0])):
                _write_local(self.local, files)

    def sync(self) -> None:
        """Make what was renamed last through a power cut; once for many files. Raises StoreError."""
        if self.local is not None:
            with _storage_errors(str(self.local)):
                sync_folder(self.local)

    def read(self, name: str) -> bytes:
        """The content of a file; raises FileNotFoundError where there is none, StoreError where it cannot be read."""
        try:
            if self.local is not None:
                return (self.local / name).read_bytes()
            filesystem, root = self._remote
            content: bytes = filesystem.cat_file(f"{root}/{name}")
            return content
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"{self.path_of(name)} cannot be read: {error.strerror or error}") from error

    def sizes(self, names: Sequence[str]) -> list[int | None]:
        """The size of each file in bytes; None where there is none."""
        if self.local is not None:
            return [_size(f"{self.local}/{name}") for name in names]
        filesystem, root = self._remote
        found: list[int | None] = []
        for name in names:
            try:
                found.append(int(filesystem.size(f"{root}/{name}")))
            except FileNotFoundError:
                found.append(None)
            except OSError as error:
                raise StoreError(f"{self.path_of(name)} cannot be read: {error}") from error
        return found

    def fetch(self, names: Sequence[str], copies: Path) -> Path:
        """Return a local folder with these files: the place itself, or `copies`, filled with those that it lacks.

        Raises:
            StoreError: a file cannot be fetched.
        """
        if self.local is not None:
            return self.local
        filesystem, root = self._remote
        missing = [name for name in names if not (copies / name).is_file()]
        copies.mkdir(exist_ok=True)
        try:
            filesystem.get([f"{root}/{name}" for name in missing], [str(copies / name) for name in missing])
        except OSError as error:
            raise StoreError(f"images cannot be fetched from {self.place}: {error}") from error
        return copies

    def sweep(self, before: float) -> None:
        """Remove temporary files older than `before`, in seconds since 1970: those that a killed process left."""
        for path in [] if self.local is None else self.local.glob(f"{TEMPORARY}*{SUFFIX}"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


@contextlib.contextmanager
def _storage_errors(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(f"file {path} cannot be written: {error.strerror or error}") from error


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116 (ten thousands of them when a run starts again)
    except OSError:
        return None


def _write_local(folder: Path, files: Sequence[tuple[str, bytes]]) -> None:
    temporary = [folder / f"{TEMPORARY}{secrets.token_hex(8)}{SUFFIX}" for _ in files]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptors: list[int] = []
        try:
            # All are written before the first is synced: the file system then syncs them together.
            for path, (_, data) in zip(temporary, files, strict=True):
                descriptors.append(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
                _write_all(descriptors[-1], data)
            for descriptor in descriptors:
                os.fsync(descriptor)
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        for path, (name, _) in zip(temporary, files, strict=True):
            path.replace(folder / name)
    except OSError:
        for path in temporary:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
        raise


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make renames in `folder` last through a power cut; nothing on systems that cannot open folders."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some network file systems refuse; the rename is then as safe as they make it.
        if error.errno not in (9, 22):
            raise
    finally:
        os.close(descriptor)
