"""Which colour of a prompt belongs to which part."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.colour_table import load_colours
from scoring.colour_words import colour_mentions, quoted_strings, words

NAMES = sorted(load_colours().names)


def parsed(prompt):
    return [(mention.term.label, mention.target) for mention in colour_mentions(prompt, load_colours())]


@pytest.mark.parametrize(
    "prompt, expected",
    [
        ("blue button", [("blue", "element")]),
        ("BLUE Button", [("blue", "element")]),
        ("a rounded primary button in teal", [("teal", "element")]),
        ("button, #1E73E8", [("#1e73e8", "element")]),
        ("#fa0 badge on #FFF", [("#fa0", "element"), ("#fff", "background")]),
        ("grey card", [("gray", "element")]),
        ("dark blue toggle", [("dark blue", "element")]),
        ("blue button with white text on a dark background",
         [("blue", "element"), ("white", "text"), ("dark", "background")]),
        ("button, background: white", [("white", "background")]),
        ("button with a white background", [("white", "background")]),
        ("search bar, light background", [("light", "background")]),
        ("text white, button blue", [("white", "text"), ("blue", "element")]),
        ("a white heart icon on a red button", [("white", "icon"), ("red", "element")]),
        ("a white heart on a red button", [("white", "icon"), ("red", "element")]),
        ("a pink text field", [("pink", "element")]),
        ("purple icon button", [("purple", "element")]),
        ("card with a black border", [("black", "border")]),
        ("button with a blue glow", [("blue", "other")]),
        ("blue and white toggle", [("blue", "element"), ("white", "element")]),
        ("a pink, rounded button", [("pink", "element")]),
        ("button in blue and white text", [("blue", "element"), ("white", "text")]),
        ("flat badge, light gray background", [("light gray", "background")]),
        ("indigo icon on black", [("indigo", "icon"), ("black", "background")]),
        ("card on a teal to red gradient background", [("teal", "background"), ("red", "background")]),
        ("badge on teal to red gradient", [("teal", "background"), ("red", "background")]),
        ("button in blue and white", [("blue", "element"), ("white", "element")]),
        ("dark style button", []),
        ("light weight card", []),
        ("a colourful button", []),
        ("redo button, greenhouse icon, blackboard", []),
        ('button labelled "Blue"', []),
        ("button labelled 'Red' in green", [("green", "element")]),
        ("button says \u201cOrange juice\u201d", []),
        ("#12345 card", []),
        ("", []),
    ],
)  # fmt: skip
def test_targets(prompt, expected):
    assert parsed(prompt) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_understood_for_every_part(name):
    assert parsed(f"{name} button") == [(name, "element")]
    assert parsed(f"button on a {name} background") == [(name, "background")]
    assert parsed(f"button, {name} text") == [(name, "text")]


@pytest.mark.parametrize(
    "prompt, expected",
    [
        ('button "Save"', ("Save",)),
        ("button 'Save as', icon", ("Save as",)),
        ("don't shout, it's a button", ()),
        ("\u201cOK\u201d and \u00abNon\u00bb", ("OK", "Non")),
        ('"It\'s done"', ("It's done",)),
        ('an unclosed "quote', ()),
        ('""', ()),
    ],
)
def test_quoted_strings(prompt, expected):
    assert quoted_strings(prompt) == expected


@given(st.text(max_size=300))
@settings(deadline=None)
def test_any_text_is_parsed(prompt):
    for mention in colour_mentions(prompt, load_colours()):
        assert mention.target in {"element", "background", "text", "icon", "border", "other"}
    quoted_strings(prompt)


WORDS = sorted(words("on a with in and to , . : text background button icon dark light white #fff is labelled shadow"))


@given(st.lists(st.sampled_from(NAMES + WORDS), max_size=30))
@settings(deadline=None)
def test_every_colour_word_is_kept_once(prompt):
    found = [m for m in colour_mentions(" ".join(prompt), load_colours()) if m.term.kind != "tone"]
    assert len(found) == sum(word in NAMES or word == "#fff" for word in prompt)
