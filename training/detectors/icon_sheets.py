"""Sheets of icons in the renderer's styles, with faults in half of them: what the icon detector learns from.

One sheet is one scene of `training.render`: cells with or without a shape under the icon, painted in one style, so
that a dozen icons cost one rendering. The wireframe of the sheet strokes the same cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.canny import canny_edges
from training.detectors.icon_cases import MIN_CONTRAST, Case, Sheet, box_of, contrast, spoil
from training.detectors.icon_packs import PackIcon, painted
from training.detectors.icon_variations import restyled, shaded, weathered
from training.detectors.round_trip import RoundTrip
from training.render.paint import asset_svg
from training.render.palette import STYLES, choose_palette
from training.render.sample import rasterise
from training.render.scene import Icon, Scene, Shape
from training.render.wireframe import hand_drawn, scanned, wireframe_svg

CANVAS = 256
CELLS = (28, 32, 36, 42, 51, 64, 85, 128)
MOST = 14
"""Icons on a sheet."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What sheets are made of: packs, kinds of fault with the severities, and which share of sheets is decoded."""

    packs: Sequence[PackIcon]
    kinds: tuple[str, ...]
    severities: tuple[float, ...] = ()
    faulty: float = 0.5
    decoded: float = 0.3
    shaded: float = 0.35
    weathered: float = 0.75
    drawings: tuple[float, float, float, float] = (0.72, 0.12, 0.06, 0.10)
    """Shares of clean, hand-drawn and scanned wireframes and of Canny maps."""


def random_scene(rng: Random, packs: Sequence[PackIcon]) -> tuple[Scene, list[PackIcon]]:
    """Return a scene of icons in cells, and the icons in the order of its parts."""
    cell = rng.choice(CELLS)
    count = CANVAS // cell
    places = [(column * cell, row * cell) for row in range(count) for column in range(count)]
    scene = Scene(w=CANVAS, h=CANVAS, component="icon")
    on_panel = rng.random() < 0.3
    if on_panel:
        scene.parts.append(Shape(x=2, y=2, w=CANVAS - 4, h=CANVAS - 4, radius=rng.uniform(0, 12), role="panel"))
    stroke, chosen = rng.uniform(1.4, 2.3), []
    for x, y in rng.sample(places, min(MOST, len(places))):
        side = cell * rng.uniform(0.5, 0.85)
        role = rng.choice(["ink", "main", "muted"] if on_panel else ["ink", "main"])
        if side < cell * 0.66 and rng.random() < 0.75:
            role = "on_main"
            size = cell * rng.uniform(0.92, 0.98)
            radius = rng.choice([0.0, 0.12, 0.25, 0.5]) * size
            gap = (cell - size) / 2
            raised = rng.random() < 0.5
            scene.parts.append(Shape(x=x + gap, y=y + gap, w=size, h=size, radius=radius, role="main", raised=raised))
        icon = rng.choice(packs)
        chosen.append(icon)
        left, top = x + (cell - side) / 2 + rng.uniform(-1, 1), y + (cell - side) / 2 + rng.uniform(-1, 1)
        scene.parts.append(Icon(name=icon.name, markup=icon.drawn, x=left, y=top, side=side, stroke=stroke, role=role))
    return scene, chosen


def with_markup(scene: Scene, markups: Sequence[str], stroke: float) -> Scene:
    """Return the scene with other markup for its icons, in order, and their strokes multiplied by `stroke`."""
    waiting = iter(markups)
    parts = [
        replace(part, markup=next(waiting), stroke=part.stroke * stroke) if isinstance(part, Icon) else part
        for part in scene.parts
    ]
    return replace(scene, parts=parts)


def icons_only(scene: Scene) -> NDArray[np.float32]:
    """Return the coverage of the icons alone, 0 to 1, float32 (H, W)."""
    alone = replace(scene, parts=[part for part in scene.parts if isinstance(part, Icon)])
    grey = rasterise(painted(wireframe_svg(alone, 1.0)))[:, :, 1].astype(np.float32)
    return np.clip((255 - grey) / (255 - 24), 0, 1).astype(np.float32)


def draw(scene: Scene, kind: str, rng: Random) -> NDArray[np.uint8]:
    """Return the drawing of a scene, uint8 (H, W): "clean", "hand", "scan" or "canny"; sometimes light on dark."""
    clean = cv2.cvtColor(rasterise(painted(wireframe_svg(scene, rng.uniform(1.2, 2.6)))), cv2.COLOR_RGB2GRAY)
    drawing = clean.astype(np.uint8)
    if kind == "canny":
        return canny_edges(drawing)
    if kind != "clean":
        drawing, _ = hand_drawn(drawing, drawing, rng)
    if kind == "scan":
        drawing = scanned(drawing, rng)
    return 255 - drawing if rng.random() < 0.15 else drawing


@dataclass(frozen=True, kw_only=True)
class Base:
    """A rendered sheet before any fault: `alpha` is the coverage of its icons, `drawn` where the wireframe has them."""

    scene: Scene
    style: str
    kind_of_drawing: str
    icons: tuple[PackIcon, ...]
    variants: tuple[tuple[str, str], ...]
    image: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    drawing: NDArray[np.uint8]
    drawn: NDArray[np.bool_]


def render_base(scene: Scene, chosen: Sequence[PackIcon], plan: Plan, rng: Random) -> Base:
    """Return the rendering of a scene whose icons, in order, are `chosen`, in a random style."""
    style = rng.choice(STYLES)
    variants = tuple(restyled(icon, rng) for icon in chosen)
    dressed = with_markup(scene, [markup for _, markup in variants], rng.uniform(0.7, 1.5))
    kind_of_drawing = rng.choices(["clean", "hand", "scan", "canny"], plan.drawings)[0]
    return Base(
        scene=scene,
        style=style,
        kind_of_drawing=kind_of_drawing,
        icons=tuple(chosen),
        variants=variants,
        image=rasterise(painted(asset_svg(dressed, choose_palette(rng, style), style, rng))),
        alpha=icons_only(dressed),
        drawing=draw(scene, kind_of_drawing, rng),
        drawn=icons_only(scene) > 0.3,
    )


def sheets_of(base: Base, plan: Plan, round_trip: RoundTrip | None, rng: Random, passes: int = 1) -> Iterator[Sheet]:
    """Yield the sheet with `passes` draws of faults and weather."""
    for _ in range(passes):
        image, treatment = base.image.copy(), []
        if rng.random() < plan.shaded:
            image = shaded(image, base.alpha, rng)
            treatment.append("shaded")
        decoded = round_trip is not None and rng.random() < plan.decoded
        cases = list(_cases(base, image, rng, plan))
        if rng.random() < plan.weathered:
            image = weathered(image, rng)
            treatment.append("weathered")
        if decoded and round_trip is not None:
            image = round_trip(image)
            treatment.append("round trip")
        done = " + ".join(treatment) or "clean"
        yield Sheet(image=image, drawing=base.drawing, cases=tuple(replace(case, treatment=done) for case in cases))


def make_sheets(seed: int, plan: Plan, round_trip: RoundTrip | None, passes: int = 1) -> Iterator[Sheet]:
    """Yield the sheets of a seed: the same icons, `passes` draws of faults and weather."""
    rng = Random(seed)
    scene, chosen = random_scene(rng, plan.packs)
    yield from sheets_of(render_base(scene, chosen, plan, rng), plan, round_trip, rng, passes)


def _cases(base: Base, image: NDArray[np.uint8], rng: Random, plan: Plan) -> Iterator[Case]:
    """Spoil some of the icons in `image` in place and yield all that can be seen."""
    ink = base.alpha > 0.3
    nothing = np.zeros(ink.shape, np.bool_)
    icons = [part for part in base.scene.parts if isinstance(part, Icon)]
    for icon, of_pack, (variant, _) in zip(icons, base.icons, base.variants, strict=True):
        box = box_of(icon, base.drawn, rng)
        if contrast(image, ink, box) < MIN_CONTRAST:
            continue
        kind, severity, changed = "", 0.0, nothing
        if rng.random() < plan.faulty:
            for _ in range(4):
                kind = rng.choice(plan.kinds)
                severity = rng.choice(plan.severities) if plan.severities else rng.uniform(0.1, 1.0)
                spoiled = spoil(image, ink, box, kind, severity, rng.randrange(2**31))
                if spoiled is not None:
                    changed = spoiled
                    break
            else:
                kind, severity = "", 0.0
        yield Case(
            box=box,
            side=icon.side,
            name=icon.name,
            pack=of_pack.pack,
            variant=variant,
            style=base.style,
            drawing=base.kind_of_drawing,
            treatment="",
            kind=kind,
            severity=severity,
            changed=changed,
        )
