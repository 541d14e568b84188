"""The component set as it is shipped: complete, aligned, with texts, prompts and licences that hold."""

import json
import re
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from conditioners.canny import canny_edges
from conditioners.errors import InputError
from conditioners.geometry import Extent
from scoring.control import edge_f1, image_edges
from training.components.cases import DATA, PICTURES, ROWS, ComponentCase, load_cases
from training.components.draw import words
from training.components.packages import load_libraries

CASES = load_cases()
MIB = 2**20


def test_the_set_is_large_mixed_and_small_on_disk() -> None:
    assert len(CASES) >= 500
    assert len({case.id for case in CASES}) == len(CASES)
    libraries = Counter(case.library for case in CASES)
    assert len(libraries) >= 4
    assert min(libraries.values()) >= 50
    assert len({case.component for case in CASES}) >= 20
    assert sum(file.stat().st_size for file in DATA.iterdir()) <= 4 * MIB


def test_the_first_cases_are_a_fair_part() -> None:
    first = CASES[:100]
    assert len({case.library for case in first}) == len({case.library for case in CASES})
    assert len({case.component for case in first}) >= 15


def test_sizes_types_and_boxes_fit() -> None:
    for case in CASES:
        extent = Extent.of(case.asset)
        assert extent == Extent.of(case.wireframe)
        assert extent.width % 8 == extent.height % 8 == 0
        assert (case.asset.dtype, case.wireframe.dtype) == (np.uint8, np.uint8)
        assert all(element.box.fits(extent) for element in case.elements)


def test_wireframes_are_dark_lines_on_white_and_nothing_is_cut_off() -> None:
    for case in CASES:
        ink = case.wireframe < 160
        assert 0.003 < ink.mean() < 0.45, case.id
        assert not ink[[0, -1]].any(), case.id
        assert not ink[:, [0, -1]].any(), case.id
        assert np.median(case.wireframe) == 255, case.id


def test_every_text_and_icon_lies_on_ink_of_the_wireframe_and_is_seen_on_the_asset() -> None:
    for case in CASES:
        for element in case.elements:
            if element.kind != "shape":
                assert (case.wireframe[element.box.slices] < 160).any(), case.id
                assert np.ptp(case.asset[element.box.slices].reshape(-1, 3), axis=0).max() >= 12, case.id


def test_wireframes_are_aligned_to_the_pixel_with_their_assets() -> None:
    kept, moved = [], []
    for case in CASES:
        edges, lines = image_edges(case.asset), canny_edges(case.wireframe) > 0
        kept.append(edge_f1(edges, lines, 1))
        moved.append(edge_f1(edges, np.roll(lines, (3, 3), axis=(0, 1)), 1))
    assert np.mean(kept) > 0.7
    assert np.mean(kept) > np.mean(moved) + 0.2


def test_prompts_quote_only_texts_of_the_document_and_name_the_component() -> None:
    for case in CASES:
        texts = {element.text for element in case.elements}
        assert set(re.findall(r'"([^"]+)"', case.prompt)) <= texts, case.prompt
        assert case.component in case.prompt, case.prompt


def test_no_label_is_a_word_that_training_draws() -> None:
    trained = set((DATA.parents[1] / "material" / "words.txt").read_text(encoding="utf-8").lower().split())
    assert not trained & {word.lower() for word in words()}


def test_the_licences_of_all_packages_are_shipped() -> None:
    text = (DATA / "LICENSES.txt").read_text(encoding="utf-8")
    for package in load_libraries().packages:
        assert f"{package.package} {package.version} ({package.licence})" in text


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the set that may be broken."""
    for name in (PICTURES, ROWS):
        shutil.copy(DATA / name, tmp_path / name)
    return tmp_path


def _with_first_row(folder: Path, change: dict[str, object]) -> None:
    lines = (folder / ROWS).read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | change)
    (folder / ROWS).write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    "change, told",
    [
        ({"colour": "red"}, "cases.jsonl:1"),
        ({"size": [100, 96]}, "cases.jsonl:1"),
        ({"size": [8, 8]}, "must be 8x8"),
        ({"id": "nobody"}, "nobody.asset.webp"),
    ],
)
def test_a_broken_row_is_named(copy: Path, change: dict[str, object], told: str) -> None:
    _with_first_row(copy, change)
    with pytest.raises(InputError, match=re.escape(told)):
        load_cases(copy)


def test_a_missing_set_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="component set") as error:
        load_cases(tmp_path)
    assert "\n" not in str(error.value)


def test_pictures_cannot_be_changed_by_accident() -> None:
    case: ComponentCase = CASES[0]
    with pytest.raises(ValueError, match="read-only"):
        case.asset[0, 0] = 0
