"""One training sample from one seed: the asset, its wireframe, its elements and its prompt."""

import io
import json
from dataclasses import dataclass
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.render.controls import CONTROLS
from training.render.material import Colour
from training.render.paint import asset_svg
from training.render.palette import STYLES, choose_palette
from training.render.prompts import describe, quoted
from training.render.scene import Builder, Icon, Label, Pen, Scene, Shape
from training.render.surfaces import SURFACES
from training.render.wireframe import hand_drawn, scanned, wireframe_svg

BUILDERS: dict[str, Builder] = {**CONTROLS, **SURFACES}

SQUARE = (
    "icon button",
    "floating action button",
    "icon",
    "avatar",
    "spinner",
    "checkbox",
    "radio button",
    "toggle",
    "badge",
)
WIDE = (
    *("button", "toggle", "checkbox", "radio button", "slider", "stepper", "text field", "search bar", "select"),
    *("badge", "chip", "progress bar", "tab bar", "navigation bar", "toast", "tooltip", "list row"),
)
TALL = ("card", "dialog", "layout")

BUCKETS: dict[str, tuple[tuple[int, int, tuple[str, ...]], ...]] = {
    "small": (
        (128, 128, SQUARE),
        (96, 96, SQUARE),
        (160, 96, WIDE),
        (192, 96, WIDE),
        (192, 64, WIDE),
        (256, 64, WIDE),
        (160, 128, TALL),
        (192, 128, TALL),
        (128, 160, TALL),
    ),
    "large": (
        (192, 192, SQUARE),
        (256, 256, SQUARE + TALL + TALL),
        (256, 128, WIDE),
        (320, 96, WIDE),
        (384, 96, WIDE),
        (256, 192, TALL),
        (320, 224, TALL),
    ),
}
"""Canvas sizes in px, multiples of 32, with the components that are drawn on them."""


SEEN = 30.0
"""Distance in CIELAB up to which a pixel counts as the main colour: wide enough for a glass pane over another hue."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """An asset and what it was made from. Images are uint8: `asset` RGB (H, W, 3), the wireframes grey (H, W).

    `followed` is the asset bent as the unsteady hand bent `drawn`: its edges lie on the drawn lines.
    """

    asset: NDArray[np.uint8]
    clean: NDArray[np.uint8]
    drawn: NDArray[np.uint8]
    followed: NDArray[np.uint8]
    kind: str
    prompt: str
    elements: list[dict[str, Any]]
    attributes: dict[str, Any]


def rasterise(svg: str) -> NDArray[np.uint8]:
    """Return the RGB pixels (uint8 (H, W, 3)) of an opaque SVG."""
    import resvg_py

    png = np.frombuffer(bytes(resvg_py.svg_to_bytes(svg_string=svg)), np.uint8)
    pixels = cv2.imdecode(png, cv2.IMREAD_COLOR)
    assert pixels is not None, "resvg writes a PNG"
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB).astype(np.uint8)


def build_scene(rng: Random, component: str, width: int, height: int, unseen: bool = False) -> Scene:
    """Return the laid-out parts of a component on a canvas."""
    scene = Scene(w=width, h=height, component=component)
    BUILDERS[component](Pen(rng, scene, unseen), scene, rng)
    return scene


def shows(asset: NDArray[np.uint8], colour: Colour) -> bool:
    """Tell whether `colour` is seen in an asset, be it through a gradient or a translucent pane.

    That is: at least 1% of its pixels lie within `SEEN` of it in CIELAB (CIE76).
    """
    lab = cv2.cvtColor(asset[::2, ::2].astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    wanted = cv2.cvtColor(np.array([[colour]], np.float32) / 255, cv2.COLOR_RGB2LAB)
    return bool((np.square(lab - wanted).sum(axis=2) < SEEN**2).mean() >= 0.01)


def elements_of(scene: Scene) -> list[dict[str, Any]]:
    """Return the scene's elements in the contract's form, boxes in whole px inside the canvas."""
    found = []
    for part in scene.parts:
        if isinstance(part, Label):
            kind, box, text, name = "text", part.box, part.text, ""
        elif isinstance(part, Icon):
            kind, box, text, name = "icon", (part.x, part.y, part.x + part.side, part.y + part.side), "", part.name
        elif isinstance(part, Shape):
            kind, box, text, name = "shape", (part.x, part.y, part.x + part.w, part.y + part.h), "", part.role
        else:
            continue
        x0, y0, x1, y1 = box
        whole = [max(0, int(x0)), max(0, int(y0)), min(scene.w, int(x1) + 1), min(scene.h, int(y1) + 1)]
        found.append({"kind": kind, "box": whole, "text": text, "name": name})
    return found


def render_sample(seed: int, width: int, height: int, component: str, unseen: bool = False, style: str = "") -> Sample:
    """Return the sample of a seed; the same seed and arguments give the same sample everywhere."""
    rng = Random(seed)
    scene = build_scene(rng, component, width, height, unseen)
    style = style or rng.choice(STYLES)
    palette = choose_palette(rng, style)
    asset = rasterise(asset_svg(scene, palette, style, rng))
    clean = cv2.cvtColor(rasterise(wireframe_svg(scene, rng.uniform(1.2, 2.6))), cv2.COLOR_RGB2GRAY).astype(np.uint8)
    kind = rng.choices(["clean", "hand", "scan"], [0.6, 0.28, 0.12])[0]
    drawn, followed = (clean, asset) if kind == "clean" else hand_drawn(clean, asset, rng)
    drawn = scanned(drawn, rng) if kind == "scan" else drawn
    attributes = {
        "component": component,
        "style": style,
        "colour": palette.main_name,
        "background": palette.background_name,
        "state": scene.state,
        "icon": next((part.name for part in scene.parts if isinstance(part, Icon)), ""),
        "texts": quoted(scene),
    }
    return Sample(
        asset=asset,
        clean=clean,
        drawn=drawn,
        followed=followed,
        kind=kind,
        prompt=describe(scene, palette, style, shows(asset, palette["main"]), rng),
        elements=elements_of(scene),
        attributes=attributes,
    )


def choose(seed: int, group: str) -> tuple[int, int, str]:
    """Return (width, height, component) of a seed in a bucket group."""
    rng = Random(seed * 7919 + 17)
    width, height, components = rng.choice(BUCKETS[group])
    return width, height, rng.choice(components)


def sheet(seeds: list[int], group: str, unseen: bool = False) -> bytes:
    """Return a PNG that shows wireframe and asset of some seeds, for looking at."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (1320, ((len(seeds) + 3) // 4) * 160), "white")
    for index, seed in enumerate(seeds):
        width, height, component = choose(seed, group)
        sample = render_sample(seed, width, height, component, unseen)
        x, y = (index % 4) * 330, (index // 4) * 160
        for offset, pixels in ((0, np.repeat(sample.drawn[:, :, None], 3, 2)), (163, sample.asset)):
            tile = Image.fromarray(pixels)
            tile.thumbnail((160, 128))
            page.paste(tile, (x + offset, y))
        ImageDraw.Draw(page).text(
            (x, y + 132), json.dumps(sample.prompt)[:54] + "\n" + sample.prompt[52:104], fill="black", font_size=9
        )
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()
