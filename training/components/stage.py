"""One case as an order to the browser: library, component, canvas, theme, colour, font and markup, from a seed."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from random import Random
from typing import Any

from scoring.colour_table import load_colours
from training.components.draw import Draw, Kit, colour_near, css, icon_files
from training.components.markup.bootstrap import KIT as BOOTSTRAP
from training.components.markup.bulma import KIT as BULMA
from training.components.markup.daisyui import KIT as DAISYUI
from training.components.markup.materialize import KIT as MATERIALIZE
from training.components.markup.pico import KIT as PICO
from training.components.markup.spectre import KIT as SPECTRE
from training.components.packages import folder_of, load_libraries

KITS: dict[str, Kit] = {
    "bootstrap": BOOTSTRAP,
    "bulma": BULMA,
    "daisyui": DAISYUI,
    "materialize": MATERIALIZE,
    "pico": PICO,
    "spectre": SPECTRE,
}

SMALL = ("icon button", "floating action button", "avatar", "spinner", "checkbox", "radio button", "toggle", "badge")
TALL = ("card", "dialog")

CANVASES: dict[str, tuple[tuple[int, int], ...]] = {
    "small": ((96, 96), (128, 128), (192, 192), (256, 256), (160, 96), (192, 64)),
    "wide": ((192, 64), (192, 96), (256, 64), (256, 128), (320, 128), (384, 96), (200, 104)),
    "tall": ((192, 128), (256, 192), (256, 256), (320, 224)),
}
"""Canvas sizes in px, multiples of 8: most of them sizes of training, one (200 x 104) not."""

LABELLED = ("checkbox", "radio button", "toggle")
TINTED = ("button", "icon button", "floating action button", "badge", "chip", "avatar", "toast", "card", "dialog")
"""Components that bring their own ground, so they may be set on a coloured one."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A component to be drawn: what the browser is told (`spec`) and what the prompt needs to know."""

    library: str
    component: str
    width: int
    height: int
    theme: str
    dark: bool
    state: str
    noun: str
    font: str
    spec: dict[str, Any]


def make_order(store: Path, library: str, component: str, seed: str) -> Order:
    """Return the order of a seed; the same arguments give the same order everywhere."""
    rng = Random(seed)
    kit, fonts = KITS[library], sorted(load_libraries().fonts)
    group = "small" if component in SMALL else "tall" if component in TALL else "wide"
    sizes = [size for size in CANVASES[group] if component in LABELLED or group != "small" or size[0] == size[1]]
    width, height = rng.choice(sizes)
    theme, dark = rng.choice(kit.themes)
    draw = Draw(
        rng=rng, width=width, height=height, icons=icon_files(folder_of(store, load_libraries().icons)), dark=dark
    )
    kit.colour(draw)
    font, ground = rng.choice(fonts), _ground(rng, kit, component, dark)
    markup = kit.components[component](draw)
    share = rng.uniform(0.8, 0.93)
    spec = {
        "markup": markup,
        "width": width,
        "height": height,
        "theme": theme,
        "variables": ";".join(f"{k}:{escape(v)}" for k, v in draw.variables.items() if k.startswith("--")),
        "font": font,
        "ground": ground,
        "room": {"width": width * share, "height": height * share, "most": rng.uniform(1.8, 6)},
    }
    return Order(
        library=library,
        component=component,
        width=width,
        height=height,
        theme=theme,
        dark=dark,
        state=draw.state,
        noun=draw.noun or component,
        font=font,
        spec=spec,
    )


def _ground(rng: Random, kit: Kit, component: str, dark: bool) -> str:
    """Return the CSS colour of the canvas: the library's own, a tint, or a full colour."""
    own = rng.choice(kit.dark_grounds if dark else kit.grounds)
    kind = rng.random()
    name = rng.choice(tuple(load_colours().names)[:12])
    if component in TINTED and not dark and kind < 0.22:
        return f"color-mix(in srgb, {css(colour_near(rng, name))} {rng.randint(14, 24)}%, white)"
    if component in TINTED and kind < 0.32:
        return css(colour_near(rng, name))
    return own
