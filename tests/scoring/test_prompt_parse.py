"""What a prompt asks for, and the words that were not understood."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.clip_captions import COMPONENTS, STATES, STYLES
from scoring.colour_table import load_colours
from scoring.prompt_parse import parse_prompt
from scoring.prompt_words import COMPONENT_WORDS, STATE_WORDS, STYLE_WORDS

TABLE = load_colours()


def parsed(prompt):
    return parse_prompt(prompt, TABLE)


@pytest.mark.parametrize(
    "prompt, component, style, state, icons",
    [
        ("a blue button", "button", "", "", ()),
        ("icon button with a triangle alert icon", "icon button", "", "", ("triangle alert",)),
        ("a white card with a blue button", "card", "", "", ()),
        ("a list row with a red heart icon", "list row", "", "", ("heart",)),
        ("a brown pill bottle icon", "icon", "", "", ("pill bottle",)),
        ("search icon in green", "icon", "", "", ("search",)),
        ("search bar", "search bar", "", "", ()),
        ("a white heart on a red button", "button", "", "", ("heart",)),
        ("a button with an icon of a bell", "button", "", "", ("bell",)),
        ("glossy switch, on", "toggle", "glossy", "on", ()),
        ("outlined on blue toggle", "toggle", "outlined", "on", ()),
        ("blue toggle on a dark background", "toggle", "", "", ()),
        ("toggle turned off on white", "toggle", "", "off", ()),
        ("button on white", "button", "", "", ()),
        ("a neo-brutalist ticked check-box", "checkbox", "brutalist", "checked", ()),
        ("hand-drawn loader", "spinner", "sketchy", "", ()),
        ("a pill-shaped button", "button", "", "", ()),
        ("a gradient dropdown", "select", "gradient", "", ()),
        ("badge on a blue to red gradient background", "badge", "", "", ()),
        ("an input in glassmorphism", "text field", "glass", "", ()),
        ('a disabled modal that says "button"', "dialog", "", "disabled", ()),
        ("", "", "", "", ()),
    ],
)
def test_parts(prompt, component, style, state, icons):
    found = parsed(prompt)
    assert (found.component, found.style, found.state, found.icons) == (component, style, state, icons)
    assert found.unknown == ()


def test_dark_is_a_tone_of_the_element_but_a_shade_before_a_colour_and_a_ground_after_on():
    assert parsed("a dark card with a teal border").tone == "dark"
    assert parsed("retro card in dark").tone == "dark"
    assert parsed("dark blue button").tone == ""
    assert parsed("button on a dark background").tone == ""
    assert parsed("button on dark").tone == ""
    assert parsed("a dark mode button").style == "dark"


def test_words_that_are_not_understood_are_listed():
    assert parsed('a skeuomorphic, wobbly button "Quux" with a blue flooble').unknown == (
        "skeuomorphic",
        "wobbly",
        "flooble",
    )


def test_counts_name_the_kind_of_element():
    (tabs,) = parsed("a tab bar with three tabs").counts
    assert (tabs.number, tabs.noun, tabs.kind) == (3, "tabs", "text")
    assert [(c.number, c.kind) for c in parsed("card with 2 red icons and two buttons").counts] == [
        (2, "icon"),
        (2, "shape"),
    ]


def test_every_word_of_the_tables_is_understood():
    assert set(COMPONENT_WORDS) == set(COMPONENTS)
    assert set(STYLE_WORDS) == set(STYLES)
    assert {state for states in STATES.values() for state in states} <= set(STATE_WORDS)
    for component, phrases in COMPONENT_WORDS.items():
        for phrase in phrases:
            assert parsed(f"a teal {phrase}").component == component, phrase
    for style, phrases in STYLE_WORDS.items():
        for phrase in phrases:
            found = parsed(f"a {phrase} toggle")
            assert style in (found.style, found.tone) or phrase == "outline", phrase


PIECES = [
    *("on off with a an the and in to , . : background icon icons icon of dark light gradient three 2 tabs").split(),
    *(phrase for table in (COMPONENT_WORDS, STYLE_WORDS, STATE_WORDS) for row in table.values() for phrase in row),
    *TABLE.names,
    '"Save"',
    "#1e73e8",
    "wobbly",
]


@given(st.lists(st.sampled_from(PIECES), max_size=16))
@settings(deadline=None, max_examples=150)
def test_any_order_of_words_is_parsed(pieces):
    found = parsed(" ".join(pieces))
    assert found.component in ("", *COMPONENTS)
    assert found.style in ("", *STYLES)
    assert set(found.unknown) <= set(" ".join(pieces).replace("-", " ").split())


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=100)
def test_any_text_is_parsed(prompt):
    found = parsed(prompt)
    assert found.component in ("", *COMPONENTS)
