"""`lineproof users` and `condition --lint` as users call them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from PIL import Image, ImageDraw

from pipeline.users import verify
from tests.ui.conftest import Run
from ui.cli import cli

PASSWORD = "a long password"


def test_users_are_added_listed_and_removed(workplace: Path, lineproof: Run) -> None:
    for name in ("bob", "ada"):
        done = CliRunner().invoke(cli, ["users", "add", name, "--password-stdin"], input=f"{PASSWORD}\n")
        assert done.exit_code == 0, done.output
    assert verify(workplace / "users.json", "ada", PASSWORD)
    assert lineproof("users", "list").stdout.split() == ["ada", "bob"]
    asked = CliRunner().invoke(cli, ["users", "add", "ada"], input="another password\nanother password\n")
    assert asked.exit_code == 0
    assert "changed the password of ada" in asked.stdout
    assert PASSWORD not in asked.output
    assert lineproof("users", "remove", "ada").exit_code == 0
    assert lineproof("users", "list").stdout.split() == ["bob"]


def test_a_wrong_call_is_one_line_and_status_2(workplace: Path, lineproof: Run) -> None:
    short = CliRunner().invoke(cli, ["users", "add", "ada", "--password-stdin"], input="short\n")
    assert (short.exit_code, short.stderr.count("\n")) == (2, 1)
    assert not (workplace / "users.json").exists()
    missing = lineproof("users", "list")
    assert (missing.exit_code, missing.stderr.count("\n")) == (2, 1)
    open_door = lineproof("app", "--host", "0.0.0.0")
    assert open_door.exit_code == 2
    assert "unless there is a login" in open_door.stderr
    assert not (workplace / ".lineproof").exists()


def test_lint_remarks_on_the_drawing_and_still_writes_the_map(workplace: Path, lineproof: Run) -> None:
    image = Image.new("L", (120, 60), 255)
    ImageDraw.Draw(image).rectangle((10, 10, 109, 49), outline=0)
    image.save(workplace / "thin.png")
    told = lineproof("condition", "thin.png", "--out", "map.png", "--lint")
    assert told.exit_code == 0
    assert "thin-strokes" in told.stderr
    assert (workplace / "map.png").exists()
    as_json = json.loads(lineproof("condition", "thin.png", "--out", "map.png", "--lint", "--json").stdout)
    assert [remark["rule"] for remark in as_json["remarks"]] == ["thin-strokes"]
    assert "remarks" not in json.loads(lineproof("condition", "thin.png", "--out", "map.png", "--json").stdout)
