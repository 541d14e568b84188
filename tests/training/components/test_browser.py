"""The wireframe that the browser makes of a document, on a page whose lines are known."""

import os
import shutil
from dataclasses import replace

import numpy as np
import pytest

from training.components.browser import Shot, open_page, photograph
from training.components.cases import DATA
from training.components.packages import folder_of, load_libraries
from training.components.stage import Order

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and os.environ.get("CI") != "true",
        reason="no Chromium on this machine, and `make test` may not install it",
    ),
]

CARD = (
    '<div data-c data-part="panel" style="width:80px;height:40px;background:#2266cc;position:relative">'
    '<i style="position:absolute;left:10px;top:10px;width:18px;height:18px;border:1px solid #fff"></i>'
    '<i style="position:absolute;left:40px;top:10px;width:20px;height:20px;background:#2266cc"></i></div>'
)


def order_of(markup: str, width: int = 128, height: int = 96) -> Order:
    """An order of bare markup at its natural size."""
    spec = {
        "markup": markup,
        "width": width,
        "height": height,
        "theme": "light",
        "variables": "",
        "font": "sans-serif",
        "ground": "#ffffff",
        "room": {"width": width, "height": height, "most": 1.0},
    }
    return Order(
        library="bootstrap",
        component="card",
        width=width,
        height=height,
        theme="light",
        dark=False,
        state="",
        noun="card",
        font="sans-serif",
        spec=spec,
    )


TYPE = DATA.parents[2] / "conditioners" / "fonts" / "DejaVuSansCondensed.ttf"


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shot | str]:
    """All pictures of this file, taken in one visit to the browser."""
    store = tmp_path_factory.mktemp("store")
    library = load_libraries().libraries["bootstrap"]
    for style in library.styles:
        file = folder_of(store, library) / style
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("", encoding="utf-8")
    for font in load_libraries().fonts.values():
        folder = folder_of(store, font) / "files"
        folder.mkdir(parents=True)
        for weight in font.weights:
            shutil.copy(TYPE, folder / f"{font.package[12:]}-latin-{weight}-normal.woff2")
    wide = order_of('<div style="width:60px;background:#ddd;overflow:hidden"><b>Much too long for this</b></div>')
    with open_page(store, "bootstrap", CHROMIUM) as page:
        return {
            "card": photograph(page, order_of(CARD)),
            "again": photograph(page, order_of(CARD)),
            "text": photograph(page, order_of('<p data-c style="margin:0;color:#888;font-size:20px">Quartz</p>')),
            "cut": photograph(page, wide),
            "dark": photograph(page, replace(order_of(CARD), spec=order_of(CARD).spec | {"ground": "#2266cc"})),
        }


def test_outlines_lie_where_the_boxes_are_and_fills_are_gone(shots: dict[str, Shot | str]) -> None:
    card = shots["card"]
    assert isinstance(card, Shot)
    dark = card.wireframe < 128
    rows, columns = np.nonzero(dark)
    assert (columns.min(), rows.min(), columns.max(), rows.max()) == (24, 28, 103, 67)
    assert dark[28:30, 60].all()
    assert not dark[30:38, 60].any(), "the inside is white"
    assert dark[45, 34:36].all(), "the border of the first box"
    assert not dark[40:56, 66:84].any(), "a box of its parent's colour is not drawn"


def test_the_asset_is_the_document_itself(shots: dict[str, Shot | str]) -> None:
    card = shots["card"]
    assert isinstance(card, Shot)
    assert card.asset.shape == (96, 128, 3)
    assert tuple(card.asset[60, 60]) == (0x22, 0x66, 0xCC)
    assert tuple(card.asset[5, 5]) == (255, 255, 255)


def test_what_is_not_seen_as_an_edge_is_not_outlined(shots: dict[str, Shot | str]) -> None:
    dark = shots["dark"]
    assert isinstance(dark, Shot)
    rows, columns = np.nonzero(dark.wireframe < 128)
    assert (columns.min(), rows.min()) == (34, 38), "only the white border is left of the card"


def test_letters_are_dark_in_the_wireframe_and_alone_in_the_ink(shots: dict[str, Shot | str]) -> None:
    text = shots["text"]
    assert isinstance(text, Shot)
    assert text.wireframe.min() < 60
    assert np.array_equal(text.ink, text.wireframe)
    assert [entry["text"] for entry in text.facts["texts"]] == ["Quartz"]
    card = shots["card"]
    assert isinstance(card, Shot)
    assert card.ink.min() == 255


def test_the_same_order_gives_the_same_pixels(shots: dict[str, Shot | str]) -> None:
    first, second = shots["card"], shots["again"]
    assert isinstance(first, Shot)
    assert isinstance(second, Shot)
    assert np.array_equal(first.asset, second.asset)
    assert np.array_equal(first.wireframe, second.wireframe)


def test_cut_off_letters_are_refused_with_the_reason(shots: dict[str, Shot | str]) -> None:
    assert "cuts its content" in str(shots["cut"])
