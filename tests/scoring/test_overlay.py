"""The overlay of kept, missing and invented edges."""

import numpy as np
import pytest

from conditioners.errors import InputError
from scoring.overlay import INVENTED, KEPT, MISSING, compare_edges, edge_overlay


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
