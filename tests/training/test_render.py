"""The renderer: deterministic, inside its canvas, and its wireframe lies on its asset."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from training.render.material import COLOURS, fonts, icons, words
from training.render.palette import STYLES
from training.render.sample import BUCKETS, BUILDERS, choose, render_sample

EVERY_CANVAS = [(w, h, component) for group in BUCKETS.values() for w, h, names in group for component in set(names)]


def test_the_same_seed_gives_the_same_sample() -> None:
    first, second = (render_sample(42, 192, 96, "button") for _ in range(2))
    assert np.array_equal(first.asset, second.asset)
    assert np.array_equal(first.drawn, second.drawn)
    assert first.prompt == second.prompt
    assert first.elements == second.elements


def test_another_seed_gives_another_sample() -> None:
    assert not np.array_equal(render_sample(1, 192, 96, "button").asset, render_sample(2, 192, 96, "button").asset)


@pytest.mark.parametrize("component", sorted(BUILDERS))
def test_every_component_is_drawn_on_some_canvas(component: str) -> None:
    assert any(component == name for _, _, name in EVERY_CANVAS)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**40), st.sampled_from(EVERY_CANVAS), st.sampled_from(STYLES), st.booleans())
def test_samples_fill_their_canvas_and_keep_elements_inside(
    seed: int, canvas: tuple[int, int, str], style: str, unseen: bool
) -> None:
    width, height, component = canvas
    sample = render_sample(seed, width, height, component, unseen, style)
    assert sample.asset.shape == (height, width, 3)
    assert sample.clean.shape == sample.drawn.shape == (height, width)
    assert sample.asset.dtype == sample.clean.dtype == sample.drawn.dtype == np.uint8
    assert sample.clean.min() < 100, "a wireframe has ink"
    assert sample.prompt
    for element in sample.elements:
        x0, y0, x1, y1 = element["box"]
        assert 0 <= x0 < x1 <= width, element
        assert 0 <= y0 < y1 <= height, element


def test_wireframe_and_asset_are_aligned() -> None:
    """At least nine tenths of the drawn outline of flat buttons lies within 2 px of an edge of the asset."""
    shares = []
    for seed in range(30):
        sample = render_sample(seed, 192, 96, "button", style="brutalist")
        edges = cv2.dilate(
            cv2.Canny(cv2.cvtColor(sample.asset, cv2.COLOR_RGB2GRAY), 50, 100), np.ones((5, 5), np.uint8)
        )
        shares.append(float((edges[sample.clean < 100] > 0).mean()))
    assert np.mean(shares) > 0.9


def test_held_out_material_is_disjoint() -> None:
    for table in (fonts, icons, words):
        seen = {getattr(item, "family", item) for item in table(False)}
        unseen = {getattr(item, "family", item) for item in table(True)}
        assert unseen
        assert not seen & unseen


def test_material_is_plentiful() -> None:
    assert len(icons()) > 1500
    assert len({font.family.removesuffix(" Bold") for font in fonts()}) >= 15
    assert len(STYLES) == 12
    assert len(BUILDERS) >= 24


def test_colour_anchors_are_those_that_scoring_uses() -> None:
    text = Path("configs/colours.yaml").read_text(encoding="utf-8").lower()
    for name, (red, green, blue) in COLOURS.items():
        assert f"#{red:02x}{green:02x}{blue:02x}" in text, name
    assert yaml.safe_load(text)


def test_choose_is_stable() -> None:
    assert [choose(seed, "small") for seed in range(5)] == [choose(seed, "small") for seed in range(5)]
