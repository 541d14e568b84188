"""The table of bad input: each row through the real command gives exit status 2, one line, and no file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui import bad_files
from tests.ui.conftest import Run

GOOD = ("generate", "button.png", "--prompt", "a blue button")
REPOSITORY = Path(__file__).resolve().parents[2]

WIREFRAMES: dict[str, tuple[str, Callable[[Path], None] | None, str]] = {
    "missing file": ("w.png", None, "w.png"),
    "directory": ("w.png", bad_files.directory, "directory"),
    "text named .png": ("w.png", bad_files.text_named_png, "text file"),
    "0 bytes": ("w.png", bad_files.empty, "0 bytes"),
    "truncated": ("w.png", bad_files.truncated, "truncated"),
    "1x1": ("w.png", bad_files.one_pixel, "got 1x1"),
    "20000x20000": ("w.png", bad_files.too_large, "got 20000x20000"),
    "CMYK JPEG": ("w.jpg", bad_files.cmyk, "CMYK"),
    "animated WebP": ("w.webp", bad_files.animated, "animation"),
    "GIF": ("w.gif", bad_files.gif, "GIF"),
    "SVG with script": ("w.svg", bad_files.svg_script, "script"),
    "SVG with external entity": ("w.svg", bad_files.svg_entity, "w.svg"),
    "SVG with external image": ("w.svg", bad_files.svg_image, "w.svg"),
    "SVG that is no XML": ("w.svg", bad_files.svg_broken, "w.svg"),
    "blank image": ("w.png", bad_files.blank, "blank"),
    "wholly transparent image": ("w.png", bad_files.transparent, "blank"),
}

CALLS: dict[str, tuple[tuple[str, ...], str]] = {
    "unknown conditioner": ((*GOOD, "--conditioner", "depth"), "conditioner must be one of canny, scribble, lineart"),
    "unknown model": ((*GOOD, "--model", "dalle"), "model must be one of embedded"),
    "model not on this machine": ((*GOOD, "--model", "sd15"), "lineproof models --download sd15"),
    "model spec missing": ((*GOOD, "--model", "gone.yaml"), "gone.yaml cannot be read"),
    "ControlNet missing": ((*GOOD, "--model", "sdxl", "--conditioner", "lineart"), "no ControlNet for conditioner"),
    "size too small": ((*GOOD, "--size", "8x64"), "got 8x64"),
    "size too large": ((*GOOD, "--size", "64x5000"), "got 64x5000"),
    "size that is no size": ((*GOOD, "--size", "big"), "got 'big'"),
    "empty prompt": (("generate", "button.png", "--prompt", ""), "prompt must not be empty"),
    "prompt of blanks": (("generate", "button.png", "--prompt", " \n\t"), "prompt must not be empty"),
    "endless prompt": (("generate", "button.png", "--prompt", "x" * 20_001), "at most 20000 characters, got 20001"),
    "no prompt": (("generate", "button.png"), "--prompt"),
    "no steps": ((*GOOD, "--steps", "0"), "steps must be a whole number from 1 to 150, got 0"),
    "too many steps": ((*GOOD, "--steps", "151"), "got 151"),
    "steps that are no number": ((*GOOD, "--steps", "few"), "'few' is not a valid integer"),
    "scale out of range": ((*GOOD, "--scale", "-0.1"), "scale must be a number from 0 to 2, got -0.1"),
    "scale nan": ((*GOOD, "--scale", "nan"), "got nan"),
    "cfg infinite": ((*GOOD, "--cfg", "inf"), "got inf"),
    "negative seed": ((*GOOD, "--seed", "-1"), "seed must be"),
    "seed too large": ((*GOOD, "--seed", str(2**63)), "seed must be"),
    "control that ends before it starts": (
        (*GOOD, "--control-start", "0.8", "--control-end", "0.2"),
        "control_start must be less than control_end, got 0.8 and 0.2",
    ),
    "empty text": ((*GOOD, "--text", " "), "text must not be empty"),
    "no images": ((*GOOD, "--count", "0"), "count must be"),
    "thresholds out of order": ((*GOOD, "--low", "200", "--high", "100"), "got 200/100"),
    "unknown polarity": ((*GOOD, "--polarity", "sideways"), "polarity must be one of"),
    "unknown device": ((*GOOD, "--model", "MODEL", "--device", "tpu"), "device must be auto, cpu or cuda, got 'tpu'"),
    "batch size": ((*GOOD, "--model", "MODEL", "--batch-size", "0"), "batch_size must be"),
    "elements missing": ((*GOOD, "--elements", "gone.json"), "gone.json"),
    "elements with a typo": ((*GOOD, "--elements", "typo.json"), "typo.json"),
    "elements outside": ((*GOOD, "--elements", "outside.json"), "box must"),
    "output folder is a file": ((*GOOD, "--model", "MODEL", "--out", "button.png"), "cannot be written to"),
    "output folder below a file": ((*GOOD, "--model", "MODEL", "--out", "button.png/x"), "cannot be written to"),
    "unwritable output folder": ((*GOOD, "--model", "MODEL", "--out", "/proc/lineproof"), "cannot be written to"),
    "condition without .png": (("condition", "button.png", "--out", "map.jpg"), "out must name a .png file"),
    "condition unwritable": (("condition", "button.png", "--out", "/proc/lineproof/map.png"), "cannot be written to"),
    "condition unknown": (("condition", "button.png", "--conditioner", "x", "--out", "map.png"), "conditioner must be"),
    "score without wireframe": (("score", "button.png"), "--wireframe"),
    "score of nothing": (("score",), "--manifest"),
    "score of a missing image": (("score", "gone.png", "--wireframe", "button.png"), "gone.png"),
    "score of a text file": (("score", "none.json", "--wireframe", "button.png"), "none.json"),
    "score of another size": (("score", "small.png", "--wireframe", "button.png"), "must have the wireframe's size"),
    "score with both": (("score", "small.png", "--manifest", "m.csv"), "takes the place of"),
    "score manifest with a prompt": (("score", "--manifest", "m.csv", "--prompt", "a"), "takes the place of"),
    "replay of a foreign image": (("replay", "button.png"), "has no 'lineproof' metadata"),
    "replay of nothing": (("replay", "gone.png"), "does not exist"),
    "replay of a folder": (("replay", "."), "must be a PNG file"),
    "replay of no PNG": (("replay", "none.json"), "cannot be read as a PNG"),
    "batch of nothing": (("batch", "gone.csv", "--out", "run"), "gone.csv cannot be read"),
    "batch with an unknown column": (("batch", "column.csv", "--out", "run"), "unknown column 'colour'"),
    "batch on an unknown device": (("batch", "good.csv", "--out", "run", "--device", "tpu"), "got 'tpu'"),
    "batch into a file": (("batch", "good.csv", "--out", "button.png"), "cannot be written to"),
    "unknown model to download": (("models", "--download", "dalle"), "model must be one of"),
    "no command": ((), "a command must be given"),
    "unknown command": (("paint",), "No such command 'paint'"),
    "unknown option": ((*GOOD, "--colour", "blue"), "No such option"),
    "unknown group option": (("--colour", "blue"), "No such option"),
}


@pytest.fixture
def scene(workplace: Path) -> Path:
    """What the calls of the table refer to."""
    from tests.pipeline.conftest import drawing

    drawing(40, 40).save(workplace / "small.png")
    (workplace / "typo.json").write_text('[{"kind": "text", "bix": [0, 0, 5, 5]}]')
    (workplace / "outside.json").write_text('[{"kind": "text", "box": [0, 0, 500, 5]}]')
    (workplace / "column.csv").write_text("wireframe,prompt,colour\nbutton.png,a button,blue\n")
    (workplace / "good.csv").write_text("wireframe,prompt\nbutton.png,a button\n")
    return workplace


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check(status: int, stdout: str, stderr: str, expected: str) -> None:
    assert status == 2, stderr
    assert stdout == ""
    assert stderr.startswith("lineproof: ")
    assert stderr.count("\n") == 1, stderr
    assert stderr.endswith("\n")
    assert expected in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("name", WIREFRAMES)
@pytest.mark.parametrize("command", ["generate", "condition"])
def test_wireframes_that_cannot_be_used(command: str, name: str, scene: Path, model: Path, lineproof: Run) -> None:
    file, make, expected = WIREFRAMES[name]
    if make is not None:
        make(scene / file)
    before = files(scene)
    rest = ("--prompt", "a button", "--model", model) if command == "generate" else ()
    result = lineproof(command, file, *rest, "--out", "out" if command == "generate" else "out/map.png")
    check(result.exit_code, result.stdout, result.stderr, expected)
    assert files(scene) == before
    assert not (scene / "out").exists()


@pytest.mark.parametrize("name", CALLS)
def test_calls_that_are_wrong(name: str, scene: Path, model: Path, lineproof: Run) -> None:
    arguments, expected = CALLS[name]
    before = files(scene)
    result = lineproof(*(model if argument == "MODEL" else argument for argument in arguments))
    check(result.exit_code, result.stdout, result.stderr, expected)
    assert files(scene) == before
    assert not (scene / "out").exists()
    assert not (scene / "run").exists()


@pytest.mark.parametrize("name", ["empty prompt", "unknown model", "unwritable output folder", "unknown option"])
def test_the_same_in_a_process_of_its_own(name: str, scene: Path, model: Path) -> None:
    arguments, expected = CALLS[name]
    before = files(scene)
    done = subprocess.run(
        [sys.executable, "-m", "ui", *(str(model) if a == "MODEL" else a for a in arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"},
    )
    check(done.returncode, done.stdout, done.stderr, expected)
    assert files(scene) == before


def test_a_prompt_beyond_the_tokenizer_is_cut_and_told(scene: Path, model: Path, lineproof: Run) -> None:
    """10,000 characters are no error: the asset is made, and stderr, JSON and metadata say what was dropped."""
    import json

    from pipeline.metadata import read_metadata

    prompt = "blue " * 2000
    result = lineproof(
        "generate", "button.png", "--prompt", prompt, "--model", model, "--steps", 1, "--cfg", 1, "--count", 2,
        "--elements", "none.json", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    # A token per letter, start and end, and 77 places.
    dropped = 4 * 2000 + 2 - 77
    message = f"prompt is longer than the model's tokenizer takes: the last {dropped} tokens were dropped"
    assert result.stderr == f"lineproof: warning: {message}\n"
    for line in result.stdout.splitlines():
        told = json.loads(line)
        assert told["warnings"] == [message]
        assert read_metadata(Path(told["asset"])).environment.dropped_tokens == dropped
