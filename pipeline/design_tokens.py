"""Design tokens to named colours: a file in the W3C Design Tokens format, 2025.10.

Source: Design Tokens Format Module 2025.10 (https://www.designtokens.org/tr/2025.10/format/) and its Color Module.
Only tokens of type `color` are read; groups, types inherited from groups and aliases in curly braces are followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conditioners.errors import InputError

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 32
MAX_TOKENS: Final = 5000
MAX_ALIASES: Final = 32
"""Aliases that may lead on to one another; more are taken for a circle."""

_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_ALIAS: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, kw_only=True)
class NamedColour:
    """A colour token: its path with dots, such as "brand.primary", and "#rrggbb"; `alpha` is 0 to 1."""

    name: str
    code: str
    alpha: float = 1.0


@dataclass(frozen=True, kw_only=True)
class _Token:
    value: Any
    type: str | None


def read_design_tokens(path: Path) -> tuple[NamedColour, ...]:
    """Return the colours of a design-token file, in the file's order.

    Raises:
        InputError: the file cannot be read, is no JSON object, holds no colour, or a colour breaks the format; the
            message names the token.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"{path}: a design-token file must have at most {MAX_BYTES} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: the design-token file cannot be read ({error})") from None
    return parse_design_tokens(text, str(path))


def parse_design_tokens(text: str, source: str = "design tokens") -> tuple[NamedColour, ...]:
    """Return the colours of a design-token document. Raises as `read_design_tokens` does.

    >>> parse_design_tokens('{"brand": {"$type": "color", "main": {"$value": "#1d4ed8"}}}')
    (NamedColour(name='brand.main', code='#1d4ed8', alpha=1.0),)
    """
    try:
        data = json.loads(text)
    except RecursionError:
        raise InputError(f"{source}: groups must be nested at most {MAX_DEPTH} deep") from None
    except ValueError as error:
        raise InputError(f"{source}: a design-token file must be JSON ({error})") from None
    if not isinstance(data, dict):
        raise InputError(f"{source}: a design-token file must be a JSON object, got {type(data).__name__}")
    tokens: dict[str, _Token] = {}
    for name, token in _walk(data, (), None, source):
        tokens[name] = token
        if len(tokens) > MAX_TOKENS:
            raise InputError(f"{source}: at most {MAX_TOKENS} tokens can be read")
    colours = [colour for name in tokens if (colour := _colour(name, tokens, source)) is not None]
    if not colours:
        raise InputError(f"{source}: no colour token was found; {_hint(data)}")
    return tuple(colours)


def _walk(
    group: Mapping[str, Any], path: tuple[str, ...], kind: str | None, source: str
) -> Iterator[tuple[str, _Token]]:
    if len(path) > MAX_DEPTH:
        raise InputError(f"{source}: groups must be nested at most {MAX_DEPTH} deep, got {'.'.join(path[:3])}...")
    inherited = group.get("$type", kind)
    if inherited is not None and not isinstance(inherited, str):
        raise InputError(f"{source}: $type of {'.'.join(path) or 'the file'} must be a string, got {inherited!r:.40}")
    if "$value" in group:
        yield ".".join(path), _Token(value=group["$value"], type=inherited)
    for name, member in group.items():
        if not name.startswith("$") and isinstance(member, dict):
            yield from _walk(member, (*path, name), inherited, source)


def _colour(name: str, tokens: Mapping[str, _Token], source: str) -> NamedColour | None:
    """The token as a colour, after its aliases; None where it is of another type."""
    token, seen = tokens[name], [name]
    kind = token.type
    while isinstance(token.value, str) and (alias := _ALIAS.fullmatch(token.value.strip())):
        target = alias[1]
        if target not in tokens:
            raise InputError(f"{source}: token {name} refers to {{{target}}}, which is not in the file")
        if target in seen or len(seen) > MAX_ALIASES:
            raise InputError(f"{source}: token {name} refers to itself through {{{target}}}")
        seen.append(target)
        token = tokens[target]
        kind = kind or token.type
    if kind != "color":
        return None
    code, alpha = _value(token.value, name, source)
    return NamedColour(name=name, code=code, alpha=alpha)


def _value(value: Any, name: str, source: str) -> tuple[str, float]:
    if isinstance(value, str):
        return _from_hex(value, name, source)
    if not isinstance(value, dict):
        raise InputError(f"{source}: token {name} must be a hex colour or a colour object, got {value!r:.60}")
    space, alpha = value.get("colorSpace"), value.get("alpha", 1)
    if not _is_share(alpha):
        raise InputError(f"{source}: token {name}: alpha must be a number from 0 to 1, got {alpha!r:.40}")
    parts = value.get("components")
    if space == "srgb" and isinstance(parts, list) and len(parts) == 3 and all(_is_share(part) for part in parts):
        return "#" + "".join(f"{round(part * 255):02x}" for part in parts), float(alpha)
    # Another colour space is not converted here; the format's own sRGB fallback is what its author chose.
    fallback = value.get("hex")
    if isinstance(fallback, str):
        return _from_hex(fallback, name, source)[0], float(alpha)
    raise InputError(
        f"{source}: token {name} must be srgb with three components from 0 to 1, or give a hex fallback, "
        f"got colorSpace {space!r:.40} with {parts!r:.60}"
    )


def _from_hex(text: str, name: str, source: str) -> tuple[str, float]:
    if not _HEX.fullmatch(text):
        raise InputError(f"{source}: token {name} must be #rgb, #rrggbb or #rrggbbaa, got {text!r:.60}")
    digits = text[1:].lower()
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    return f"#{digits[:6]}", int(digits[6:], 16) / 255 if digits[6:] else 1.0


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _hint(data: Mapping[str, Any]) -> str:
    """What most likely is wrong with a file without colours."""
    if any('"value"' in json.dumps(member) for member in data.values()):
        return 'it uses "value" where the W3C format has "$value": export it in the W3C (DTCG) format'
    return 'a colour is an object with "$type": "color" and a "$value"'
