"""Deliveries of a real asset: sizes, transparency, what each file says of itself, and the command that remakes it."""

from __future__ import annotations

import io
import json
import shlex
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from conditioners.errors import InputError
from pipeline.command_line import command_line
from pipeline.delivery import EXPORT_KEY, deliver, deliver_pngs, enlarge
from pipeline.metadata import AssetMetadata, read_metadata
from pipeline.order import AssetOrder, prepare
from pipeline.run import AssetFiles, Studio
from tests.pipeline.conftest import drawing
from ui.commands.generate import generate

PROMPT = """a "blue" button; it's $HOME & `rm -rf /`\n--seed 9"""


@pytest.fixture(scope="module")
def order(sd_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AssetOrder:
    wireframe = tmp_path_factory.mktemp("drawing") / "a button.png"
    drawing(75, 41).save(wireframe)
    return AssetOrder(
        wireframe=wireframe,
        prompt=PROMPT,
        negative="-blurry",
        model=str(sd_folder),
        seed=5,
        steps=1,
        cfg=1.5,
        scale=0.7,
        control_end=0.9,
        texts=("Save", "-draft"),
        elements=(),
        low=80,
        polarity="dark-on-light",
    )


@pytest.fixture(scope="module")
def made(order: AssetOrder, tmp_path_factory: pytest.TempPathFactory) -> AssetFiles:
    studio = Studio(device="cpu")
    (finished,) = studio.run(studio.prepare(order), tmp_path_factory.mktemp("out"))
    return finished.files


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_the_plain_file_is_delivered_byte_for_byte(made: AssetFiles) -> None:
    (file,) = deliver_pngs(made.asset, made.control_map)
    assert file.data == made.asset.read_bytes()
    assert file.name == made.asset.name


def test_scales_have_exact_sizes_and_say_that_they_were_resampled(made: AssetFiles) -> None:
    one, two, three = deliver_pngs(made.asset, made.control_map, (3, 1, 2))
    assert [opened(file.data).size for file in (one, two, three)] == [(75, 41), (150, 82), (225, 123)]
    assert two.name == f"{made.asset.stem}@2x.png"
    info = opened(two.data).info
    told = json.loads(info[EXPORT_KEY])
    assert told == {"of": made.asset.name, "scale": 2, "transparent": False, "resampled": "lanczos3"}
    assert round(info["dpi"][0]) == 144
    assert "parameters" not in info


def test_a_transparent_background_is_cut_along_the_outline(made: AssetFiles) -> None:
    one, two = deliver_pngs(made.asset, made.control_map, (1, 2), transparent=True)
    for file, size in ((one, (75, 41)), (two, (150, 82))):
        image = opened(file.data)
        assert (image.mode, image.size) == ("RGBA", size)
        alpha = np.asarray(image.getchannel("A"))
        assert alpha[0, 0] == 0
        assert alpha[alpha.shape[0] // 2, alpha.shape[1] // 2] == 255


@pytest.mark.parametrize("scales", [(), (0,), (4,), (1, 5)])
def test_other_scales_are_refused(scales: tuple[int, ...], made: AssetFiles) -> None:
    with pytest.raises(InputError, match="scales must be one or more of 1, 2, 3"):
        deliver_pngs(made.asset, made.control_map, scales)


def test_the_zip_holds_all_that_belongs_to_the_asset(made: AssetFiles, order: AssetOrder) -> None:
    scores: dict[str, Any] = json.loads(made.scores.read_text())["scores"]
    data = deliver(made.asset, made.control_map, scores, order.wireframe, (1, 2), transparent=False)
    assert data == deliver(made.asset, made.control_map, scores, order.wireframe, (2, 1), transparent=False)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        stem = made.asset.stem
        assert names == {
            f"{stem}.png", f"{stem}@2x.png", "control-map.png", "wireframe.png", "metadata.json", "scores.json",
            "command.txt",
        }  # fmt: skip
        assert json.loads(archive.read("scores.json")) == scores
        metadata = AssetMetadata.model_validate_json(archive.read("metadata.json"))
        assert metadata == read_metadata(made.asset)
        assert archive.read("command.txt").decode().strip() == command_line(metadata, "wireframe.png")


def parsed(command: str) -> dict[str, Any]:
    """The command's parameters, as a shell and the command line itself read them."""
    shown = subprocess.run(["sh", "-c", f'printf "%s\\0" {command}'], capture_output=True, check=True).stdout.decode()
    words = shown.split("\0")[:-1]
    assert words[:2] == ["lineproof", "generate"]
    return generate.make_context("generate", words[2:]).params


def test_the_command_orders_the_very_same_asset(made: AssetFiles, order: AssetOrder) -> None:
    metadata = read_metadata(made.asset)
    given = parsed(command_line(metadata, str(order.wireframe)))
    again = AssetOrder(
        **{name: given[name] for name in (
            "wireframe", "prompt", "negative", "conditioner", "model", "seed", "count", "scale", "steps", "cfg",
            "control_start", "control_end", "texts", "polarity", "low", "high",
        )}
    )  # fmt: skip
    assert prepare(again).requests[0].digest() == metadata.digest
    assert again.texts == order.texts


@given(
    prompt=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip),
    texts=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1), max_size=2),
)
def test_no_text_escapes_its_quotes(prompt: str, texts: list[str], made: AssetFiles) -> None:
    metadata = read_metadata(made.asset)
    changed = metadata.model_copy(
        update={"request": metadata.request.model_copy(update={"prompt": prompt}), "texts": tuple(texts)}
    )
    words = shlex.split(command_line(changed, "-a.png"))
    given_ = generate.make_context("generate", words[2:]).params
    assert (given_["prompt"], given_["texts"], str(given_["wireframe"])) == (prompt, tuple(texts), "-a.png")


def test_enlarging_keeps_hidden_colours_out_of_sight() -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, :4] = (200, 10, 10, 255)
    pixels[:, 4:] = (0, 255, 0, 0)
    large = enlarge(pixels, 3)
    seen = large[large[..., 3] > 16]
    assert large.shape == (24, 24, 4)
    assert np.abs(seen[:, :3].astype(int) - (200, 10, 10)).max() <= 2
