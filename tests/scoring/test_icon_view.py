"""What the icon detector sees: geometry of the window, and the same view for the same shape in any colours."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from conditioners.geometry import Box
from scoring.icon_view import MIN_SIDE, SIDE, Window, icon_view
from tests.scoring.drawn_icons import icon


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 300), st.integers(1, 300))
def test_a_window_is_a_square_around_its_box(x: int, y: int, width: int, height: int) -> None:
    box = Box(x, y, x + width, y + height)
    window = Window.around(box)
    assert window.x < box.x0
    assert window.y < box.y0
    assert window.x + window.side > box.x1
    assert window.y + window.side > box.y1
    assert abs((window.x + window.side / 2) - (box.x0 + box.x1) / 2) <= 1
    assert window.of_box(np.zeros((8, 8), np.float32), box).shape == (height, width)


def test_a_cut_inside_the_image_is_the_image() -> None:
    image = np.random.default_rng(0).integers(0, 256, (50, 60, 3), np.uint8)
    assert np.array_equal(Window(x=10, y=5, side=20).cut(image), image[5:25, 10:30])
    outside = Window(x=-3, y=-3, side=8).cut(image)
    assert np.array_equal(outside[0, 0], image[0, 0])


def test_the_view_of_a_shape_hardly_depends_on_its_colours() -> None:
    box = Box(8, 8, 56, 56)
    drawing = icon(7, "#000000", "#ffffff")[0][:, :, 1].copy()
    views = [
        icon_view(icon(7, colour, ground)[0], drawing, box)
        for colour, ground in (("#c02040", "#f4f6ff"), ("#ffffff", "#1030a0"), ("#18c060", "#202020"))
    ]
    for view in views:
        assert view is not None
        assert np.abs(view[1] - views[0][1]).mean() < 0.02
    flipped = icon_view(icon(7)[0], 255 - drawing, box)
    assert flipped is not None
    assert np.allclose(flipped, views[0], atol=1e-4)


def test_what_cannot_be_seen_has_no_view() -> None:
    image, drawing = np.zeros((40, 40, 3), np.uint8), np.full((40, 40), 255, np.uint8)
    assert icon_view(image, drawing, Box(5, 5, 35, 35)) is None, "nothing is drawn"
    drawing[10:30, 10:12] = 0
    assert icon_view(image, drawing, Box(8, 8, 8 + MIN_SIDE - 1, 8 + MIN_SIDE - 1)) is None, "too small"
    view = icon_view(image, drawing, Box(5, 5, 35, 35))
    assert view is not None
    assert view.shape == (6, SIDE, SIDE)
    assert np.isfinite(view).all()
