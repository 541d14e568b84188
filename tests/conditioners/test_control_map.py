import subprocess
import sys
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.catalog import CONDITIONERS, Conditioner, find_conditioner, names, tabulate
from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.errors import InputError
from conditioners.wireframe import load_wireframe, pixel_digest, wireframe_from_array
from tests.conditioners.drawings import button

DRAWING = [name for name in names() if not CONDITIONERS[name].needs_weights]


@given(st.integers(24, 90), st.integers(24, 90), st.sampled_from(DRAWING), st.booleans())
def test_the_map_has_exactly_the_wireframes_extent(width, height, name, dark):
    wireframe = wireframe_from_array(button(width, height, dark=dark))
    control_map = make_control_map(wireframe, ConditionerSettings(name=name))
    assert control_map.extent == wireframe.extent == (width, height)
    assert control_map.pixels.dtype == np.uint8
    assert control_map.pixels.max() == 255
    assert np.median(control_map.pixels) == 0
    assert control_map.rgb().shape == (height, width, 3)
    assert (control_map.rgb() == control_map.pixels[:, :, None]).all()
    assert control_map.digest == pixel_digest(control_map.pixels)
    assert control_map.wireframe_digest == wireframe.digest
    assert not control_map.pixels.flags.writeable


@pytest.mark.parametrize("name", DRAWING)
def test_every_sample_gives_a_map(samples, name):
    for path in sorted(samples.iterdir()):
        if path.suffix in (".png", ".jpg", ".svg"):
            wireframe = load_wireframe(path)
            assert make_control_map(wireframe, ConditionerSettings(name=name)).extent == wireframe.extent


def test_canny_is_opencvs_at_full_size():
    wireframe = wireframe_from_array(button(257, 129))
    made = make_control_map(wireframe, ConditionerSettings())
    np.testing.assert_array_equal(made.pixels, cv2.Canny(wireframe.gray(), 100, 200))
    other = make_control_map(wireframe, ConditionerSettings(low=20, high=60))
    np.testing.assert_array_equal(other.pixels, cv2.Canny(wireframe.gray(), 20, 60))
    assert (other.settings.low, other.settings.high) == (20, 60)


def test_automatic_thresholds_keep_a_faint_drawing_and_are_recorded():
    faint = (240 - (245 - button()) // 12).astype(np.uint8)
    wireframe = wireframe_from_array(faint)
    with pytest.raises(InputError, match="blank: conditioner canny with thresholds 100/200 found no line"):
        make_control_map(wireframe, ConditionerSettings())
    made = make_control_map(wireframe, ConditionerSettings(automatic=True))
    assert made.pixels.any()
    assert made.settings.automatic
    assert made.settings.high < 100
    given_back = make_control_map(wireframe, replace(made.settings, automatic=False))
    assert given_back.digest == made.digest


def test_the_same_wireframe_gives_the_same_map():
    wireframe = wireframe_from_array(button())
    first, second = (make_control_map(wireframe, ConditionerSettings(name="scribble")) for _ in range(2))
    assert first.digest == second.digest


def test_polarity_turns_a_scribble_but_not_its_lines():
    light = make_control_map(wireframe_from_array(button()), ConditionerSettings(name="scribble"))
    dark = make_control_map(wireframe_from_array(255 - button()), ConditionerSettings(name="scribble"))
    np.testing.assert_array_equal(light.pixels, dark.pixels)


def test_a_wrongly_forced_polarity_leaves_a_blank_map():
    wireframe = wireframe_from_array(button(), polarity="light-on-dark")
    with pytest.raises(InputError, match="the control map is blank: conditioner lineart found no line"):
        make_control_map(wireframe, ConditionerSettings(name="lineart"))


@pytest.mark.parametrize(("low", "high"), [(-1, 200), (200, 100), (100, 2041)])
def test_thresholds_outside_their_range(low, high):
    with pytest.raises(InputError, match=f"0 <= low <= high <= 2040, got {low}/{high}"):
        ConditionerSettings(low=low, high=high)


def test_an_unknown_conditioner_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="must be one of canny, scribble, lineart, .*, got 'cany'"):
        find_conditioner("cany")


def test_a_name_stands_once_in_the_catalogue():
    twice = Conditioner(name="canny", summary="", make=lambda wireframe, settings: wireframe.gray())
    with pytest.raises(ValueError, match="'canny' twice"):
        tabulate((twice, twice))
    assert names()[:3] == ("canny", "scribble", "lineart")
    assert {"scribble_hed", "scribble_pidi"} < set(names())


def test_loading_and_mapping_need_no_heavy_import(tmp_path):
    cv2.imwrite(str(tmp_path / "button.png"), button())
    script = (
        "import sys; from pathlib import Path; from conditioners.wireframe import load_wireframe;"
        "from conditioners.control_map import *;"
        f"make_control_map(load_wireframe(Path({str(tmp_path / 'button.png')!r})), ConditionerSettings());"
        "heavy = {'torch', 'easyocr', 'diffusers', 'skimage', 'kornia', 'transformers', 'controlnet_aux', 'pydantic'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
