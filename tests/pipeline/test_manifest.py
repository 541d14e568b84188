"""Manifests: the same rows from CSV, JSONL and YAML, and every kind of bad row."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conditioners.elements import Element
from conditioners.errors import InputError
from conditioners.geometry import Box
from pipeline.alternatives import escape
from pipeline.manifest import OrderRow, ScoreRow, read_manifest

ROWS: list[dict[str, Any]] = [
    {"id": "one", "wireframe": "a.png", "prompt": 'a "Save" button, blue'},
    {
        "id": "two",
        "wireframe": "sub/b.svg",
        "prompt": "a card",
        "negative": "noise",
        "conditioner": "scribble",
        "model": "sd15",
        "seed": 5,
        "count": 2,
        "size": "64x48",
        "scale": 0.5,
        "steps": 4,
        "cfg": 2.0,
        "text": ["Sign in", "Cancel"],
        "elements": [{"kind": "text", "box": [1, 2, 3, 4], "text": "Sign in"}],
        "tags": ["component=card"],
    },
]


def written(folder: Path, rows: list[dict[str, Any]], suffix: str) -> Path:
    path = folder / f"manifest{suffix}"
    if suffix == ".jsonl":
        path.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    elif suffix == ".csv":
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            for row in rows:
                writer.writerow({k: json.dumps(v) if isinstance(v, list) else v for k, v in row.items()})
    else:
        path.write_text(yaml.safe_dump(rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".yaml", ".yml"])
def test_all_formats_give_the_same_rows(tmp_path: Path, suffix: str) -> None:
    first, second = read_manifest(written(tmp_path, ROWS, suffix), OrderRow)
    assert (first.id, first.seed, first.text, first.model) == ("one", 0, (), "embedded")
    order = second.order(tmp_path)
    assert order.wireframe == tmp_path / "sub" / "b.svg"
    assert (order.seed, order.count, order.size, order.scale) == (5, 2, (64, 48), 0.5)
    assert order.texts == ("Sign in", "Cancel")
    assert order.elements == (Element(kind="text", box=Box(1, 2, 3, 4), text="Sign in"),)
    assert second.tags == ("component=card",)


def test_the_sample_manifest_is_valid() -> None:
    samples = Path(__file__).parents[2] / "samples"
    rows = read_manifest(samples / "manifest.csv", OrderRow)
    assert len(rows) >= 16
    for row in rows:
        order = row.order(samples)
        assert order.wireframe.is_file()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"colour": "blue"}, r"rows? [12 to]+: unknown column 'colour', it may have: cfg, conditioner"),
        ({"wireframe": ""}, "row 2: field 'wireframe' is required"),
        ({"seed": "many"}, "row 2: seed: .*integer.* got 'many'"),
        ({"text": "[not json"}, "row 2: text"),
        ({"elements": "[1"}, "row 2: elements"),
        ({"id": "one"}, "row 2: id must be unique, got 'one' again"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: dict[str, Any], message: str) -> None:
    rows = [ROWS[0], {"wireframe": "a.png", "prompt": "a"} | row]
    for suffix in (".csv", ".jsonl"):
        with pytest.raises(InputError, match=message) as caught:
            read_manifest(written(tmp_path, rows, suffix), OrderRow)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.csv", "", "at least one row"),
        ("m.csv", "wireframe,prompt\n", "at least one row"),
        ("m.csv", "wireframe,prompt\na,b,c\n", "unknown column '.more cells"),
        ("m.csv", 'wireframe,prompt\na,"b', "line"),
        ("m.jsonl", "{broken", "line 1: not valid JSON"),
        ("m.jsonl", "[1]", "row 1: must be an object"),
        ("m.yaml", "a: b", "must be a list of rows, got dict"),
        ("m.yaml", "[unclosed", "not valid YAML"),
        ("m.txt", "", "must be a .csv"),
    ],
)
def test_files_that_are_no_manifest(tmp_path: Path, name: str, content: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(InputError, match=message):
        read_manifest(path, OrderRow)


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes("wireframe,prompt\na,Schön".encode("latin-1"))
    for name in ("missing.csv", "latin.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read_manifest(tmp_path / name, OrderRow)


def test_numbers_serve_as_ids_where_none_is_given(tmp_path: Path) -> None:
    rows = [{"image": "a.png", "wireframe": "w.png"}, {"image": "b.png", "wireframe": "w.png", "id": 7}]
    first, second = read_manifest(written(tmp_path, rows, ".jsonl"), ScoreRow)
    assert (first.id, second.id) == ("1", "7")
    assert second.order(tmp_path).image == tmp_path / "b.png"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1).filter(lambda t: t.strip()))
def test_any_prompt_survives_csv_and_jsonl(tmp_path_factory: pytest.TempPathFactory, prompt: str) -> None:
    folder = tmp_path_factory.mktemp("prompts")
    for suffix in (".csv", ".jsonl"):
        path = written(folder, [{"wireframe": "a.png", "prompt": escape(prompt)}], suffix)
        assert read_manifest(path, OrderRow)[0].prompt == prompt
