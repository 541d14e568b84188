"""`{a|b}`: what is a choice, what is text, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conditioners.errors import InputError
from pipeline.alternatives import choices, count, escape, has_groups, parse

TEXT = st.text(st.sampled_from("ab {}|\\"), max_size=40)
PLAIN = st.text(st.sampled_from("abc é"), max_size=4)


def texts(pattern: str) -> list[str]:
    return [choice.text for choice in choices(parse(pattern))]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("plain", ["plain"]),
        ("", [""]),
        ("a {red|blue} button", ["a red button", "a blue button"]),
        ("{a|b}{c|d}", ["ac", "ad", "bc", "bd"]),
        ("{a|{b|c} d}", ["a", "b d", "c d"]),
        ("{big |}card", ["big card", "card"]),
        ("a {brace} and a | bar", ["a {brace} and a | bar"]),
        ("{ {a|b}", ["{ a", "{ b"]),
        ("{x {a|b} y}", ["{x a y}", "{x b y}"]),
        ("a} b", ["a} b"]),
        (r"\{a|b}", ["{a|b}"]),
        (r"{a\|b}", ["{a|b}"]),
        (r"{a\|b|c\}}", ["a|b", "c}"]),
        (r"\\{a|b}", ["\\a", "\\b"]),
        (r"C:\new \\ path\\", [r"C:\new \\ path\\"]),
    ],
)
def test_what_a_pattern_gives(pattern: str, expected: list[str]) -> None:
    assert texts(pattern) == expected


def test_what_was_taken_is_told_by_the_group_as_written() -> None:
    first, *_, last = choices(parse("a {red|{dark|light} blue} {chip|card}"))
    assert first.taken == {"{red|{dark|light} blue}": "red", "{chip|card}": "chip"}
    assert last.taken == {"{red|{dark|light} blue}": "light blue", "{chip|card}": "card"}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("ab {c|d", "character 4"), ("{a|{b|c}", "character 1"), ("{" * 40 + "a|b", "at most 32 deep")],
)
def test_broken_alternatives_are_refused(pattern: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse(pattern)


@given(TEXT)
def test_an_escaped_text_stands_for_itself(text: str) -> None:
    assert texts(escape(text)) == [text]
    assert not has_groups(parse(escape(text)))


@given(TEXT)
def test_as_many_texts_as_counted(text: str) -> None:
    try:
        pattern = parse(text)
    except InputError:
        return
    assert len(list(choices(pattern))) == count(pattern)
    assert has_groups(pattern) or count(pattern) == 1


@given(st.lists(st.one_of(PLAIN, st.lists(PLAIN, min_size=2, max_size=3)), max_size=4))
def test_the_texts_are_those_of_nested_loops(parts: list[str | list[str]]) -> None:
    expected = [""]
    for part in parts:
        options = part if isinstance(part, list) else [part]
        expected = [text + option for text in expected for option in options]
    pattern = "".join(part if isinstance(part, str) else "{" + "|".join(part) + "}" for part in parts)
    assert texts(pattern) == expected
