"""Words to a prompt: component, style, colours, icon and label put into the order that the model was trained on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from pipeline.design_tokens import NamedColour
from scoring.colour_table import Lab, delta_e, load_colours, parse_hex, to_lab
from scoring.prompt_words import COMPONENT_WORDS, STYLE_WORDS

COMPONENTS: tuple[str, ...] = tuple(name for name in COMPONENT_WORDS if name != "layout")
STYLES: tuple[str, ...] = tuple(STYLE_WORDS)


@dataclass(frozen=True, kw_only=True)
class PromptParts:
    """What a prompt is made of; what is empty is left out. Colours are names or "#rrggbb"."""

    component: str = ""
    style: str = ""
    colour: str = ""
    background: str = ""
    icon: str = ""
    label: str = ""


def write_prompt(parts: PromptParts) -> str:
    """Return the prompt.

    >>> write_prompt(PromptParts(component="button", style="flat", colour="blue", label="Save"))
    'a blue flat button with the label "Save"'
    >>> write_prompt(PromptParts(component="icon button", colour="#1d4ed8", icon="heart", background="white"))
    'a #1d4ed8 icon button with a heart icon on a white background'
    """
    words = [parts.colour, parts.style, parts.component or "component"]
    noun = " ".join(word.strip() for word in words if word.strip())
    text = f"{_article(noun)} {noun}"
    holds = []
    if parts.icon.strip():
        holds.append(f"{_article(parts.icon.strip())} {parts.icon.strip()} icon")
    if parts.label.strip():
        # A quote inside the label would end it.
        label = parts.label.strip().replace('"', "'")
        holds.append(f'the label "{label}"')
    if holds:
        text += " with " + " and ".join(holds)
    if parts.background.strip():
        text += f" on {_article(parts.background.strip())} {parts.background.strip()} background"
    return text


def colour_names() -> tuple[str, ...]:
    """The colour names that prompts may use."""
    return tuple(load_colours().names)


def nearest_name(code: str) -> str:
    """The colour name whose anchor is nearest to "#rrggbb" in CIEDE2000.

    >>> nearest_name("#1e70e0")
    'blue'
    """
    names, anchors = _anchors()
    return names[int(delta_e(anchors, to_lab(np.array(parse_hex(code), np.uint8))).argmin())]


def nearest_name_or_blank(code: str | None) -> str:
    """`nearest_name` of what a colour picker gives: "#rrggbb", "rgb(r, g, b)" or "rgba(r, g, b, a)".

    >>> nearest_name_or_blank("rgba(255, 0, 0, 1)"), nearest_name_or_blank(None)
    ('red', '')
    """
    if not code:
        return ""
    if not code.startswith("#"):
        numbers = [min(255, max(0, round(float(part)))) for part in re.findall(r"[\d.]+", code)[:3]]
        if len(numbers) < 3:
            return ""
        code = "#" + "".join(f"{number:02x}" for number in numbers)
    return nearest_name(code[:7])


def token_choices(tokens: Sequence[NamedColour]) -> list[tuple[str, str]]:
    """Label and value of each token for a list to choose from; the label tells the name that the code is nearest to."""
    return [(f"{token.name} {token.code} (≈ {nearest_name(token.code)})", token.code) for token in tokens]


@cache
def _anchors() -> tuple[list[str], Lab]:
    names = load_colours().names
    return list(names), to_lab(np.array([parse_hex(code) for code in names.values()], np.uint8))


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"
