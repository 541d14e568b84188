"""Limits, digests, canvases and files."""

from __future__ import annotations

import dataclasses
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent
from conditioners.wireframe import wireframe_from_array
from pipeline.canvas import fit, place_on_canvas
from pipeline.export import asset_stem, check_folder, png_bytes, write_atomic, write_json
from pipeline.request import GenerationRequest
from pipeline.settings import LIMITS, check_number, downloads_allowed, parse_size
from tests.pipeline.conftest import control_map, drawing

VALUES: dict[str, Any] = {
    "prompt": "a button",
    "seed": 1,
    "steps": 8,
    "cfg": 1.0,
    "model": "m",
    "weights": "0" * 64,
    "scheduler": "DDIMScheduler",
}


def request(**changes: Any) -> GenerationRequest:
    return GenerationRequest(**({"control_map": control_map()} | VALUES | changes))


def test_everything_that_affects_pixels_is_in_the_digest() -> None:
    base = request()
    changes: dict[str, Any] = {
        "control_map": control_map(48, 33),
        "prompt": "a card",
        "negative": "blur",
        "seed": 2,
        "steps": 9,
        "cfg": 2.0,
        "scale": 0.5,
        "control_start": 0.1,
        "control_end": 0.9,
        "model": "n",
        "weights": "1" * 64,
        "scheduler": "UniPCMultistepScheduler",
    }
    assert set(changes) == {field.name for field in dataclasses.fields(GenerationRequest)}
    digests = {request(**{name: value}).digest() for name, value in changes.items()}
    assert len(digests | {base.digest()}) == len(changes) + 1
    assert request(cfg=1).digest() == base.digest()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"prompt": " \n"}, "prompt must not be empty"),
        ({"prompt": "a\0b"}, "NUL"),
        ({"prompt": "\ud800"}, "surrogate"),
        ({"prompt": "x" * 20_001}, "at most 20000 characters, got 20001"),
        ({"negative": "x" * 20_001}, "negative must have at most"),
        ({"steps": 0}, "steps must be a whole number from 1 to 150, got 0"),
        ({"steps": 2.5}, "got 2.5"),
        ({"cfg": math.nan}, "cfg must be a number from 0 to 30, got nan"),
        ({"scale": 2.1}, "scale must be a number from 0 to 2, got 2.1"),
        ({"seed": -1}, "seed must be"),
        ({"seed": 2**63}, "seed must be"),
        ({"control_end": 1.1}, "control_end must be"),
        ({"control_start": 0.5, "control_end": 0.5}, "control_start must be less than control_end"),
    ],
)
def test_values_outside_the_limits_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        request(**change)


@given(st.sampled_from(sorted(LIMITS)), st.floats(allow_nan=True, allow_infinity=True))
def test_check_number_accepts_exactly_its_range(name: str, value: float) -> None:
    limit = LIMITS[name]
    good = limit.low <= value <= limit.high and (not limit.integer or value == int(value))
    if good:
        check_number(name, value)
    else:
        with pytest.raises(InputError, match=name):
            check_number(name, value)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_parse_size_accepts_exactly_the_limits(width: int, height: int) -> None:
    text = f"{width}x{height}"
    if min(width, height) >= 16 and max(width, height) <= 4096:
        assert parse_size(text) == (width, height)
    else:
        with pytest.raises(InputError):
            parse_size(text)


@pytest.mark.parametrize("text", ["", "x", "12", "axb", "10x", "-5x20", "1e3x200", "64x64x64", "64.0x64"])
def test_parse_size_refuses_other_text(text: str) -> None:
    with pytest.raises(InputError, match="size"):
        parse_size(text)


def test_downloads_need_a_yes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINEPROOF_ALLOW_DOWNLOAD", raising=False)
    assert not downloads_allowed()
    assert downloads_allowed(True)
    for value, allowed in (("0", False), ("", False), ("1", True), ("true", True)):
        monkeypatch.setenv("LINEPROOF_ALLOW_DOWNLOAD", value)
        assert downloads_allowed() is allowed


sides = st.integers(16, 4096)


@given(sides, sides, sides, sides)
def test_fit_never_cuts_and_touches_two_sides(width: int, height: int, wide: int, high: int) -> None:
    placement, scaled = fit(Extent(width, height), Extent(wide, high))
    assert 0 <= placement.left <= wide - scaled.width
    assert 0 <= placement.top <= high - scaled.height
    assert scaled.width == wide or scaled.height == high
    box = placement.box(Box(0, 0, width, height))
    assert box.x0 >= placement.left - 1
    assert box.fits(Extent(wide, high))


def test_a_canvas_keeps_every_line_and_fills_with_the_ground() -> None:
    grey = np.asarray(drawing(60, 40).convert("RGB")).copy()
    grey[grey == 255] = 240
    wireframe = wireframe_from_array(grey)
    placed, placement = place_on_canvas(wireframe, Extent(200, 200))
    assert placed.extent == (200, 200)
    assert placement.top == (200 - 133) // 2
    assert (placed.pixels[: placement.top] == 240).all()
    inside = placed.pixels[placement.top : placement.top + 133]
    # The outline of the button reaches the canvas at all four sides of the content.
    assert inside[:, :20].min() < 60
    assert inside[:, -20:].min() < 60
    assert placed.polarity == wireframe.polarity
    same, _ = place_on_canvas(wireframe, None)
    assert same is wireframe


def test_names_are_safe_and_distinct() -> None:
    assert asset_stem("../ä b/c", "m", "canny", 1, "f" * 64) == "b-c-m-canny-1-ffffffff"
    assert asset_stem("...", "m", "canny", 1, "f" * 64).startswith("asset-")
    assert len(asset_stem("x" * 500, "m", "canny", 1, "f" * 64)) < 120


def test_writing_is_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.png"
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    write_atomic(path, png_bytes(pixels, {"parameters": "ü"}))
    assert png_bytes(pixels, {"parameters": "ü"}) == path.read_bytes()
    with Image.open(path) as image:
        assert np.array_equal(np.asarray(image), pixels)
        assert image.info["parameters"] == "ü"
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "b.json", {"value": math.nan})
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["a.png", "new"]
    (tmp_path / "c").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_atomic(tmp_path / "c", b"data")
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["a.png", "c", "new"]


def test_folders_are_checked_and_left_alone(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    assert not any(tmp_path.iterdir())
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written to"):
        check_folder(tmp_path / "file")
    with pytest.raises(InputError, match="cannot be written to"):
        check_folder(tmp_path / "file" / "below")


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/proc/self").exists(), reason="proc refuses even root")
def test_a_folder_that_even_root_cannot_write_to() -> None:
    with pytest.raises(InputError, match="cannot be written to"):
        check_folder(Path("/proc/self/lineproof"))
