"""A scene is what a designer would draw: shapes, labels and icons with roles, before any style paints them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from training.render.material import Font, fonts, icons, label


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A rounded rectangle (an ellipse where the radius is half its sides), in px.

    `role` names the paint: main, panel, track, accent, none. `raised` shapes throw the style's shadow.
    """

    x: float
    y: float
    w: float
    h: float
    radius: float
    role: str
    raised: bool = False
    border: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An open stroke: path data in px, its width in px and its paint."""

    path: str
    width: float
    role: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Label:
    """One line of type."""

    text: str
    font: Font
    size: float
    x: float
    baseline: float
    role: str

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return the box of the line in px: cap height above the baseline, a descender below."""
        cap = self.font.cap * self.size / self.font.units
        return (
            self.x,
            self.baseline - cap * 1.1,
            self.x + self.font.width(self.text, self.size),
            self.baseline + cap * 0.35,
        )


@dataclass(frozen=True, kw_only=True)
class Icon:
    """An icon of a pack: markup on a 24 x 24 grid, placed at `x`, `y` with side `side` px."""

    name: str
    markup: str
    x: float
    y: float
    side: float
    stroke: float
    role: str


Part = Shape | Line | Label | Icon


@dataclass(kw_only=True)
class Scene:
    """The parts of one asset on a canvas of `w` x `h` px, and what the prompt may say about it."""

    w: int
    h: int
    component: str
    parts: list[Part] = field(default_factory=list)
    state: str = ""
    noun: str = ""
    extras: list[str] = field(default_factory=list)


class Pen:
    """Adds parts to a scene with type and icons chosen by the scene's own random numbers."""

    def __init__(self, rng: Random, scene: Scene, unseen: bool) -> None:
        self.rng, self.scene, self.unseen = rng, scene, unseen
        self.font = rng.choice(fonts(unseen))
        self.icon_stroke = rng.uniform(1.4, 2.3)

    def shape(
        self, x: float, y: float, w: float, h: float, radius: float, role: str, raised: bool = False, border: str = ""
    ) -> Shape:
        """Add a rounded rectangle; its radius is cut to half the shorter side."""
        part = Shape(
            x=x, y=y, w=w, h=h, radius=max(0.0, min(radius, w / 2, h / 2)), role=role, raised=raised, border=border
        )
        self.scene.parts.append(part)
        return part

    def circle(self, cx: float, cy: float, r: float, role: str, raised: bool = False, border: str = "") -> Shape:
        """Add a circle."""
        return self.shape(cx - r, cy - r, 2 * r, 2 * r, r, role, raised, border)

    def line(self, path: str, width: float, role: str, box: tuple[float, float, float, float]) -> None:
        """Add an open stroke."""
        self.scene.parts.append(Line(path=path, width=width, role=role, box=box))

    def rule(self, x0: float, y: float, x1: float, role: str = "line", width: float = 1.5) -> None:
        """Add a horizontal hairline."""
        self.line(f"M{x0:.1f} {y:.1f}H{x1:.1f}", width, role, (x0, y - 1, x1, y + 1))

    def words(self, most: int = 2) -> str:
        """Return a label that every glyph of the chosen face can set."""
        text = label(self.rng, self.unseen, most)
        return "".join(c for c in text if c in self.font.glyphs)

    def text(
        self,
        x: float,
        cy: float,
        width: float,
        size: float,
        role: str,
        anchor: str = "start",
        text: str = "",
        most: int = 2,
    ) -> float:
        """Add a line of type centred on `cy`, made smaller or shorter until it fits `width`; return its width in px."""
        for attempt in range(6):
            content = text or self.words(most if attempt < 2 else 1)
            wide = self.font.width(content, size)
            if wide <= width:
                break
            if text or attempt >= 3:
                size = max(9.0, size * max(width / max(wide, 1), 0.5))
                wide = self.font.width(content, size)
                if wide <= width:
                    break
        else:
            return 0.0
        start = x if anchor == "start" else x + (width - wide) / 2 if anchor == "middle" else x + width - wide
        cap = self.font.cap * size / self.font.units
        self.scene.parts.append(
            Label(text=content, font=self.font, size=size, x=start, baseline=cy + cap / 2, role=role)
        )
        return wide

    def icon(self, x: float, y: float, side: float, role: str, name: str = "") -> str:
        """Add an icon (a random one unless `name` is given) and return its name."""
        table = icons(self.unseen)
        chosen = next((entry for entry in icons(False) if entry[0] == name), None) if name else None
        word, markup = chosen or self.rng.choice(table)
        self.scene.parts.append(Icon(name=word, markup=markup, x=x, y=y, side=side, stroke=self.icon_stroke, role=role))
        return word


Builder = Callable[[Pen, Scene, Random], None]
