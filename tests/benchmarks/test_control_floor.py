"""The comparison of control with no control, on a tiny real model and on numbers."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.control_floor import METRICS, Pair, measure, summarise, table
from conditioners.errors import InputError
from pipeline.manifest import OrderRow
from pipeline.metadata import read_metadata
from pipeline.run import Studio
from tests.pipeline.tiny_models import build


def _row(samples: Path, name: str, **columns: object) -> OrderRow:
    return OrderRow.model_validate({"id": name, "wireframe": f"{name}.png", "prompt": "a blue button"} | columns)


def test_an_order_is_made_twice_with_one_seed(tmp_path: Path, samples: Path) -> None:
    model = build(tmp_path / "model")
    row = _row(samples, "star-icon", model=str(model), steps=1, cfg=1.0, seed=5, scale=0.8, count=3, elements=[])
    pairs = list(measure([row], samples, tmp_path / "out", Studio(device="cpu")))
    assert {pair.id for pair in pairs} == {"star-icon"}
    assert {pair.metric for pair in pairs} <= set(METRICS)
    seeds, scales = [], []
    for folder in ("controlled", "floor"):
        (asset,) = (path for path in (tmp_path / "out" / folder).glob("*.png") if not path.name.endswith(".map.png"))
        request = read_metadata(asset).request
        seeds.append(request.seed)
        scales.append(request.scale)
        with Image.open(asset) as picture:
            assert picture.size == (96, 96)
    assert seeds == [5, 5]
    assert scales == [0.8, 0.0]


def test_an_order_that_cannot_be_made_stops_the_benchmark(tmp_path: Path, samples: Path) -> None:
    row = _row(samples, "no-such-wireframe")
    with pytest.raises(InputError, match="no-such-wireframe"):
        list(measure([row], samples, tmp_path, Studio(device="cpu")))


def test_summaries_are_means_over_the_orders() -> None:
    pairs = [
        Pair(id="a", metric="control_f1_1px", controlled=0.9, floor=0.3),
        Pair(id="b", metric="control_f1_1px", controlled=0.7, floor=0.8),
        Pair(id="a", metric="control_hd95_px", controlled=2.0, floor=9.0),
    ]
    f1, hd = summarise(pairs)
    assert (f1.metric, f1.orders, f1.higher) == ("control_f1_1px", 2, 1)
    assert f1.controlled == pytest.approx(0.8)
    assert f1.floor == pytest.approx(0.55)
    assert hd.higher == 0
    assert table((f1, hd)).splitlines()[2] == "| `control_f1_1px` | 2 | 0.800 | 0.550 | 1 of 2 |"


def test_a_wrong_manifest_is_one_line(tmp_path: Path, repository: Path) -> None:
    command = [sys.executable, "-m", "benchmarks", "--manifest", str(tmp_path / "none.csv")]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
