import cv2
import numpy as np
import pytest

from conditioners.errors import InputError
from conditioners.polarity import detect_polarity, resolve_polarity
from conditioners.wireframe import load_wireframe
from tests.conditioners.drawings import button


def shaded_sheet(*, dark: bool) -> np.ndarray:
    """A sheet lit from one corner, with thin pen lines on it."""
    rows, columns = np.mgrid[0:300, 0:400]
    sheet = (230 - 110 * (rows / 300 + columns / 400) / 2).astype(np.uint8)
    for y in range(40, 280, 40):
        cv2.line(sheet, (30, y), (370, y + 8), 40, 2)
    return 255 - sheet if dark else sheet


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("draw", [button, shaded_sheet, lambda dark: button(33, 17, dark=dark)])
def test_polarity_is_detected(draw, dark):
    assert detect_polarity(draw(dark=dark)) == ("light-on-dark" if dark else "dark-on-light")


@pytest.mark.parametrize("dark", [False, True])
def test_a_large_filled_button_does_not_turn_it(dark):
    gray = button(200, 100, dark=dark)
    gray[30:70, 40:160] = 240 if dark else 20
    assert detect_polarity(gray) == ("light-on-dark" if dark else "dark-on-light")


def test_dark_lines_on_mid_grey_are_dark_on_light():
    gray = np.where(button(dark=False) < 128, 0, 110).astype(np.uint8)
    assert detect_polarity(gray) == "dark-on-light"


def test_polarity_can_be_forced_and_only_to_a_known_one():
    gray = button()
    assert resolve_polarity(gray, "auto") == "dark-on-light"
    assert resolve_polarity(gray, "light-on-dark") == "light-on-dark"
    with pytest.raises(InputError, match="auto, dark-on-light, light-on-dark, got 'inverted'"):
        resolve_polarity(gray, "inverted")


def test_every_sample_has_the_polarity_its_name_says(samples):
    paths = [path for path in sorted(samples.iterdir()) if path.suffix in (".png", ".jpg", ".svg")]
    assert len(paths) >= 16
    for path in paths:
        expected = "light-on-dark" if "inverse" in path.stem else "dark-on-light"
        assert load_wireframe(path).polarity == expected, path
