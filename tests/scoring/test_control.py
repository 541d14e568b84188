"""Control measures against independent implementations on real image pairs."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from conditioners.errors import InputError
from scoring.control import (
    assd,
    boundary_f,
    control_adherence,
    distance_to,
    edge_f1,
    hd95,
    image_edges,
    reference_lines,
    surface,
)
from tests.scoring.pairs import IDS, pairs

MASKS = hnp.arrays(np.bool_, st.tuples(st.integers(16, 24), st.integers(16, 24)))


def opencv_edges(image):
    return cv2.Canny(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), 100, 200) > 0


def tolerant_f1_by_distance(found, wanted, tolerance):
    """Protocol C without morphology: a pixel matches when one of the others is near in the Chebyshev distance."""
    from scipy.spatial.distance import cdist

    here, there = np.argwhere(found), np.argwhere(wanted)
    if len(here) == 0 or len(there) == 0:
        return 0.0
    near = cdist(here, there, "chebyshev") <= tolerance
    precision, recall = near.any(axis=1).mean(), near.any(axis=0).mean()
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def brute_force_hd95(found, wanted):
    """All pairs of distances between the surfaces, found without morphology."""
    from scipy.spatial.distance import cdist

    def points(mask):
        padded = np.pad(mask, 1)
        covered = padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2] & padded[1:-1, 2:]
        return np.argwhere(mask & ~covered)

    distances = cdist(points(found), points(wanted))
    return max(np.percentile(distances.min(axis=1), 95), np.percentile(distances.min(axis=0), 95))


@pytest.mark.parametrize("label, image, degraded", pairs(), ids=IDS)
def test_protocol_c_equals_a_chebyshev_match(label, image, degraded):
    found, wanted = opencv_edges(degraded), opencv_edges(image)
    assert np.array_equal(image_edges(degraded), found)
    for tolerance in (0, 1, 2, 4):
        expected = tolerant_f1_by_distance(found, wanted, tolerance)
        assert edge_f1(image_edges(degraded), wanted, tolerance) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("label, image, degraded", pairs(), ids=IDS)
def test_hd95_equals_all_pairs_of_distances(label, image, degraded):
    found, wanted = opencv_edges(degraded), opencv_edges(image)
    if not found.any() or not wanted.any():
        assert hd95(found, wanted) is None
    else:
        assert hd95(found, wanted) == pytest.approx(brute_force_hd95(found, wanted), abs=1e-9)


def masks():
    """The edges of each pair, where both have some."""
    found = [(label, opencv_edges(degraded), opencv_edges(image)) for label, image, degraded in pairs()]
    return [(label, edges, wanted) for label, edges, wanted in found if edges.any() and wanted.any()]


@pytest.mark.filterwarnings("ignore:.*always_return_as_numpy:FutureWarning")
def test_distances_equal_those_of_monai():
    import torch
    from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance

    assert len(masks()) >= 50
    for label, found, wanted in masks():
        tensors = [torch.from_numpy(mask)[None, None].double() for mask in (found, wanted)]
        mean = compute_average_surface_distance(*tensors, include_background=True, symmetric=True).item()
        # MONAI gives float32, so beyond 8 px it is off by up to a millionth of the distance.
        assert assd(found, wanted) == pytest.approx(mean, rel=1e-6, abs=1e-6), label
        largest = compute_hausdorff_distance(*tensors, include_background=True, percentile=95).item()
        assert hd95(found, wanted) == pytest.approx(largest, rel=1e-6, abs=1e-6), label


def davis_f(boundary, truth, bound=0.008):
    """`f_measure` of davis2017 on boundaries, with its disks, counts and empty cases."""
    from skimage.morphology import disk

    radius = int(np.ceil(bound * np.linalg.norm(boundary.shape)))
    ball = disk(radius).astype(np.uint8)
    near_truth = cv2.dilate(truth.astype(np.uint8), ball) > 0
    near_found = cv2.dilate(boundary.astype(np.uint8), ball) > 0
    here, there = boundary.sum(), truth.sum()
    if here == 0 and there > 0:
        precision, recall = 1.0, 0.0
    elif here > 0 and there == 0:
        precision, recall = 0.0, 1.0
    elif here == 0 and there == 0:
        precision, recall = 1.0, 1.0
    else:
        precision = (boundary & near_truth).sum() / here
        recall = (truth & near_found).sum() / there
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("label, image, degraded", pairs(), ids=IDS)
def test_boundary_f_equals_that_of_davis(label, image, degraded):
    found, wanted = opencv_edges(degraded), opencv_edges(image)
    for bound in (0.004, 0.008, 0.02):
        assert boundary_f(found, wanted, bound) == pytest.approx(davis_f(found, wanted, bound), abs=1e-9)


def test_boundary_f_treats_empty_masks_as_davis_does():
    blank, full = np.zeros((20, 20), np.bool_), np.eye(20, dtype=np.bool_)
    for pair in ((blank, blank), (blank, full), (full, blank)):
        assert boundary_f(*pair) == davis_f(*pair)


def test_at_least_fifty_pairs_have_edges_on_both_sides():
    assert sum(bool(image_edges(a).any() and image_edges(b).any()) for _, a, b in pairs()) >= 50


def test_two_blank_images_score_zero():
    blank = np.full((32, 40, 3), 200, np.uint8)
    assert edge_f1(image_edges(blank), image_edges(blank), 1) == 0.0


def test_an_image_equals_itself():
    image = pairs()[0][1]
    edges = image_edges(image)
    assert edge_f1(edges, edges) == 1.0
    assert hd95(edges, edges) == 0.0
    assert assd(edges, edges) == 0.0
    assert boundary_f(edges, edges) == 1.0


def test_canny_reference_is_the_map_itself_and_scribble_its_centreline():
    stroke = np.zeros((40, 60), np.uint8)
    cv2.line(stroke, (8, 20), (50, 20), 255, 5)
    assert np.array_equal(reference_lines(stroke, "canny"), stroke > 0)
    centre = reference_lines(stroke, "scribble")
    rows, columns = np.nonzero(centre)
    assert {20} <= set(rows) <= set(range(17, 24))
    assert set(columns[rows == 20]) >= set(range(12, 47))
    assert np.count_nonzero(centre[:, 12:47].sum(axis=0) != 1) == 0


@pytest.mark.parametrize("measure", [edge_f1, boundary_f, hd95, assd])
def test_sizes_that_differ_are_refused_not_resized(measure):
    with pytest.raises(InputError, match=r"same size, got 20x16 and 16x20"):
        measure(np.ones((16, 20), np.bool_), np.ones((20, 16), np.bool_))


def test_control_adherence_lies_between_floor_and_ceiling():
    assert control_adherence(0.6) == 0.6
    assert control_adherence(0.1, floor=0.2, ceiling=0.9) == 0.0
    assert control_adherence(0.95, floor=0.2, ceiling=0.9) == 1.0
    assert control_adherence(0.55, floor=0.2, ceiling=0.9) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="floor must be less than ceiling"):
        control_adherence(0.5, floor=0.9, ceiling=0.2)


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_measures_are_symmetric_bounded_and_monotone_in_tolerance(data):
    first = data.draw(MASKS)
    second = data.draw(hnp.arrays(np.bool_, first.shape))
    scores = [edge_f1(first, second, tolerance) for tolerance in (0, 1, 2)]
    assert all(0.0 <= score <= 1.0 for score in scores)
    assert scores == sorted(scores)
    assert scores == pytest.approx([edge_f1(second, first, tolerance) for tolerance in (0, 1, 2)])
    assert hd95(first, second) == hd95(second, first)
    assert assd(first, second) == pytest.approx(assd(second, first))
    assert 0.0 <= boundary_f(first, second) <= 1.0
    if first.any() and second.any():
        assert assd(first, second) >= 0.0


@given(hnp.arrays(np.bool_, st.tuples(st.integers(1, 40), st.integers(1, 40))))
@settings(deadline=None, max_examples=60)
def test_distances_and_surfaces_equal_those_of_scipy(mask):
    from scipy.ndimage import binary_erosion, distance_transform_edt

    assert np.array_equal(surface(mask), mask & ~binary_erosion(mask))
    if mask.any():
        assert np.array_equal(distance_to(mask), distance_transform_edt(~mask))


def test_distances_over_a_large_image_equal_those_of_scipy():
    from scipy.ndimage import distance_transform_edt

    mask = np.zeros((1, 1600), np.bool_)
    mask[0, 0] = True
    assert np.array_equal(distance_to(mask), distance_transform_edt(~mask))
    assert distance_to(mask).max() == 1599.0
