"""`review` as users call it, on a run that a tiny real model made."""

from __future__ import annotations

import json
from pathlib import Path

from tests.ui.conftest import Run


def test_verdicts_of_a_real_run(workplace: Path, model: Path, lineproof: Run) -> None:
    row = {"id": "a", "wireframe": "button.png", "prompt": "a blue button", "model": str(model), "steps": 1, "cfg": 1}
    (workplace / "rows.jsonl").write_text(json.dumps(row | {"seed": "1..2", "elements": []}))
    made = lineproof("batch", "rows.jsonl", "--out", "run", "--json")
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    none = lineproof("review", "agreement", "run")
    assert (none.exit_code, none.stderr) == (
        2, "lineproof: run must have verdicts of people, import them with `lineproof review import`; run has none\n"
    )  # fmt: skip
    verdicts = [
        {
            "id": line["id"], "seed": str(line["seed"]), "asset": Path(line["asset"]).name, "verdict": "bad",
            "reasons": ["control"], "note": "", "time": "2026-01-02T03:04:05.678Z",
        }
        for line in lines
    ]  # fmt: skip
    sheet = {"kind": "lineproof-review", "version": 1, "run": "run", "reviewer": "Ada", "verdicts": verdicts}
    (workplace / "review.json").write_text(json.dumps(sheet))
    first = lineproof("review", "import", "review.json", "--run", "run")
    assert (first.exit_code, first.stdout) == (0, "2 verdicts written to run, 0 were there already\n")
    again = lineproof("review", "import", "review.json", "--run", "run", "--json")
    assert json.loads(again.stdout) == {"new": 0, "known": 2, "outdated": 0}
    plain = lineproof("review", "agreement", "run")
    assert plain.exit_code == 0, plain.stderr
    assert plain.stdout.startswith("2 verdicts of 1 person on 2 assets\nany ")
    told = json.loads(lineproof("review", "agreement", "run", "--json").stdout)
    assert told["agreement"]["any"]["cases"] == 2
    report = lineproof("report", "run", "--out", "report.html", "--json")
    assert json.loads(report.stdout)["review"] == told
    assert 'id="people"' in (workplace / "report.html").read_text()


def test_a_wrong_call_is_one_line(workplace: Path, lineproof: Run) -> None:
    for arguments, words in (
        (("review", "import", "gone.json", "--run", "."), "gone.json cannot be read"),
        (("review", "import", "none.json", "--run", "."), "none.json: value"),
        (("review", "agreement", "gone"), "run must be the folder of a run, got gone"),
        (("review", "import"), "Missing argument 'FILE'"),
        (("review", "praise"), "No such command 'praise'"),
    ):
        result = lineproof(*arguments)
        assert (result.exit_code, result.stdout) == (2, ""), arguments
        assert result.stderr.count("\n") == 1
        assert words in result.stderr, result.stderr
