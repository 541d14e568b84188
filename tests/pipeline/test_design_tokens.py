"""Design tokens in the W3C format: colours read as its specification says, everything else refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from pipeline.design_tokens import NamedColour, parse_design_tokens, read_design_tokens


def parse(data: Any) -> dict[str, NamedColour]:
    return {colour.name: colour for colour in parse_design_tokens(json.dumps(data))}


def colour(value: Any) -> dict[str, Any]:
    return {"$type": "color", "$value": value}


def test_the_specification_s_own_forms_are_read() -> None:
    data = {
        "brand": {
            "$type": "color",
            "$description": "ours",
            "primary": {"$value": {"colorSpace": "srgb", "components": [1, 0, 1], "alpha": 0.5}},
            "wide": {
                "$value": {"colorSpace": "display-p3", "components": [0.92, 0.2, 0.2], "hex": "#EA3323"},
                "$extensions": {"org.example": 1},
            },
            "link": {"$value": "{brand.primary}"},
        },
        "short": colour("#1ae"),
        "half": colour("#1D4ED880"),
        "space": {"$type": "dimension", "$value": {"value": 4, "unit": "px"}},
    }
    found = parse(data)
    assert list(found) == ["brand.primary", "brand.wide", "brand.link", "short", "half"]
    assert found["brand.primary"] == NamedColour(name="brand.primary", code="#ff00ff", alpha=0.5)
    assert found["brand.wide"].code == "#ea3323"
    assert found["brand.link"].code == "#ff00ff"
    assert found["short"].code == "#11aaee"
    assert found["half"].code == "#1d4ed8"
    assert found["half"].alpha == pytest.approx(0.502, abs=0.001)


def test_an_alias_takes_the_type_of_what_it_names() -> None:
    found = parse({"base": colour("#000000"), "text": {"$value": "{base}"}, "size": {"$value": 3}})
    assert set(found) == {"base", "text"}


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ([], "must be a JSON object, got list"),
        ({}, "no colour token was found"),
        ({"a": {"value": "#fff", "type": "color"}}, 'it uses "value" where the W3C format has "$value"'),
        ({"a": colour("blue")}, "token a must be #rgb, #rrggbb or #rrggbbaa, got 'blue'"),
        ({"a": colour(7)}, "token a must be a hex colour or a colour object, got 7"),
        ({"a": colour({"colorSpace": "oklch", "components": [0.5, 0.1, 20]})}, "or give a hex fallback"),
        ({"a": colour({"colorSpace": "srgb", "components": [0, 0, 2]})}, "token a must be srgb with three components"),
        ({"a": colour({"colorSpace": "srgb", "components": [0, 0, 1], "alpha": 9})}, "alpha must be a number"),
        ({"a": colour("{b}")}, "token a refers to {b}, which is not in the file"),
        ({"a": colour("{b}"), "b": colour("{a}")}, "token a refers to itself"),
        ({"$type": 3}, "$type of the file must be a string"),
    ],
)
def test_what_breaks_the_format_is_refused_in_one_line(data: Any, rule: str) -> None:
    with pytest.raises(InputError) as error:
        parse(data)
    assert rule in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_design_tokens(text)


def test_deep_groups_are_refused() -> None:
    data: Any = colour("#000")
    for _ in range(40):
        data = {"g": data}
    with pytest.raises(InputError, match="nested at most"):
        parse(data)


def test_a_file_is_named_in_the_error(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps({"a": colour("red")}))
    with pytest.raises(InputError, match=str(path)):
        read_design_tokens(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_design_tokens(tmp_path / "none.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=8) | st.sampled_from(["#fff", "{a}"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["$value", "$type", "a", "color", "components"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(data=JSON)
def test_any_json_gives_colours_or_one_line(data: Any) -> None:
    found, message = {}, ""
    try:
        found = parse(data)
    except InputError as error:
        message = str(error)
    assert "\n" not in message
    assert bool(found) != bool(message)
    assert all(len(one.code) == 7 and 0 <= one.alpha <= 1 for one in found.values())
