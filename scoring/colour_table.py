"""Colour names and hex codes as regions of CIELAB, and the distance of a measured colour from them.

Names, aliases and shades come from `configs/colours.yaml`, which training uses as well. Distances are CIEDE2000
(Sharma, Wu, Dalal 2005) by `skimage.color.deltaE_ciede2000`; CIELAB is under D65 from sRGB.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from scoring.thresholds import CONFIGS, ColourLimits

Lab = NDArray[np.floating[Any]]

DEFAULT_COLOURS = CONFIGS / "colours.yaml"
HEX = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![0-9a-zA-Z])")

GREY_CHROMA = 12.0
"""CIELAB chroma below which a named colour is a grey."""

TINTED = 6.0
"""CIELAB chroma from which a tint is told from white and grey."""

SHADE_STEPS = 12
"""Points on the way of a shade; neighbours are less than 5 dE2000 apart."""

_D65 = np.array([0.95047, 1.0, 1.08883])
_SRGB_TO_XYZ = (
    np.array([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
    / _D65[:, None]
)
"""To CIE XYZ relative to the white point."""

Share = Annotated[float, Field(ge=0, le=1)]


class Shade(BaseModel):
    """What a word such as "dark" allows: the way in CIELAB from an anchor to a grey of `lightness`, between two shares.

    `or_plain`: the word names a style as well, so the colour without the shade is accepted too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    lightness: Annotated[float, Field(ge=0, le=100)]
    share: tuple[Share, Share]
    or_plain: bool = False

    def way(self, anchor: Lab) -> Lab:
        """Return points (N, 3) on the way from `anchor`, CIELAB (3,)."""
        steps = np.linspace(self.share[0], self.share[1], SHADE_STEPS)[:, None]
        return np.asarray(anchor + steps * (np.array([self.lightness, 0.0, 0.0]) - anchor), dtype=np.float64)


class ColourTable(BaseModel):
    """The names that prompts may use, with their sRGB anchors as "#rrggbb"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1]
    names: dict[str, Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]]
    aliases: dict[str, str]
    shades: dict[str, Shade]

    def canonical(self, word: str) -> str | None:
        """Return the name that `word` (lower case) stands for, None where it names no colour."""
        name = self.aliases.get(word, word)
        return name if name in self.names else None


@cache
def load_colours(path: Path = DEFAULT_COLOURS) -> ColourTable:
    """Read a table of colour names. Raises InputError naming the file and the first wrong key."""
    try:
        return ColourTable.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(f"colours {path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"colours {path}: must be a readable YAML file, got {error}") from None


def parse_hex(code: str) -> tuple[int, int, int]:
    """Return the sRGB bytes of "#rrggbb" or "#rgb". Raises InputError for anything else.

    >>> parse_hex("#1ae")
    (17, 170, 238)
    """
    if not HEX.fullmatch(code):
        raise InputError(f"a hex colour must be #rgb or #rrggbb, got {code!r}")
    digits = code[1:] if len(code) == 7 else "".join(2 * digit for digit in code[1:])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def to_lab(rgb: NDArray[np.uint8]) -> Lab:
    """Return CIELAB float64 (..., 3) of sRGB uint8 (..., 3), equal to `skimage.color.rgb2lab` and several times faster.

    L* is 0 to 100. Source: IEC 61966-2-1 for sRGB, CIE 15 for CIELAB, white point D65 at 2 degrees.
    """
    linear = _linear_levels()[np.asarray(rgb, dtype=np.uint8)]
    ratio = linear @ _SRGB_TO_XYZ.T
    root = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def image_lab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return CIELAB float32 (H, W, 3) of an sRGB image, uint8 (H, W, 3): `to_lab` within 0.04, several times as fast.

    The transfer function is a table, the rest OpenCV's conversion of linear RGB. Names and codes use `to_lab` itself.
    """
    import cv2

    linear = cv2.LUT(rgb, _linear_levels().astype(np.float32))
    return np.asarray(cv2.cvtColor(linear, cv2.COLOR_LRGB2LAB), dtype=np.float32)


@cache
def _linear_levels() -> NDArray[np.float64]:
    level = np.arange(256) / 255.0
    return np.where(level > 0.04045, ((level + 0.055) / 1.055) ** 2.4, level / 12.92)


def delta_e(first: Lab, second: Lab) -> NDArray[np.float64]:
    """Return the CIEDE2000 differences (...) of CIELAB colours (..., 3), which broadcast."""
    from skimage.color import deltaE_ciede2000

    same_shape = np.broadcast_arrays(first, second)
    return np.asarray(deltaE_ciede2000(*same_shape), dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class ColourTerm:
    """A colour as a prompt states it: a name, a name with a shade, a hex code, or a tone ("dark", "light")."""

    label: str
    kind: Literal["name", "shaded", "hex", "tone"]

    @property
    def colour(self) -> str:
        """The colour's name or code without its shade."""
        return self.label.split()[-1]

    def is_grey(self, table: ColourTable) -> bool:
        """Whether the term means black, white or a grey."""
        code = self.colour if self.kind == "hex" else table.names.get(self.colour, "#000000")
        return bool(np.hypot(*_lab_of(code)[1:]) < GREY_CHROMA)


@cache
def _lab_of(code: str) -> Lab:
    return to_lab(np.array(parse_hex(code), np.uint8))


@cache
def _anchors(codes: tuple[str, ...]) -> Lab:
    return np.stack([_lab_of(code) for code in codes])


def _tint(code: str, table: ColourTable) -> Lab:
    """Return the palest colour that "light" before a name allows."""
    light = table.shades.get("light")
    return _lab_of(code) if light is None else np.asarray(light.way(_lab_of(code))[-1], dtype=np.float64)


@dataclass(frozen=True, kw_only=True)
class ColourMatch:
    """How far a measured colour is from a term: `distance` in dE2000, the threshold, and whether it is accepted."""

    distance: float
    threshold: float
    accepted: bool
    reason: str


def match_colour(measured: Lab, term: ColourTerm, limits: ColourLimits, table: ColourTable) -> ColourMatch:
    """Compare a measured CIELAB colour (3,) with what `term` allows.

    The distance is CIEDE2000 to the nearest colour allowed: the anchor of a name or hex code, a point on the way of a
    shade, a lightness of a tone. A plain name is accepted within its threshold only while no other name is nearer by
    more than `name_margin`. "dark" is a style as well as a shade, so "dark blue" also accepts blue.
    """
    if term.kind == "tone":
        return _match_tone(measured, term, limits)
    if term.kind == "hex":
        return _match(measured, _lab_of(term.label)[None], term.label, limits.hex_delta_e)
    plain = _match_name(measured, term.colour, limits, table)
    if term.kind == "name":
        return plain
    shade = table.shades[term.label.split()[0]]
    if shade.or_plain and plain.accepted:
        return plain
    return _match(measured, shade.way(_lab_of(table.names[term.colour])), term.label, limits.shade_delta_e)


def _match(measured: Lab, allowed: Lab, label: str, threshold: float) -> ColourMatch:
    distance = float(delta_e(allowed, measured).min())
    reason = f"{distance:.1f} dE2000 from {label}, at most {threshold:g}"
    return ColourMatch(distance=distance, threshold=threshold, accepted=distance <= threshold, reason=reason)


def _match_name(measured: Lab, name: str, limits: ColourLimits, table: ColourTable) -> ColourMatch:
    names = list(table.names)
    anchors = _anchors(tuple(table.names.values()))
    if ColourTerm(label=name, kind="name").is_grey(table):
        # A pale tint is far from its own name's anchor, and near to white or grey.
        tints = {other: _tint(code, table) for other, code in table.names.items()}
        coloured = {other: lab for other, lab in tints.items() if np.hypot(lab[1], lab[2]) > TINTED}
        anchors = np.concatenate([anchors, *(lab[None] for lab in coloured.values())])
        names += [f"pale {other}" for other in coloured]
    distances = delta_e(anchors, measured)
    own, nearest = float(distances[names.index(name)]), int(distances.argmin())
    grey = ColourTerm(label=name, kind="name").is_grey(table)
    threshold = limits.grey_delta_e if grey else limits.name_delta_e
    accepted = own <= threshold
    reason = f"{own:.1f} dE2000 from {name}, at most {threshold:g}"
    if float(distances[nearest]) < own - limits.name_margin:
        accepted = False
        reason += f"; nearer to {names[nearest]} ({distances[nearest]:.1f})"
    return ColourMatch(distance=own, threshold=threshold, accepted=accepted, reason=reason)


def _match_tone(measured: Lab, term: ColourTerm, limits: ColourLimits) -> ColourMatch:
    dark = term.label == "dark"
    bound = limits.dark_lightness if dark else limits.light_lightness
    nearest = measured.copy()
    nearest[0] = min(measured[0], bound) if dark else max(measured[0], bound)
    distance = float(delta_e(measured, nearest))
    rule = f"L* {'at most' if dark else 'at least'} {bound:g}"
    return ColourMatch(
        distance=distance,
        threshold=limits.tone_delta_e,
        accepted=distance <= limits.tone_delta_e,
        reason=f"L* {measured[0]:.0f}, {term.label} means {rule}",
    )
