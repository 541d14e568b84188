"""`sweep` and `report` as users call them, on a tiny real model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.ui.conftest import Run


@pytest.fixture
def swept(workplace: Path, model: Path, lineproof: Run) -> dict[str, object]:
    """What a small sweep prints."""
    result = lineproof(
        "sweep", "button.png", "--prompt", "a <b>blue</b> button", "--model", model, "--steps", 1, "--cfg", 1,
        "--elements", "none.json", "--scale", "1,0", "--seeds", 2, "--out", "run", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return dict(json.loads(result.stdout))


def test_a_sweep_is_a_run_that_report_reads(
    swept: dict[str, object], workplace: Path, model: Path, lineproof: Run
) -> None:
    scales = swept["scales"]
    assert isinstance(scales, list)
    assert [one["scale"] for one in scales] == [0.0, 1.0]
    assert all(one["control_adherence"]["count"] == 2 for one in scales)
    assert swept["recommended_scale"] in (0.0, 1.0)
    assert (workplace / "run" / "sweep.html").read_text().startswith("<!doctype html>")
    result = lineproof("report", "run", "--out", "report.html", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["assets"], told["errors"], told["wireframes"]) == (4, 0, 1)
    assert set(told["groups"]["scale"]) == {"0", "1"}
    page = (workplace / "report.html").read_text()
    assert "<b>blue</b>" not in page
    # Two runs, the second the first again; and a run with a row that fails.
    again = lineproof("report", "run", "run", "--json")
    assert json.loads(again.stdout)["comparison"]["pairs"] == 4
    row = {"id": "bad", "wireframe": "gone.png", "prompt": "x", "model": str(model), "count": 3}
    (workplace / "rows.jsonl").write_text(json.dumps(row))
    assert lineproof("batch", "rows.jsonl", "--out", "run").exit_code == 1
    assert json.loads(lineproof("report", "run", "--json").stdout)["errors"] == 3
    Image.new("L", (75, 41), 255).save("gone.png")
    plain = lineproof("report", "run", "--out", "report.html")
    assert plain.exit_code == 0
    assert plain.stdout.splitlines()[-1] == "report.html"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("report", "gone", "--json"), "run must be the folder of a run, got gone"),
        (("report", ".", "--json"), "run must be a folder that holds assets"),
        (("report", "."), "needs --out FILE.html or --json"),
        (("report", ".", "--out", "a.pdf"), "must be a .html file, got a.pdf"),
        (("sweep", "button.png", "--prompt", "x", "--scale", "1", "--out", "run"), "2 to 41 different numbers"),
        (("sweep", "button.png", "--prompt", "x", "--scale", "0,9", "--out", "run"), "scale must be"),
        (("sweep", "gone.png", "--prompt", "x", "--out", "run"), "gone.png: the wireframe does not exist"),
        (("sweep", "button.png", "--prompt", "x", "--model", "no", "--out", "run"), "model"),
    ],
)
def test_a_wrong_call_is_one_line_and_writes_nothing(
    workplace: Path, lineproof: Run, arguments: tuple[str, ...], words: str
) -> None:
    before = sorted(workplace.iterdir())
    result = lineproof(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert words in result.stderr
    assert sorted(workplace.iterdir()) == before
