import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from conditioners.geometry import Box, Extent, crop, pad, padding_to_multiple

SIDES = st.integers(1, 200)
EXTENTS = st.builds(Extent, SIDES, SIDES)
COORDINATES = st.integers(-50, 250)
BOXES = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height), COORDINATES, COORDINATES, st.integers(0, 90), SIDES
)


@given(
    extent=EXTENTS,
    multiple=st.integers(1, 64),
    channels=st.sampled_from([None, 1, 3, 4]),
    dtype=st.sampled_from([np.uint8, np.int16, np.float32, np.bool_]),
    edge=st.booleans(),
    seed=st.integers(0, 99),
)
def test_crop_undoes_pad(extent, multiple, channels, dtype, edge, seed):
    shape = (extent.height, extent.width) + (() if channels is None else (channels,))
    array = np.random.default_rng(seed).integers(0, 2, shape).astype(dtype)
    padding = padding_to_multiple(extent, multiple)
    canvas = pad(array, padding, edge=edge)
    assert canvas.shape[1] % multiple == canvas.shape[0] % multiple == 0
    assert canvas.shape[1] - extent.width < multiple
    assert canvas.dtype == array.dtype
    np.testing.assert_array_equal(crop(canvas, padding), array)


@given(extent=EXTENTS, multiple=st.integers(1, 64))
def test_padding_is_centred_and_filled(extent, multiple):
    padding = padding_to_multiple(extent, multiple)
    canvas = pad(np.ones((extent.height, extent.width), np.uint8), padding, 7)
    assert int((canvas == 1).sum()) == extent.area
    assert int((canvas == 7).sum()) == padding.canvas.area - extent.area
    right = padding.canvas.width - padding.box.x1
    assert 0 <= right - padding.left <= 1


def test_edge_padding_repeats_the_border():
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)
    canvas = pad(array, padding_to_multiple(Extent(3, 2), 4), edge=True)
    assert canvas.tolist() == [[0, 1, 2, 2], [0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5]]


def test_pad_and_crop_refuse_other_extents():
    padding = padding_to_multiple(Extent(5, 5), 8)
    with pytest.raises(ValueError, match="content extent 5x5, got 6x5"):
        pad(np.zeros((5, 6)), padding)
    with pytest.raises(ValueError, match="canvas extent 8x8, got 5x5"):
        crop(np.zeros((5, 5)), padding)
    with pytest.raises(ValueError, match="multiple"):
        padding_to_multiple(Extent(5, 5), 0)


@given(st.integers(1, 999999), st.integers(1, 999999), st.sampled_from("xX×"))
def test_extent_is_parsed_back_from_its_text(width, height, sign):
    assert Extent.parse(f" {width}{sign}{height} ") == (width, height)
    assert Extent.parse(str(Extent(width, height))) == (width, height)


@given(st.text(max_size=12))
def test_extent_parses_or_raises_one_line(text):
    error = None
    try:
        extent = Extent.parse(text)
    except InputError as raised:
        error = str(raised)
    assert error is None or "\n" not in error
    assert error is not None or min(extent) >= 1


@pytest.mark.parametrize(
    "text", ["", "375", "375x", "x200", "0x5", "-3x5", "3.5x2", "1x2x3", "\u0663x\u0663", "9999999x1", "a x b"]
)
def test_extent_refuses(text):
    with pytest.raises(InputError, match="WIDTHxHEIGHT"):
        Extent.parse(text)


@given(BOXES, BOXES)
def test_intersection_and_union_agree_with_pixels(a, b):
    def pixels(box):
        grid = np.zeros((520, 520), bool)
        grid[box.y0 + 50 : box.y1 + 50, box.x0 + 50 : box.x1 + 50] = True
        return grid

    common, either = pixels(a) & pixels(b), pixels(a) | pixels(b)
    assert a.intersection(b).area == common.sum()
    assert a.iou(b) == pytest.approx(common.sum() / either.sum() if either.any() else 0.0)
    assert a.iou(b) == b.iou(a)
    assert a.union(b).contains(a)
    assert a.union(b).contains(b)


@given(BOXES, EXTENTS, st.integers(0, 20))
def test_clipped_boxes_fit(box, extent, margin):
    clipped = box.clipped(extent)
    assert clipped.area == 0 or clipped.fits(extent)
    assert box.grown(margin, extent).contains(clipped) or clipped.area == 0
    assert box.fits(extent) == (box.area > 0 and clipped == box)


def test_slices_address_the_box():
    array = np.zeros((10, 12), np.uint8)
    array[Box(2, 3, 5, 7).slices] = 1
    assert array.sum() == 12
    assert (array[3, 2], array[6, 4], array[7, 4], array[6, 5]) == (1, 1, 0, 0)
