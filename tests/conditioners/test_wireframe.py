import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from conditioners.errors import InputError
from conditioners.wireframe import load_wireframe, pixel_digest, wireframe_from_array
from tests.conditioners.drawings import button, encoded, rgb, written


@pytest.mark.parametrize(
    ("form", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("PNG", {"optimize": True}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("WEBP", {"quality": 90}, 40),
        ("JPEG", {"quality": 95}, 40),
        ("JPEG", {"quality": 95, "progressive": True}, 40),
    ],
)
def test_formats_give_the_same_drawing(tmp_path, form, options, tolerance):
    drawn = rgb(button(123, 77))
    path = written(tmp_path, "drawing.bin", encoded(Image.fromarray(drawn), form, **options))
    wireframe = load_wireframe(path)
    assert wireframe.extent == (123, 77)
    assert np.abs(wireframe.pixels.astype(int) - drawn).max() <= tolerance
    assert (wireframe.digest == pixel_digest(drawn)) == (tolerance == 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_modes_give_the_same_drawing(tmp_path, mode):
    gray = np.where(button() > 128, 255, 0).astype(np.uint8)
    path = written(tmp_path, "mode.png", encoded(Image.fromarray(rgb(gray)).convert(mode), "PNG"))
    np.testing.assert_array_equal(load_wireframe(path).pixels, rgb(gray))


def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path):
    ramp = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (16, 1))
    path = written(tmp_path, "deep.png", encoded(Image.fromarray(ramp), "PNG"))
    pixels = load_wireframe(path).pixels
    assert (pixels[0, 0, 0], pixels[0, -1, 0]) == (0, 255)
    assert np.abs(pixels[:, :, 1] - ramp / 257).max() <= 0.51


def test_sixteen_bit_colour_is_scaled_not_clipped(tmp_path):
    import cv2

    ramp = np.linspace(0, 65535, 64).astype(np.uint16)
    deep = np.stack([np.tile(ramp, (16, 1)), np.tile(ramp[::-1], (16, 1)), np.full((16, 64), 32896, np.uint16)], axis=2)
    path = tmp_path / "deep.png"
    assert cv2.imwrite(str(path), deep[:, :, ::-1])
    assert np.abs(load_wireframe(path).pixels - deep / 257).max() <= 1.0


def test_transparency_is_composited_on_white(tmp_path):
    rgba = np.zeros((40, 60, 4), np.uint8)
    rgba[10:30, 10:50] = (0, 0, 0, 255)
    rgba[15:25, 15:45] = (0, 0, 0, 128)
    path = written(tmp_path, "clear.png", encoded(Image.fromarray(rgba), "PNG"))
    wireframe = load_wireframe(path)
    assert wireframe.pixels[0, 0].tolist() == [255, 255, 255]
    assert wireframe.pixels[12, 12].tolist() == [0, 0, 0]
    assert 125 <= wireframe.pixels[20, 30, 0] <= 129
    assert wireframe.polarity == "dark-on-light"


def test_a_transparent_palette_colour_is_white(tmp_path):
    image = Image.fromarray(np.where(button() > 128, 0, 1).astype(np.uint8), "P")
    image.putpalette([0, 0, 0, 10, 10, 10])
    path = written(tmp_path, "palette.png", encoded(image, "PNG", transparency=0))
    wireframe = load_wireframe(path)
    assert wireframe.pixels[0, 0].tolist() == [255, 255, 255]
    assert wireframe.pixels[30, 20].tolist() == [10, 10, 10]


@pytest.mark.parametrize(("orientation", "turned"), [(1, 0), (3, 2), (6, 3), (8, 1)])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_exif_rotation_is_applied(tmp_path, form, orientation, turned):
    drawn = rgb(button(90, 50))
    drawn[3:9, 3:30] = 20
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = written(tmp_path, "turned", encoded(Image.fromarray(drawn), form, exif=exif, quality=95))
    expected = np.rot90(drawn, turned)
    pixels = load_wireframe(path).pixels
    assert pixels.shape == expected.shape
    assert np.abs(pixels.astype(int) - expected).mean() < 4


@pytest.mark.parametrize("side", [(16, 16), (16, 4096), (4096, 16), (257, 129), (375, 200)])
def test_limits_are_allowed(tmp_path, side):
    path = written(tmp_path, "edge.png", encoded(Image.fromarray(button(*side)), "PNG"))
    assert load_wireframe(path).extent == side


@given(st.integers(16, 80), st.integers(16, 80), st.booleans())
def test_arrays_keep_their_extent_and_are_copied(width, height, dark):
    gray = button(width, height, dark=dark)
    wireframe = wireframe_from_array(gray)
    assert wireframe.extent == (width, height)
    np.testing.assert_array_equal(wireframe.gray(), gray)
    assert wireframe_from_array(rgb(gray)).digest == wireframe.digest
    gray[:] = 0
    assert wireframe.pixels.max() > 200
    assert not wireframe.pixels.flags.writeable


def test_the_digest_names_shape_and_pixels():
    flat = np.arange(48 * 32, dtype=np.uint8)
    assert pixel_digest(flat.reshape(48, 32)) != pixel_digest(flat.reshape(32, 48))
    changed = flat.copy()
    changed[7] += 1
    assert pixel_digest(flat.reshape(48, 32)) != pixel_digest(changed.reshape(48, 32))


def test_polarity_is_found_and_forced(tmp_path):
    path = written(tmp_path, "dark.png", encoded(Image.fromarray(button(dark=True)), "PNG"))
    found, forced = load_wireframe(path), load_wireframe(path, "dark-on-light")
    assert (found.polarity, found.polarity_forced) == ("light-on-dark", False)
    assert (forced.polarity, forced.polarity_forced) == ("dark-on-light", True)
    assert found.digest == forced.digest


@pytest.mark.parametrize(
    "pixels",
    [np.zeros((20, 20, 4), np.uint8), np.zeros((20, 20)), np.zeros(400, np.uint8), np.zeros((20, 20, 3), bool)],
)
def test_other_arrays_are_refused(pixels):
    with pytest.raises(InputError, match="pixels must be uint8"):
        wireframe_from_array(pixels)
