"""All faults of a manifest at once, with their rows; folders of wireframes; the plan of a dry run."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from conditioners.errors import MAX_LINES, InputError, InputErrors
from conditioners.geometry import Extent
from pipeline.manifest_check import check_manifest
from pipeline.manifest_plan import estimate_from_run, finished_in, make_plan
from tests.pipeline.conftest import drawing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two drawings, a damaged one and an elements file that fits only the larger drawing."""
    drawing(75, 41).save(tmp_path / "a.png")
    drawing(40, 40).save(tmp_path / "b.png")
    (tmp_path / "broken.png").write_bytes((tmp_path / "a.png").read_bytes()[:90])
    (tmp_path / "wide.json").write_text('[{"kind": "shape", "box": [0, 0, 70, 9]}]')
    return tmp_path


def manifest(folder: Path, *rows: object) -> Path:
    path = folder / "orders.yaml"
    path.write_text(yaml.safe_dump(list(rows)))
    return path


def faults(path: Path, strict: bool = False) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        check_manifest(path, strict=strict)
    return [line.removeprefix(f"manifest {path} ") for line in caught.value.lines]


def test_every_fault_of_every_row_is_told_once_with_its_rows(folder: Path) -> None:
    path = manifest(
        folder,
        {"wireframe": "a.png", "prompt": "good"},
        {"wireframe": "a.png", "prompt": "x", "colour": "red", "size": "1x1"},
        {"wireframe": "a.png", "prompt": " ", "scale": 9, "steps": "0..1", "conditioner": "depth", "model": "dalle"},
        {"wireframe": "a.png", "prompt": "x", "scale": 9},
        {"wireframe": "a.png", "prompt": "x", "scale": 9, "seed": "2..1", "cfg": "many"},
        {"id": "1", "wireframe": "gone.png", "prompt": "x", "count": 0, "text": [""]},
        {"prompt": "x"},
        "text",
        {"wireframe": "broken.png", "prompt": "x", "seed": 2**63 - 1, "count": 2},
        {"wireframe": "gone.png", "prompt": "x", "seed": "1..3"},
    )
    columns = (
        "cfg, conditioner, count, elements, id, model, negative, prompt, "
        "scale, seed, size, steps, tags, text, wireframe"
    )
    conditioners = "canny, scribble, lineart, scribble_hed, scribble_pidi, softedge_hed, softedge_pidi, "
    assert faults(path) == [
        f"row 2: unknown column 'colour', it may have: {columns}",
        f"row 3: conditioner must be one of {conditioners}lineart_realistic, lineart_coarse, got 'depth'",
        "row 3: model must be one of embedded, sd15, sdxl, a spec file .yaml or a local model folder, got 'dalle'",
        "row 3: prompt must not be empty, got ' '",
        "rows 3 to 4: scale must be a number from 0 to 2, got 9.0",
        "row 3: steps must be a whole number from 1 to 150, got 0",
        "row 5: cfg: Input should be a valid number, unable to parse string as a number, got 'many'",
        "row 5: seed must be a range that goes up, low..high or low..high..step, got '2..1'",
        "row 6: id must be unique, got '1' again",
        "row 7: field 'wireframe' is required",
        "row 8: must be an object of columns, got str",
        f"row 9: seed + count must stay within {2**63 - 1}, got {2**63 - 1} + 2",
        f"row 10: {folder}/gone.png: the wireframe does not exist",
    ]


def test_files_that_cannot_be_used_fail_their_rows_alone(folder: Path) -> None:
    rows = [
        {"wireframe": "broken.png", "prompt": "x"},
        {"wireframe": "a.png", "prompt": "x", "elements": "wide.json"},
        {"wireframe": "b.png", "prompt": "x", "elements": "wide.json"},
        {"wireframe": "b.png", "prompt": "x", "elements": "gone.json"},
        {"wireframe": "b.png", "prompt": "x", "elements": [{"kind": "shape", "box": [0, 0, 41, 2]}]},
    ]
    path = manifest(folder, *rows)
    checked = check_manifest(path)
    assert [one.place for one in checked.files.bad] == ["row 1", "row 3", "row 4", "row 5"]
    assert "truncated or damaged" in checked.files.bad[0].message
    assert "0 <= x0 < x1 <= 40" in checked.files.bad[1].message
    assert checked.files.extents == {folder / "a.png": Extent(75, 41), folder / "b.png": Extent(40, 40)}
    assert len(faults(path, strict=True)) == 4


def test_a_long_list_of_faults_is_cut(folder: Path) -> None:
    path = manifest(folder, *({"wireframe": f"{number}.png", "prompt": "x"} for number in range(30)))
    with pytest.raises(InputErrors) as caught:
        check_manifest(path, strict=True)
    assert len(caught.value.lines) == 30
    shown = caught.value.shown()
    assert len(shown) == MAX_LINES + 1
    assert shown[-1] == "and 10 more faults like these"


def test_a_model_whose_weights_are_not_here_is_told_before_anything_starts(folder: Path) -> None:
    path = manifest(folder, {"wireframe": "a.png", "prompt": "x", "model": "sd15", "seed": "1..9"})
    (line,) = faults(path)
    assert "lineproof models --download sd15" in line


def test_broken_lines_do_not_hide_the_others(folder: Path) -> None:
    path = folder / "rows.jsonl"
    path.write_text('{"wireframe": "a.png", "prompt": "x"}\n\n{oops\n{"wireframe": "a.png"}\n{"prompt": 3}')
    assert faults(path) == [
        "line 3: not valid JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
        "row 3: field 'prompt' is required",
        "row 4: field 'wireframe' is required",
        "row 4: prompt: Input should be a valid string, got 3",
    ]


def test_a_folder_of_wireframes_with_their_prompts(folder: Path) -> None:
    (folder / "broken.png").unlink()
    (folder / "sub").mkdir()
    (folder / ".hidden").mkdir()
    drawing(50, 50).save(folder / ".hidden" / "c.png")
    (folder / "b.png").rename(folder / "sub" / "b.v2.png")
    (folder / "a.txt").write_text("\ufeffa {red|blue}\n  button\n", encoding="utf-8")
    (folder / "sub" / "b.v2.txt").write_text("a card")
    (folder / "a.json").write_bytes((folder / "wide.json").read_bytes())
    checked = check_manifest(folder)
    assert [(row.id, row.prompt) for row in checked.rows] == [
        ("a-red", "a red button"), ("a-blue", "a blue button"), ("sub/b.v2", "a card")
    ]  # fmt: skip
    first, _, last = (row.order(checked.base) for row in checked.rows)
    assert (first.wireframe, first.elements) == (folder / "a.png", folder / "a.json")
    assert (last.wireframe, last.elements) == (folder / "sub" / "b.v2.png", None)
    (folder / "c.txt").write_text("x")
    drawing(50, 50).save(folder / "d.png")
    (folder / "sub" / "b.v2.txt").write_bytes(b"\xff")
    assert [line.split(":")[0] for line in faults(folder)] == ["c.txt", "d.png", "sub/b.v2.png"]


def test_a_folder_without_wireframes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must have at least one row, got none"):
        check_manifest(tmp_path)


def test_the_plan_counts_images_by_shape_and_learns_from_the_run(folder: Path) -> None:
    path = manifest(
        folder,
        {"id": "a", "wireframe": "a.png", "prompt": "x", "count": 4, "steps": 2},
        {"id": "b", "wireframe": "b.png", "prompt": "x", "seed": "0..2", "steps": 4},
        {"id": "c", "wireframe": "b.png", "prompt": "x", "size": "75x41", "steps": 2},
    )
    plan = make_plan(check_manifest(path), {})
    told = plan.as_json(None)
    assert (told["rows"], told["images"], told["done"], told["seconds"]) == (5, 8, 0, None)
    assert told["groups"] == [
        {"width": 75, "height": 41, "model": "embedded", "conditioner": "canny", "steps": 2, "images": 5},
        {"width": 40, "height": 40, "model": "embedded", "conditioner": "canny", "steps": 4, "images": 3},
    ]
    assert estimate_from_run(plan) is None
    assert finished_in(folder) == {}
    finished = {("a", 0): 1.0, ("a", 2): 3.0, ("a", 3): 2.0, ("gone", 0): 9.0}
    plan = make_plan(check_manifest(path), finished)
    assert (plan.images, plan.done, plan.left) == (8, 3, 5)
    estimate = estimate_from_run(plan)
    assert estimate is not None
    assert estimate.seconds == pytest.approx(2 * 2.0 + 3 * 2.0 * (40 * 40 * 4) / (75 * 41 * 2))
    assert estimate.basis.startswith("by the 3 images that the run has already; 3 images of other shapes")
