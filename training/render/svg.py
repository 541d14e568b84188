"""SVG of single parts: rounded rectangles, strokes, type and icons."""

from training.render.material import Colour, css
from training.render.scene import Icon, Label, Line, Shape


def rounded(shape: Shape, grow: float = 0.0, dx: float = 0.0, dy: float = 0.0) -> str:
    """Return the attributes of a `<rect>` for a shape, grown and shifted by px."""
    return (
        f'x="{shape.x - grow + dx:.2f}" y="{shape.y - grow + dy:.2f}" width="{max(shape.w + 2 * grow, 0.1):.2f}" '
        f'height="{max(shape.h + 2 * grow, 0.1):.2f}" rx="{max(shape.radius + grow, 0):.2f}"'
    )


def rect(geometry: str, fill: str = "none", stroke: str = "", width: float = 2, extra: str = "") -> str:
    """Return a `<rect>` with the attributes of `rounded`; `fill` and `stroke` are CSS paints."""
    edge = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
    return f'<rect {geometry} fill="{fill}"{edge}{" " if extra else ""}{extra}/>'


def path(data: str, stroke: str, width: float, extra: str = "") -> str:
    """Return an unfilled `<path>`."""
    return f'<path d="{data}" fill="none" stroke="{stroke}" stroke-width="{width:g}"{" " if extra else ""}{extra}/>'


def soft_shadow(shape: Shape, colour: Colour, reach: float, dx: float, dy: float, strength: float) -> str:
    """Return a soft shadow as a stack of translucent rounded rectangles: a blur at no filter's cost."""
    steps = 6
    layer = f'fill-opacity="{strength / steps:.3f}"'
    grown = (reach * (1 - step / steps) - reach * 0.25 for step in range(steps))
    return "".join(rect(rounded(shape, grow, dx, dy), css(colour), extra=layer) for grow in grown)


def stepped(shape: Shape, size: float) -> str:
    """Return the path data of a rectangle whose corners are square steps of `size` px."""
    s = min(size, shape.w / 4, shape.h / 4)
    wide, high = shape.w - 2 * s, shape.h - 2 * s
    return (
        f"M{shape.x + s:.0f} {shape.y:.0f}h{wide:.0f}v{s:.0f}h{s:.0f}v{high:.0f}h{-s:.0f}v{s:.0f}"
        f"h{-wide:.0f}v{-s:.0f}h{-s:.0f}v{-high:.0f}h{s:.0f}z"
    )


def line_markup(line: Line, colour: str) -> str:
    """Return the SVG of an open stroke."""
    return path(line.path, colour, round(line.width, 2), 'stroke-linecap="round" stroke-linejoin="round"')


def icon_markup(icon: Icon, colour: str, stroke: float) -> str:
    """Return the SVG of an icon with its stroke given on the 24 x 24 grid."""
    place = f"translate({icon.x:.2f} {icon.y:.2f}) scale({icon.side / 24:.4f})"
    return (
        f'<g transform="{place}" fill="none" stroke="{colour}" stroke-width="{stroke:.2f}" '
        f'stroke-linecap="round" stroke-linejoin="round">{icon.markup}</g>'
    )


def label_markup(label: Label, colour: str) -> str:
    """Return the SVG of a line of type."""
    return f'<g fill="{colour}">{label.font.markup(label.text, label.size, label.x, label.baseline)}</g>'


def document(width: int, height: int, body: str, definitions: str = "") -> str:
    """Return a whole SVG document of `width` x `height` px."""
    defs = f"<defs>{definitions}</defs>" if definitions else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{defs}{body}</svg>'
