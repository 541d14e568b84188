"""Tiny real models, built once a session, and drawings to condition them on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from conditioners.control_map import ConditionerSettings, ControlMap, make_control_map
from conditioners.wireframe import wireframe_from_array
from pipeline.diffusion import LoadedModel, load_pipeline
from pipeline.models import load_spec
from tests.pipeline.tiny_models import build


@pytest.fixture(scope="session")
def sd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Stable-Diffusion-shaped model."""
    return build(tmp_path_factory.mktemp("models") / "tiny-sd")


@pytest.fixture(scope="session")
def sdxl_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SDXL-shaped model."""
    return build(tmp_path_factory.mktemp("models") / "tiny-sdxl", sdxl=True)


@pytest.fixture(scope="session")
def sd(sd_folder: Path) -> LoadedModel:
    """The Stable-Diffusion-shaped model, loaded on the CPU."""
    return load_pipeline(load_spec(str(sd_folder)), "canny", "cpu")


@pytest.fixture(scope="session")
def sdxl(sdxl_folder: Path) -> LoadedModel:
    """The SDXL-shaped model, loaded on the CPU."""
    return load_pipeline(load_spec(str(sdxl_folder)), "canny", "cpu")


def drawing(width: int, height: int) -> Image.Image:
    """A button: a rounded outline with a label's stroke in it, dark on light."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((3, 3, width - 4, height - 4), radius=5, outline=0, width=2)
    draw.line((width // 4, height // 2, 3 * width // 4, height // 2), fill=0, width=2)
    return image


def control_map(width: int = 47, height: int = 33) -> ControlMap:
    """The canny map of `drawing`."""
    pixels = np.asarray(drawing(width, height).convert("RGB"))
    return make_control_map(wireframe_from_array(pixels), ConditionerSettings(name="canny"))


@pytest.fixture
def button(tmp_path: Path) -> Path:
    """A drawing as a file of odd size."""
    path = tmp_path / "button.png"
    drawing(75, 41).save(path)
    return path
