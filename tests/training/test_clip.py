"""The CLIP stage at tiny size, its data, and the cases that its checks are tried on."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch

from scoring.clip_canvas import CANVAS
from scoring.clip_captions import COMPONENTS, STATES, STYLES
from scoring.clip_embedded import EmbeddedClip
from training.clip import Run, publish_clip, rate_at, train
from training.clip_cases import case_of, cases
from training.clip_data import Pool, disturb, render_views
from training.clip_model import orthogonal
from training.clip_objective import contrast
from training.clip_report import bounds_of, markdown, summary, write_section
from training.clip_settings import ClipSettings, TowerSettings, clip_settings
from training.render.palette import STYLES as RENDERED_STYLES
from training.render.sample import BUILDERS


@pytest.fixture(scope="module")
def tiny() -> ClipSettings:
    tower = TowerSettings(width=32, inner=32, layers=1, heads=2)
    changes = {"batch": 6, "fresh": 2, "pool": 40, "steps": 4, "warm_up_steps": 1, "icon_decoys": 3, "projection": 16}
    return clip_settings().model_copy(update={**changes, "text": tower, "vision": tower, "patch": 32})


def test_the_judge_knows_what_the_renderer_draws() -> None:
    assert set(COMPONENTS) == set(BUILDERS)
    assert STYLES == RENDERED_STYLES
    seen = {name: set() for name in STATES}
    for seed in range(150):
        for view in render_views(seed, {"small": 1.0}):
            if view.labels.state:
                seen[view.labels.component].add(view.labels.state)
    assert seen == {name: set(states) for name, states in STATES.items()}


def test_views_are_reproducible_and_labelled() -> None:
    first, again = render_views(7, {"small": 1.0}), render_views(7, {"small": 1.0})
    assert [view.labels for view in first] == [view.labels for view in again]
    assert first[0].pixels.shape == (CANVAS, CANVAS, 3)
    assert np.array_equal(first[0].pixels, again[0].pixels)
    assert disturb(first[0].pixels, Random(3)).shape == (CANVAS, CANVAS, 3)


def test_the_pool_survives_and_lets_the_oldest_go(tmp_path: Path) -> None:
    views = [view for seed in range(30) for view in render_views(seed, {"small": 1.0})]
    pool = Pool(tmp_path, 20)
    pool.add(views)
    again = Pool(tmp_path, 20)
    assert again.written == len(views)
    assert again.labels == pool.labels
    assert {view.labels for view in again.draw(50, Random(1))} <= {view.labels for view in views[-20:]}


def test_a_stopped_run_goes_on_and_is_published(tiny: ClipSettings, tmp_path: Path) -> None:
    train(tiny.model_copy(update={"steps": 2}), tmp_path / "run", hours=1)
    train(tiny, tmp_path / "run", hours=1)
    run = Run(tiny, tmp_path / "run")
    assert run.step == 4
    assert run.rendered == tiny.batch * 4 + 4 * tiny.fresh
    assert publish_clip(tmp_path / "run", tmp_path / "clip") < 2**20
    logits = EmbeddedClip(tmp_path / "clip").logits([np.zeros((30, 50, 3), np.uint8)], ["a button", "a card"])
    assert np.isfinite(logits).all()


def test_rates_rise_and_fall() -> None:
    settings = clip_settings()
    assert rate_at(settings, settings.warm_up_steps) == 1.0
    assert rate_at(settings, 1) < 0.1
    assert rate_at(settings, settings.steps) == 0.01


def test_orthogonal_updates_have_equal_singular_values() -> None:
    values = torch.linalg.svdvals(orthogonal(torch.randn(20, 48)))
    assert values.min() > 0.5
    assert values.max() < 1.3


def test_the_contrast_is_least_where_pairs_match() -> None:
    match = 10 * torch.eye(5)
    assert contrast(match) < 1e-3
    assert contrast(match.roll(1, 0)) > 5


def test_a_changed_prompt_differs_in_one_place() -> None:
    kinds = set()
    for case in cases(800_000, 40):
        for attribute, prompt in case.changed.items():
            kinds.add(attribute)
            assert prompt != case.sample.prompt
            before, after = case.sample.prompt.split(), prompt.split()
            if attribute in ("style", "state"):
                assert sum(old != new for old, new in zip(before, after, strict=True)) == 1
    assert kinds == {"component", "style", "colour", "background", "icon", "state", "text"}
    assert case_of(800_001).sample.prompt == case_of(800_001).sample.prompt


def test_bounds_leave_only_doubtful_cases_open() -> None:
    rng = np.random.default_rng(0)
    odds = np.concatenate([rng.normal(2, 1.5, 300), rng.normal(-2, 1.5, 300)])
    true = np.arange(600) < 300
    low, high, right = bounds_of(odds, true)
    assert low <= high
    assert right >= 0.96
    assert ((odds > low) & (odds < high)).mean() <= 0.3


def test_the_section_is_replaced_not_repeated(tmp_path: Path) -> None:
    rows = [
        {"attribute": "colour", "true": True, "verdict": "passed"},
        {"attribute": "colour", "true": False, "verdict": "failed"},
        {"attribute": "colour", "true": False, "verdict": "unscored"},
    ]
    figures = summary(rows)
    assert figures["colour"]["accuracy"] == 1.0
    assert json.dumps(figures)
    file = tmp_path / "report.md"
    file.write_text("# Report\n\n## Other\n\nkept\n", encoding="utf-8")
    write_section(file, markdown(figures, 0, 3))
    marked = "<!-- a mark of the next section -->\n## Next\n"
    file.write_text(f"{file.read_text(encoding='utf-8')}\n{marked}", encoding="utf-8")
    write_section(file, markdown(figures, 0, 4))
    text = file.read_text(encoding="utf-8")
    assert text.count("## Prompt checks") == 1
    assert "seeds 0 to 3" in text
    assert "## Other\n\nkept" in text
    assert text.endswith(f"\n\n{marked}")
