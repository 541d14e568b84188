"""`{a|b}` in a prompt: every choice of alternatives, written out.

Braces hold alternatives only where there is a bar between them: `{a|b}`; all other braces and bars are text. A
backslash before `{`, `|` or `}` makes that character text; backslashes before it count in pairs, others stay as they
are. Alternatives may be nested and may be empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from conditioners.errors import InputError

MAX_DEPTH = 32
_TOKEN = re.compile(r"\\+(?=[{|}])|[{|}]|\\+|[^\\{|}]+")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Alternatives as written (`source`, with its braces) and each of them taken apart."""

    source: str
    options: tuple[Pattern, ...]


Pattern = tuple["str | Group", ...]


@dataclass(kw_only=True)
class _Open:
    """A brace that is not closed yet."""

    start: int
    options: list[list[str | Group]] = field(default_factory=lambda: [[]])

    def as_text(self) -> list[str | Group]:
        return ["{", *self.options[0]]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One text that a pattern gives, and the text taken of each outermost group as written, the first of equal ones."""

    text: str
    taken: dict[str, str]


def escape(text: str) -> str:
    r"""Return `text` so that it stands for itself.

    >>> escape("a {b|c}")
    'a \\{b\\|c\\}'
    """
    return re.sub(r"(\\*)([{|}])", r"\1\1\\\2", text)


def parse(text: str) -> Pattern:
    """Take a text with alternatives apart.

    Raises:
        InputError: a brace with a bar after it is not closed, or braces are nested more than `MAX_DEPTH` deep.
    """
    root: list[str | Group] = []
    stack: list[_Open] = []
    literal = False
    for token in _TOKEN.finditer(text):
        part, here = token[0], stack[-1].options[-1] if stack else root
        special = token.end() < len(text) and text[token.end()] in "{|}"
        if literal:
            here.append(part)
            literal = False
        elif part[0] == "\\":
            here.append("\\" * (len(part) // 2 if special else len(part)))
            literal = special and len(part) % 2 == 1
        elif part == "{":
            if len(stack) == MAX_DEPTH:
                raise InputError(f"braces must be nested at most {MAX_DEPTH} deep, got more at character {token.end()}")
            stack.append(_Open(start=token.start()))
        elif part == "|" and stack:
            stack[-1].options.append([])
        elif part == "}" and stack:
            closed = stack.pop()
            parent = stack[-1].options[-1] if stack else root
            if len(closed.options) == 1:
                parent += [*closed.as_text(), "}"]
            else:
                options = tuple(tuple(option) for option in closed.options)
                parent.append(Group(source=text[closed.start : token.end()], options=options))
        else:
            here.append(part)
    while stack:
        unclosed = stack.pop()
        if len(unclosed.options) > 1:
            raise InputError(
                f"alternatives must be closed by }}, got none after the {{ at character {unclosed.start + 1}; "
                r"\{ is the character itself"
            )
        (stack[-1].options[-1] if stack else root).extend(unclosed.as_text())
    return tuple(root)


def has_groups(pattern: Pattern) -> bool:
    """Whether there is anything to choose."""
    return any(isinstance(part, Group) for part in pattern)


def count(pattern: Pattern) -> int:
    """How many choices there are.

    >>> count(parse("a {red|{light|dark} blue} {big|small} {plain}"))
    6
    """
    return prod(sum(map(count, part.options)) for part in pattern if isinstance(part, Group))


def choices(pattern: Pattern) -> Iterator[Choice]:
    """Every text that a pattern gives, the last group changing fastest.

    >>> [choice.text for choice in choices(parse("{a|b} {c|}"))]
    ['a c', 'a ', 'b c', 'b ']
    """
    written: list[Sequence[str]] = [
        [part] if isinstance(part, str) else [c.text for option in part.options for c in choices(option)]
        for part in pattern
    ]
    for taken in product(*written):
        chosen: dict[str, str] = {}
        for part, text in zip(pattern, taken, strict=True):
            if isinstance(part, Group):
                chosen.setdefault(part.source, text)
        yield Choice(text="".join(taken), taken=chosen)
