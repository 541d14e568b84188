"""Grids: how many rows a row stands for, and that their ids stay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from pipeline.manifest import OrderRow, read_manifest
from pipeline.manifest_grid import MAX_ID, expand

ROW = {"wireframe": "a.png", "prompt": "a button"}


def grid(**cells: Any) -> list[dict[str, Any]]:
    return list(expand(ROW | cells, "7"))


@pytest.mark.parametrize(
    ("cells", "column", "values"),
    [
        ({"seed": "1..4"}, "seed", [1, 2, 3, 4]),
        ({"seed": "3..3"}, "seed", [3]),
        ({"seed": "0..10..5"}, "seed", [0, 5, 10]),
        ({"seed": "1..3, 9"}, "seed", [1, 2, 3, 9]),
        ({"seed": [4, "6..7"]}, "seed", [4, 6, 7]),
        ({"seed": "[1, 5]"}, "seed", [1, 5]),
        ({"seed": "9223372036854775806..9223372036854775807"}, "seed", [2**63 - 2, 2**63 - 1]),
        ({"scale": "0..1..0.25"}, "scale", [0, 0.25, 0.5, 0.75, 1]),
        ({"scale": "0.3..0.6..0.1"}, "scale", [0.3, 0.4, 0.5, 0.6]),
        ({"scale": [0.5, 1.0]}, "scale", [0.5, 1]),
        ({"conditioner": "canny, scribble"}, "conditioner", ["canny", "scribble"]),
        ({"size": "64x48,96x72"}, "size", ["64x48", "96x72"]),
        ({"model": ["embedded", "a,b.yaml"]}, "model", ["embedded", "a,b.yaml"]),
        ({"prompt": ["x, y", "z"]}, "prompt", ["x, y", "z"]),
        ({"prompt": '["x", "z"]'}, "prompt", ["x", "z"]),
        ({"prompt": "a {b|c}"}, "prompt", ["a b", "a c"]),
        ({"prompt": "[a, broken list"}, "prompt", ["[a, broken list"]),
        ({"prompt": r"\{a|b}"}, "prompt", ["{a|b}"]),
        ({"wireframe": ["a.png", "b/c.svg"]}, "wireframe", ["a.png", "b/c.svg"]),
    ],
)
def test_the_values_of_a_cell(cells: dict[str, Any], column: str, values: list[Any]) -> None:
    rows = grid(**cells)
    assert [row[column] for row in rows] == values
    assert [type(row[column]) for row in rows] == [type(value) for value in values]


def test_a_plain_row_stays_as_it_is() -> None:
    row = ROW | {"id": "x", "seed": "3", "scale": 0.5, "conditioner": "canny", "model": "a b", "count": 4}
    assert list(expand(row, "x")) == [row]


def test_ids_say_what_was_crossed() -> None:
    rows = grid(
        wireframe=["a.png", "sub/b.png"], prompt="a {red|dark blue} {plain}", conditioner="canny,scribble", seed="1..2"
    )
    ids = [row["id"] for row in rows]
    assert len(ids) == 16
    assert ids[0] == "7-a-red-canny-seed1"
    assert ids[-1] == "7-sub-b-dark-blue-scribble-seed2"
    long = grid(prompt=["x" * 300, "X" * 300, "x" * 300 + "y"], scale=[0.5, 1])
    assert len({row["id"] for row in long}) == 6
    assert all(len(row["id"]) <= MAX_ID for row in long)


def test_text_and_tags_follow_the_prompt() -> None:
    rows = grid(
        prompt='a {red|blue} "{Save|Go}"', text=["{Save|Go}", "{x|y}"], tags='["colour={red|blue}"]', elements="e.json"
    )
    assert [(row["text"], row["tags"]) for row in rows] == [
        (["Save", "{x|y}"], ["colour=red"]),
        (["Go", "{x|y}"], ["colour=red"]),
        (["Save", "{x|y}"], ["colour=blue"]),
        (["Go", "{x|y}"], ["colour=blue"]),
    ]


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"seed": "8..1"}, "seed must be a range that goes up, low..high or low..high..step, got '8..1'"),
        ({"scale": "0..1..0"}, "scale must be a range that goes up"),
        ({"seed": "0..99999999"}, "at most 100000 rows in all, got 100000000 more from seed '0..99999999'"),
        ({"seed": "1..1000", "scale": "0..2..0.01"}, "at most 100000 rows in all, got 201000 more from this one"),
        (
            {"prompt": "{a|b}" * 60},
            "at most 100000 rows in all, got 1152921504606846976 more from the prompt's alternatives",
        ),
        ({"prompt": []}, "prompt must list at least one value"),
        ({"scale": "0.5, 1, 1.0"}, "scale must not hold a value twice, got 1 again"),
        ({"prompt": "{a|a}"}, "prompt must not hold a value twice, got 'a' again"),
        ({"prompt": "{a|b"}, "must be closed"),
        ({"seed": "1..4", "count": "2"}, "count must not be given with several seeds, got 2"),
        ({"wireframe": ["a.png", "b.png"], "elements": "e.json"}, "elements must not be given with several wireframes"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(cells: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        grid(**cells)
    assert message in str(caught.value)


AXES = st.fixed_dictionaries(
    {},
    optional={
        "wireframe": st.lists(st.sampled_from(["a.png", "a/b.png", "a-b.png", "c.svg"]), min_size=1, unique=True),
        "prompt": st.lists(st.sampled_from(["x", "X", "x y", "x-y", "é", "{a|b} c", ""]), min_size=1, unique=True),
        "conditioner": st.lists(st.sampled_from(["canny", "scribble"]), min_size=1, unique=True),
        "scale": st.lists(st.sampled_from([0, 0.5, 1, 1.5]), min_size=1, unique=True),
        "seed": st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=4, unique=True),
    },
)


@given(AXES)
def test_every_combination_has_an_id_of_its_own(cells: dict[str, list[Any]]) -> None:
    rows = grid(**cells)
    expected = 1
    for name, values in cells.items():
        expected *= sum(1 + (name == "prompt" and "{" in str(value)) for value in values)
    assert len(rows) == expected
    assert len({row.get("id", "7") for row in rows}) == expected
    assert rows == grid(**cells), "deterministic"


@given(st.lists(st.integers(0, 99), min_size=2, max_size=6, unique=True), st.randoms(use_true_random=False))
def test_a_grid_that_grows_keeps_its_ids(seeds: Sequence[int], random: Any) -> None:
    mixed = list(seeds)
    random.shuffle(mixed)
    before = {row["id"]: row["seed"] for row in grid(seed=list(seeds[:-1]), scale=[1])}
    after = {row["id"]: row["seed"] for row in grid(seed=mixed, scale=[0.5, 1])}
    assert before.items() <= after.items()


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".yaml"])
def test_the_same_grid_in_every_format(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"grid{suffix}"
    if suffix == ".csv":
        path.write_text('wireframe,prompt,seed,scale\na.png,"a {red|blue} button",1..2,"0.5,1"\n')
    elif suffix == ".jsonl":
        path.write_text(json.dumps(ROW | {"prompt": "a {red|blue} button", "seed": "1..2", "scale": [0.5, 1]}))
    else:
        path.write_text("- {wireframe: a.png, prompt: 'a {red|blue} button', seed: 1..2, scale: [0.5, 1]}")
    rows = read_manifest(path, OrderRow)
    assert [row.id for row in rows] == [
        f"1-{colour}-scale{scale}-seed{seed}" for colour in ("red", "blue") for scale in ("0.5", "1") for seed in (1, 2)
    ]


def test_all_rows_together_are_limited(tmp_path: Path) -> None:
    path = tmp_path / "grid.csv"
    path.write_text("wireframe,prompt,seed\n" + "a.png,x,0..59999\n" * 2)
    with pytest.raises(InputError, match="at most 100000 rows in all, got 60000 more from seed"):
        read_manifest(path, OrderRow)
