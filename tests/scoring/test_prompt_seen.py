"""The checks that ask the embedded CLIP: its view, its odds, its verdicts, and what they depend on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conditioners.elements import Element
from conditioners.geometry import Box, Extent
from scoring.clip_canvas import CANVAS, square_view, view_box
from scoring.clip_embedded import EmbeddedClip, log_odds
from scoring.clip_features import CHANNELS, view_features
from scoring.colour_table import load_colours
from scoring.prompt import prompt_checks, prompt_measurement
from scoring.prompt_check import PromptCheck
from scoring.prompt_parse import parse_prompt
from scoring.prompt_seen import seen_checks
from tests.scoring.ui_assets import Button

TABLE = load_colours()
BUTTON = Button(fill="#1E73E8", background="#EDEFF2")


@pytest.fixture(scope="module")
def judge():
    return EmbeddedClip()


def checks(prompt, judge, thresholds, elements=None):
    image = BUTTON.asset()
    found = BUTTON.elements() if elements is None else elements
    return seen_checks(image, found, parse_prompt(prompt, TABLE), judge, thresholds)


@given(st.integers(1, 400), st.integers(1, 400))
@settings(deadline=None, max_examples=40)
def test_a_view_keeps_the_ratio_and_fills_with_the_border(width, height):
    image = np.full((height, width, 3), (10, 200, 30), np.uint8)
    view = square_view(image)
    assert view.shape == (CANVAS, CANVAS, 3)
    assert (view == (10, 200, 30)).all()


def test_a_view_is_cut_around_the_elements():
    assert view_box([], Extent(64, 32)) == Box(0, 0, 64, 32)
    box = view_box([Box(50, 50, 70, 60), Box(80, 50, 150, 70)], Extent(256, 256))
    assert box == Box(38, 38, 162, 82)


def test_features_tell_which_way_an_edge_goes():
    view = np.zeros((1, CANVAS, CANVAS, 3), np.uint8)
    view[:, :, CANVAS // 2 + 2 :] = 255
    features = view_features(view)[0].numpy()
    assert features.shape == (CHANNELS, CANVAS // 4, CANVAS // 4)
    rise, fall = features[9], features[10]
    assert rise.max() > fall.max() == fall.min() == -0.5
    assert rise.argmax() % (CANVAS // 4) == CANVAS // 8
    mirrored = view_features(view[:, :, ::-1])[0].numpy()
    assert mirrored[10] == pytest.approx(rise[:, ::-1])


def test_log_odds_are_those_of_the_softmax():
    logits = np.array([1.0, 2.5, -0.5, 0.0])
    share = np.exp(logits) / np.exp(logits).sum()
    for index in range(4):
        expected = np.log(share[index] / (1 - share[index]))
        assert log_odds(logits, index) == pytest.approx(expected)


def test_the_judge_compares_views_of_any_size_in_one_space(judge):
    images = [BUTTON.asset(), BUTTON.asset()[:40, :90], np.zeros((1, 1, 3), np.uint8)]
    logits = judge.logits(images, ["a button", "a card", "glossy style"])
    assert logits.shape == (3, 3)
    assert np.isfinite(logits).all()
    alone = judge.logits(images[:1], ["glossy style"])
    assert alone[0, 0] == pytest.approx(logits[0, 2], abs=1e-4)


def test_the_judge_equals_the_stock_model(judge):
    import torch
    from transformers import CLIPModel, CLIPTokenizer

    model = CLIPModel.from_pretrained(judge.folder, torch_dtype=torch.float32).eval()
    tokenizer = CLIPTokenizer.from_pretrained(judge.folder)
    captions = ["a button", "a floating action button"]
    pixels = view_features(square_view(BUTTON.asset())[None])
    with torch.inference_mode():
        output = model(**tokenizer(captions, padding=True, return_tensors="pt"), pixel_values=pixels)
    assert judge.logits([BUTTON.asset()], captions) == pytest.approx(output.logits_per_image.numpy(), abs=1e-3)


def test_each_attribute_asked_is_one_check_with_a_reason(judge, thresholds):
    found = checks("a glossy button with a heart icon, three tabs, two cards", judge, thresholds)
    assert [check.kind for check in found] == ["component", "style", "icon", "count", "count"]
    assert all(check.reason for check in found)
    icon = found[2]
    assert icon.verdict == "unscored"
    assert "no icon element" in icon.reason
    assert "shapes are not told apart" in found[4].reason


def test_bounds_leave_room_for_doubt(judge, thresholds):
    odds = checks("a button", judge, thresholds)[0].odds
    for passed, failed, verdict in ((odds, odds - 1, "passed"), (odds + 1, odds, "failed"), (odds + 1, odds - 1, None)):
        bounds = thresholds.prompt.bounds["component"].model_copy(update={"passed": passed, "failed": failed})
        prompt = thresholds.prompt.model_copy(update={"bounds": {**thresholds.prompt.bounds, "component": bounds}})
        changed = thresholds.model_copy(update={"prompt": prompt})
        (check,) = checks("a button", judge, changed)
        assert check.verdict == (verdict or "unscored")
        assert verdict or "not sure" in check.reason


def test_states_and_tones(judge, thresholds):
    (component, state) = checks("a disabled button", judge, thresholds)
    assert component.kind == "component"
    assert state.verdict == "unscored"
    assert "cannot be told" in state.reason
    tone = checks("a dark button", judge, thresholds)[1]
    assert (tone.kind, tone.verdict) == ("style", "failed")


def test_texts_are_counted_where_something_is_seen(judge, thresholds):
    image = BUTTON.asset()
    texts = [element for element in BUTTON.elements() if element.kind == "text"]
    empty = Element(kind="text", box=Box(2, 2, 20, 10))
    parsed = parse_prompt(f"{['', 'one', 'two', 'three'][len(texts) + 1]} labels", TABLE)
    (check,) = seen_checks(image, [*texts, empty], parsed, judge, thresholds)
    assert (check.kind, check.verdict) == ("count", "failed")
    assert f"{len(texts)} of {len(texts) + 1} are seen" in check.reason


def test_without_weights_the_judge_says_so(tmp_path, thresholds):
    absent = EmbeddedClip(tmp_path)
    (check,) = checks("a button", absent, thresholds)
    assert check.verdict == "unscored"
    assert str(tmp_path) in check.reason
    with pytest.raises(FileNotFoundError, match="embedded CLIP"):
        absent.logits([BUTTON.asset()], ["a button"])


def test_what_depends_on_a_missing_component_is_not_asked(thresholds):
    seen = (
        PromptCheck(kind="style", verdict="passed", reason="style"),
        PromptCheck(kind="component", verdict="failed", reason="a card, not a button"),
    )
    found = prompt_checks((), (), (), thresholds, seen)
    assert [(check.kind, check.verdict) for check in found] == [("component", "failed"), ("style", "unscored")]
    assert "not asked" in found[1].reason
    measurement = prompt_measurement(found, thresholds, "wobbly button", ("wobbly",))
    assert measurement.value == 0.0
    assert "not understood: wobbly" in measurement.reason
