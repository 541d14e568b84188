"""The colour check on rendered components: right with the colour asked, wrong with another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour import ColourCheck, check_colours, main_element, worst_measurement
from scoring.colour_ground import background_colour
from scoring.colour_table import load_colours, parse_hex, to_lab
from scoring.colour_words import colour_mentions
from scoring.regions import dominant_colour
from scoring.thresholds import load_thresholds
from tests.scoring.pairs import jpeg
from tests.scoring.ui_assets import Button, render

TABLE = load_colours()
LIMITS = load_thresholds().colour
NAMES = sorted(TABLE.names)


def checked(prompt, image, elements) -> tuple[ColourCheck, ...]:
    return check_colours(image, elements, colour_mentions(prompt, TABLE), LIMITS, TABLE)


def accepted(prompt, image, elements):
    return [check.match is not None and check.match.accepted for check in checked(prompt, image, elements)]


@pytest.mark.parametrize("style", ["flat", "gradient", "shadow"])
@pytest.mark.parametrize("name", NAMES)
def test_fill_is_the_named_colour_and_no_other(name, style):
    ink = "#FFFFFF" if to_lab(np.array(parse_hex(TABLE.names[name]), np.uint8))[0] < 60 else "#1B1C1F"
    button = Button(fill=TABLE.names[name], background="#EDEFF2", ink=ink, style=style)
    image = jpeg(button.asset(), 85)
    told = [other for other in NAMES if accepted(f"{other} button", image, button.elements())[0]]
    if style == "flat":
        assert told == [name]
    else:
        assert name in told
        assert len(told) <= 2


@pytest.mark.parametrize("name", NAMES)
def test_background_is_the_named_colour_and_no_other(name):
    fill = "#FDD835" if name in {"black", "blue", "indigo", "purple"} else "#1B1C1F"
    button = Button(fill=fill, background=TABLE.names[name], style="shadow")
    image = button.asset()
    told = [o for o in NAMES if accepted(f"button on a {o} background", image, button.elements())[0]]
    assert told == [name]


@pytest.mark.parametrize("name", ["white", "black", "yellow", "red"])
def test_text_colour_is_read_from_the_glyphs(name):
    button = Button(fill="#1E73E8", ink=TABLE.names[name])
    assert accepted(f"button with {name} text", button.asset(), button.elements()) == [True]
    assert accepted("button with blue text", button.asset(), button.elements()) == [False]


def test_each_part_is_checked_by_itself():
    button = Button(fill="#E5393B", background="#1B1C1F")
    checks = checked("blue button, white text, dark background", button.asset(), button.elements())
    assert [(check.target, check.match.accepted) for check in checks] == [
        ("element", False),
        ("text", True),
        ("background", True),
    ]
    assert checks[0].element is button.elements()[0] or checks[0].element == button.elements()[0]


def test_an_outlined_button_is_measured_on_its_strokes():
    button = Button(fill="#F7F8FA", border="#43A047", ink="#43A047")
    image, elements = button.asset(), button.elements()
    assert accepted("green outlined button", image, elements) == [True]
    assert accepted("blue outlined button", image, elements) == [False]
    assert accepted("white button with a green border", image, elements) == [True, True]
    assert accepted("white button with a red border", image, elements) == [True, False]


def test_a_toggle_is_measured_on_the_part_that_is_filled():
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="64"><rect width="160" height="64" fill="white"/>'
        '<rect x="10" y="24" width="140" height="16" rx="8" fill="#C9CDD3"/>'
        '<rect x="10" y="24" width="50" height="16" rx="8" fill="#43A047"/></svg>'
    )
    elements = (Element(kind="shape", box=Box(10, 24, 150, 40)),)
    assert accepted("green progress bar", image, elements) == [True]
    assert accepted("blue progress bar", image, elements) == [False]


def test_without_elements_what_stands_out_from_the_background_is_measured():
    image = Button(fill="#009688").asset()
    assert accepted("teal button", image, ()) == [True]
    assert accepted("red button", image, ()) == [False]


def dialog(action):
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="160">'
        '<rect width="256" height="160" fill="#EDEFF2"/>'
        '<rect x="16" y="16" width="224" height="128" rx="12" fill="white"/>'
        f'<rect x="150" y="104" width="76" height="28" rx="8" fill="{action}"/>'
        '<text x="32" y="52" font-size="20" fill="#1B1C1F">Delete it?</text></svg>'
    )
    elements = (
        Element(kind="shape", box=Box(16, 16, 240, 144)),
        Element(kind="shape", box=Box(150, 104, 226, 132)),
        Element(kind="text", box=Box(30, 34, 130, 58)),
    )
    return image, elements


def test_the_button_of_a_dialog_may_carry_its_colour():
    image, elements = dialog("#E5393B")
    assert accepted("a red dialog", image, elements) == [True]
    assert accepted("a white dialog", image, elements) == [True]
    assert accepted("a blue dialog", image, elements) == [False]
    assert accepted("a red toast", image, elements) == [False]


def test_black_text_does_not_make_a_black_dialog():
    image, elements = dialog("#E5393B")
    assert accepted("a black dialog", image, elements) == [False]


def test_one_of_several_radio_buttons_may_carry_the_colour():
    circle = '<circle cx="{x}" cy="32" r="16" fill="white" stroke="{stroke}" stroke-width="3"/>'
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="64"><rect width="160" height="64" fill="#EDEFF2"/>'
        + circle.format(x=32, stroke="#8A9099")
        + circle.format(x=112, stroke="#3949AB")
        + '<circle cx="112" cy="32" r="8" fill="#3949AB"/></svg>'
    )
    elements = (Element(kind="shape", box=Box(14, 14, 50, 50)), Element(kind="shape", box=Box(94, 14, 130, 50)))
    assert accepted("indigo radio button", image, elements) == [True]
    assert accepted("radio button in indigo", image, elements) == [True]
    assert accepted("radio button in red", image, elements) == [False]


def test_an_icon_alone_is_the_element():
    image = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#1B1C1F"/>'
        '<path d="M48 80 18 48a18 18 0 0 1 30-20 18 18 0 0 1 30 20z" fill="#EC4B8E"/></svg>'
    )
    elements = (Element(kind="icon", box=Box(14, 18, 82, 82)),)
    assert accepted("pink heart icon on black", image, elements) == [True, True]
    assert accepted("pink heart", image, elements) == [True]
    assert accepted("red heart icon", image, elements) == [False]


def test_a_named_shape_is_preferred_to_a_larger_one():
    card = Element(kind="shape", box=Box(0, 0, 200, 100), name="card")
    button = Element(kind="shape", box=Box(10, 10, 60, 30), name="primary button")
    assert main_element((card, button), ["button"]) is button
    assert main_element((card, button), [""]) is card
    assert main_element((), ["button"]) is None


def test_what_cannot_be_measured_says_why():
    button = Button()
    image = button.asset()
    (check,) = checked("blue button", np.full((64, 64, 3), 200, np.uint8), ())
    assert check.match is None
    assert check.measurement("colour_delta_e").verdict == "unscored"
    assert "nothing stands out" in check.reason
    (check,) = checked("button with white text", image, button.elements()[:1])
    assert "no text element" in check.reason
    (check,) = checked("button with a blue shadow", image, button.elements())
    assert check.match is None
    full = (Element(kind="shape", box=Box(0, 0, 256, 128)),)
    (check,) = checked("white background", image, full)
    assert "no background to measure" in check.reason
    assert worst_measurement("colour_delta_e", (), "nothing named").reason == "nothing named"


def test_the_worst_check_speaks_for_the_asset():
    button = Button(fill="#1E73E8", ink="#E5393B")
    checks = checked("blue button with white text", button.asset(), button.elements())
    worst = worst_measurement("colour_delta_e", checks, "")
    assert worst.verdict == "failed"
    assert worst.unit == "dE2000"
    assert worst.reason.startswith("text:")
    assert worst.value > worst.threshold


def test_dominant_colour_ignores_a_minority():
    pixels = np.concatenate([np.full((60, 3), 50.0), np.full((30, 3), 90.0), np.full((10, 3), 0.0)])
    assert dominant_colour(pixels) == pytest.approx([50.0, 50.0, 50.0])
    assert dominant_colour(pixels[:3]) is None


@given(st.tuples(st.integers(16, 40), st.integers(16, 40)).flatmap(lambda s: hnp.arrays(np.uint8, (*s, 3))), st.data())
@settings(deadline=None, max_examples=40)
def test_any_image_gives_finite_numbers(image, data):
    height, width = image.shape[:2]
    elements = []
    for kind in data.draw(st.lists(st.sampled_from(["shape", "text", "icon"]), max_size=4)):
        x0, y0 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
        box = Box(x0, y0, data.draw(st.integers(x0 + 1, width)), data.draw(st.integers(y0 + 1, height)))
        elements.append(Element(kind=kind, box=box))
    prompt = "blue toggle, white text, red icon, black border, dark background"
    for check in checked(prompt, image, elements):
        measurement = check.measurement("colour_delta_e")
        assert measurement.value is None or np.isfinite(measurement.value)
    background = background_colour(to_lab(image), elements)
    assert background is None or np.isfinite(background).all()
