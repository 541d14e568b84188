"""Styles: how each of the twelve paints a shape. A style that says nothing about a shape leaves it flat."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from training.render.material import Colour, css, mix
from training.render.palette import INK, WHITE, Palette
from training.render.scene import Shape
from training.render.svg import path, rect, rounded, soft_shadow, stepped

BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Brush:
    """What a style may know of the shape it paints: its colours, the palette and where gradients are defined."""

    fill: Colour
    border: Colour | None
    palette: Palette
    rng: Random
    on_bare: bool
    spans: bool
    gradient: Callable[[Colour, Colour, bool], str]


def _filled(shape: Shape) -> bool:
    return shape.role in ("main", "accent")


def _big(shape: Shape) -> bool:
    return shape.h >= 16 and shape.w >= 16


def _edge(brush: Brush) -> str:
    return css(brush.border) if brush.border else ""


def flat(shape: Shape, brush: Brush) -> str:
    """One colour, and the border if the component has one; knobs throw a hint of a shadow."""
    knob = soft_shadow(shape, BLACK, 3, 0, 1, 0.25) if shape.raised and shape.role == "knob" else ""
    return knob + rect(rounded(shape), css(brush.fill), _edge(brush))


def outlined(shape: Shape, brush: Brush) -> str:
    """Strokes of the main colour around the background."""
    if _filled(shape) and not _big(shape):
        return flat(shape, brush)
    line = brush.fill if _filled(shape) else brush.border or mix(brush.palette["ink"], brush.palette["panel"], 0.6)
    if shape.role in ("panel", "well"):
        inside = css(brush.fill)
    elif brush.spans:
        inside = "none"
    else:
        inside = css(brush.palette["bg"] if brush.on_bare or not _filled(shape) else brush.palette["panel"])
    return rect(rounded(shape), inside, css(line))


def gradient(shape: Shape, brush: Brush) -> str:
    """A lighter top, a darker bottom."""
    if not (_filled(shape) and _big(shape)):
        return flat(shape, brush)
    paint = brush.gradient(mix(brush.fill, WHITE, 0.28), mix(brush.fill, BLACK, 0.2), brush.rng.random() < 0.3)
    return rect(rounded(shape), paint, _edge(brush))


def glossy(shape: Shape, brush: Brush) -> str:
    """A gradient under a bright upper half."""
    if not (_filled(shape) and _big(shape)):
        return flat(shape, brush)
    gloss = replace(
        shape,
        x=shape.x + 2,
        y=shape.y + 2,
        w=shape.w - 4,
        h=shape.h * 0.44,
        radius=min(shape.radius, shape.h * 0.22),
    )
    body = brush.gradient(mix(brush.fill, WHITE, 0.12), mix(brush.fill, BLACK, 0.22), False)
    return rect(rounded(shape), body) + rect(rounded(gloss), "#fff", extra='fill-opacity="0.3"')


def neumorphic(shape: Shape, brush: Brush) -> str:
    """Light from the upper left: a dark and a light soft shadow."""
    if not shape.raised:
        return flat(shape, brush)
    dark = soft_shadow(shape, mix(brush.palette["bg"], BLACK, 0.5), 7, 4, 4, 0.5)
    return dark + soft_shadow(shape, WHITE, 7, -4, -4, 0.9) + rect(rounded(shape), css(brush.fill), _edge(brush))


def glass(shape: Shape, brush: Brush) -> str:
    """Translucent, with a bright rim."""
    if not ((_filled(shape) or shape.role == "panel") and _big(shape)):
        return flat(shape, brush)
    pane = rect(rounded(shape), css(brush.fill), extra='fill-opacity="0.62"')
    return pane + rect(rounded(shape, -1), "none", "#fff", 2, 'stroke-opacity="0.65"')


def material(shape: Shape, brush: Brush) -> str:
    """Flat over a shadow below."""
    shadow = soft_shadow(shape, BLACK, 7, 0, 4, 0.5) if shape.raised else ""
    return shadow + rect(rounded(shape), css(brush.fill), _edge(brush))


def brutalist(shape: Shape, brush: Brush) -> str:
    """A thick ink border and a hard, offset shadow."""
    if not _big(shape):
        return flat(shape, brush)
    ink = css(brush.palette["bare_ink"] if shape.raised else INK)
    shadow = rect(rounded(shape, 0, 4, 4), ink) if shape.raised else ""
    return shadow + rect(rounded(shape), css(brush.fill), ink, 3)


def pixel(shape: Shape, brush: Brush) -> str:
    """Hard edges and stepped corners."""
    if not _big(shape):
        return flat(shape, brush)
    edge = css(brush.border or mix(brush.fill, BLACK, 0.45))
    if shape.radius > 12:
        return rect(rounded(shape), css(brush.fill), edge, 2, 'shape-rendering="crispEdges"')
    steps = stepped(shape, 4 if min(shape.w, shape.h) > 24 else 2)
    return f'<path d="{steps}" fill="{css(brush.fill)}" stroke="{edge}" stroke-width="2" shape-rendering="crispEdges"/>'


def retro(shape: Shape, brush: Brush) -> str:
    """A bevel: light above and left, shade below and right; wells are sunk."""
    if not _big(shape):
        return flat(shape, brush)
    light, shade = mix(brush.fill, WHITE, 0.6), mix(brush.fill, BLACK, 0.45)
    if shape.radius > 4:
        return rect(rounded(shape, -1.5), css(brush.fill), brush.gradient(light, shade, True), 3)
    if shape.role == "well":
        light, shade = shade, light
    x, y, right, bottom = shape.x + 1.5, shape.y + 1.5, shape.x + shape.w - 1.5, shape.y + shape.h - 1.5
    return (
        rect(rounded(shape), css(brush.fill))
        + path(f"M{x:.1f} {bottom:.1f}V{y:.1f}H{right:.1f}", css(light), 3)
        + path(f"M{x:.1f} {bottom:.1f}H{right:.1f}V{y:.1f}", css(shade), 3)
    )


def sketchy(shape: Shape, brush: Brush) -> str:
    """Hatching and a doubled pen line."""
    if not _big(shape):
        return flat(shape, brush)
    ink, slant = css(mix(brush.fill, BLACK, 0.5)), shape.h * 0.5
    hatching = "".join(
        f"M{shape.x + 3 + step:.0f} {shape.y + shape.h - 3:.0f}l{slant:.0f} {6 - shape.h:.0f}"
        for step in range(0, max(1, int(shape.w - slant - 6)), 7)
    )
    return (
        rect(rounded(shape), css(mix(brush.fill, WHITE, 0.12)))
        + path(hatching, ink, 1.6, 'stroke-opacity="0.22"')
        + rect(rounded(shape), "none", ink, 2)
        + rect(rounded(shape, 0.8, -0.8, 0.6), "none", ink, 1)
    )


PAINTERS: dict[str, Callable[[Shape, Brush], str]] = {
    "flat": flat,
    "outlined": outlined,
    "gradient": gradient,
    "glossy": glossy,
    "neumorphic": neumorphic,
    "glass": glass,
    "material": material,
    "brutalist": brutalist,
    "pixel": pixel,
    "retro": retro,
    "dark": flat,
    "sketchy": sketchy,
}
