"""Whole orders with tiny real models: files, metadata, replay, batches and their restart."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.elements import Element
from conditioners.errors import InputError, MissingWeightsError
from conditioners.geometry import Box, Extent
from conditioners.wireframe import load_wireframe
from pipeline.batch import BatchResult, run_batch
from pipeline.evaluate import ScoreOrder, score_image
from pipeline.export import png_bytes
from pipeline.manifest import OrderRow
from pipeline.metadata import read_metadata
from pipeline.order import AssetOrder
from pipeline.replay import replay
from pipeline.run import FinishedAsset, Studio


@pytest.fixture(scope="module")
def studio() -> Studio:
    """Loads models and scorer once for this file."""
    return Studio(device="cpu")


def order_for(wireframe: Path, model: Path, **changes: Any) -> AssetOrder:
    values: dict[str, Any] = {
        "wireframe": wireframe,
        "prompt": "a blue button, naïve ✓",
        "negative": "noise",
        "model": str(model),
        "steps": 2,
        "cfg": 2.0,
        "elements": (),
    }
    return AssetOrder(**(values | changes))


def run(studio: Studio, order: AssetOrder, folder: Path) -> list[FinishedAsset]:
    return list(studio.run(studio.prepare(order), folder))


def test_an_order_makes_assets_maps_and_scores(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    prepared = studio.prepare(order_for(button, sd_folder, count=2, seed=7))
    finished = list(studio.run(prepared, tmp_path / "out", lambda done, total: steps.append((done, total))))
    assert [item.asset.request.seed for item in finished] == [7, 8]
    assert steps == [(1, 2), (2, 2)] * 2
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert len(names) == 6
    for item in finished:
        line = item.as_json()
        assert set(line) >= {
            "asset", "control_map", "wireframe", "prompt", "seed", "model", "conditioner", "seconds", "scores"
        }  # fmt: skip
        assert json.loads(item.files.scores.read_text()).items() >= line.items()
        with Image.open(item.files.asset) as image:
            assert image.size == (75, 41)
            assert np.array_equal(np.asarray(image), item.asset.pixels)
        with Image.open(item.files.control_map) as image:
            control = make_control_map(load_wireframe(button), ConditionerSettings(name="canny"))
            assert np.array_equal(np.asarray(image), control.pixels)
        assert item.scores.measurement("control_f1_strict").value is not None


def test_the_same_order_gives_the_same_bytes(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    (first,) = run(studio, order_for(button, sd_folder), tmp_path / "a")
    (second,) = run(studio, order_for(button, sd_folder), tmp_path / "a")
    (other,) = run(studio, order_for(button, sd_folder), tmp_path / "b")
    assert first.files == second.files
    assert len(list((tmp_path / "a").iterdir())) == 3
    assert first.files.asset.name == other.files.asset.name
    assert np.array_equal(first.asset.pixels, other.asset.pixels)


def test_metadata_says_everything(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    order = order_for(button, sd_folder, size=Extent(120, 90), low=50, high=120, texts=("Save",), control_end=0.5)
    (item,) = run(studio, order, tmp_path / "out")
    metadata = read_metadata(item.files.asset)
    assert metadata.digest == item.asset.request.digest()
    assert metadata.request.prompt == order.prompt
    assert metadata.request.control_end == 0.5
    assert metadata.canvas == metadata.request.size == "120x90"
    assert (metadata.control_map.low, metadata.control_map.high) == (50, 120)
    assert metadata.wireframe.digest == load_wireframe(button).digest
    assert metadata.wireframe.beside == "../button.png"
    assert metadata.texts == ("Save",)
    assert (metadata.environment.device, metadata.environment.dtype) == ("cpu", "float32")
    assert {"torch", "diffusers", "python"} <= set(metadata.environment.versions)
    with Image.open(item.files.asset) as image:
        text = image.info["parameters"]
    lines = text.split("\n")
    assert lines[0] == order.prompt
    assert lines[1] == "Negative prompt: noise"
    assert lines[2].startswith("Steps: 2, Sampler: DDIMScheduler, CFG scale: 2.0, Seed: 0, Size: 120x90, Model hash: ")
    assert 'ControlNet 0: "Module: canny, Model: tiny-sd, Weight: 1.0, ' in lines[2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "has no 'lineproof' metadata"),
        ("{", "not valid JSON"),
        ('{"version": 2}', "version: "),
        ("[]", "valid dictionary"),
    ],
)
def test_foreign_metadata_is_one_line(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_bytes(np.zeros((4, 4, 3), np.uint8), {"lineproof": content} if content else {}))
    with pytest.raises(InputError, match=message) as caught:
        read_metadata(path)
    assert "\n" not in str(caught.value)


def test_replay_is_identical(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    order = order_for(button, sd_folder, size=Extent(90, 70), automatic=True, polarity="dark-on-light")
    (item,) = run(studio, order, tmp_path / "out")
    again = replay(item.files.asset)
    assert again.identical
    assert again.origin == button
    assert again.changes == ()


def test_replay_of_a_batch_is_identical(button: Path, sd_folder: Path, tmp_path: Path) -> None:
    studio = Studio(device="cpu", batch_size=2)
    for item in run(studio, order_for(button, sd_folder, count=3), tmp_path / "out"):
        again = replay(item.files.asset)
        assert again.identical
        assert again.asset.record.batch_size == item.asset.record.batch_size
        assert again.changes == ()


def test_replay_finds_a_wireframe_that_moved_with_its_asset(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    (item,) = run(studio, order_for(button, sd_folder), tmp_path / "out")
    moved = tmp_path / "elsewhere"
    (moved / "out").mkdir(parents=True)
    button.rename(moved / "button.png")
    asset = shutil.move(item.files.asset, moved / "out" / item.files.asset.name)
    again = replay(Path(asset))
    assert again.identical
    assert again.origin == moved / "out" / ".." / "button.png"


def test_replay_falls_back_to_the_saved_map(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    (item,) = run(studio, order_for(button, sd_folder), tmp_path / "out")
    button.unlink()
    again = replay(item.files.asset)
    assert again.identical
    assert again.origin == item.files.control_map
    Image.new("L", (75, 41), 255).save(item.files.control_map)
    with pytest.raises(InputError, match=r"needs its wireframe .*button.png .* is not the map it was made with"):
        replay(item.files.asset)


def test_replay_tells_a_changed_wireframe(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    (item,) = run(studio, order_for(button, sd_folder), tmp_path / "out")
    item.files.control_map.unlink()
    with Image.open(button) as image:
        changed = image.copy()
    changed.putpixel((20, 10), 0)
    changed.save(button)
    with pytest.raises(InputError, match=r"button.png has changed since"):
        replay(item.files.asset)


def test_replay_measures_the_difference_of_changed_weights(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    from tests.pipeline.tiny_models import build

    model = Path(shutil.copytree(sd_folder, tmp_path / "model"))
    (item,) = run(studio, order_for(button, model), tmp_path / "out")
    shutil.rmtree(model)
    with pytest.raises(InputError, match="model must be one of"):
        replay(item.files.asset)
    build(model, seed=1)
    again = replay(item.files.asset)
    assert not again.identical
    assert again.differing > 0
    assert again.largest > 0
    assert any("weights were" in change for change in again.changes)


def test_conditioners_that_share_a_controlnet_share_the_model(studio: Studio, button: Path, sd_folder: Path) -> None:
    canny = studio.model(studio.prepare(order_for(button, sd_folder)))
    assert studio.model(studio.prepare(order_for(button, sd_folder, conditioner="scribble"))) is canny


def test_elements_follow_the_canvas(studio: Studio, button: Path, sd_folder: Path) -> None:
    elements = (Element(kind="shape", box=Box(3, 3, 72, 38)),)
    prepared = studio.prepare(order_for(button, sd_folder, elements=elements, size=Extent(150, 100)))
    assert prepared.elements is not None
    assert prepared.elements[0].box == (6, 15, 144, 85)
    with pytest.raises(InputError, match="element 1: box must"):
        studio.prepare(order_for(button, sd_folder, elements=(Element(kind="shape", box=Box(0, 0, 76, 10)),)))


def test_missing_weights_are_found_before_anything_is_written(studio: Studio, button: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingWeightsError):
        studio.prepare(order_for(button, Path("sd15")))
    assert [path.name for path in tmp_path.iterdir()] == ["button.png"]


def batch(studio: Studio, rows: list[dict[str, Any]], base: Path, run_folder: Path) -> list[BatchResult]:
    parsed = [OrderRow.model_validate({"steps": 2, "cfg": 1.0, "elements": []} | row) for row in rows]
    return list(run_batch(parsed, base, run_folder, studio))


def test_a_batch_goes_on_where_it_stopped(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "wireframe": button.name, "prompt": "blue", "model": str(sd_folder), "count": 2, "tags": ["x=1"]},
        {"id": "gone", "wireframe": "missing.png", "prompt": "blue", "model": str(sd_folder)},
        {"id": "b", "wireframe": button.name, "prompt": "blue", "model": str(sd_folder), "text": ["Save"]},
    ]
    folder = tmp_path / "run"
    first = batch(studio, rows, tmp_path, folder)
    assert [(result.id, result.resumed, bool(result.error)) for result in first] == [
        ("a", False, False),
        ("a", False, False),
        ("gone", False, True),
        ("b", False, False),
    ]
    assert "missing.png" in first[2].error
    assert first[0].as_json()["tags"] == ["x=1"]
    assert first[2].as_json() == {"id": "gone", "error": first[2].error}

    def written() -> dict[Path, int]:
        """When each file of an asset was written."""
        return {path: path.stat().st_mtime_ns for path in folder.iterdir() if not path.name.startswith("lineproof.db")}

    times = written()
    second = batch(studio, rows, tmp_path, folder)
    assert [result.resumed for result in second] == [True, True, False, True]
    assert [result.as_json() for result in second] == [result.as_json() for result in first]
    assert times == written()

    assert first[0].line is not None
    scores = Path(first[0].line["asset"].replace(".png", ".scores.json"))
    scores.write_text(scores.read_text()[:50])
    Path(str(first[3].as_json()["asset"])).unlink()
    third = batch(studio, rows, tmp_path, folder)
    assert [(result.id, result.resumed) for result in third] == [
        ("a", False),
        ("a", True),
        ("gone", False),
        ("b", False),
    ]


def test_a_changed_row_is_made_again(studio: Studio, button: Path, sd_folder: Path, tmp_path: Path) -> None:
    row = {"id": "a", "wireframe": button.name, "prompt": "blue", "model": str(sd_folder)}
    batch(studio, [row], tmp_path, tmp_path / "run")
    (changed,) = batch(studio, [row | {"text": "Save"}], tmp_path, tmp_path / "run")
    assert not changed.resumed
    (kept,) = batch(studio, [row | {"text": "Save"}], tmp_path, tmp_path / "run")
    assert kept.resumed


def test_rows_whose_ids_fit_no_file_name_share_no_files(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    ids = ["日本", "中国", "../a", "a", ".a", "x" * 90 + "1", "x" * 90 + "2"]
    rows = [
        {"id": name, "wireframe": button.name, "prompt": "blue", "model": str(sd_folder), "steps": 1} for name in ids
    ]
    made = [result.as_json() for result in batch(studio, rows, tmp_path, tmp_path / "run")]
    assert [line["id"] for line in made] == ids
    assert len({line["asset"] for line in made}) == len(ids)
    assert all(Path(line["asset"]).parent == tmp_path / "run" for line in made)


def test_a_kept_asset_is_told_by_the_manifest_of_today(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    row = {"id": "a", "wireframe": button.name, "prompt": "blue", "model": str(sd_folder), "tags": ["old"]}
    batch(studio, [row], tmp_path, tmp_path / "run")
    (kept,) = batch(studio, [row | {"tags": ["new"]}], tmp_path, tmp_path / "run")
    assert kept.resumed
    assert kept.as_json()["tags"] == ["new"]


def test_scoring_an_asset_again_gives_the_same_card(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    order = order_for(button, sd_folder, size=Extent(120, 90), high=300)
    (item,) = run(studio, order, tmp_path / "out")
    again = ScoreOrder(image=item.files.asset, wireframe=button, prompt=order.prompt, elements=())
    assert score_image(again, studio.scorer).as_json() == item.scores.as_json()


def test_scoring_keeps_the_polarity_that_was_forced(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    pen = Image.new("L", (75, 41), 255)
    pen.paste(0, (4, 4, 71, 37))
    pen.paste(255, (10, 12, 60, 14))
    pen.save(button)
    order = order_for(button, sd_folder, conditioner="scribble", polarity="dark-on-light")
    (item,) = run(studio, order, tmp_path / "out")
    found = make_control_map(load_wireframe(button), ConditionerSettings(name="scribble"))
    assert not np.array_equal(item.asset.request.control_map.pixels, found.pixels)
    again = ScoreOrder(image=item.files.asset, wireframe=button, prompt=order.prompt, elements=())
    assert score_image(again, studio.scorer).as_json() == item.scores.as_json()


def test_scoring_refuses_another_size_unless_told_to_fit(studio: Studio, button: Path, tmp_path: Path) -> None:
    Image.new("RGB", (150, 82), "white").save(tmp_path / "image.png")
    order = ScoreOrder(image=tmp_path / "image.png", wireframe=button, elements=())
    with pytest.raises(InputError, match=r"must have the wireframe's size 75x41, got 150x82: .*; --fit"):
        score_image(order, studio.scorer)
    fitted = ScoreOrder(image=tmp_path / "image.png", wireframe=button, elements=(), fit=True)
    assert score_image(fitted, studio.scorer).measurement("control_f1_1px").value == 0
