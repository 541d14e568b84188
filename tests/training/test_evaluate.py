"""The evaluation's own arithmetic, on images whose answer is known."""

import numpy as np

from conditioners.ocr import TextReader
from training.evaluate import colours_kept, psnr, summary, texts_read, unseen_case


def test_the_true_asset_keeps_its_own_colours_and_another_does_not() -> None:
    kept, changed = [], []
    for seed in range(30):
        case = unseen_case(seed)
        kept += [value for value in colours_kept(case, case.sample.asset) if value is not None]
        inverted = 255 - case.sample.asset
        changed += [value for value in colours_kept(case, inverted) if value is not None]
    assert all(kept)
    assert len(kept) > 30
    assert sum(changed) / len(changed) < 0.2


def test_the_true_assets_large_texts_are_mostly_read() -> None:
    reader, read = TextReader(), []
    for seed in range(25):
        case = unseen_case(seed)
        read += texts_read(case, case.sample.asset, reader)
    assert len(read) >= 5
    assert sum(read) / len(read) > 0.5


def test_cases_repeat() -> None:
    first, second = unseen_case(7), unseen_case(7)
    assert np.array_equal(first.sample.asset, second.sample.asset)
    assert first.control_map.digest == second.control_map.digest


def test_psnr_of_known_differences() -> None:
    image = np.full((8, 8, 3), 100, np.uint8)
    assert psnr(image, image) == 99
    assert round(psnr(image, image + 1), 2) == 48.13


def test_the_summary_leaves_out_what_was_not_measured() -> None:
    figure = {
        "f1": 0.8,
        "floor": 0.2,
        "ceiling": 0.9,
        "hd95": 1.0,
        "psnr": 20.0,
        "autoencoder_psnr": 33.0,
        "fill": None,
        "background": True,
        "texts": [],
        "seconds": 1.0,
        "pixels": 10_000,
    }
    result = summary([figure, figure | {"hd95": None, "fill": False}])
    assert result["element_colour"]["of"] == 1
    assert result["background_colour"]["right"] == 2
    assert result["text_from_24px_exact"] == {"right": 0, "of": 0}
    assert result["control_between_floor_and_ceiling"] == 0.857
