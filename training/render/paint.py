"""Styles: a scene and a palette become the SVG of the finished asset."""

from random import Random

from training.render.material import Colour, css, mix
from training.render.palette import INK, WHITE, Palette
from training.render.scene import Icon, Label, Line, Scene, Shape

BLACK: Colour = (0, 0, 0)


def rounded(shape: Shape, grow: float = 0.0, dx: float = 0.0, dy: float = 0.0) -> str:
    """Return the attributes of a `<rect>` for a shape, grown and shifted by px."""
    return (
        f'x="{shape.x - grow + dx:.2f}" y="{shape.y - grow + dy:.2f}" width="{max(shape.w + 2 * grow, 0.1):.2f}" '
        f'height="{max(shape.h + 2 * grow, 0.1):.2f}" rx="{max(shape.radius + grow, 0):.2f}"'
    )


def _soft(shape: Shape, colour: Colour, reach: float, dx: float, dy: float, strength: float) -> str:
    """Return a soft shadow as a stack of translucent rounded rectangles: a blur at no filter's cost."""
    steps = 6
    return "".join(
        f'<rect {rounded(shape, reach * (1 - i / steps) - reach * 0.25, dx, dy)} fill="{css(colour)}" fill-opacity="{strength / steps:.3f}"/>'
        for i in range(steps)
    )


def _stepped(shape: Shape, size: float) -> str:
    """Return the path of a rectangle whose corners are square steps of `size` px."""
    s = min(size, shape.w / 4, shape.h / 4)
    return (
        f"M{shape.x + s:.0f} {shape.y:.0f}h{shape.w - 2 * s:.0f}v{s:.0f}h{s:.0f}v{shape.h - 2 * s:.0f}h{-s:.0f}v{s:.0f}"
        f"h{-(shape.w - 2 * s):.0f}v{-s:.0f}h{-s:.0f}v{-(shape.h - 2 * s):.0f}h{s:.0f}z"
    )


class Painter:
    """Paints the shapes of one scene in one style."""

    def __init__(self, scene: Scene, palette: Palette, style: str, rng: Random) -> None:
        self.scene, self.palette, self.style, self.rng = scene, palette, style, rng
        self.on_bare = not any(isinstance(p, Shape) and p.role in ("main", "panel", "well") and p.w > scene.w * 0.45 for p in scene.parts)
        self.definitions: list[str] = []

    def colour(self, role: str, surface: bool = False) -> Colour:
        """Return the paint of a role in this style; type with no surface under it takes the background's ink."""
        if role == "main" and not surface and not self.on_bare:
            return self.palette["accent"]
        if self.style == "outlined" and role == "on_main":
            return self.palette["main"]
        if self.style == "outlined" and role == "on_accent":
            return self.palette["accent"]
        if self.on_bare and role in ("ink", "muted"):
            return self.palette["bare_ink"]
        if role in ("track",) and self.on_bare:
            return mix(self.palette["bare_ink"], self.palette["bg"], 0.75)
        return self.palette[role]

    def _gradient(self, top: Colour, bottom: Colour, across: bool = False) -> str:
        name = f"g{len(self.definitions)}"
        direction = 'x1="0" y1="0" x2="1" y2="0"' if across else 'x1="0" y1="0" x2="0" y2="1"'
        self.definitions.append(
            f'<linearGradient id="{name}" {direction}><stop offset="0" stop-color="{css(top)}"/>'
            f'<stop offset="1" stop-color="{css(bottom)}"/></linearGradient>'
        )
        return f"url(#{name})"

    def shape(self, shape: Shape) -> str:
        """Return the SVG of a shape."""
        fill = self.colour(shape.role, surface=True)
        border = self.colour(shape.border, surface=True) if shape.border else None
        edge = f' stroke="{css(border)}" stroke-width="2"' if border else ""
        plain = f'<rect {rounded(shape)} fill="{css(fill)}"{edge}/>'
        filled = shape.role in ("main", "accent")
        big = shape.h >= 16 and shape.w >= 16
        match self.style:
            case "outlined":
                line = fill if filled else border or mix(self.palette["ink"], self.palette["panel"], 0.6)
                inside = self.palette["bg"] if self.on_bare or not filled else self.palette["panel"]
                if filled and not big:
                    return plain
                if shape.role in ("panel", "well"):
                    inside = fill
                elif shape.w > self.scene.w * 0.45:
                    return f'<rect {rounded(shape)} fill="none" stroke="{css(line)}" stroke-width="2"/>'
                return f'<rect {rounded(shape)} fill="{css(inside)}" stroke="{css(line)}" stroke-width="2"/>'
            case "gradient" if filled and big:
                return f'<rect {rounded(shape)} fill="{self._gradient(mix(fill, WHITE, 0.28), mix(fill, BLACK, 0.2), self.rng.random() < 0.3)}"{edge}/>'
            case "glossy" if filled and big:
                gloss = Shape(x=shape.x + 2, y=shape.y + 2, w=shape.w - 4, h=shape.h * 0.44, radius=min(shape.radius, shape.h * 0.22), role="main")
                body = self._gradient(mix(fill, WHITE, 0.12), mix(fill, BLACK, 0.22))
                return f'<rect {rounded(shape)} fill="{body}"/><rect {rounded(gloss)} fill="#fff" fill-opacity="0.3"/>'
            case "neumorphic" if shape.raised:
                reach = 7.0
                dark = _soft(shape, mix(self.palette["bg"], BLACK, 0.5), reach, 4, 4, 0.5)
                return dark + _soft(shape, WHITE, reach, -4, -4, 0.9) + plain
            case "glass" if (filled or shape.role == "panel") and big:
                return f'<rect {rounded(shape)} fill="{css(fill)}" fill-opacity="0.62"/><rect {rounded(shape, -1)} fill="none" stroke="#fff" stroke-opacity="0.65" stroke-width="2"/>'
            case "material" if shape.raised:
                return _soft(shape, BLACK, 7, 0, 4, 0.5) + plain
            case "brutalist" if big:
                ink = self.palette["bare_ink"] if shape.raised else INK
                shadow = f'<rect {rounded(shape, 0, 4, 4)} fill="{css(ink)}"/>' if shape.raised else ""
                return shadow + f'<rect {rounded(shape)} fill="{css(fill)}" stroke="{css(ink)}" stroke-width="3"/>'
            case "pixel" if big and shape.radius > 12:
                return f'<rect {rounded(shape)} fill="{css(fill)}" stroke="{css(border or mix(fill, BLACK, 0.45))}" stroke-width="2" shape-rendering="crispEdges"/>'
            case "pixel" if big:
                step = 4 if min(shape.w, shape.h) > 24 else 2
                return f'<path d="{_stepped(shape, step)}" fill="{css(fill)}" stroke="{css(border or mix(fill, BLACK, 0.45))}" stroke-width="2" shape-rendering="crispEdges"/>'
            case "retro" if big and shape.radius > 4:
                bevel = self._gradient(mix(fill, WHITE, 0.6), mix(fill, BLACK, 0.45), across=True)
                return f'<rect {rounded(shape, -1.5)} fill="{css(fill)}" stroke="{bevel}" stroke-width="3"/>'
            case "retro" if big:
                x, y, w, h = shape.x + 1.5, shape.y + 1.5, shape.w - 3, shape.h - 3
                light, shade = (mix(fill, WHITE, 0.6), mix(fill, BLACK, 0.45)) if shape.role != "well" else (mix(fill, BLACK, 0.45), mix(fill, WHITE, 0.6))
                return (
                    f'<rect {rounded(shape)} fill="{css(fill)}"/>'
                    f'<path d="M{x:.1f} {y + h:.1f}V{y:.1f}H{x + w:.1f}" fill="none" stroke="{css(light)}" stroke-width="3"/>'
                    f'<path d="M{x:.1f} {y + h:.1f}H{x + w:.1f}V{y:.1f}" fill="none" stroke="{css(shade)}" stroke-width="3"/>'
                )
            case "sketchy" if big:
                lines = "".join(
                    f"M{shape.x + 3 + k:.0f} {shape.y + shape.h - 3:.0f}l{shape.h * 0.5:.0f} {-(shape.h - 6):.0f}"
                    for k in range(0, max(1, int(shape.w - shape.h * 0.5 - 6)), 7)
                )
                ink = css(mix(fill, BLACK, 0.5))
                return (
                    f'<rect {rounded(shape)} fill="{css(mix(fill, WHITE, 0.12))}"/><path d="{lines}" stroke="{ink}" stroke-opacity="0.22" stroke-width="1.6"/>'
                    f'<rect {rounded(shape)} fill="none" stroke="{ink}" stroke-width="2"/><rect {rounded(shape, 0.8, -0.8, 0.6)} fill="none" stroke="{ink}" stroke-width="1"/>'
                )
            case "flat" | "dark" if shape.raised and shape.role == "knob":
                return _soft(shape, BLACK, 3, 0, 1, 0.25) + plain
        if fill == self.palette.roles["panel"] and shape.raised and sum(abs(a - b) for a, b in zip(fill, self.palette["bg"], strict=True)) < 60:
            return f'<rect {rounded(shape)} fill="{css(fill)}" stroke="{css(self.palette["track"])}" stroke-width="2"/>'
        return plain

    def background(self) -> str:
        """Return the SVG of the canvas."""
        start, end = self.palette.background, self.palette.background_end
        fill = css(start) if start == end else self._gradient(start, end, self.scene.w > self.scene.h)
        return f'<rect width="{self.scene.w}" height="{self.scene.h}" fill="{fill}"/>'


def line_markup(line: Line, colour: str) -> str:
    """Return the SVG of an open stroke."""
    return f'<path d="{line.path}" fill="none" stroke="{colour}" stroke-width="{line.width:.2f}" stroke-linecap="round" stroke-linejoin="round"/>'


def icon_markup(icon: Icon, colour: str, stroke: float) -> str:
    """Return the SVG of an icon with its stroke given on the 24 x 24 grid."""
    return (
        f'<g transform="translate({icon.x:.2f} {icon.y:.2f}) scale({icon.side / 24:.4f})" fill="none" stroke="{colour}" '
        f'stroke-width="{stroke:.2f}" stroke-linecap="round" stroke-linejoin="round">{icon.markup}</g>'
    )


def label_markup(label: Label, colour: str) -> str:
    """Return the SVG of a line of type."""
    return f'<g fill="{colour}">{label.font.markup(label.text, label.size, label.x, label.baseline)}</g>'


def asset_svg(scene: Scene, palette: Palette, style: str, rng: Random) -> str:
    """Return the finished asset as SVG."""
    painter = Painter(scene, palette, style, rng)
    body = [painter.background()]
    for part in scene.parts:
        match part:
            case Shape():
                body.append(painter.shape(part))
            case Line():
                body.append(line_markup(part, css(painter.colour(part.role))))
            case Label():
                body.append(label_markup(part, css(painter.colour(part.role))))
            case Icon():
                body.append(icon_markup(part, css(painter.colour(part.role)), part.stroke))
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{scene.w}" height="{scene.h}"><defs>{"".join(painter.definitions)}</defs>{"".join(body)}</svg>'
