"""As a corruption grows, each control score falls: rank correlations over rendered assets."""

from functools import cache

import cv2
import numpy as np
import pytest

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.wireframe import wireframe_from_array
from scoring.control import assd, boundary_f, edge_f1, hd95
from scoring.control_kornia import kornia_f1
from scoring.control_soft import ms_ssim, soft_edges
from scoring.control_view import ControlView
from training.render.sample import choose, render_sample

ASSETS, LEVELS = 6, 8
SCORES = ("f1_strict", "f1_1px", "f1_2px", "f1_4px", "f1_kornia", "f_davis", "ms_ssim", "hd95", "assd")
DISTANCES = ("hd95", "assd")


@cache
def assets():
    """Rendered assets that are large enough for every measure, with wireframe and control map."""
    found = []
    seed = 810_000
    while len(found) < ASSETS:
        width, height, component = choose(seed, "large")
        if min(width, height) >= 176:
            sample = render_sample(seed, width, height, component, unseen=True)
            drawing = np.repeat(sample.clean[:, :, None], 3, axis=2)
            wireframe = wireframe_from_array(drawing, polarity="dark-on-light")
            lines = make_control_map(wireframe, ConditionerSettings(name="canny")).pixels
            found.append((np.ascontiguousarray(sample.asset), drawing, lines))
        seed += 1
    return found


def shift(image, level, rng):
    """Move by `level` px to the right and down."""
    matrix = np.array([[1.0, 0, level], [0, 1.0, level]])
    return cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)


def blur(image, level, rng):
    """Soften by a Gaussian of 0.8 px a level."""
    return image if level == 0 else cv2.GaussianBlur(image, (0, 0), 0.8 * level)


def erase(image, level, rng):
    """Paint over an eighth of the tiles a level, each with its own mean colour."""
    painted, side = image.copy(), 16
    tiles = [(y, x) for y in range(0, image.shape[0], side) for x in range(0, image.shape[1], side)]
    for index in rng.permutation(len(tiles))[: len(tiles) * level // LEVELS]:
        y, x = tiles[index]
        tile = painted[y : y + side, x : x + side]
        tile[:] = tile.reshape(-1, 3).mean(axis=0)
    return painted


def invent(image, level, rng):
    """Draw 6 lines a level across the image."""
    drawn = image.copy()
    height, width = image.shape[:2]
    for start_x, start_y, end_x, end_y in rng.random((6 * level, 4)):
        points = (int(start_x * width), int(start_y * height)), (int(end_x * width), int(end_y * height))
        cv2.line(drawn, *points, (0, 0, 0), 2)
    return drawn


def scores(image, drawing, lines):
    view = ControlView.of(image, lines, "canny")
    return {
        "f1_strict": edge_f1(view.edges, view.lines),
        "f1_1px": edge_f1(view.edges, view.lines, 1),
        "f1_2px": edge_f1(view.edges, view.lines, 2),
        "f1_4px": edge_f1(view.edges, view.lines, 4),
        "f1_kornia": kornia_f1(image, drawing),
        "f_davis": boundary_f(view.edges, view.lines),
        "ms_ssim": ms_ssim(soft_edges(view.edges), soft_edges(view.lines)),
        "hd95": hd95(view.edges, view.lines),
        "assd": assd(view.edges, view.lines),
    }


@cache
def curves(corrupt):
    """The mean score of all assets at each level, by score."""
    table = {name: [] for name in SCORES}
    for level in range(LEVELS):
        found = [
            scores(np.ascontiguousarray(corrupt(image, level, np.random.default_rng(index))), drawing, lines)
            for index, (image, drawing, lines) in enumerate(assets())
        ]
        for name in SCORES:
            values = [one[name] for one in found if one[name] is not None]
            table[name].append(float(np.mean(values)) if values else np.nan)
    return table


@pytest.mark.parametrize("corrupt", [shift, blur, erase, invent], ids=lambda function: function.__name__)
@pytest.mark.parametrize("name", SCORES)
def test_a_score_falls_as_the_corruption_grows(name, corrupt):
    from scipy.stats import spearmanr

    values = np.array(curves(corrupt)[name])
    known = np.isfinite(values)
    # The strongest blur leaves no edge, and then there is no distance.
    assert known.sum() >= LEVELS - 2
    correlation = spearmanr(np.arange(LEVELS)[known], values[known]).statistic
    assert (correlation if name in DISTANCES else -correlation) >= 0.9
