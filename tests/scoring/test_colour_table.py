"""Colour names as regions of CIELAB."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioners.errors import InputError
from scoring.colour_table import ColourTerm, delta_e, load_colours, match_colour, parse_hex, to_lab
from scoring.thresholds import load_thresholds

RGB = st.tuples(*[st.integers(0, 255)] * 3)
TABLE = load_colours()
LIMITS = load_thresholds().colour
NAMES = sorted(TABLE.names)


def lab(code):
    return to_lab(np.array(parse_hex(code), np.uint8))


def term(label, kind="name"):
    return ColourTerm(label=label, kind=kind)


def ciede2000(first, second):
    """An independent CIEDE2000, after the equations of Sharma, Wu and Dalal (2005)."""
    (l1, a1, b1), (l2, a2, b2) = (map(float, first), map(float, second))
    c_mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(c_mean**7 / (c_mean**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    dh = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    if c1 * c2 != 0 and h2 - h1 == 180:
        dh = 180.0
    d_l, d_c, d_h = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(dh) / 2)
    l_bar, c_bar = (l1 + l2) / 2, (c1 + c2) / 2
    if c1 * c2 == 0:
        h_bar = h1 + h2
    elif abs(h1 - h2) <= 180:
        h_bar = (h1 + h2) / 2
    else:
        h_bar = (h1 + h2 + (360 if h1 + h2 < 360 else -360)) / 2
    t = (
        1 - 0.17 * np.cos(np.radians(h_bar - 30)) + 0.24 * np.cos(np.radians(2 * h_bar))
        + 0.32 * np.cos(np.radians(3 * h_bar + 6)) - 0.20 * np.cos(np.radians(4 * h_bar - 63))
    )  # fmt: skip
    s_l = 1 + 0.015 * (l_bar - 50) ** 2 / np.sqrt(20 + (l_bar - 50) ** 2)
    s_c, s_h = 1 + 0.045 * c_bar, 1 + 0.015 * c_bar * t
    r_c = 2 * np.sqrt(c_bar**7 / (c_bar**7 + 25**7))
    r_t = -np.sin(np.radians(60 * np.exp(-(((h_bar - 275) / 25) ** 2)))) * r_c
    return np.sqrt((d_l / s_l) ** 2 + (d_c / s_c) ** 2 + (d_h / s_h) ** 2 + r_t * d_c / s_c * d_h / s_h)


@given(RGB, RGB)
@settings(deadline=None, max_examples=300)
def test_difference_equals_the_published_equations(first, second):
    a, b = to_lab(np.array(first, np.uint8)), to_lab(np.array(second, np.uint8))
    assert delta_e(a, b) == pytest.approx(ciede2000(a, b), abs=1e-6)


def test_lab_equals_scikit_image():
    from skimage.color import rgb2lab

    cube = np.stack(np.meshgrid(*[np.arange(0, 256, 5)] * 3), axis=-1).reshape(-1, 3).astype(np.uint8)
    assert np.abs(to_lab(cube) - rgb2lab(cube / 255.0)).max() < 1e-9


def test_published_example():
    """Pair 1 of the test data of Sharma, Wu and Dalal (2005)."""
    assert delta_e(np.array([50, 2.6772, -79.7751]), np.array([50, 0, -82.7485])) == pytest.approx(2.0425, abs=1e-4)


@pytest.mark.parametrize("name", TABLE.names)
def test_each_anchor_is_its_own_name_and_no_other(name):
    accepted = {
        other for other in TABLE.names if match_colour(lab(TABLE.names[name]), term(other), LIMITS, TABLE).accepted
    }
    assert accepted == {name}
    assert match_colour(lab(TABLE.names[name]), term(name), LIMITS, TABLE).distance == 0.0


@given(st.sampled_from(sorted(TABLE.names)), st.tuples(*[st.integers(-6, 6)] * 3))
@settings(deadline=None)
def test_jitter_keeps_the_name(name, jitter):
    rgb = np.clip(np.array(parse_hex(TABLE.names[name])) + jitter, 0, 255).astype(np.uint8)
    assert match_colour(to_lab(rgb), term(name), LIMITS, TABLE).accepted


def test_a_rival_nearby_takes_the_name():
    match = match_colour(lab(TABLE.names["indigo"]), term("blue"), LIMITS, TABLE)
    assert match.distance < LIMITS.name_delta_e
    assert not match.accepted
    assert "nearer to indigo" in match.reason


def test_hex_is_held_more_tightly_than_a_name():
    assert match_colour(lab("#1E73E8"), term("#1e73e8", "hex"), LIMITS, TABLE).accepted
    assert not match_colour(lab("#3949AB"), term("#1e73e8", "hex"), LIMITS, TABLE).accepted


@pytest.mark.parametrize(
    "tone, code, accepted",
    [("dark", "#1B1C1F", True), ("dark", "#0D47A1", True), ("dark", "#FFFFFF", False), ("dark", "#8A9099", False),
     ("light", "#FFFFFF", True), ("light", "#FDE2E2", True), ("light", "#1B1C1F", False)],
)  # fmt: skip
def test_tones(tone, code, accepted):
    assert match_colour(lab(code), term(tone, "tone"), LIMITS, TABLE).accepted is accepted


@pytest.mark.parametrize(
    ("label", "code", "accepted"),
    [
        ("dark blue", "#14499A", True),
        ("dark blue", "#1E73E8", True),
        ("dark blue", "#FDD835", False),
        ("pale blue", "#1E73E8", False),
        ("light red", "#FCE3E3", True),
        ("light red", "#F4A6A0", True),
        ("light red", "#FFFFFF", False),
        ("light gray", "#E5E7EB", True),
        ("light gray", "#1B1C1F", False),
    ],
)
def test_a_shade_is_a_way_from_its_anchor(label, code, accepted):
    assert match_colour(lab(code), term(label, "shaded"), LIMITS, TABLE).accepted is accepted


@pytest.mark.parametrize("shade", TABLE.shades)
@pytest.mark.parametrize("name", NAMES)
def test_the_way_of_a_shade_has_no_gap(shade, name):
    way = TABLE.shades[shade].way(lab(TABLE.names[name]))
    assert delta_e(way[:-1], way[1:]).max() < 6


@pytest.mark.parametrize("code", ["#12", "#12345", "123456", "#ggg", "#1234567", ""])
def test_wrong_hex_codes(code):
    with pytest.raises(InputError, match="#rgb or #rrggbb"):
        parse_hex(code)


def test_wrong_tables_are_refused(tmp_path):
    path = tmp_path / "colours.yaml"
    path.write_text("version: 1\nnames: {red: reddish}\naliases: {}\nshades: {}\n")
    with pytest.raises(InputError, match=r"names\.red"):
        load_colours(path)
    with pytest.raises(InputError, match="readable"):
        load_colours(tmp_path / "none.yaml")
