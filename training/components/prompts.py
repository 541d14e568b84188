"""The prompt of a case: what the document says, with colours measured on the picture and named by the palette."""

from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray

from conditioners.elements import Element
from conditioners.geometry import Box
from scoring.colour_ground import background_colour
from scoring.colour_marks import accent_colours
from scoring.colour_table import ColourTable, Lab, delta_e, load_colours, parse_hex, to_lab
from scoring.regions import dominant_colour, fill_colour

LEADS = ("with the label", "with the text", "that says", "labeled", "with the title")
SURFACES = ("card", "dialog", "list row", "text field", "search bar", "select", "stepper")
"""Components whose own surface is seldom in the main colour."""

OWN_ICONS = ("stepper", "search bar", "select")
"""Components whose icons go without saying."""

DISTINCT = 12.0
"""CIEDE2000 from the ground below which a colour is not worth naming."""


@dataclass(frozen=True, kw_only=True)
class Colours:
    """Measured colours of a case by name, `main` empty where nothing stands out.

    `seen`: more of the coloured part than its letters and icon stands out from the ground.
    """

    main: str
    background: str
    seen: bool


def name_of(lab: Lab, table: ColourTable, background: bool = False) -> str:
    """Return the palette's name of a CIELAB colour (3,), with a shade if it needs one, else a hex code of six digits.

    For a background very dark and very light greys are "dark" and "light".
    """
    lightness, chroma = float(lab[0]), float(np.hypot(lab[1], lab[2]))
    if background and chroma < 10 and lightness < 20:
        return "dark"
    if chroma < 4 and lightness > 97:
        return "white"
    if background and chroma < 8 and lightness > 88:
        return "light gray" if lightness < 94 else "light"
    anchors = {name: to_lab(np.array(parse_hex(code), np.uint8)) for name, code in table.names.items()}
    near = sorted(anchors, key=lambda name: float(delta_e(anchors[name], lab)))
    if float(delta_e(anchors[near[0]], lab)) <= 15:
        return near[0]
    for shade in ("light", "dark"):
        way = table.shades[shade].way
        distances = {
            name: float(delta_e(way(anchors[name]), lab).min()) for name in near if name not in ("white", "black")
        }
        best = min(distances, key=distances.__getitem__)
        if distances[best] <= 6:
            return f"{shade} {best}"
    return near[0] if float(delta_e(anchors[near[0]], lab)) <= 18 else hex_of(lab)


def hex_of(lab: Lab) -> str:
    """Return "#rrggbb" of a CIELAB colour (3,)."""
    from skimage.color import lab2rgb

    red, green, blue = (round(float(level) * 255) for level in lab2rgb(lab[None, None])[0, 0])
    return f"#{red:02x}{green:02x}{blue:02x}"


def measure(asset: NDArray[np.uint8], accent: Box, elements: tuple[Element, ...], component: str) -> Colours:
    """Measure the colour of the part that the document marks as the coloured one, and of the background."""
    lab, table = to_lab(asset), load_colours()
    ground = background_colour(lab, elements)
    if ground is None:
        ground = dominant_colour(np.concatenate([lab[0], lab[-1]]))
    assert ground is not None, "a canvas has a border"
    lines = np.zeros(asset.shape[:2], np.bool_)
    part = Element(kind="shape", box=accent)
    candidates = accent_colours(lab, accent, [ground])
    fill = fill_colour(lab, lines, part, (*elements, part))
    if fill is not None and float(delta_e(fill, ground)) >= DISTINCT and component not in ("spinner", "slider"):
        main: Lab | None = fill
    elif candidates:
        main = max(candidates, key=lambda lab: float(np.hypot(lab[1], lab[2])))
    else:
        main = None
    marks = [element.box for element in elements if element.kind != "shape"]
    seen = bool(accent_colours(lab, accent, [ground], without=marks))
    return Colours(
        main="" if main is None else name_of(main, table), background=name_of(ground, table, background=True), seen=seen
    )


def describe(
    component: str,
    colours: Colours,
    style: str,
    state: str,
    texts: list[str],
    icons: list[str],
    part_of_surface: bool,
    rng: Random,
) -> str:
    """Return one phrasing of the prompt, lower case but for quoted text; any attribute may be left unsaid."""
    colour = colours.main if rng.random() < 0.94 else ""
    tail: list[str] = []
    said = list(texts)
    if part_of_surface and colour and texts:
        button = said.pop() if component in ("card", "dialog") and len(said) > 1 else ""
        tail.append(f'with a {colour} button "{button}"' if button else f"with {colour} accents")
        colour = ""
    manner = style if rng.random() < 0.8 else ""
    shown = state if rng.random() < 0.85 else ""
    if said and rng.random() < 0.85:
        chosen = said[: rng.randint(1, 3)]
        tail.append(f"{rng.choice(LEADS)} " + " and ".join(f'"{text}"' for text in chosen))
    if icons and rng.random() < 0.8:
        article = "an" if icons[0][0] in "aeiou" else "a"
        tail.append(f"with {article} {icons[0]} icon")
    head = " ".join(word for word in (colour, manner, shown, component) if word)
    if rng.random() < 0.5:
        head = ("an " if head[0] in "aeiou" else "a ") + head
    ground = ""
    if rng.random() < 0.85:
        article = "an" if colours.background[0] in "aeiou" else "a"
        ground = rng.choice(
            [
                f"on {article} {colours.background} background",
                f"on {colours.background}",
                f"{colours.background} background",
            ]
        )
    rng.shuffle(tail)
    return rng.choice([" ", ", "]).join(part for part in (head, *tail, ground) if part)
