"""The overlay of kept, missing and invented edges."""

import numpy as np
import pytest

from conditioners.errors import InputError
from conditioners.geometry import Box
from scoring.overlay import (
    INVENTED,
    KEPT,
    MISSING,
    SHIFTED,
    asset_overlay,
    compare_edges,
    edge_overlay,
    largest_shift,
)
from scoring.scorecard import ElementScore, Measurement, ScoreCard


def lines(*rows):
    mask = np.zeros((32, 48), np.bool_)
    for row in rows:
        mask[row, 4:44] = True
    return mask


def test_each_line_has_its_fate_and_colour():
    reference, edges = lines(5, 15), lines(6, 26)
    comparison = compare_edges(edges, reference, tolerance=1)
    assert np.array_equal(comparison.missing, lines(15))
    assert np.array_equal(comparison.invented, lines(26))
    assert np.array_equal(comparison.kept, lines(5, 6))
    picture = edge_overlay(edges, reference)
    assert picture.shape == (32, 48, 3)
    assert tuple(picture[5, 20]) == KEPT
    assert tuple(picture[15, 20]) == MISSING
    assert tuple(picture[26, 20]) == INVENTED
    assert tuple(picture[0, 0]) == (255, 255, 255)


def test_the_image_shines_through_where_given():
    image = np.zeros((32, 48, 3), np.uint8)
    picture = edge_overlay(lines(5), lines(5), image=image)
    assert tuple(picture[0, 0]) == (191, 191, 191)
    assert not image.any()


def test_sizes_must_agree():
    with pytest.raises(InputError, match="same size"):
        edge_overlay(lines(5), np.zeros((8, 8), np.bool_))


def card_of(*shifts):
    def measurement(pixels):
        return Measurement(
            name="control_displacement_px", value=pixels, unit="px", threshold=None, verdict="unscored",
            reason=f"moved {pixels} px right; reported only",
        )  # fmt: skip

    elements = [
        ElementScore(kind="icon", box=Box(4, 4, 20, 20), text=f"e{i}", measurements=(measurement(pixels),))
        for i, pixels in enumerate(shifts)
    ]
    return ScoreCard(measurements=(), elements=tuple(elements))


def test_the_largest_shift_is_named_framed_and_written_below():
    shift = largest_shift(card_of(1.0, 4.0, 2.5))
    assert (shift.element.text, shift.pixels, shift.words) == ("e1", 4.0, "moved 4.0 px right")
    picture = asset_overlay(lines(5), lines(5), card_of(1.0, 4.0))
    assert picture.shape[1] == 48
    assert picture.shape[0] > 32 + 12
    assert tuple(picture[4, 10]) == SHIFTED
    assert picture[32:].min() < 128


def test_without_a_shift_the_overlay_says_so():
    assert largest_shift(card_of()) is None
    assert asset_overlay(lines(5), lines(5), card_of()).shape[0] > 32
    assert not (asset_overlay(lines(5), lines(5), card_of(0.0))[:32] == SHIFTED).all(axis=2).any()
