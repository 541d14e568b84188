"""Thin strokes, gradients and gloss: where the colour of a part is not that of most of its pixels."""

import numpy as np
import pytest
from skimage.color import rgb2lab

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour import check_colours
from scoring.colour_ground import fitted_ground
from scoring.colour_marks import accent_colours, border_colour, ink_colour
from scoring.colour_table import delta_e, image_lab, load_colours, parse_hex, to_lab
from scoring.colour_words import colour_mentions
from scoring.thresholds import load_thresholds
from tests.scoring.ui_assets import render

TABLE, LIMITS = load_colours(), load_thresholds().colour
NAMES = sorted(TABLE.names)


def lab_of(code):
    return to_lab(np.array(parse_hex(code), np.uint8))


def accepted(prompt, image, elements):
    checks = check_colours(image, elements, colour_mentions(prompt, TABLE), LIMITS, TABLE)
    return [check.match is not None and check.match.accepted for check in checks]


def drawn(body, width=160, height=64, ground="white"):
    return render(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        '<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="#1E73E8"/><stop offset="1" stop-color="#43A047"/>'
        f'</linearGradient></defs><rect width="{width}" height="{height}" fill="{ground}"/>{body}</svg>'
    )


def test_an_image_in_cielab_is_that_of_scikit_image():
    steps = np.arange(0, 256, 5, dtype=np.uint8)
    cube = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(len(steps), -1, 3)
    assert np.abs(image_lab(cube) - rgb2lab(cube / 255.0)).max() < 0.04
    greys = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    assert np.abs(image_lab(greys) - rgb2lab(greys / 255.0)).max() < 0.04


def test_an_edge_mixes_two_colours_and_shows_no_third():
    circle = '<circle cx="32" cy="32" r="20" fill="white" stroke="#F57C1F" stroke-width="2.5"/>'
    lab, ground = image_lab(drawn(circle, ground="#8E44C9")), lab_of("#8E44C9")
    found = accent_colours(lab, Box(11, 11, 53, 53), [ground])
    named = [NAMES[int(delta_e(np.stack([lab_of(TABLE.names[n]) for n in NAMES]), c).argmin())] for c in found]
    assert sorted(named) == ["orange", "white"]


def test_a_stroke_between_two_colours_keeps_its_own():
    card = '<rect x="20" y="12" width="120" height="40" fill="white" stroke="#8A9099" stroke-width="4"/>'
    lab = image_lab(drawn(card, ground="#1B1C1F"))
    found = accent_colours(lab, Box(18, 10, 142, 54), [lab_of("#1B1C1F"), lab_of("#FFFFFF")])
    assert any(delta_e(colour, lab_of("#8A9099")) < 3 for colour in found)


@pytest.mark.parametrize("name", ["gray", "brown", "white", "black", "amber"])
def test_ink_is_told_from_a_gradient(name):
    body = f'<path d="M60 10v44M60 10l-14 14M90 54V10M90 54l14-14" fill="none" stroke="{TABLE.names[name]}" '
    image = drawn(body + 'stroke-width="5"/>', ground="url(#g)")
    ink = ink_colour(image_lab(image), Box(40, 4, 110, 60))
    assert delta_e(ink, lab_of(TABLE.names[name])) < 4
    elements = (Element(kind="icon", box=Box(40, 4, 110, 60)),)
    told = [other for other in NAMES if accepted(f"{other} arrow icon", image, elements) == [True]]
    assert told == [name]


@pytest.mark.parametrize("width", [1.2, 1.6, 2.5])
def test_a_thin_border_is_as_it_was_painted(width):
    field = (
        f'<rect x="20.5" y="12.5" width="120" height="40" rx="8" fill="white" stroke="#8E44C9" stroke-width="{width}"/>'
    )
    image = drawn(field, ground="#EDEFF2")
    box = Box(20, 12, 141, 53)
    colour = border_colour(image_lab(image), box, (lab_of("#FFFFFF"), lab_of("#EDEFF2")))
    assert delta_e(colour, lab_of("#8E44C9")) < 8
    assert accepted("text field with a purple border", image, (Element(kind="shape", box=box),)) == [True]
    assert accepted("text field with a gray border", image, (Element(kind="shape", box=box),)) == [False]


def test_the_ground_around_a_shape_is_no_border_of_it():
    body = (
        '<rect x="8" y="6" width="144" height="52" fill="white" stroke="#8A9099" stroke-width="3"/>'
        '<rect x="100" y="20" width="40" height="22" rx="11" fill="#43A047"/>'
    )
    image = drawn(body, ground="#E0F7FA")
    elements = (
        Element(kind="shape", box=Box(6, 4, 154, 60)),
        Element(kind="shape", box=Box(100, 20, 140, 42)),
    )
    assert accepted("card with a white border", image, elements) == [False]
    assert accepted("card with a gray border", image, elements) == [True]


@pytest.mark.parametrize("name", ["brown", "orange", "black", "indigo", "red"])
def test_gloss_lies_on_the_colour_and_does_not_change_it(name):
    body = (
        '<defs><linearGradient id="b" x2="0" y2="1"><stop stop-color="white" stop-opacity=".12"/>'
        '<stop offset="1" stop-color="black" stop-opacity=".22"/></linearGradient></defs>'
        f'<rect x="20" y="12" width="120" height="40" rx="20" fill="{TABLE.names[name]}"/>'
        '<rect x="20" y="12" width="120" height="40" rx="20" fill="url(#b)"/>'
        '<rect x="22" y="14" width="116" height="18" rx="9" fill="white" fill-opacity=".3"/>'
    )
    elements = (Element(kind="shape", box=Box(20, 12, 140, 52)),)
    assert accepted(f"glossy {name} badge", drawn(body), elements) == [True]
    assert accepted("glossy lime badge", drawn(body), elements) == [False]


def test_white_ticks_and_black_borders_leave_a_cyan_checkbox_cyan():
    body = (
        '<rect x="60" y="12" width="40" height="40" fill="#00ACC1" stroke="#1B1C1F" stroke-width="3"/>'
        '<path d="M68 32l8 8 16-16" fill="none" stroke="white" stroke-width="4"/>'
    )
    elements = (Element(kind="shape", box=Box(58, 10, 102, 54)),)
    assert accepted("cyan checkbox", drawn(body), elements) == [True]
    assert accepted("black checkbox", drawn(body), elements) == [False]
    assert accepted("white checkbox", drawn(body), elements) == [False]


def test_a_smooth_ground_is_known_everywhere_and_noise_is_none():
    lab, whole = image_lab(drawn("", ground="url(#g)")), np.ones((64, 160), np.bool_)
    hidden = whole.copy()
    hidden[20:44, 40:120] = False
    model = fitted_ground(lab, hidden)
    assert np.linalg.norm(model.in_box(Box(0, 0, 160, 64)) - lab, axis=2).max() < 6
    noise = np.random.default_rng(0).integers(0, 256, (64, 160, 3), np.uint8)
    assert fitted_ground(image_lab(noise), whole) is None
    assert fitted_ground(lab, np.zeros((64, 160), np.bool_)) is None


def test_the_middle_of_a_gradient_is_no_background_of_its_own():
    body = '<rect x="40" y="24" width="80" height="16" fill="white"/>'
    elements = (Element(kind="shape", box=Box(40, 24, 120, 40)),)
    gradient = drawn(body, ground="url(#g)")
    assert accepted("white button on a blue to green gradient background", gradient, elements)[1:] == [True]
    told = [name for name in NAMES if accepted(f"button on a {name} background", gradient, elements) == [True]]
    assert told == []
    shaded = np.clip(np.linspace(0.85, 1.1, 64)[:, None, None] * drawn(body, ground="#1E73E8"), 0, 255).astype(np.uint8)
    assert accepted("button on a blue background", shaded, elements) == [True]
