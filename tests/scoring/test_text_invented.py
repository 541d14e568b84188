"""Text that nobody ordered is found by reading the whole asset."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from PIL import Image

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.elements import Element
from conditioners.geometry import Box
from conditioners.ocr import TextReader
from conditioners.wireframe import wireframe_from_array
from scoring.score import Scorer, ScoringRequest
from scoring.text_invented import covered_share, invented_texts
from tests.scoring.ui_assets import render
from ui.cli import cli


@pytest.fixture(scope="module")
def reader():
    return TextReader()


@pytest.fixture(scope="module")
def image():
    return render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="128"><rect width="320" height="128" fill="white"/>'
        '<text x="20" y="48" font-size="32">Cancel</text><text x="180" y="108" font-size="32">Apply</text></svg>'
    )


KNOWN = Element(kind="text", box=Box(14, 16, 140, 62), text="Cancel")


def test_what_no_element_accounts_for_is_invented(reader, image):
    (found,) = invented_texts(image, (KNOWN,), reader)
    assert found.text == "Apply"
    assert found.box.iou(Box(180, 82, 260, 118)) > 0.4
    assert 0.4 <= found.confidence <= 1


def test_ordered_text_is_no_invention(reader, image):
    assert invented_texts(image, (KNOWN,), reader, ("apply",)) == ()


def test_shapes_account_for_nothing(reader, image):
    shape = Element(kind="shape", box=Box(0, 0, 320, 128))
    assert {text.text for text in invented_texts(image, (shape,), reader)} == {"Cancel", "Apply"}


@pytest.mark.parametrize(
    ("box", "known", "share"),
    [
        (Box(0, 0, 10, 10), (), 0.0),
        (Box(0, 0, 10, 10), (Box(0, 0, 5, 10), Box(2, 0, 5, 10)), 0.5),
        (Box(0, 0, 10, 10), (Box(20, 20, 30, 30),), 0.0),
        (Box(3, 3, 3, 3), (Box(0, 0, 9, 9),), 0.0),
    ],
)
def test_cover(box, known, share):
    assert covered_share(box, known) == share


@pytest.fixture(scope="module")
def asked(image):
    drawing = render(
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="128"><rect width="320" height="128" fill="white"/>'
        '<text x="20" y="48" font-size="32">Cancel</text></svg>'
    )
    wireframe = wireframe_from_array(drawing)
    control_map = make_control_map(wireframe, ConditionerSettings(name="canny"))
    return ScoringRequest(
        image=image, control_map=control_map, wireframe=wireframe, elements=(KNOWN,), invented_text=True
    )


def test_invented_text_fails_the_card_and_has_a_place(asked):
    card = Scorer().score(asked)
    invented = card.measurement("text_invented")
    assert (invented.value, invented.unit, invented.verdict) == (1.0, "strings", "failed")
    assert "nobody ordered 'Apply' at" in invented.reason
    assert card.verdict == "failed"
    (place,) = [e for e in card.elements if any(m.name == "text_invented" for m in e.measurements)]
    assert (place.kind, place.text) == ("text", "Apply")
    assert place.box.iou(Box(180, 82, 260, 118)) > 0.4


def test_ordered_text_passes_the_card(asked):
    invented = Scorer().score(replace(asked, texts=("Apply",))).measurement("text_invented")
    assert (invented.value, invented.verdict) == (0.0, "passed")


def test_it_is_looked_for_on_request_only(asked):
    card = Scorer().score(replace(asked, invented_text=False))
    assert "text_invented" not in {m.name for m in card.measurements}


def test_without_a_reader_it_is_unscored(asked, monkeypatch):
    scorer = Scorer()
    monkeypatch.setattr(scorer, "reader", lambda: None)
    invented = scorer.score(replace(asked, elements=())).measurement("text_invented")
    assert (invented.value, invented.verdict) == (None, "unscored")
    assert "EasyOCR" in invented.reason


def test_the_command_asks_for_it(tmp_path, image):
    asset, wireframe = tmp_path / "asset.png", tmp_path / "wireframe.png"
    for file in (asset, wireframe):
        Image.fromarray(image).save(file)
    elements = tmp_path / "elements.json"
    elements.write_text(json.dumps([{"kind": "text", "box": list(KNOWN.box), "text": "Cancel"}]))
    call = ["score", str(asset), "--wireframe", str(wireframe), "--elements", str(elements), "--json"]
    done = CliRunner().invoke(cli, [*call, "--invented-text"])
    assert done.exit_code == 0, done.output
    found = {m["name"]: m for m in json.loads(done.stdout)["measurements"]}
    assert found["text_invented"]["value"] == 1
