"""What the icon detector is trained and validated on: disjoint packs, stable sheets, figures equal to references."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest
import torch
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from torchmetrics.functional.classification import binary_auroc

from scoring.calibration.icon_corruptions import CORRUPTIONS, HELD_OUT, TRAINED
from scoring.icon_network import LAYOUTS, SHAPES, forward, judge, turned, turned_back
from training.detectors import icon_figures as figures
from training.detectors.icon_data import PLACES, Views, generate
from training.detectors.icon_packs import held_out_packs, keeps_form, known_packs, painted
from training.detectors.icon_sheets import Plan, make_sheets, random_scene, render_base, sheets_of
from training.detectors.icon_train import fit, initial, predict
from training.detectors.icon_variations import filled, is_single_shape, weathered


def plan(**changes: object) -> Plan:
    """Return a plan without the autoencoder, which needs weights."""
    values: dict[str, object] = {"packs": known_packs(False), "kinds": tuple(TRAINED), "decoded": 0.0, **changes}
    return Plan(**values)  # type: ignore[arg-type]


def test_packs_are_disjoint_and_whole() -> None:
    trained, calibrating, tested = (
        {(icon.pack, icon.name) for icon in icons}
        for icons in (known_packs(False), known_packs(True), held_out_packs())
    )
    assert not trained & calibrating
    assert {pack for pack, _ in tested} == {"heroicons", "phosphor"}
    assert not {pack for pack, _ in trained} & {pack for pack, _ in tested}
    assert len(tested) == 500


def test_the_same_seed_gives_the_same_sheet() -> None:
    first, second = (list(make_sheets(5, plan(), None, 2)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert np.array_equal(one.image, other.image)
        assert np.array_equal(one.drawing, other.drawing)
        assert [(c.box, c.kind, c.severity) for c in one.cases] == [(c.box, c.kind, c.severity) for c in other.cases]


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**30))
def test_cases_lie_on_their_sheet_and_faults_show(seed: int) -> None:
    sheet = next(make_sheets(seed, plan(packs=held_out_packs()), None))
    height, width = sheet.drawing.shape
    assert sheet.image.shape == (height, width, 3)
    for case in sheet.cases:
        assert 0 <= case.box.x0 < case.box.x1 <= width
        assert 0 <= case.box.y0 < case.box.y1 <= height
        assert case.changed.any() == bool(case.kind)
        assert (case.severity > 0) == bool(case.kind)


def test_intact_icons_are_as_rendered() -> None:
    rng, calm = Random(3), plan(faulty=0.0, shaded=0.0, weathered=0.0)
    scene, chosen = random_scene(rng, calm.packs)
    base = render_base(scene, chosen, calm, rng)
    assert np.array_equal(next(sheets_of(base, calm, None, rng)).image, base.image)


def test_paint_reaches_every_filled_icon() -> None:
    phosphor = next(icon for icon in held_out_packs() if icon.pack == "phosphor")
    svg = f'<g transform="t" fill="none" stroke="#123456" x="1">{phosphor.drawn}</g>'
    assert "PAINT" not in painted(svg)
    assert 'fill="#123456"' in painted(svg)


def test_a_variant_keeps_the_outline() -> None:
    ring, disc, plate = (
        f"<{shape}/>"
        for shape in (
            'circle cx="12" cy="12" r="8"',
            'circle cx="12" cy="12" r="8" fill="PAINT"',
            'rect width="24" height="24"',
        )
    )
    assert keeps_form(ring, disc)
    assert not keeps_form(ring, plate)
    assert not keeps_form('<path d="M4 4l16 8l-16 8"/>', '<path d="M4 4l16 8l-16 8z" fill="PAINT"/>')


def test_only_closed_shapes_are_filled() -> None:
    assert is_single_shape('<circle cx="12" cy="12" r="9"/>')
    assert not is_single_shape('<circle cx="12" cy="12" r="9"/><path d="M9 12h6"/>')
    assert "fill" not in filled('<path d="M9 12h6"/>', 0.2)
    assert 'fill-opacity="0.20"' in filled('<path d="M9 12h6v3z"/>', 0.2)


def test_weather_keeps_the_form_of_an_image() -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)
    for seed in range(20):
        changed = weathered(image, Random(seed))
        assert changed.shape == image.shape
        assert changed.dtype == np.uint8


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=4, max_size=60))
def test_auroc_equals_torchmetrics(pairs: list[tuple[float, bool]]) -> None:
    scores, faulty = np.round([p for p, _ in pairs], 3), np.array([f for _, f in pairs])
    if faulty.all() or not faulty.any():
        return
    expected = binary_auroc(torch.from_numpy(scores), torch.from_numpy(faulty).long())
    assert figures.auroc(scores, faulty) == pytest.approx(float(expected), abs=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=80))
def test_the_threshold_keeps_its_rule(values: list[float]) -> None:
    scores = np.array(values)
    bound = figures.fixed_threshold([scores], 0.1)
    assert (scores > bound).mean() <= 0.1
    assert bound in scores


def test_turning_a_batch_is_undone_by_turning_back() -> None:
    batch = torch.rand(2, 3, 8, 8)
    for layout in range(LAYOUTS):
        assert torch.equal(turned_back(turned(batch, layout), layout), batch)
    assert len({turned(batch, layout).numpy().tobytes() for layout in range(LAYOUTS)}) == LAYOUTS


def test_a_turned_icon_gets_the_same_verdict() -> None:
    weights = {name: value.detach() for name, value in initial(1).items()}
    batch = torch.rand(2, 6, 64, 64)
    verdict, places = judge(weights, batch)
    for layout in range(LAYOUTS):
        again, elsewhere = judge(weights, turned(batch, layout))
        assert torch.allclose(again, verdict, atol=1e-5)
        assert torch.allclose(turned_back(elsewhere[:, None], layout)[:, 0], places, atol=1e-5)


def test_fitting_lowers_the_loss_and_views_survive_a_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    views = generate(range(3), plan())
    views.save(tmp_path / "views.npz")
    again = Views.load([tmp_path / "views.npz"])
    assert np.array_equal(again.views, views.views)
    assert again.cases == views.cases
    assert views.maps.shape == (len(views.cases), PLACES, PLACES)
    assert (views.maps.any(axis=(1, 2)) == views.faulty).mean() > 0.95
    doubled = Views(
        views=np.tile(views.views, (16, 1, 1, 1)),
        sizes=np.tile(views.sizes, 16),
        maps=np.tile(views.maps, (16, 1, 1)),
        cases=views.cases * 16,
    )
    start = {name: value.detach() for name, value in initial(1).items()}
    fitted = fit(doubled, 4, report_every=1000)
    assert figures.auroc(predict(fitted, views), views.faulty) > figures.auroc(predict(start, views), views.faulty)


def test_the_network_takes_any_number_of_views() -> None:
    weights = {name: value.detach() for name, value in initial(1).items()}
    assert {name: tuple(value.shape) for name, value in weights.items()} == SHAPES
    verdicts, where = forward(weights, torch.rand(3, 6, 64, 64))
    assert verdicts.shape == (3,)
    assert where.shape == (3, 8, 8)


@pytest.mark.skipif(
    not (Path(__file__).resolve().parents[3] / "docs" / "icon-detector.json").exists(),
    reason="the icon detector's figures are not made yet",
)
def test_published_figures_are_those_of_the_threshold(repository) -> None:  # type: ignore[no-untyped-def]
    found = json.loads((repository / "docs" / "icon-detector.json").read_text(encoding="utf-8"))
    limits = yaml.safe_load((repository / "configs" / "thresholds.yaml").read_text(encoding="utf-8"))["measures"]
    assert limits["icon_distortion"]["at_most"] == found["threshold"]
    assert set(found["test"]["by_kind"]) == set(CORRUPTIONS)
    assert found["held_out_kinds"] == sorted(HELD_OUT)
