"""Protocol A against kornia and torchmetrics, called as ControlNet++ calls them."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from conditioners.errors import InputError
from scoring.control_kornia import kornia_edges, kornia_f1
from tests.scoring.pairs import originals, pairs

LABELS = [label for label, _, _ in pairs()]


def canny(image):
    import torch
    from kornia.filters import canny

    return canny(torch.from_numpy(image).permute(2, 0, 1).unsqueeze(0) / 255.0, 0.1, 0.2)[1]


@cache
def original_edges(name):
    return canny(dict(originals())[name])


@pytest.mark.parametrize("label, image, degraded", pairs(), ids=LABELS)
def test_f1_equals_kornia_and_torchmetrics(label, image, degraded):
    from torchmetrics.classification import BinaryF1Score

    theirs, reference = canny(degraded), original_edges(label.partition("/")[0])
    assert np.array_equal(kornia_edges(degraded), theirs[0, 0].numpy() > 0)
    expected = BinaryF1Score()(theirs.flatten(), reference.flatten().int()).item()
    assert kornia_f1(degraded, image) == pytest.approx(expected, abs=1e-6)


@given(hnp.arrays(np.uint8, st.tuples(st.integers(16, 24), st.integers(16, 24), st.just(3))))
@settings(deadline=None, max_examples=25)
def test_edges_of_random_images_equal_those_of_kornia(image):
    assert np.array_equal(kornia_edges(image), canny(image)[0, 0].numpy() > 0)


@pytest.mark.parametrize("fill", [0, 128, 255])
def test_constant_images_have_no_edge_and_score_zero_as_in_torchmetrics(fill):
    blank = np.full((32, 40, 3), fill, np.uint8)
    assert not kornia_edges(blank).any()
    assert kornia_f1(blank, blank) == 0.0


def test_an_image_equals_itself():
    image = pairs()[0][1]
    assert kornia_f1(image, image) == 1.0


def test_sizes_that_differ_are_refused():
    with pytest.raises(InputError, match=r"image and wireframe must have the same size, got 20x16 and 21x16"):
        kornia_f1(np.zeros((16, 20, 3), np.uint8), np.zeros((16, 21, 3), np.uint8))
