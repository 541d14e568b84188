"""A scene, a palette and a style become the SVG of the finished asset."""

from random import Random

from training.render.material import Colour, css, mix
from training.render.palette import Palette
from training.render.scene import Icon, Label, Line, Scene, Shape
from training.render.styles import PAINTERS, Brush
from training.render.svg import document, icon_markup, label_markup, line_markup, rect, rounded

SURFACES = ("main", "panel", "well")


class Painter:
    """Paints the parts of one scene in one style."""

    def __init__(self, scene: Scene, palette: Palette, style: str, rng: Random) -> None:
        self.scene, self.palette, self.style, self.rng = scene, palette, style, rng
        self.on_bare = not any(
            isinstance(part, Shape) and part.role in SURFACES and self._spans(part) for part in scene.parts
        )
        self.definitions: list[str] = []

    def _spans(self, shape: Shape) -> bool:
        return shape.w > self.scene.w * 0.45

    def colour(self, role: str, surface: bool = False) -> Colour:
        """Return the paint of a role in this style; type with no surface under it takes the background's ink."""
        if role == "main" and not surface and not self.on_bare:
            return self.palette["accent"]
        if self.style == "outlined" and role in ("on_main", "on_accent"):
            return self.palette[role.removeprefix("on_")]
        if self.on_bare and role in ("ink", "muted"):
            return self.palette["bare_ink"]
        if self.on_bare and role == "track":
            return mix(self.palette["bare_ink"], self.palette["bg"], 0.75)
        return self.palette[role]

    def gradient(self, start: Colour, end: Colour, across: bool) -> str:
        """Define a linear gradient, downwards or `across` from corner to corner, and return its paint."""
        name = f"g{len(self.definitions)}"
        self.definitions.append(
            f'<linearGradient id="{name}" x1="0" y1="0" x2="{int(across)}" y2="1">'
            f'<stop offset="0" stop-color="{css(start)}"/><stop offset="1" stop-color="{css(end)}"/></linearGradient>'
        )
        return f"url(#{name})"

    def shape(self, shape: Shape) -> str:
        """Return the SVG of a shape; a raised panel that its background would swallow gets a faint edge."""
        fill = self.colour(shape.role, surface=True)
        border = self.colour(shape.border, surface=True) if shape.border else None
        difference = sum(abs(a - b) for a, b in zip(fill, self.palette["bg"], strict=True))
        if self.style in ("flat", "dark", "gradient", "glossy") and shape.raised and difference < 60:
            return rect(rounded(shape), css(fill), css(border or self.palette["track"]))
        brush = Brush(
            fill=fill,
            border=border,
            palette=self.palette,
            rng=self.rng,
            on_bare=self.on_bare,
            spans=self._spans(shape),
            gradient=self.gradient,
        )
        return PAINTERS[self.style](shape, brush)

    def background(self) -> str:
        """Return the SVG of the canvas."""
        start, end = self.palette.background, self.palette.background_end
        fill = css(start) if start == end else self.gradient(start, end, self.scene.w > self.scene.h)
        return f'<rect width="{self.scene.w}" height="{self.scene.h}" fill="{fill}"/>'


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
    return document(scene.w, scene.h, "".join(body), "".join(painter.definitions))
