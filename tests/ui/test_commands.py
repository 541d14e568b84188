"""The commands' contract: JSON, exit statuses, files, help, and that help stays instant."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from PIL import Image

from tests.pipeline.conftest import drawing
from tests.ui.conftest import Run
from ui.cli import cli
from ui.reference import FILE, reference

REPOSITORY = Path(__file__).resolve().parents[2]
FAST = ("--steps", 2, "--cfg", 1, "--elements", "none.json")
HEAVY = {
    "sqlalchemy",
    "pyarrow",
    "torch",
    "cv2",
    "numpy",
    "PIL",
    "diffusers",
    "transformers",
    "easyocr",
    "pydantic",
    "rich",
    "gradio",
}


def check_card(card: dict[str, object]) -> None:
    assert card["version"] == 1
    assert card["verdict"] in {"passed", "failed", "unscored"}
    measurements = card["measurements"]
    assert isinstance(measurements, list)
    names = {item["name"] for item in measurements}
    assert {"control_f1_strict", "control_f1_1px", "control_f1_2px", "control_hd95_px", "text_ned"} <= names
    for item in measurements:
        assert set(item) == {"name", "value", "unit", "threshold", "verdict", "reason"}
        assert item["value"] is not None or (item["verdict"] == "unscored" and item["reason"])


def test_generate_prints_one_object_an_asset(workplace: Path, model: Path, lineproof: Run) -> None:
    result = lineproof(
        "generate", "button.png", "--prompt", "a blue button", "--model", model, *FAST, "--count", 2, "--seed", 4,
        "--text", "Save", "--out", "assets", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["seed"] for line in lines] == [4, 5]
    for line in lines:
        assert set(line) >= {
            "asset", "control_map", "wireframe", "prompt", "seed", "model", "conditioner", "seconds", "scores"
        }  # fmt: skip
        assert (line["wireframe"], line["prompt"]) == ("button.png", "a blue button")
        assert (line["model"], line["conditioner"]) == ("tiny", "canny")
        assert line["seconds"] > 0
        check_card(line["scores"])
        with Image.open(line["asset"]) as image:
            assert image.size == (75, 41)
    assert len(list((workplace / "assets").iterdir())) == 6


def test_generate_for_people(workplace: Path, model: Path, lineproof: Run) -> None:
    result = lineproof("generate", "button.png", "--prompt", "a [bold]blue[/bold] button", "--model", model, *FAST)
    assert result.exit_code == 0, result.stderr
    assert "out/button-tiny-canny-0-" in result.stdout
    assert "dark-on-light wireframe" in result.stdout
    assert "control_f1_1px" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("size", ["64x64", "120x33", "33x120"])
def test_size_is_the_size_of_asset_and_map(workplace: Path, model: Path, lineproof: Run, size: str) -> None:
    result = lineproof(
        "generate", "button.png", "--prompt", "a", "--model", model, *FAST, "--size", size, "--json"
    )  # fmt: skip
    line = json.loads(result.stdout)
    for key in ("asset", "control_map"):
        with Image.open(line[key]) as image:
            assert f"{image.width}x{image.height}" == size


def test_scale_zero_and_every_conditioner(workplace: Path, model: Path, lineproof: Run) -> None:
    for arguments in (("--scale", 0), ("--conditioner", "scribble"), ("--conditioner", "lineart")):
        result = lineproof("generate", "button.png", "--prompt", "a", "--model", model, *FAST, *arguments, "--json")
        assert result.exit_code == 0, result.stderr


def test_condition_saves_the_map_that_generate_uses(workplace: Path, model: Path, lineproof: Run) -> None:
    result = lineproof("condition", "button.png", "--conditioner", "scribble", "--out", "maps/map.png", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["size"], told["polarity"], told["polarity_forced"]) == ("75x41", "dark-on-light", False)
    made = lineproof(
        "generate", "button.png", "--prompt", "a", "--model", model, *FAST, "--conditioner", "scribble", "--json"
    )
    with Image.open("maps/map.png") as one, Image.open(json.loads(made.stdout)["control_map"]) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))
    plain = lineproof("condition", "button.png", "--polarity", "light-on-dark", "--out", "map.png")
    assert "light-on-dark (forced)" in plain.stdout


def test_score_of_any_image(workplace: Path, lineproof: Run) -> None:
    drawing(75, 41).convert("RGB").save("image.webp", lossless=True)
    result = lineproof(
        "score", "image.webp", "--wireframe", "button.png", "--elements", "none.json", "--prompt", "a button", "--json"
    )
    assert result.exit_code == 0, result.stderr
    card = json.loads(result.stdout)
    check_card(card)
    values = {item["name"]: item["value"] for item in card["measurements"]}
    assert values["control_f1_strict"] == pytest.approx(1.0)
    plain = lineproof("score", "image.webp", "--wireframe", "button.png", "--elements", "none.json")
    assert "control_f1_strict" in plain.stdout


def test_score_of_a_manifest_reports_failing_rows(workplace: Path, lineproof: Run) -> None:
    drawing(75, 41).save("good.png")
    rows = [
        {"id": "a", "image": "good.png", "wireframe": "button.png", "elements": "none.json"},
        {"id": "b", "image": "gone.png", "wireframe": "button.png"},
        {"image": "good.png", "wireframe": "button.png", "elements": [], "prompt": "a button", "text": "Save"},
    ]
    (workplace / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    result = lineproof("score", "--manifest", "rows.jsonl")
    assert result.exit_code == 1
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b", "3"]
    check_card(lines[0]["scores"])
    assert set(lines[0]) == {"id", "image", "scores"}
    assert "gone.png" in lines[1]["error"]
    assert result.stderr.count("\n") == 1
    (workplace / "rows.jsonl").write_text(json.dumps(rows[0]))
    assert lineproof("score", "--manifest", "rows.jsonl").exit_code == 0


def test_batch_reports_failing_rows_and_goes_on(workplace: Path, model: Path, lineproof: Run) -> None:
    rows = [
        {"id": "a", "wireframe": "button.png", "prompt": "blue", "model": str(model), "steps": 1, "elements": []},
        {"id": "b", "wireframe": "gone.png", "prompt": "blue", "model": str(model)},
    ]
    (workplace / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    first = lineproof("batch", "rows.jsonl", "--out", "run", "--json")
    assert first.exit_code == 1
    done, failed = (json.loads(line) for line in first.stdout.splitlines())
    assert done["id"] == "a"
    check_card(done["scores"])
    assert failed == {"id": "b", "error": "gone.png: the wireframe does not exist"}
    assert first.stderr == "lineproof: warning: row b failed: gone.png: the wireframe does not exist\n"
    drawing(75, 41).save("gone.png")
    second = lineproof("batch", "rows.jsonl", "--out", "run")
    assert second.exit_code == 0
    assert "(kept)" in second.stdout
    assert "2 assets in run" in second.stdout


def test_replay(workplace: Path, model: Path, lineproof: Run) -> None:
    made = lineproof("generate", "button.png", "--prompt", "a", "--model", model, *FAST, "--json")
    asset = json.loads(made.stdout)["asset"]
    result = lineproof("replay", asset, "--out", "again.png", "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["identical"], told["differing_pixels"], told["changes"]) == (True, 0, [])
    with Image.open(asset) as one, Image.open("again.png") as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))
        text, pixels = one.info["lineproof"], np.asarray(one).copy()
    pixels[0, 0, 0] ^= 1
    from pipeline.export import png_bytes

    Path(asset).write_bytes(png_bytes(pixels, {"lineproof": text}))
    differs = lineproof("replay", asset)
    assert differs.exit_code == 1
    assert "1 pixels differ, by at most 1 of 255" in differs.stdout


def test_models_lists_every_spec(lineproof: Run) -> None:
    lines = [json.loads(line) for line in lineproof("models", "--json").stdout.splitlines()]
    assert lines[0]["name"] == "embedded"
    assert {"sd15", "sdxl"} <= {line["name"] for line in lines}
    for line in lines:
        assert set(line) >= {"name", "source", "conditioners"}
        assert all(item["ready"] or item["missing"] for item in line["conditioners"])
    assert "stable-diffusion-v1-5" in lineproof("models").stdout


def test_an_unexpected_error_is_one_line_too(workplace: Path, lineproof: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    import pipeline.canvas

    def broken(*_: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(pipeline.canvas, "place_on_canvas", broken)
    result = lineproof("condition", "button.png", "--out", "map.png")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("lineproof: unexpected ZeroDivisionError: by zero")
    monkeypatch.setenv("LINEPROOF_DEBUG", "1")
    assert isinstance(lineproof("condition", "button.png", "--out", "map.png").exception, ZeroDivisionError)


def test_a_reader_that_stops_early_is_no_error() -> None:
    # `models` prints a line a model; the reader is gone before the first.
    call = f"{sys.executable} -m ui models | true"
    done = subprocess.run(["bash", "-c", call], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["--help"], ["generate", "--help"], ["score", "-h"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom ui.cli import cli\n"
        f"try:\n    cli({arguments!r})\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print('HEAVY', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert "Usage: " in done.stdout
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_python_m_ui_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ui", "--help"], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert done.stdout.startswith("Usage: lineproof [OPTIONS] COMMAND")


def test_every_command_and_option_has_help() -> None:
    for name, command in cli.commands.items():
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{name} {parameter.name}"


def test_the_reference_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == reference(), "run: python -m ui.reference"


def test_bars_go_to_the_terminal_and_results_to_the_pipe(workplace: Path, model: Path) -> None:
    import os
    import pty

    master, terminal = pty.openpty()
    call = [
        sys.executable, "-m", "ui", "generate", "button.png", "--prompt", "blue", "--model", str(model),
        *map(str, FAST),
    ]  # fmt: skip
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "TERM": "xterm", "COLUMNS": "80"}
    with (workplace / "stdout.txt").open("w") as stdout:
        process = subprocess.Popen(call, stdout=stdout, stderr=terminal, env=environment)
    os.close(terminal)
    shown = b""
    # The terminal must be read while the command runs, for its buffer is small.
    with os.fdopen(master, "rb", buffering=0) as screen:
        while True:
            try:
                part = screen.read(65536)
            except OSError:  # a closed terminal reads as an input/output error on Linux
                break
            if not part:
                break
            shown += part
    assert process.wait() == 0
    printed = (workplace / "stdout.txt").read_text()
    assert b"assets" in shown
    assert b"steps" in shown
    assert b"control_f1_1px" not in shown
    assert printed.startswith("out/button-tiny-canny-0-")
    assert "control_f1_1px" in printed
