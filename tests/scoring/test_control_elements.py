"""Displacement, corners, missing and invented edges of single elements."""

import cv2
import numpy as np
import pytest

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.control_elements import element_control
from scoring.control_view import ControlView
from tests.scoring.ui_assets import Button, render

BOX = Element(kind="shape", box=Box(40, 30, 160, 90))
DOT = Element(kind="icon", box=Box(200, 40, 232, 72))


def drawing(box=(40, 30, 120, 60), dot=(216, 56), extra=""):
    x, y, width, height = box
    return render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="128"><rect width="256" height="128" fill="#fff"/>'
        f'<rect x="{x}" y="{y}" width="{width}" height="{height}" fill="#1E73E8"/>'
        f'<circle cx="{dot[0]}" cy="{dot[1]}" r="14" fill="#D32F2F"/>{extra}</svg>'
    )


LINES = cv2.Canny(cv2.cvtColor(drawing(), cv2.COLOR_RGB2GRAY), 100, 200)


def measured(image, element):
    return {m.name: m for m in element_control(element, ControlView.of(image, LINES, "canny"))}


def test_an_element_in_its_place():
    found = measured(drawing(), BOX)
    assert {name: found[name].value for name in found} == {
        "control_f1_1px": 1.0,
        "control_displacement_px": 0.0,
        "control_missing": 0.0,
        "control_invented": 0.0,
        "control_corner_px": 0.0,
    }
    assert "control_corner_px" not in measured(drawing(), DOT)


def test_only_the_element_that_moved_is_displaced():
    image = drawing(dot=(220, 53))
    assert measured(image, DOT)["control_displacement_px"].value == 5.0
    assert "moved 4 px right and 3 px up" in measured(image, DOT)["control_displacement_px"].reason
    assert measured(image, BOX)["control_displacement_px"].value == 0.0


def test_a_corner_that_moved_is_named():
    image = drawing(box=(40, 30, 124, 60))
    corners = measured(image, BOX)["control_corner_px"]
    assert corners.value == 4.0
    assert "right one moved 4 px right" in corners.reason
    assert measured(image, BOX)["control_missing"].value > 0.1


def test_invented_and_missing_edges_are_shares():
    lines = "".join(f'<rect x="{60 + 20 * i}" y="45" width="8" height="30" fill="#fff"/>' for i in range(4))
    found = measured(drawing(extra=lines), BOX)
    assert found["control_missing"].value == 0.0
    assert 0.3 < found["control_invented"].value < 0.6
    gone = measured(drawing(box=(0, 0, 1, 1)), BOX)
    assert gone["control_missing"].value == 1.0
    assert gone["control_displacement_px"].value is None
    assert "not found within 8 px" in gone["control_displacement_px"].reason


def test_a_lost_corner_is_said():
    cover = '<rect x="120" y="60" width="60" height="50" fill="#fff"/>'
    corners = measured(drawing(extra=cover), BOX)["control_corner_px"]
    assert "not found: bottom right" in corners.reason


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(255, 127, 256, 128), Box(0, 0, 256, 128)])
@pytest.mark.parametrize("image", [drawing(), np.full((128, 256, 3), 90, np.uint8)])
@pytest.mark.parametrize("lines", [LINES, np.zeros_like(LINES), np.full_like(LINES, 255)])
def test_any_box_gives_numbers_or_reasons(box, image, lines):
    view = ControlView.of(image, lines, "canny")
    for kind in ("shape", "icon", "text"):
        for measurement in element_control(Element(kind=kind, box=box), view):
            assert measurement.verdict == "unscored"
            assert measurement.reason


def test_a_real_component_keeps_its_corners():
    button = Button(style="shadow")
    view = ControlView.of(button.asset(), button.control_map().pixels, "canny")
    found = {m.name: m.value for m in element_control(button.elements()[0], view)}
    assert found["control_displacement_px"] == 0.0
    assert found["control_corner_px"] <= 1.5
