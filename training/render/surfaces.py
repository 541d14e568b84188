"""Composed components: bars, cards, rows, dialogs and small layouts."""

from random import Random

from training.render.scene import Builder, Pen, Scene


def tab_bar(pen: Pen, scene: Scene, rng: Random) -> None:
    """Two to four tabs, one of them active."""
    h = min(scene.h * rng.uniform(0.6, 0.96), 64)
    y, count = (scene.h - h) / 2, rng.randint(2, max(2, min(4, scene.w // 64)))
    pen.shape(2, y, scene.w - 4, h, rng.choice([0, 8, h / 2]), "panel", raised=True)
    width, active = (scene.w - 4) / count, rng.randrange(count)
    for index in range(count):
        role = "main" if index == active else "muted"
        pen.text(2 + index * width + 4, scene.h / 2, width - 8, min(h * 0.38, 22), role, "middle", most=1)
    if h > 30:
        pen.shape(2 + active * width + width * 0.2, y + h - 6, width * 0.6, 4, 2, "main")


def nav_bar(pen: Pen, scene: Scene, rng: Random) -> None:
    """A title between two icons, or a row of icons."""
    h = min(scene.h * rng.uniform(0.6, 0.96), 72)
    y, side = (scene.h - h) / 2, h * rng.uniform(0.36, 0.5)
    role = rng.choice(["main", "panel"])
    on = "on_main" if role == "main" else "ink"
    pen.shape(2, y, scene.w - 4, h, rng.choice([0, 0, 10, h / 2]), role, raised=True)
    if rng.random() < 0.5:
        pen.icon(h * 0.3, y + (h - side) / 2, side, on, rng.choice(["menu", "arrow left", "chevron left"]))
        scene.extras.append(f"a {pen.icon(scene.w - h * 0.3 - side, y + (h - side) / 2, side, on)} icon")
        pen.text(h * 0.5 + side, scene.h / 2, scene.w - h - 2 * side, min(h * 0.4, 26), on, "middle")
        return
    count = max(2, min(5, int(scene.w / (side * 2))))
    active = rng.randrange(count)
    for index in range(count):
        centre = 2 + (scene.w - 4) * (index + 0.5) / count
        paint = on if role == "main" else "main" if index == active else "muted"
        pen.icon(centre - side / 2, y + (h - side) / 2, side, paint)


def toast(pen: Pen, scene: Scene, rng: Random) -> None:
    """A message bar with an icon."""
    h, w = min(scene.h * rng.uniform(0.5, 0.84), 72), scene.w * rng.uniform(0.84, 0.96)
    x, y, side = (scene.w - w) / 2, (scene.h - h) / 2, min(h * 0.46, 32)
    pen.shape(x, y, w, h, rng.choice([4, 8, 14]), "main", raised=True)
    name = pen.icon(
        x + 12, y + (h - side) / 2, side, "on_main", rng.choice(["check", "info", "triangle alert", "circle check", ""])
    )
    scene.extras.append(f"a {name} icon")
    pen.text(x + 22 + side, scene.h / 2, w - side - 34, min(h * 0.36, 24), "on_main", most=3)


def tooltip(pen: Pen, scene: Scene, rng: Random) -> None:
    """A label with a small pointer below."""
    h, w = min(scene.h * rng.uniform(0.4, 0.6), 56), scene.w * rng.uniform(0.6, 0.9)
    x, y = (scene.w - w) / 2, (scene.h - h) / 2 - 4
    pen.shape(x, y, w, h, rng.choice([4, 8]), "main", raised=True)
    cx = scene.w / 2
    pen.line(
        f"M{cx - 7:.1f} {y + h:.1f}L{cx:.1f} {y + h + 8:.1f}L{cx + 7:.1f} {y + h:.1f}",
        2,
        "main",
        (cx - 8, y + h, cx + 8, y + h + 9),
    )
    pen.text(x + 8, y + h / 2, w - 16, min(h * 0.5, 24), "on_main", "middle")


def _button_at(pen: Pen, x: float, y: float, w: float, h: float, role: str, radius: float) -> None:
    pen.shape(x, y, w, h, radius, role, border="accent" if role == "well" else "")
    ink = {"accent": "on_accent", "panel": "ink"}.get(role, "accent")
    pen.text(x + 4, y + h / 2, w - 8, min(h * 0.48, 22), ink, "middle", most=1)


def card(pen: Pen, scene: Scene, rng: Random) -> None:
    """A surface with an icon or a picture, a title, a line or two, now and then a button."""
    m = rng.uniform(6, 14)
    w, h = scene.w - 2 * m, scene.h - 2 * m
    role = rng.choice(["main", "panel"])
    on, dim = ("on_main", "on_main") if role == "main" else ("ink", "muted")
    pen.shape(m, m, w, h, rng.choice([0, 8, 12, 18]), role, raised=True)
    pad = rng.uniform(10, 16)
    x, top, size = m + pad, m + pad, rng.uniform(16, 24) if scene.w < 200 else rng.uniform(18, 30)
    side = min(h * 0.34, rng.uniform(28, 56))
    if rng.random() < 0.7:
        scene.extras.append(f"a {pen.icon(x, top, side, on if role == 'main' else 'main')} icon")
        if w > h * 1.3:
            pen.text(x + side + 10, top + side / 2, w - side - 2 * pad - 10, size, on)
        else:
            pen.text(x, top + side + 6 + size / 2, w - 2 * pad, size, on)
            top += size + 4
        top += side + 10
    else:
        pen.text(x, top + size / 2, w - 2 * pad, size, on)
        top += size + 8
    lines = 0
    while top + size * 0.8 < m + h - pad - (30 if h > 110 else 0) and lines < 3:
        pen.text(x, top + size * 0.4, (w - 2 * pad) * rng.uniform(0.6, 1), max(12, size * 0.72), dim, most=3)
        top += size * 1.15
        lines += 1
    if h > 110 and rng.random() < 0.6:
        bw, bh = w * rng.uniform(0.34, 0.5), 28.0
        _button_at(
            pen,
            m + w - pad - bw,
            m + h - pad - bh,
            bw,
            bh,
            "accent" if role == "panel" else "panel",
            rng.choice([4, 8, 14]),
        )


def list_row(pen: Pen, scene: Scene, rng: Random) -> None:
    """Icon or avatar, title and detail, a chevron or switch, a hairline below."""
    h = scene.h - 4
    pen.shape(0, 2, scene.w, h, rng.choice([0, 0, 10]), "panel")
    side = min(h * rng.uniform(0.36, 0.56), 44)
    if rng.random() < 0.5:
        pen.circle(10 + side / 2, scene.h / 2, side / 2, "main")
        pen.icon(10 + side * 0.22, scene.h / 2 - side * 0.28, side * 0.56, "on_main")
    else:
        scene.extras.append(f"a {pen.icon(10, (scene.h - side) / 2, side, 'main')} icon")
    x, end = 22 + side, scene.w - 40
    if h > 52 and rng.random() < 0.7:
        pen.text(x, scene.h * 0.36, end - x, min(h * 0.3, 22), "ink")
        pen.text(x, scene.h * 0.68, end - x, min(h * 0.22, 17), "muted", most=3)
    else:
        pen.text(x, scene.h / 2, end - x, min(h * 0.4, 24), "ink")
    pen.icon(scene.w - 32, scene.h / 2 - 11, 22, "muted", "chevron right")
    pen.rule(x, scene.h - 3, scene.w)


def dialog(pen: Pen, scene: Scene, rng: Random) -> None:
    """A panel with a title, a line of text and one or two buttons."""
    m = rng.uniform(5, 14)
    w, h, pad = scene.w - 2 * m, scene.h - 2 * m, rng.uniform(10, 16)
    pen.shape(m, m, w, h, rng.choice([2, 8, 14, 20]), "panel", raised=True)
    size = rng.uniform(17, 22) if scene.w < 220 else rng.uniform(20, 28)
    pen.text(m + pad, m + pad + size / 2, w - 2 * pad - 24, size, "ink")
    if rng.random() < 0.5:
        pen.icon(m + w - pad - 18, m + pad, 18, "muted", "x")
    top, bh = m + pad + size * 1.6, max(24.0, min(36, h * 0.24))
    while top + 14 < m + h - pad - bh and rng.random() < 0.8:
        pen.text(m + pad, top + 6, (w - 2 * pad) * rng.uniform(0.6, 1), max(13, size * 0.7), "muted", most=3)
        top += size * 1.1
    y, radius = m + h - pad - bh, rng.choice([2, 6, bh / 2])
    bw = (w - 2 * pad - 8) / 2
    _button_at(pen, m + pad + bw + 8, y, bw, bh, "accent", radius)
    if rng.random() < 0.7:
        _button_at(pen, m + pad, y, bw, bh, "well", radius)


def layout(pen: Pen, scene: Scene, rng: Random) -> None:
    """A form or a settings list: a title and rows of controls."""
    m = 8.0
    pen.shape(m, m, scene.w - 2 * m, scene.h - 2 * m, rng.choice([4, 12]), "panel", raised=True)
    x, w, y = m + 12, scene.w - 2 * m - 24, m + 14
    pen.text(x, y + 8, w, 20, "ink")
    y += 30
    while y + 30 < scene.h - m - 8:
        kind = rng.randrange(4)
        if kind == 0:
            pen.shape(x, y, w, 30, 6, "well", border="main")
            pen.text(x + 10, y + 15, w - 20, 15, "muted")
        elif kind == 1:
            pen.text(x, y + 15, w - 60, 17, "ink")
            pen.shape(x + w - 44, y + 4, 44, 22, 11, "main")
            pen.circle(x + w - 11, y + 15, 8, "knob")
        elif kind == 2:
            _button_at(pen, x, y, w, 30, "accent", 6)
        else:
            pen.icon(x, y + 4, 22, "main")
            pen.text(x + 32, y + 15, w - 32, 17, "ink")
        y += 38


SURFACES: dict[str, Builder] = {
    "tab bar": tab_bar,
    "navigation bar": nav_bar,
    "toast": toast,
    "tooltip": tooltip,
    "card": card,
    "list row": list_row,
    "dialog": dialog,
    "layout": layout,
}
