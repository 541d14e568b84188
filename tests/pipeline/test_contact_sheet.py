"""The contact sheet of runs on disk: real samples, real maps, the files that `generate` leaves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.errors import InputError
from conditioners.wireframe import load_wireframe
from pipeline.contact_sheet import CELL, GAP, LINE, contact_sheet, read_rows

PAINT = (30, 90, 220)


def _save_asset(run: Path, wireframe: Path, name: str = "", verdict: str = "passed") -> dict[str, Any]:
    """Leave in `run` what one asset leaves: a picture of the wireframe's size, its map and its scores."""
    drawing = load_wireframe(wireframe)
    stem = name or wireframe.stem
    run.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", tuple(drawing.extent), PAINT).save(run / f"{stem}.png")
    Image.fromarray(make_control_map(drawing, ConditionerSettings()).pixels).save(run / f"{stem}.map.png")
    entry: dict[str, Any] = {
        "asset": str(run / f"{stem}.png"),
        "control_map": str(run / f"{stem}.map.png"),
        "wireframe": str(wireframe),
        "prompt": 'a blue flat button with the label "Größe" and words that run over the end of a line',
        "scores": {
            "verdict": verdict,
            "measurements": [{"name": "control_f1_1px", "value": 0.912}, {"name": "clip_score", "value": None}],
        },
    }
    if name:
        entry["id"] = name
    (run / f"{stem}.scores.json").write_text(json.dumps(entry), encoding="utf-8")
    return entry


def test_rows_are_read_from_the_files_of_a_run(tmp_path: Path, samples: Path) -> None:
    _save_asset(tmp_path / "deep", samples / "save-button.png")
    _save_asset(tmp_path, samples / "profile-card.png", name="a-card", verdict="failed")
    card, button = read_rows(tmp_path)
    assert (card.name, card.verdict) == ("a-card", "failed")
    assert (button.name, button.verdict) == ("save-button", "passed")
    assert button.scores == (("control_f1_1px", 0.912),)


def test_a_run_that_was_moved_is_still_read(tmp_path: Path, samples: Path) -> None:
    _save_asset(tmp_path / "old", samples / "save-button.png")
    (tmp_path / "old").rename(tmp_path / "new")
    (row,) = read_rows(tmp_path / "new")
    assert row.asset == tmp_path / "new" / "save-button.png"
    assert row.control_map.is_file()


def test_pictures_stand_at_their_own_size_where_they_fit(tmp_path: Path, samples: Path) -> None:
    _save_asset(tmp_path, samples / "save-button.png")
    sheet = np.asarray(contact_sheet(read_rows(tmp_path)))
    painted = np.argwhere((sheet == PAINT).all(axis=2))
    (top, left), (bottom, right) = painted.min(axis=0), painted.max(axis=0)
    assert (right - left + 1, bottom - top + 1) == (192, 96)
    assert (left, top) == (GAP + 2 * (CELL[0] + GAP), 2 * GAP + LINE)
    drawing = load_wireframe(samples / "save-button.png").pixels
    assert (sheet[top : top + 96, GAP : GAP + 192] == drawing).all()


def test_a_large_picture_is_shrunk_into_its_cell(tmp_path: Path, samples: Path) -> None:
    _save_asset(tmp_path, samples / "profile-card.png")
    sheet = np.asarray(contact_sheet(read_rows(tmp_path)))
    painted = np.argwhere((np.abs(sheet.astype(int) - PAINT) < 3).all(axis=2))
    width = painted[:, 1].max() - painted[:, 1].min() + 1
    assert abs(width - CELL[0]) <= 1


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"scores": {}}', '{"scores": {"measurements": [1], "verdict": "passed"}}'],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "one.scores.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"one\.scores\.json: must be the JSON of one asset"):
        read_rows(tmp_path)


def test_a_picture_that_is_gone_is_named(tmp_path: Path, samples: Path) -> None:
    _save_asset(tmp_path, samples / "save-button.png")
    (tmp_path / "save-button.png").unlink()
    with pytest.raises(InputError, match=r"save-button\.png: must be a readable picture"):
        contact_sheet(read_rows(tmp_path))


def test_the_command_writes_a_png_and_fails_in_one_line(tmp_path: Path, samples: Path, repository: Path) -> None:
    _save_asset(tmp_path, samples / "new-badge.svg")
    out = tmp_path / "sheet.png"
    command = [sys.executable, "-m", "pipeline.contact_sheet"]
    done = subprocess.run(
        [*command, str(tmp_path), "--out", str(out)], cwd=repository, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(out)
    with Image.open(out) as sheet:
        assert sheet.format == "PNG"
    empty = subprocess.run(
        [*command, str(tmp_path / "nothing"), "--out", str(out)],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )
    assert empty.returncode == 2
    assert len(empty.stderr.splitlines()) == 1
