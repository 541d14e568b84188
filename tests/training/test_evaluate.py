"""The evaluation's own arithmetic, on images whose answer is known."""

import json
from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import mean_squared_error

from conditioners.errors import InputError
from conditioners.ocr import TextReader
from scoring.colour_table import ColourTerm, load_colours, to_lab
from training.evaluate import merged
from training.evaluate_cases import SETS, Case, by_size, load_set, rendered_case
from training.evaluate_features import kernel_distance
from training.evaluate_generate import Made
from training.evaluate_measures import colours_kept, distance_to_term, psnr, texts_read
from training.evaluate_sheet import save_sheet
from training.evaluate_summary import between, element_rate, rate, spread, summary

FIGURE = {
    "f1": 0.8,
    "floor": 0.2,
    "ceiling": 0.9,
    "true": 0.9,
    "hd95": 1.0,
    "trip_hd95": 0.5,
    "psnr": 20.0,
    "autoencoder_psnr": 33.0,
    "colour": None,
    "background": True,
    "fill": None,
    "texts": [],
    "true_texts": [True, False],
    "trip_texts": [False, False],
    "icons": [True],
    "true_icons": [True],
    "component": True,
    "true_component": True,
    "style": None,
    "true_style": None,
}


@pytest.mark.parametrize("name", SETS)
def test_the_true_asset_keeps_its_own_colours_and_another_does_not(name: str) -> None:
    kept, changed = [], []
    for case in load_set(name, 18):  # type: ignore[arg-type]
        kept += [value for value in colours_kept(case, case.asset) if value is not None]
        changed += [value for value in colours_kept(case, 255 - case.asset) if value is not None]
    assert all(kept)
    assert len(kept) > 20
    assert sum(changed) / len(changed) < 0.2


@pytest.mark.parametrize("name", SETS)
def test_cases_repeat_and_every_case_has_its_own_noise(name: str) -> None:
    first, second = load_set(name, 6), load_set(name, 6)  # type: ignore[arg-type]
    assert [case.control_map.digest for case in first] == [case.control_map.digest for case in second]
    assert all(np.array_equal(a.asset, b.asset) for a, b in zip(first, second, strict=True))
    assert len({case.seed for case in first}) == 6
    assert {case.conditioner for case in load_set("components", 4)} == {"canny", "scribble"}


def test_a_set_that_is_too_small_is_told() -> None:
    with pytest.raises(InputError, match="at most"):
        load_set("components", 100_000)
    with pytest.raises(InputError, match="at least 1"):
        load_set("renders", 0)


def test_the_true_assets_large_texts_are_mostly_read() -> None:
    reader, read = TextReader(), []
    for case in load_set("components", 24):
        read += texts_read(case, case.asset, reader, 20)
    assert len(read) >= 5
    assert sum(read) / len(read) > 0.5


def test_groups_have_one_size_and_hold_every_case_once() -> None:
    cases = load_set("components", 30)
    groups = by_size(cases, 4)
    assert sorted(index for group in groups for index in group) == list(range(30))
    assert all(len(group) <= 4 and len({cases[index].extent for index in group}) == 1 for group in groups)


def test_psnr_is_that_of_its_definition() -> None:
    noise = np.random.default_rng(3)
    image, other = noise.integers(0, 256, (2, 8, 8, 3), dtype=np.uint8)
    assert psnr(image, image) == 99
    error = mean_squared_error(image, other)
    assert psnr(image, other) == pytest.approx(10 * np.log10(255**2 / error))


def test_the_region_of_a_name_is_where_that_colour_is() -> None:
    picture = np.full((4, 4, 3), 255, np.uint8)
    picture[:2] = (0xE5, 0x39, 0x3B)
    distance = distance_to_term(to_lab(picture), ColourTerm(label="red", kind="name"), load_colours())
    assert distance[:2].max() < 1
    assert distance[2:].min() > 30
    shaded = distance_to_term(to_lab(picture), ColourTerm(label="light red", kind="shaded"), load_colours())
    assert shaded[:2].min() > 5


def test_rates_leave_out_what_was_not_measured() -> None:
    assert rate([None, True, False]) | {"low": 0, "high": 0} == {
        "right": 1, "of": 2, "rate": 0.5, "low": 0, "high": 0, "method": "wilson",
    }  # fmt: skip
    assert rate([None]) == {"right": 0, "of": 0, "rate": None}
    assert element_rate([[True, True], [False]])["method"] == "cluster-bootstrap"


def test_the_summary_of_known_figures() -> None:
    result = summary([FIGURE, FIGURE | {"hd95": None, "colour": False, "f1": 0.6}], "", "")
    assert result["named_colour"]["of"] == 1
    assert result["named_background"]["right"] == 2
    assert result["text_from_24px_exact"]["of"] == 0
    assert result["control_hd95_unscored"] == 1
    assert result["control_between_floor_and_ceiling"]["value"] == 0.714
    assert result["autoencoder"]["text_from_20px_still_exact"]["of"] == 2
    assert result["autoencoder"]["texts"] == {"read_before": 2, "read_after": 0}
    assert json.loads(json.dumps(result)) == result


def test_a_missing_judge_gives_null_and_the_reason() -> None:
    result = summary([FIGURE], "no classifier", "no detector")
    assert result["component"] == result["style"] == {"rate": None, "reason": "no classifier"}
    assert result["icons_from_64px_undistorted"] == {"rate": None, "reason": "no detector"}


def test_between_floor_and_ceiling() -> None:
    values = np.array([[0.5, 0.0, 1.0], [0.7, 0.2, 1.0]])
    assert between(values) == pytest.approx(0.5 / 0.9)
    found = spread([tuple(row) for row in values] * 20, between)
    assert found["low"] <= found["value"] <= found["high"]


def test_the_kernel_distance_tells_equal_from_other_features() -> None:
    noise = np.random.default_rng(0)
    first, same, other = noise.normal(size=(3, 200, 8))
    assert abs(kernel_distance(first, same)["mean"]) < 0.1
    assert abs(kernel_distance(first, first)["mean"]) < 0.1
    assert kernel_distance(first, other + 1)["mean"] > 0.5
    assert kernel_distance(first[:4], same[:4])["mean"] is None


def test_one_part_of_the_file_is_replaced_and_the_other_kept(tmp_path: Path) -> None:
    file = tmp_path / "evaluation.json"
    file.write_text(json.dumps(merged(file, "renders", {"cases": 1})), encoding="utf-8")
    content = merged(file, "components", {"cases": 2})
    assert content["sets"] == {"renders": {"cases": 1}, "components": {"cases": 2}}
    file.write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="JSON of an evaluation"):
        merged(file, "renders", {})


def test_the_sheet_shows_map_truth_and_result(tmp_path: Path) -> None:
    from PIL import Image

    cases: list[Case] = [rendered_case(seed) for seed in range(7)]
    made = [Made(image=case.asset, free=case.asset, trip=case.asset) for case in cases]
    save_sheet(tmp_path / "sheet.png", cases, made)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width > 5 * 3 * 100
        assert sheet.height > 2 * 100
