"""ZIP files that people, or attackers, upload: real ones on disk, unpacked or refused without a trace."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from conditioners.errors import InputError
from pipeline.archive import ArchiveLimits, unpack
from tests.ui.bad_files import too_large


def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (64, 48), 255).save(buffer, format="PNG")
    return buffer.getvalue()


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return path


def test_a_batch_is_unpacked_with_its_folders(tmp_path: Path) -> None:
    members = {"manifest.csv": b"wireframe,prompt\n", "drawings/a.png": picture(), "b.svg": b"<svg/>"}
    source = archive(tmp_path / "batch.zip", members | {"__MACOSX/._a.png": b"x", ".DS_Store": b"x"})
    files = unpack(source, tmp_path / "out")
    assert {file.relative_to(tmp_path / "out").as_posix(): file.read_bytes() for file in files} == members


def add_link(file: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("link.png")
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    file.writestr(info, "/etc/passwd")


def add_bomb(file: zipfile.ZipFile) -> None:
    file.writestr("bomb.csv", b"0" * 50_000_000)


def add_double(file: zipfile.ZipFile) -> None:
    file.writestr("a.csv", b"1")
    file.writestr("A.CSV", b"2")


def add(name: str, data: bytes = b"x") -> Callable[[zipfile.ZipFile], None]:
    return lambda file: file.writestr(name, data)


@pytest.mark.parametrize(
    ("fill", "rule"),
    [
        (add("../outside.csv"), "names must lead to files inside"),
        (add("a/../../outside.csv"), "names must lead to files inside"),
        (add("/etc/cron.d/x.csv"), "names must lead to files inside"),
        (add("C:\\x.csv"), "names must lead to files inside"),
        (add("..\\x.csv"), "names must lead to files inside"),
        (add("/".join("abcdefghij") + "/x.csv"), "names must lead to files inside"),
        (add("run.exe"), "may hold files of"),
        (add("nested.zip"), "may hold files of"),
        (add("fake.png", b"no picture"), "must be a PNG, JPEG, WebP or SVG"),
        (add_link, "got a link or device 'link.png'"),
        (add_bomb, "times as large as packed"),
        (add_double, "must hold each name once"),
    ],
)
def test_what_is_not_harmless_is_refused_and_leaves_nothing(
    fill: Callable[[zipfile.ZipFile], None], rule: str, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with zipfile.ZipFile(work / "upload.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("first.csv", "wireframe,prompt\n")
        fill(file)
    with pytest.raises(InputError) as error:
        unpack(work / "upload.zip", work / "out")
    assert rule in str(error.value)
    assert "\n" not in str(error.value)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["upload.zip", "work"]


def test_a_picture_of_too_many_pixels_is_refused_by_its_header(tmp_path: Path) -> None:
    too_large(tmp_path / "large.png")
    source = archive(tmp_path / "a.zip", {"large.png": (tmp_path / "large.png").read_bytes()})
    with pytest.raises(InputError, match="each side must be 16 to 4096 px, got 20000x20000"):
        unpack(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_header_that_lies_about_the_size_is_found_while_unpacking(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.zip", {"a.csv": b"0" * 5_000_000})
    data = bytearray(source.read_bytes())
    # The sizes in the central directory, which zipfile believes: 4 bytes at 24 from its signature.
    where = data.index(b"PK\x01\x02") + 24
    data[where : where + 4] = struct.pack("<I", 100)
    source.write_bytes(bytes(data))
    with pytest.raises(InputError):
        unpack(source, tmp_path / "out", ArchiveLimits(ratio=20))
    assert not (tmp_path / "out").exists()


def test_the_limits_are_of_files_and_of_all_bytes(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.zip", {f"{index}.csv": b"abc" for index in range(5)})
    with pytest.raises(InputError, match="at most 4 files"):
        unpack(source, tmp_path / "out", ArchiveLimits(files=4))
    with pytest.raises(InputError, match="at most 14 bytes, got 15"):
        unpack(source, tmp_path / "out", ArchiveLimits(total_bytes=14))
    with pytest.raises(InputError, match="must have at most 2 bytes"):
        unpack(source, tmp_path / "out", ArchiveLimits(file_bytes=2))


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must hold at least one file"):
        unpack(archive(tmp_path / "a.zip", {"folder/": b""}), tmp_path / "out")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.zip", {"a.csv": b"abc"})
    data = bytearray(source.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    source.write_bytes(bytes(data))
    with pytest.raises(InputError, match="must not be encrypted"):
        unpack(source, tmp_path / "out")


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(InputError, match="must be a readable ZIP file"):
        unpack(tmp_path / "a.zip", tmp_path / "out")


def test_an_existing_folder_is_not_touched(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.zip", {"a.csv": b"abc"})
    with pytest.raises(InputError, match="must not exist yet"):
        unpack(source, tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(names=st.lists(st.text("ab./\\:*~%\n ", min_size=1, max_size=12), min_size=1, max_size=3, unique=True))
def test_no_name_leads_out_of_the_folder(names: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("zip")
    source = archive(folder / "a.zip", {f"{name}.csv": b"x" for name in names})
    try:
        files = unpack(source, folder / "inner" / "out")
    except InputError:
        assert not (folder / "inner" / "out").exists()
    else:
        assert all(file.resolve().is_relative_to((folder / "inner" / "out").resolve()) for file in files)
    assert {path.name for path in folder.iterdir()} <= {"a.zip", "inner"}
