"""Remarks on wireframes: each rule on a drawing that breaks it, and silence on one that breaks none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from conditioners.geometry import Extent
from conditioners.lint import SEVERITIES, LintLimits, Remark, lint_file, lint_wireframe
from conditioners.wireframe import wireframe_from_array

LIMITS = LintLimits()


def button(
    width: int = 200, height: int = 100, stroke: int = 3, ink: int = 0, paper: int = 255, margin: int = 10
) -> Image.Image:
    image = Image.new("L", (width, height), paper)
    box = (margin, margin, width - 1 - margin, height - 1 - margin)
    ImageDraw.Draw(image).rectangle(box, outline=ink, width=stroke)
    return image


def labelled(size: int) -> Image.Image:
    image = button(260, 120)
    ImageDraw.Draw(image).text((70, 40), "Hamburg", fill=0, font=ImageFont.load_default(size))
    return image


def lint(image: Image.Image, limits: LintLimits = LIMITS) -> dict[str, Remark]:
    remarks = lint_wireframe(wireframe_from_array(np.asarray(image)), limits)
    return {remark.rule: remark for remark in remarks}


def test_a_good_drawing_gets_no_remark() -> None:
    assert lint(labelled(40)) == {}


@pytest.mark.parametrize(
    ("rule", "image"),
    [
        ("thin-strokes", button(stroke=1)),
        ("low-contrast", button(ink=200)),
        ("small-labels", labelled(14)),
        ("touches-border", button(margin=0)),
        ("polarity-inverse", button(ink=255, paper=0)),
        ("large", button(800, 600)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_rule_is_remarked_where_it_is_broken_and_alone(rule: str, image: Image.Image) -> None:
    assert list(lint(image)) == [rule]


def test_a_photograph_is_no_line_drawing() -> None:
    noise = np.random.default_rng(3).integers(0, 256, (120, 120), dtype=np.uint8)
    assert "dense" in lint(Image.fromarray(noise))


def test_half_ink_half_paper_leaves_the_polarity_open() -> None:
    image = Image.new("L", (200, 100), 255)
    image.paste(0, (0, 0, 100, 100))
    assert lint(image)["polarity-unsure"].severity == "warning"
    forced = wireframe_from_array(np.asarray(image), polarity="dark-on-light")
    assert "polarity-unsure" not in {remark.rule for remark in lint_wireframe(forced, LIMITS)}


def test_a_small_label_is_pointed_at_and_its_limit_is_the_model_s() -> None:
    remark = lint(labelled(14))["small-labels"]
    (box,) = remark.boxes
    assert 60 < box.x0 < 80
    assert box.height < 24
    assert "24 px" in remark.text
    assert "small-labels" not in lint(labelled(14), LintLimits(label_height=8))


def test_the_touched_edges_are_named() -> None:
    image = button()
    ImageDraw.Draw(image).line((0, 50, 60, 50), fill=0, width=3)
    remark = lint(image)["touches-border"]
    assert "the left edge" in remark.text
    assert [tuple(box) for box in remark.boxes] == [(0, 0, 1, 100)]


def test_a_file_that_cannot_be_used_is_one_problem_in_the_loader_s_words(tmp_path: Path) -> None:
    blank, text = tmp_path / "blank.png", tmp_path / "text.png"
    Image.new("L", (64, 64), 255).save(blank)
    text.write_text("a shopping list")
    for path, rule in ((blank, "blank"), (text, "unusable"), (tmp_path / "none.png", "unusable")):
        (remark,) = lint_file(path)
        assert (remark.rule, remark.severity) == (rule, "problem")
        assert str(path) in remark.text


def test_every_sample_can_be_used(samples: Path) -> None:
    for path in [*samples.glob("*.png"), *samples.glob("*.svg"), *samples.glob("*.jpg")]:
        assert not [remark for remark in lint_file(path) if remark.severity == "problem"], path


@given(width=st.integers(16, 90), height=st.integers(16, 90), seed=st.integers(0, 2**16), levels=st.integers(2, 256))
def test_any_picture_is_linted_with_boxes_inside_it(width: int, height: int, seed: int, levels: int) -> None:
    noise = np.random.default_rng(seed).integers(0, levels, (height, width)) * (255 // (levels - 1))
    noise[:4, :4] = 255
    noise[-4:, -4:] = 0
    remarks = lint_wireframe(wireframe_from_array(noise.astype(np.uint8)), LIMITS)
    assert all(box.fits(Extent(width, height)) for remark in remarks for box in remark.boxes)
    ranks = [SEVERITIES.index(remark.severity) for remark in remarks]
    assert ranks == sorted(ranks)
    assert len({remark.rule for remark in remarks}) == len(remarks)
