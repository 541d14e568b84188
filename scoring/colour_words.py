"""The colours that a prompt names, and the part of the asset each belongs to.

A small grammar over words, not a language model: a colour belongs to the noun that it stands before ("blue button"),
else to the noun it stands right after ("background: white", "button in teal"), else to the element as a whole.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from scoring.colour_table import HEX, ColourTable, ColourTerm

Target = Literal["element", "background", "text", "icon", "border", "accent", "other"]
Look = Literal["", "outlined", "glass", "glossy"]

QUOTED = re.compile(
    '"([^"]+)"|\u201c([^\u201d]+)\u201d|\u2018([^\u2019]+)\u2019|\u00ab([^\u00bb]+)\u00bb'
    r"|(?<![\w])'([^']+)'(?![\w])"
)
_TOKEN = re.compile(rf"{HEX.pattern}|[^\W_]+|[.,;:()=\u0000]")


def words(line: str) -> frozenset[str]:
    """Return the words of `line` as a set."""
    return frozenset(line.split())


NOUNS: dict[str, Target] = {
    **dict.fromkeys(words("button fab toggle switch checkbox radio slider stepper field input bar search"), "element"),
    **dict.fromkeys(words("select dropdown badge chip tag pill avatar spinner loader tab tabs toast"), "element"),
    **dict.fromkeys(words("tooltip card row list dialog modal navbar menu panel box banner alert form"), "element"),
    **dict.fromkeys(words("notification widget fill shape rating header sidebar layout component control"), "element"),
    **dict.fromkeys(words("background backdrop bg canvas page backgrounds theme mode"), "background"),
    **dict.fromkeys(words("text label labels lettering caption title font letters heading typography"), "text"),
    **dict.fromkeys(words("icon icons glyph symbol logo"), "icon"),
    **dict.fromkeys(words("border outline stroke borders outlines frame"), "border"),
    **dict.fromkeys(words("accent accents highlight highlights"), "accent"),
    **dict.fromkeys(words("shadow glow reflection gradients knob thumb"), "other"),
}
_STOPS = words(
    ". ; : ( ) = on in with of at for by over under against that which where or from inside containing labelled "
    "labeled saying reads reading featuring having has is are while but no without"
)
_LINKS = frozenset({",", "and", "to"})
_FILLERS = words("in is are : = color colour colored coloured a an the solid tone")
_GROUNDS = frozenset({"on", "against", "over"})
_HOLDERS = words("with containing including has having featuring")
_OUTLINED = words("outlined outline ghost stroked bordered")
_GLASS = words("glass glassy glassmorphic glassmorphism frosted translucent")
_GLOSSY = words("glossy gloss shiny polished")
_REACH = 6
"""Words that a colour may stand away from its noun."""

TONES = frozenset({"dark", "light"})
_MANNERS = words("style styled look")


@dataclass(frozen=True, kw_only=True)
class ColourMention:
    """One colour of a prompt, the part it belongs to, and the noun that says so ("" where none does).

    `part`: the noun is a component on another one, "a card with a blue button", and `label` the quoted text that
    follows it. `gradient`: the colour before it in the prompt turns into this one. `look` is the prompt's style where
    it changes what is painted in the colour.
    """

    term: ColourTerm
    target: Target
    noun: str
    part: bool = False
    label: str = ""
    gradient: bool = False
    look: Look = ""


def _look_of(tokens: set[str]) -> Look:
    looks: tuple[tuple[Look, frozenset[str]], ...] = (("outlined", _OUTLINED), ("glass", _GLASS), ("glossy", _GLOSSY))
    return next((look for look, said in looks if said & tokens), "")


def known_noun(noun: str) -> bool:
    """Tell whether `noun`, a word or a compound, is one whose part of the asset is known."""
    return noun.split()[-1:] != [] and noun.split()[-1] in NOUNS


def quoted_strings(prompt: str) -> tuple[str, ...]:
    """Return the quoted strings of a prompt, in order: the text that it orders.

    >>> quoted_strings('blue button "Save now", don\\'t shout')
    ('Save now',)
    """
    found = (next(group for group in match.groups() if group is not None) for match in QUOTED.finditer(prompt))
    return tuple(text.strip() for text in found if text.strip())


def colour_mentions(prompt: str, table: ColourTable) -> tuple[ColourMention, ...]:
    """Return the colours that `prompt` names outside its quotes, each with its target.

    >>> from scoring.colour_table import load_colours
    >>> [(m.term.label, m.target) for m in colour_mentions("blue button, white text, dark background", load_colours())]
    [('blue', 'element'), ('white', 'text'), ('dark', 'background')]
    """
    tokens = [token.lower() for token in _TOKEN.findall(QUOTED.sub("\u0000", prompt))]
    labels = [next(group for group in match.groups() if group is not None) for match in QUOTED.finditer(prompt)]
    look = _look_of({*tokens})
    mentions: list[ColourMention] = []
    ends: dict[int, ColourMention] = {}
    for index in range(len(tokens)):
        term, start = _term_at(tokens, index, table)
        if term is not None:
            mention = _attach(tokens, start, index, term, table)
            # "blue to purple": the second colour goes where the first went.
            linked = start > 1 and (tokens[start - 1] == "to" or (tokens[start - 1] == "and" and not mention.noun))
            if linked and not known_noun(mention.noun) and start - 2 in ends:
                mention = replace(ends[start - 2], term=term)
            turns = start > 1 and tokens[start - 1] == "to" and start - 2 in ends
            part = mention.target == "element" and _on_another(tokens, start)
            label = _label_after(tokens, index, labels) if part else ""
            mention = replace(mention, part=part, label=label, gradient=turns, look=look)
            ends[index] = mention
            if term.kind != "tone" or mention.target == "background":
                mentions.append(mention)
    if any(mention.target == "element" and known_noun(mention.noun) for mention in mentions):
        mentions = [_as_icon(mention) for mention in mentions]
    return tuple(mentions)


def _label_after(tokens: list[str], end: int, labels: list[str]) -> str:
    """Return the quoted text that stands right behind the noun of the colour at `end`."""
    for index in range(end + 1, min(end + 1 + _REACH, len(tokens))):
        if tokens[index] == "\u0000":
            return labels[tokens[:index].count("\u0000")]
        if tokens[index] in _STOPS or tokens[index] in _LINKS:
            return ""
    return ""


def _on_another(tokens: list[str], start: int) -> bool:
    """Tell whether the thing described from `start` on lies on a component named before it: "card with a blue"."""
    index = start - 1
    while index >= 0 and start - index < _REACH and tokens[index] not in _HOLDERS:
        if tokens[index] in NOUNS or tokens[index] in _STOPS:
            return False
        index -= 1
    return index >= 0 and tokens[index] in _HOLDERS and any(NOUNS.get(word) == "element" for word in tokens[:index])


def _term_at(tokens: list[str], index: int, table: ColourTable) -> tuple[ColourTerm | None, int]:
    """Return the term whose last word is at `index`, and where it begins."""
    word = tokens[index]
    if HEX.fullmatch(word):
        return ColourTerm(label=word, kind="hex"), index
    name = table.canonical(word)
    if name is not None:
        if index > 0 and tokens[index - 1] in table.shades:
            return ColourTerm(label=f"{tokens[index - 1]} {name}", kind="shaded"), index - 1
        return ColourTerm(label=name, kind="name"), index
    following = tokens[index + 1] if index + 1 < len(tokens) else ""
    if word in TONES and table.canonical(following) is None and following not in _MANNERS:
        return ColourTerm(label=word, kind="tone"), index
    return None, index


def _attach(tokens: list[str], start: int, end: int, term: ColourTerm, table: ColourTable) -> ColourMention:
    noun, target = _noun_after(tokens, end, table, across_links=False)
    turns = tokens[end + 1 : end + 2] == ["to"] and table.canonical("".join(tokens[end + 2 : end + 3])) is not None
    if target is None and turns:
        noun, target = _noun_after(tokens, end + 2, table, across_links=False)
    if target is None:
        noun, target = _noun_before(tokens, start)
    if target is None:
        noun, target = _noun_after(tokens, end, table, across_links=True)
    if target is None:
        articles = start
        while articles > 0 and tokens[articles - 1] in {"a", "an", "the", "solid", "plain"}:
            articles -= 1
        grounded = articles > 0 and tokens[articles - 1] in _GROUNDS
        following = tokens[end + 1] if end + 1 < len(tokens) else ""
        known = following in _STOPS or following in _LINKS or following in {"", "\u0000"}
        noun, target = "" if known else following, "background" if grounded else "element"
    return ColourMention(term=term, target=target, noun=noun)


def _noun_after(tokens: list[str], end: int, table: ColourTable, across_links: bool) -> tuple[str, Target | None]:
    linked = False
    for index in range(end + 1, min(end + 1 + _REACH, len(tokens))):
        word = tokens[index]
        is_colour = table.canonical(word) is not None or HEX.fullmatch(word) is not None
        if word in _LINKS and across_links:
            linked = word == ","
        elif word in _LINKS or word in _STOPS or (is_colour and linked):
            return "", None
        elif word in NOUNS:
            return _last_of_run(tokens, _icon_name_end(tokens, index, table))
    return "", None


def _icon_name_end(tokens: list[str], index: int, table: ColourTable) -> int:
    """Return where the noun is: an icon may be named like a component, "badge plus icon"."""
    for later in range(index + 1, min(index + 4, len(tokens))):
        word = tokens[later]
        if word in _STOPS or word in _LINKS or table.canonical(word) is not None or word == "\u0000":
            return index
        if NOUNS.get(word) == "icon":
            return later
    return index


def _last_of_run(tokens: list[str], index: int) -> tuple[str, Target | None]:
    """Take the last noun of a compound ("text field", "icon button"); a button's background is the button."""
    last = index
    while last + 1 < len(tokens) and tokens[last + 1] in NOUNS:
        last += 1
    if last > index and NOUNS[tokens[last]] == "background" and NOUNS[tokens[last - 1]] == "element":
        last -= 1
    return " ".join(tokens[index : last + 1]), NOUNS[tokens[last]]


def _noun_before(tokens: list[str], start: int) -> tuple[str, Target | None]:
    index = start - 1
    while index >= 0 and tokens[index] in _FILLERS:
        index -= 1
    first = index
    while first >= 0 and tokens[first] in NOUNS:
        first -= 1
    return _last_of_run(tokens, first + 1) if first < index else ("", None)


def _as_icon(mention: ColourMention) -> ColourMention:
    """Read an unknown noun beside a known component as the thing on it: "a white heart on a red button"."""
    if mention.target == "element" and mention.noun and not known_noun(mention.noun):
        return replace(mention, target="icon", part=False)
    return mention
