"""One asset in, one score card out: on rendered components with real maps, OCR and colours."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from conditioners.control_map import ControlMap
from conditioners.elements import Element
from conditioners.errors import InputError
from conditioners.geometry import Box
from conditioners.settings import ConditionerSettings
from conditioners.wireframe import Wireframe, pixel_digest
from scoring.control_scores import ControlBounds
from scoring.score import Scorer, ScoringRequest
from scoring.scorecard_file import scorecard_from_json
from tests.scoring.ui_assets import Button

CONTRACT = {
    "control_f1_strict": "ratio",
    "control_f1_1px": "ratio",
    "control_f1_2px": "ratio",
    "control_f1_kornia": "ratio",
    "control_hd95_px": "px",
    "control_f1_4px": "ratio",
    "control_f_davis": "ratio",
    "control_assd_px": "px",
    "control_ms_ssim": "ratio",
    "control_shift_px": "px",
    "control_adherence": "ratio",
    "prompt_adherence": "ratio",
    "clip_score": "100 x cosine",
    "text_ned": "ratio",
    "text_distortion": "probability",
    "icon_distortion": "probability",
}


@pytest.fixture(scope="module")
def scorer(tmp_path_factory):
    return Scorer(clip=str(tmp_path_factory.mktemp("no-clip")))


def request(drawn, ordered=None, **changes):
    ordered = ordered or drawn
    fields = {
        "image": drawn.asset(),
        "control_map": ordered.control_map(changes.pop("conditioner", "canny")),
        "wireframe": ordered.wireframe(),
        "elements": ordered.elements(),
    }
    return ScoringRequest(**{**fields, **changes})


def test_a_faithful_asset_passes(scorer):
    card = scorer.score(request(Button(), prompt='blue button "Save" on a white background'))
    assert card.verdict == "passed"
    assert {m.name: m.unit for m in card.measurements if m.name in CONTRACT} == CONTRACT
    for name in ("control_f1_1px", "control_adherence", "prompt_adherence", "text_ned", "colour_delta_e"):
        assert card.measurement(name).verdict == "passed", card.measurement(name)
    assert card.measurement("prompt_adherence").value == 1.0
    assert card.measurement("background_delta_e").verdict == "passed"
    assert card.measurement("control_adherence").value == card.measurement("control_f1_1px").value


def test_each_fault_fails_its_own_measure(scorer):
    ordered = Button()
    prompt = 'blue button "Save" on a white background'
    wrong = {
        "colour_delta_e": Button(fill="#43A047"),
        "background_delta_e": Button(background="#FDD835"),
        "text_ned": Button(text="Exit"),
    }
    for name, drawn in wrong.items():
        card = scorer.score(request(drawn, ordered, prompt=prompt))
        assert card.verdict == "failed"
        failed = {m.name for m in card.measurements if m.verdict == "failed"} - {"prompt_adherence"}
        assert name in failed
        assert failed <= {name, "control_f1_1px", "control_adherence"}
        assert card.measurement("prompt_adherence").value == pytest.approx(4 / 5, abs=1e-6)


def test_a_displaced_asset_loses_control_adherence(scorer):
    faithful = request(Button(), prompt="blue button")
    scores = []
    for shift in (0, 1, 2, 4, 8):
        moved = np.roll(faithful.image, (shift, shift), axis=(0, 1))
        card = scorer.score(request(Button(), image=moved))
        scores.append((card.measurement("control_f1_1px").value, -card.measurement("control_hd95_px").value))
    assert scores == sorted(scores, reverse=True)
    assert card.measurement("control_adherence").verdict == "failed"


def test_a_displaced_asset_is_told_so_and_not_aligned(scorer):
    moved = np.roll(Button().asset(), (0, 6), axis=(0, 1))
    card = scorer.score(request(Button(), image=moved))
    shift = card.measurement("control_shift_px")
    assert shift.value == pytest.approx(6.0, abs=1.2)
    assert "px right of the wireframe's" in shift.reason
    assert card.measurement("control_f1_1px").value < 0.8


def test_adherence_lies_between_the_measured_floor_and_ceiling(scorer):
    moved = np.roll(Button().asset(), (0, 3), axis=(0, 1))
    plain = scorer.score(request(Button(), image=moved)).measurement("control_f1_1px").value
    bounds = ControlBounds(floor=0.2, ceiling=0.9, source="made up here")
    headline = scorer.score(request(Button(), image=moved, bounds=bounds)).measurement("control_adherence")
    assert headline.value == pytest.approx((plain - 0.2) / 0.7, abs=1e-6)
    assert "floor 0.200 and ceiling 0.900 (made up here)" in headline.reason
    none = ControlBounds(floor=0.9, ceiling=0.9, source="made up here")
    headline = scorer.score(request(Button(), image=moved, bounds=none)).measurement("control_adherence")
    assert (headline.value, headline.verdict) == (None, "unscored")


def test_elements_carry_their_own_measurements(scorer):
    button = Button()
    card = scorer.score(request(button, prompt="blue button with white text"))
    shape, text = card.elements
    assert (shape.kind, text.kind) == ("shape", "text")
    control = {"control_f1_1px", "control_displacement_px", "control_missing", "control_invented"}
    assert {m.name for m in shape.measurements} == {*control, "control_corner_px", "colour_delta_e"}
    assert {m.name for m in text.measurements} == {*control, "colour_delta_e", "text_ned", "text_distortion"}
    assert text.text == "Save"
    assert text.box == button.elements()[1].box


def test_elements_are_found_in_the_wireframe(scorer):
    card = scorer.score(request(Button(), prompt="blue button", texts=("Save",), elements=None))
    assert {element.kind for element in card.elements} >= {"shape", "text"}
    assert card.measurement("text_ned").value == 1.0
    assert card.measurement("colour_delta_e").verdict == "passed"


def test_nothing_asked_is_unscored_with_the_reason(scorer):
    card = scorer.score(request(Button(), elements=()))
    for name, reason in {
        "prompt_adherence": "no prompt",
        "colour_delta_e": "no prompt",
        "background_delta_e": "no prompt",
        "clip_score": "no prompt",
        "text_ned": "no text was ordered",
    }.items():
        measurement = card.measurement(name)
        assert (measurement.value, measurement.verdict) == (None, "unscored")
        assert reason in measurement.reason


def test_scribble_maps_are_compared_by_their_centreline(scorer):
    card = scorer.score(request(Button(), conditioner="scribble"))
    assert card.measurement("control_f1_2px").value > 0.5


def test_the_same_asset_scores_the_same(scorer):
    asked = request(Button(), prompt='blue "Save" button')
    assert scorer.score(asked) == scorer.score(asked)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": np.zeros((128, 255, 3), np.uint8)}, "image and control map must have the same size, got 255x128"),
        ({"image": np.zeros((128, 256), np.uint8)}, "RGB uint8"),
        ({"image": np.zeros((128, 256, 3), np.float32)}, "RGB uint8"),
        ({"elements": (Element(kind="shape", box=Box(0, 0, 999, 9)),)}, "inside the wireframe"),
    ],
)
def test_requests_that_do_not_fit_are_refused(scorer, changes, message):
    with pytest.raises(InputError, match=message):
        scorer.score(request(Button(), **changes))


def bare_request(image, lines, elements):
    wireframe = Wireframe(
        pixels=image, polarity="dark-on-light", polarity_forced=True, source="t", digest=pixel_digest(image)
    )
    control_map = ControlMap(
        pixels=lines, settings=ConditionerSettings(), wireframe_digest=wireframe.digest, digest=pixel_digest(lines)
    )
    return ScoringRequest(
        image=image,
        control_map=control_map,
        wireframe=wireframe,
        prompt='blue toggle, white text, red icon, dark background, "OK"',
        texts=("Go",),
        elements=elements,
    )


def assert_clean(card):
    text = json.dumps(card.as_json(), allow_nan=False)
    assert scorecard_from_json(text) == card
    for measurement in [*card.measurements, *(m for element in card.elements for m in element.measurements)]:
        assert measurement.value is not None or measurement.reason


@pytest.mark.parametrize("side", [(16, 16), (16, 400), (33, 57)])
@pytest.mark.parametrize("fill", [0, 127, 255])
@pytest.mark.parametrize("line", [0, 255])
def test_blank_images_give_no_nan(scorer, side, fill, line):
    image = np.full((*side, 3), fill, np.uint8)
    lines = np.full(side, line, np.uint8)
    elements = (
        Element(kind="shape", box=Box(2, 2, 14, 14)),
        Element(kind="text", box=Box(4, 4, 12, 10), text="OK"),
        Element(kind="icon", box=Box(0, 0, 1, 1)),
    )
    assert_clean(scorer.score(bare_request(image, lines, elements)))
    assert_clean(scorer.score(bare_request(image, lines, ())))


@given(st.data())
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_random_images_give_no_nan(scorer, data):
    height, width = data.draw(st.integers(16, 24)), data.draw(st.integers(16, 24))
    image = data.draw(hnp.arrays(np.uint8, (height, width, 3)))
    lines = data.draw(hnp.arrays(np.bool_, (height, width))).astype(np.uint8) * np.uint8(255)
    box = Box(data.draw(st.integers(0, 7)), data.draw(st.integers(0, 7)), width, height)
    kind = data.draw(st.sampled_from(["shape", "text", "icon"]))
    assert_clean(scorer.score(bare_request(image, lines, (Element(kind=kind, box=box, text="A"),))))
