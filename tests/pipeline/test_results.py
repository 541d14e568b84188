"""Results of a run, read back from the folder that the pipeline writes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from conditioners.errors import InputError
from pipeline.results import load_results
from tests.scoring.cards import card, measurement

ROW = {
    "id": "row/1",
    "tags": ("component=button",),
    "wireframe": "gone.png",
    "prompt": "blue",
    "model": "embedded",
    "conditioner": "canny",
    "scale": None,
}


def save(folder: Path, stem: str, seed: int = 0, **more: object) -> Path:
    """An asset's files as the pipeline names them."""
    drawing = Image.new("L", (80, 60), 255)
    ImageDraw.Draw(drawing).rectangle((10, 10, 70, 50), outline=0, width=3)
    drawing.save(folder / "drawing.png")
    Image.fromarray(np.zeros((60, 80, 3), np.uint8)).save(folder / f"{stem}.png")
    line = {
        "job": "0" * 64,
        "asset": f"elsewhere/{stem}.png",
        "control_map": f"elsewhere/{stem}.map.png",
        "wireframe": str(folder / "drawing.png"),
        "prompt": "a button",
        "seed": seed,
        "model": "embedded",
        "conditioner": "canny",
        "seconds": 0.1,
        "scores": card(measurement("control_adherence", "failed")).as_json(),
        "warnings": [],
    }
    path = folder / f"{stem}.scores.json"
    path.write_text(json.dumps(line | more), encoding="utf-8")
    return path


def test_an_asset_is_read_with_its_stroke_width(tmp_path: Path) -> None:
    save(tmp_path, "one", id="button", tags=["style=flat"])
    (one,) = load_results(tmp_path)
    assert (one.id, one.seed, one.tags, one.outcome("control")) == ("button", 0, ("style=flat",), "failed")
    assert one.stroke_width == pytest.approx(3.0, abs=0.3)
    assert one.files is not None
    assert one.files.asset == tmp_path / "one.png", "a run that was moved is found beside its scores"


def test_errors_that_older_versions_recorded_count_a_seed_each(tmp_path: Path) -> None:
    save(tmp_path, "one")
    error = ROW | {"seeds": [3, 4], "error": "the wireframe does not exist"}
    (tmp_path / "0123456789abcdef.error.json").write_text(json.dumps(error))
    items = load_results(tmp_path)
    assert [(one.id, one.seed, one.error) for one in items if one.error] == [
        ("row/1", 3, "the wireframe does not exist"),
        ("row/1", 4, "the wireframe does not exist"),
    ]


def test_only_the_newest_image_of_a_row_counts(tmp_path: Path) -> None:
    old = save(tmp_path, "old", id="a", prompt="before")
    save(tmp_path, "new", id="a", prompt="after")
    os.utime(old, (1, 1))
    assert [one.prompt for one in load_results(tmp_path)] == ["after"]


def test_images_without_a_row_are_orders_of_their_own(tmp_path: Path) -> None:
    save(tmp_path, "one")
    save(tmp_path, "two")
    assert len(load_results(tmp_path)) == 2


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"asset": 1}'])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.scores.json").write_text(content)
    with pytest.raises(InputError, match=r"x\.scores\.json: must be the JSON of one asset"):
        load_results(tmp_path)


def test_a_card_with_nan_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path, "one")
    path.write_text(path.read_text().replace("0.1,", "NaN,", 1).replace('"value": 0.1', '"value": NaN'))
    with pytest.raises(InputError, match=r"one\.scores\.json"):
        load_results(tmp_path)


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "gone"):
        with pytest.raises(InputError, match="run must be"):
            load_results(folder)
