"""The measured scale of control adherence, and images from elsewhere: their likely scale, their overlay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conditioners.errors import InputError
from conditioners.wireframe import load_wireframe
from pipeline.bounds import measure_bounds, round_trip
from pipeline.digests import scoring_digest
from pipeline.evaluate import ScoreOrder, score_image, scoring_request, write_overlay
from pipeline.export import png_bytes
from pipeline.order import AssetOrder
from pipeline.run import Studio
from scoring.control import control_adherence


@pytest.fixture(scope="module")
def studio() -> Studio:
    """Loads models and scorer once for this file."""
    return Studio(device="cpu", floor=True)


def order_for(wireframe: Path, model: Path) -> AssetOrder:
    return AssetOrder(wireframe=wireframe, prompt="a blue button", model=str(model), steps=2, cfg=1.0, elements=())


def test_a_floor_puts_adherence_between_no_control_and_the_autoencoder(
    studio: Studio, button: Path, sd_folder: Path, tmp_path: Path
) -> None:
    prepared = studio.prepare(order_for(button, sd_folder))
    (item,) = studio.run(prepared, tmp_path / "out")
    headline = item.scores.measurement("control_adherence")
    assert "the same request at scale 0; the wireframe after the model's autoencoder" in headline.reason
    bounds = measure_bounds(studio.model(prepared), item.asset.request, prepared.wireframe)
    f1 = item.scores.measurement("control_f1_1px").value
    assert f1 is not None
    if bounds.floor < bounds.ceiling:
        assert headline.value == pytest.approx(control_adherence(f1, bounds.floor, bounds.ceiling), abs=1e-6)
    else:
        assert headline.value is None
    assert scoring_digest(prepared, floor=True) != scoring_digest(prepared)


def test_the_autoencoder_s_round_trip_keeps_the_extent(studio: Studio, button: Path, sd_folder: Path) -> None:
    prepared = studio.prepare(order_for(button, sd_folder))
    pixels = prepared.wireframe.pixels
    decoded = round_trip(studio.model(prepared), pixels)
    assert (decoded.shape, decoded.dtype) == (pixels.shape, np.uint8)


def test_an_image_of_another_size_is_refused_with_its_likely_scale(
    studio: Studio, button: Path, tmp_path: Path
) -> None:
    drawing = load_wireframe(button).pixels
    large = tmp_path / "large.png"
    large.write_bytes(png_bytes(np.ascontiguousarray(drawing.repeat(2, axis=0).repeat(2, axis=1))))
    with pytest.raises(InputError, match=r"size 75x41, got 150x82: its lines fit the wireframe's at 2x; --fit"):
        score_image(ScoreOrder(image=large, wireframe=button), studio.scorer)


def test_an_overlay_is_written_beside_the_scores(studio: Studio, button: Path, tmp_path: Path) -> None:
    request = scoring_request(ScoreOrder(image=button, wireframe=button))
    write_overlay(request, studio.scorer.score(request), tmp_path / "o" / "overlay.png")
    with Image.open(tmp_path / "o" / "overlay.png") as picture:
        assert picture.width == 75
        assert picture.height > 41
