"""A prompt taken apart into what can be checked, and the words that were not understood.

Phrases are looked up, the longest first, outside of quotes. The component is the first that the prompt names and does
not put on another: in "a white card with a blue button" the card. Colours are parsed by `scoring/colour_words.py`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.clip_captions import STATES
from scoring.colour_table import HEX, ColourTable
from scoring.colour_words import NOUNS, QUOTED, ColourMention, colour_mentions, known_noun, quoted_strings
from scoring.prompt_words import COMPONENT_WORDS, COUNTED, NUMBERS, SILENT, STATE_WORDS, STYLE_WORDS

_TOKEN = re.compile(rf"{HEX.pattern}|[^\W_]+|[.,;:()=\u0000]")
_HOLDERS = frozenset("with containing including has having featuring and inside".split())
_ICON_NOUNS = frozenset(("icon", "icons", "glyph", "symbol", "logo", "pictogram"))
_BARRIERS = frozenset(". , ; : ( ) = \u0000 with and on in a an the of has showing containing is".split())
_STYLES = frozenset(phrase for phrases in STYLE_WORDS.values() for phrase in phrases)
MOST_ICON_WORDS = 4


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number of things asked for: `noun` as the prompt says it, `kind` the kind of element that is counted."""

    number: int
    noun: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class ParsedPrompt:
    """What a prompt asks for; "" or an empty tuple where it is silent. `unknown` are the words not understood."""

    component: str
    style: str
    tone: str
    state: str
    icons: tuple[str, ...]
    colours: tuple[ColourMention, ...]
    quoted: tuple[str, ...]
    counts: tuple[Count, ...]
    unknown: tuple[str, ...]


class _Tokens:
    """The words of a prompt outside its quotes, and which of them have been understood."""

    def __init__(self, prompt: str) -> None:
        plain = QUOTED.sub(" \u0000 ", prompt.lower()).replace("-", " ")
        self.words = _TOKEN.findall(plain)
        self.known = [False] * len(self.words)

    def take(self, start: int, length: int) -> None:
        """Mark words as understood."""
        self.known[start : start + length] = [True] * len(self.known[start : start + length])

    def phrases(self, table: Mapping[str, Sequence[str]]) -> list[tuple[int, int, str]]:
        """Return (start, length, name) of the phrases of `table`, the longest at each place, none inside another."""
        lookup = {tuple(phrase.split()): name for name, phrases in table.items() for phrase in phrases}
        longest, found, index = max(map(len, lookup)), [], 0
        while index < len(self.words):
            for length in range(min(longest, len(self.words) - index), 0, -1):
                name = lookup.get(tuple(self.words[index : index + length]))
                if name is not None:
                    found.append((index, length, name))
                    index += length - 1
                    break
            index += 1
        return found


def parse_prompt(prompt: str, table: ColourTable) -> ParsedPrompt:
    """Return what `prompt` asks for.

    >>> from scoring.colour_table import load_colours
    >>> parsed = parse_prompt('a glossy blue switch, on, with a heart icon "Wi-Fi"', load_colours())
    >>> parsed.component, parsed.style, parsed.state, parsed.icons, parsed.unknown
    ('toggle', 'glossy', 'on', ('heart',), ())
    """
    tokens, colours = _Tokens(prompt), colour_mentions(prompt, table)
    icons = _icons(tokens, table, colours)
    component, place = _component(tokens)
    if not component and icons:
        component, place = "icon", len(tokens.words)
    style, tone = _style(tokens, table, colours)
    state = _state(tokens, component, place, table)
    counts = _counts(tokens)
    for index, word in enumerate(tokens.words):
        if _is_colour(word, table) or word in SILENT or word in NOUNS or not word[0].isalnum():
            tokens.take(index, 1)
    unknown = (word for word, known in zip(tokens.words, tokens.known, strict=True) if not known)
    return ParsedPrompt(
        component=component,
        style=style,
        tone=tone,
        state=state,
        icons=icons,
        colours=colours,
        quoted=quoted_strings(prompt),
        counts=counts,
        unknown=tuple(dict.fromkeys(unknown)),
    )


def _icons(tokens: _Tokens, table: ColourTable, colours: Sequence[ColourMention]) -> tuple[str, ...]:
    """Return the names of icons: the words before "icon", up to an article, a colour or a mark; and what else has a
    colour on a component, "a white heart on a red button"."""
    found = []
    for mention in colours:
        if mention.target == "icon" and mention.noun and not known_noun(mention.noun) and mention.noun in tokens.words:
            found.append(mention.noun)
            tokens.take(tokens.words.index(mention.noun), 1)
    for index, word in enumerate(tokens.words):
        following = tokens.words[index + 1 : index + 2]
        if word not in _ICON_NOUNS or following in (["button"], ["buttons"]):
            continue
        start = index
        while start > 0 and index - start < MOST_ICON_WORDS and not _ends_icon(tokens.words[start - 1], table):
            start -= 1
        if start < index:
            found.append(" ".join(tokens.words[start:index]))
            tokens.take(start, index - start + 1)
        elif following == ["of"]:
            rest = tokens.words[index + 2 : index + 4]
            name = rest[1:2] if rest[:1] in (["a"], ["an"], ["the"]) else rest[:1]
            found += name
            tokens.take(index, 4)
    return tuple(dict.fromkeys(found))


def _ends_icon(word: str, table: ColourTable) -> bool:
    return word in _BARRIERS | _STYLES | SILENT or word in NUMBERS or _is_colour(word, table)


def _is_colour(word: str, table: ColourTable) -> bool:
    return table.canonical(word) is not None or word in table.shades or HEX.fullmatch(word) is not None


def _component(tokens: _Tokens) -> tuple[str, int]:
    """Return the component and the place of its word; ("", 0) where none is named."""
    found = []
    for start, length, name in tokens.phrases(COMPONENT_WORDS):
        iconic = tokens.known[start]  # "pill bottle icon" is no chip
        shaped = tokens.words[start + length : start + length + 1] == ["shaped"]
        if shaped:
            tokens.take(start, length + 1)
        elif not iconic:
            tokens.take(start, length)
            found.append((start, length, name))
    named = [entry for entry in found if entry[2] != "icon"] or found
    if not named:
        return "", 0
    start, _, name = next((entry for entry in named if not _is_held(tokens.words, entry[0])), named[0])
    return name, start


def _is_held(words: Sequence[str], start: int) -> bool:
    """Tell whether the thing at `start` is put on another one: "with a blue", back to a mark or another phrase."""
    for index in range(start - 1, max(-1, start - 6), -1):
        if words[index] in _HOLDERS:
            return index > 0
        if words[index] in ",.;:\u0000" or words[index] in NOUNS:
            return False
    return False


def _style(tokens: _Tokens, table: ColourTable, colours: Sequence[ColourMention]) -> tuple[str, str]:
    """Return the style, and the tone of the element ("dark", "light") where that word may be a style or a colour."""
    style = tone = ""
    turns = any(mention.gradient for mention in colours)
    for start, length, name in tokens.phrases(STYLE_WORDS):
        following = tokens.words[start + length : start + length + 1]
        if name == "gradient" and turns and "to" in tokens.words[max(0, start - 3) : start]:
            tokens.take(start, length)
            continue
        if name == "outlined" and tokens.words[start] == "outline" and following != ["style"]:
            continue
        tokens.take(start, length)
        if name == "dark" and length == 1:
            before = tokens.words[start - 1 : start] if start else []
            shade = bool(following) and table.canonical(following[0]) is not None
            ground = (
                following
                in (
                    ["background"],
                    ["backdrop"],
                    ["bg"],
                    [
                        ".",
                    ],
                    [","],
                )
                or not following
            )
            if shade or (ground and before in (["on"], ["a"], ["background"])) or following == ["background"]:
                continue
            tone = tone or "dark"
        else:
            style = style or name
    return style, tone


def _state(tokens: _Tokens, component: str, place: int, table: ColourTable) -> str:
    """Return the state; "on" is one only beside a toggle, and not where it opens the background."""
    own, other = STATES.get(component, ()), ""
    for start, length, name in tokens.phrases(STATE_WORDS):
        word = tokens.words[start]
        switched = component == "toggle" and (word == "off" or _is_turned_on(tokens.words, start, place, table))
        if length == 1 and word in ("on", "off") and not switched:
            continue
        tokens.take(start, length)
        if name in own:
            return name
        other = other or name
    return other


def _is_turned_on(words: Sequence[str], start: int, place: int, table: ColourTable) -> bool:
    """Tell a toggle's "on" from the preposition: right before the toggle but for colours, or at the end of a clause."""
    between = words[start + 1 : place]
    if start < place:
        return all(_is_colour(word, table) or word in _STYLES for word in between)
    return words[start + 1 : start + 2] in ([], [","], ["."], [";"], ["\u0000"], ["with"], ["state"], ["position"])


def _counts(tokens: _Tokens) -> tuple[Count, ...]:
    found = []
    for index, word in enumerate(tokens.words):
        number = NUMBERS.get(word)
        noun = next((w for w in tokens.words[index + 1 : index + 4] if w in COUNTED), None) if number else None
        if number and noun:
            found.append(Count(number=number, noun=noun, kind=COUNTED[noun]))
            tokens.take(index, tokens.words.index(noun, index) - index + 1)
    return tuple(found)
