"""The markup of every library: well-formed, repeatable, one coloured part each; and colours named by the palette."""

from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from scoring.colour_table import load_colours, parse_hex, to_lab
from training.components.draw import icon_files, ink_on
from training.components.packages import folder_of, load_libraries
from training.components.prompts import name_of
from training.components.stage import KITS, make_order

NAMES = (
    "search", "x", "dash", "plus", "plus-lg", "bell", "list", "person", "person-circle",
    "gear", "pencil", "chat", "chevron-right", "cloud", "heart", "heart-fill", "github",
)  # fmt: skip
VOID = {"input", "path", "br", "circle", "rect"}
EVERY = [(library, component) for library, kit in KITS.items() for component in kit.components]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a few icons where the icon package would be."""
    store = tmp_path_factory.mktemp("store")
    folder = folder_of(store, load_libraries().icons) / "icons"
    folder.mkdir(parents=True)
    for name in NAMES:
        (folder / f"{name}.svg").write_text(
            '<svg viewBox="0 0 16 16"><path d="M2 2h12v12H2z"/></svg>', encoding="utf-8"
        )
    return store


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.coloured = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.coloured += sum(name == "data-c" for name, _ in attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("library, component", EVERY, ids=lambda value: value.replace(" ", "-"))
def test_markup_is_well_formed_and_repeats(library: str, component: str, store: Path) -> None:
    for number in range(6):
        order = make_order(store, library, component, f"{number}")
        assert order == make_order(store, library, component, f"{number}")
        assert order.width % 8 == order.height % 8 == 0
        tags = _Tags()
        tags.feed(order.spec["markup"])
        assert not tags.open, order.spec["markup"]
        assert tags.coloured == 1, order.spec["markup"]


def test_icons_leave_out_doubles_and_company_marks(store: Path) -> None:
    names = {path.stem for path in icon_files(folder_of(store, load_libraries().icons))}
    assert {"cloud", "heart"} <= names
    assert not {"heart-fill", "github", "x"} & names


def test_the_palettes_own_colours_have_their_names() -> None:
    table = load_colours()
    for name, code in table.names.items():
        assert name_of(to_lab(np.array(parse_hex(code), np.uint8)), table) == name


@pytest.mark.parametrize(
    "code, name, background",
    [
        ("#ffffff", "white", True),
        ("#14161a", "dark", True),
        ("#e4e6e8", "light gray", True),
        ("#f3f4f6", "light", True),
    ],
)
def test_grounds_are_named_as_prompts_name_them(code: str, name: str, background: bool) -> None:
    assert name_of(to_lab(np.array(parse_hex(code), np.uint8)), load_colours(), background) == name


def test_ink_reads_on_its_ground() -> None:
    assert ink_on((255, 235, 60)) == "#15181e"
    assert ink_on((20, 30, 120)) == "#ffffff"
