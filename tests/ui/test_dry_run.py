"""`batch --dry-run` and `--strict` as users call them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.pipeline.conftest import drawing
from tests.ui.conftest import Run


def rows(workplace: Path, model: Path) -> None:
    drawing(40, 40).save(workplace / "small.png")
    row = {"prompt": "a {blue|red} button", "model": str(model), "steps": 1, "cfg": 1, "elements": []}
    first = row | {"id": "a", "wireframe": "button.png", "seed": "0..1"}
    second = row | {"id": "b", "wireframe": "small.png", "prompt": "x"}
    (workplace / "rows.jsonl").write_text("\n".join(map(json.dumps, (first, second))))


def test_a_dry_run_counts_times_one_image_and_leaves_nothing(workplace: Path, model: Path, lineproof: Run) -> None:
    rows(workplace, model)
    before = sorted(workplace.rglob("*"))
    result = lineproof("batch", "rows.jsonl", "--out", "run", "--dry-run", "--json")
    assert result.exit_code == 0, result.stderr
    assert sorted(workplace.rglob("*")) == before
    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert (told["dry_run"], told["rows"], told["images"], told["done"], told["bad"]) == (True, 5, 5, 0, [])
    assert [(group["width"], group["images"]) for group in told["groups"]] == [(75, 4), (40, 1)]
    assert told["seconds"] > 0
    assert told["basis"].startswith("by one image of 75x41 made just now and thrown away")
    # After the run there is something to measure by, and nothing left to make.
    done = lineproof("batch", "rows.jsonl", "--out", "run", "--json")
    assert [json.loads(one)["id"] for one in done.stdout.splitlines()] == [
        "a-blue-seed0", "a-blue-seed1", "a-red-seed0", "a-red-seed1", "b"
    ]  # fmt: skip
    plain = lineproof("batch", "rows.jsonl", "--out", "run", "--dry-run")
    assert plain.stdout.startswith("5 rows, 5 images, 5 of them there already; nothing was made (--dry-run)\n")
    assert "about 0 s for 0 images with one worker, by the 5 images" in plain.stdout


def test_a_dry_run_tells_every_fault_and_strict_makes_nothing(workplace: Path, model: Path, lineproof: Run) -> None:
    rows(workplace, model)
    with (workplace / "rows.jsonl").open("a") as file:
        file.write('\n{"wireframe": "gone.png", "prompt": "x"}\n{"wireframe": "lost.png", "prompt": "x"}')
    before = sorted(workplace.rglob("*"))
    for flag in ("--dry-run", "--strict"):
        result = lineproof("batch", "rows.jsonl", "--out", "run", flag)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.splitlines() == [
            f"lineproof: manifest rows.jsonl row {number}: {name}.png: the wireframe does not exist"
            for number, name in ((3, "gone"), (4, "lost"))
        ]
        assert sorted(workplace.rglob("*")) == before


def test_a_folder_is_a_manifest(workplace: Path, lineproof: Run) -> None:
    (workplace / "drawings").mkdir()
    drawing(75, 41).save(workplace / "drawings" / "save.png")
    (workplace / "drawings" / "save.txt").write_text("a blue button")
    (workplace / "drawings" / "save.json").write_text("[]")
    result = lineproof("batch", "drawings", "--out", "run", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["id"], told["prompt"], told["wireframe"]) == ("save", "a blue button", "drawings/save.png")
