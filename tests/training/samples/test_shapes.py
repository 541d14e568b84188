"""Shapes and layout of the samples: their geometry, their SVG, and what a hand makes of them."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.samples import icons
from training.samples.clean import rendered, svg_text
from training.samples.design import Design
from training.samples.draw import DESIGNS
from training.samples.hand import OVERSHOOT, drawn_by_hand, pen_on_paper, resampled, tilted
from training.samples.layout import box, element, icon, text
from training.samples.lettering import label, text_width
from training.samples.shapes import Circle, Path, Rect, bounds_of

sides = st.floats(10, 200)


def _design(*parts: object, width: int = 220, height: int = 220) -> Design:
    return Design(name="t", width=width, height=height, parts=parts, prompt="p", component="c", style="s")  # type: ignore[arg-type]


@given(x=sides, y=sides, w=sides, h=sides, share=st.floats(0, 0.5))
def test_a_rectangle_s_outline_has_its_bounds(x: float, y: float, w: float, h: float, share: float) -> None:
    shape = Rect(x=x, y=y, w=w, h=h, r=min(w, h) * share)
    assert bounds_of(shape.outlines()) == pytest.approx(shape.bounds(), abs=0.02)


@given(cx=sides, cy=sides, r=sides)
def test_a_circle_s_outline_keeps_its_radius(cx: float, cy: float, r: float) -> None:
    (outline,) = Circle(cx=cx, cy=cy, r=r).outlines()
    assert np.hypot(*(outline - (cx, cy)).T) == pytest.approx(r)
    assert len(outline) > 50


def test_a_cubic_starts_and_ends_where_it_says() -> None:
    (outline,) = Path(d="M0 0 C0 10 10 10 10 0 L20 0 Z").outlines()
    assert outline[0].tolist() == [0, 0]
    assert [10, 0] in outline.tolist()
    assert outline[-1].tolist() == [0, 0]
    assert outline[:, 1].max() == pytest.approx(7.5, abs=0.05)


@pytest.mark.parametrize("name", icons.names())
def test_an_icon_fills_its_square_and_stays_inside(name: str) -> None:
    x0, y0, x1, y1 = icon(name, 50, 50, 48).bounds()
    assert 26 <= x0 <= x1 <= 74
    assert 26 <= y0 <= y1 <= 74
    assert max(x1 - x0, y1 - y0) > 28


@pytest.mark.parametrize("name", icons.names())
def test_the_svg_of_an_icon_covers_its_outlines(name: str) -> None:
    pixels = rendered(svg_text(_design(icon(name, 110, 110, 96))))[..., 0]
    ink = np.argwhere(pixels < 128)
    x0, y0, x1, y1 = icon(name, 110, 110, 96).bounds()
    assert ink[:, 1].min() == pytest.approx(x0 - 1, abs=1.5)
    assert ink[:, 1].max() == pytest.approx(x1, abs=1.5)
    assert ink[:, 0].min() == pytest.approx(y0 - 1, abs=1.5)
    assert ink[:, 0].max() == pytest.approx(y1, abs=1.5)


@pytest.mark.parametrize("anchor", ["start", "middle", "end"])
def test_a_label_is_anchored_and_centred_on_its_capitals(anchor: str) -> None:
    bounds = label("HHH", 100, 60, 30, anchor).bounds()
    width = text_width("HHH", 30)
    left = {"start": 100, "middle": 100 - width / 2, "end": 100 - width}[anchor]
    assert left <= bounds[0] < left + 5
    assert (bounds[1] + bounds[3]) / 2 == pytest.approx(60, abs=0.1)


def test_a_letter_that_the_typeface_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="no letters"):
        label("Größe ☃", 0, 0, 20)


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), min_size=2, max_size=6, unique=True),
    st.floats(0.5, 8),
)
def test_resampling_keeps_ends_and_spacing(points: list[tuple[float, float]], spacing: float) -> None:
    line = resampled(np.array(points), spacing)
    assert line[0] == pytest.approx(points[0])
    assert line[-1] == pytest.approx(points[-1])
    # A chord is never longer than the way along the line, which is even.
    assert np.hypot(*np.diff(line, axis=0).T).max() <= 2 * spacing + 1e-6 or len(line) == 2


@given(st.integers(0, 2**31), sides)
def test_a_hand_stays_near_the_line_it_draws(seed: int, length: float) -> None:
    line = drawn_by_hand(np.array([[50.0, 50.0], [50.0 + length, 50.0]]), np.random.default_rng(seed))
    assert np.abs(line[:, 1] - 50).max() < 7
    assert line[:, 0].min() > 50 - OVERSHOOT - 6
    assert line[:, 0].max() < 50 + length + OVERSHOOT + 6


@pytest.mark.parametrize("design", [d for d in DESIGNS if d.drawing == "hand"], ids=lambda d: d.name)
def test_hand_drawn_ink_lies_near_the_clean_lines(design: Design) -> None:
    import cv2

    clean = rendered(svg_text(design))[..., 0] < 128
    ink = pen_on_paper(design, np.random.default_rng(zlib.crc32(design.name.encode()))) > 0.5
    distance = cv2.distanceTransform((~clean).astype(np.uint8), cv2.DIST_L2, 5)
    assert np.percentile(distance[ink], 95) < 4
    assert distance[ink].max() < 12


def test_an_element_s_box_holds_the_stroke_and_stays_on_the_wireframe() -> None:
    entry = element(box("card", 1, 1, 98.5, 48), box("card", 1, 1, 98.5, 48).bounds(), 100, 50)
    assert entry == {"kind": "shape", "box": [0, 0, 100, 50], "name": "card"}
    word = text("Save", 50, 25, 20)
    assert element(word, word.bounds(), 100, 50)["text"] == "Save"


def test_the_scanner_s_tilt_keeps_the_middle_and_grows_the_box() -> None:
    design = _design(width=200, height=100)
    x0, y0, x1, y1 = tilted((50, 25, 150, 75), design)
    assert (x0 + x1) / 2 == pytest.approx(100)
    assert (y0 + y1) / 2 == pytest.approx(50)
    assert x1 - x0 > 100
    assert y1 - y0 > 50
