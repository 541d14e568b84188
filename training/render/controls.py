"""Single controls: buttons, switches, fields and badges, laid out on a scene."""

from random import Random

from training.render.scene import Builder, Pen, Scene


def _bar(
    scene: Scene, rng: Random, low: float = 0.5, high: float = 0.86, widest: float = 0.96
) -> tuple[float, float, float, float]:
    """Return a centred bar (x, y, w, h) that leaves a margin."""
    h = min(scene.h * rng.uniform(low, high), 84)
    w = scene.w * rng.uniform(0.72, widest) - 6
    return (scene.w - w) / 2, (scene.h - h) / 2, w, h


def button(pen: Pen, scene: Scene, rng: Random) -> None:
    """A labelled button, now and then with an icon."""
    x, y, w, h = _bar(scene, rng)
    radius = rng.choice([0, 4, 8, 12, h / 2])
    pen.shape(x, y, w, h, radius, "main", raised=True)
    size = min(h * rng.uniform(0.36, 0.56), 36)
    if rng.random() < 0.35:
        side = size * 1.25
        name = pen.icon(x + h * 0.3, y + (h - side) / 2, side, "on_main")
        scene.extras.append(f"a {name} icon")
        pen.text(x + h * 0.42 + side, scene.h / 2, w - h * 0.7 - side, size, "on_main", "start", most=1)
    else:
        pen.text(x + 8, scene.h / 2, w - 16, size, "on_main", "middle")


def icon_button(pen: Pen, scene: Scene, rng: Random) -> None:
    """An icon on a filled square or circle."""
    side = min(scene.w, scene.h) * rng.uniform(0.5, 0.88)
    x, y = (scene.w - side) / 2, (scene.h - side) / 2
    pen.shape(x, y, side, side, rng.choice([4, side * 0.2, side / 2]), "main", raised=True)
    inner = side * rng.uniform(0.45, 0.64)
    scene.extras.append(f"a {pen.icon((scene.w - inner) / 2, (scene.h - inner) / 2, inner, 'on_main')} icon")


def fab(pen: Pen, scene: Scene, rng: Random) -> None:
    """A floating action button: a raised circle with an icon."""
    r = min(scene.w, scene.h) * rng.uniform(0.28, 0.4)
    pen.circle(scene.w / 2, scene.h / 2, r, "main", raised=True)
    inner = r * rng.uniform(0.8, 1.1)
    name = pen.icon(
        scene.w / 2 - inner / 2, scene.h / 2 - inner / 2, inner, "on_main", rng.choice(["plus", "plus", "pencil", ""])
    )
    scene.extras.append(f"a {name} icon")


def icon(pen: Pen, scene: Scene, rng: Random) -> None:
    """A free-standing icon in the named colour."""
    side = min(scene.w, scene.h) * rng.uniform(0.5, 0.94)
    name = pen.icon((scene.w - side) / 2, (scene.h - side) / 2, side, "main")
    scene.noun = f"{name} icon"


def toggle(pen: Pen, scene: Scene, rng: Random) -> None:
    """A switch, on or off, sometimes with a label."""
    h = min(scene.h * rng.uniform(0.36, 0.6), 56)
    w = h * rng.uniform(1.7, 2.1)
    labelled = scene.w > w * 1.9
    x, y = (scene.w * 0.94 - w if labelled else (scene.w - w) / 2), (scene.h - h) / 2
    scene.state = rng.choice(["on", "off"])
    pen.shape(x, y, w, h, h / 2, "main" if scene.state == "on" else "track")
    r = h / 2 - max(3.0, h * 0.1)
    pen.circle(x + (w - h / 2 if scene.state == "on" else h / 2), scene.h / 2, r, "knob", raised=True)
    if labelled:
        pen.text(8, scene.h / 2, x - 18, min(h * 0.62, 26), "ink")


def checkbox(pen: Pen, scene: Scene, rng: Random) -> None:
    """A box, checked or not, sometimes with a label."""
    labelled = scene.w > scene.h * 1.3
    side = min(scene.h * rng.uniform(0.4, 0.66), 40 if labelled else 90)
    x = scene.w * 0.05 if labelled else (scene.w - side) / 2
    y = (scene.h - side) / 2
    scene.state = rng.choice(["checked", "checked", "unchecked"])
    checked = scene.state == "checked"
    pen.shape(x, y, side, side, side * rng.choice([0.06, 0.15, 0.25]), "main" if checked else "well", border="main")
    if checked:
        points = [(x + side * px, y + side * py) for px, py in ((0.22, 0.52), (0.43, 0.72), (0.79, 0.3))]
        path = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        pen.line(
            path, max(2.0, side * 0.1), "on_main", (x + side * 0.2, y + side * 0.28, x + side * 0.8, y + side * 0.74)
        )
    if labelled:
        pen.text(x + side * 1.4, scene.h / 2, scene.w - x - side * 1.4 - 6, min(side * 0.85, 28), "ink")


def radio(pen: Pen, scene: Scene, rng: Random) -> None:
    """A ring with a dot where it is chosen."""
    labelled = scene.w > scene.h * 1.3
    r = min(scene.h * rng.uniform(0.2, 0.32), 20 if labelled else 44)
    cx = scene.w * 0.05 + r if labelled else scene.w / 2
    scene.state = rng.choice(["selected", "unselected"])
    pen.circle(cx, scene.h / 2, r, "well", border="main")
    if scene.state == "selected":
        pen.circle(cx, scene.h / 2, r * 0.5, "main")
    if labelled:
        pen.text(cx + r * 1.7, scene.h / 2, scene.w - cx - r * 1.7 - 6, min(r * 1.5, 28), "ink")


def slider(pen: Pen, scene: Scene, rng: Random) -> None:
    """A track, its filled part and a knob."""
    h, w = rng.uniform(6, 14), scene.w * rng.uniform(0.78, 0.9)
    x, cy = (scene.w - w) / 2, scene.h / 2
    at = x + w * rng.uniform(0.15, 0.85)
    pen.shape(x, cy - h / 2, w, h, h / 2, "track")
    pen.shape(x, cy - h / 2, at - x, h, h / 2, "main")
    pen.circle(at, cy, h * rng.uniform(0.9, 1.3) + 3, "knob", raised=True, border="main" if rng.random() < 0.5 else "")


def stepper(pen: Pen, scene: Scene, rng: Random) -> None:
    """Minus, a number, plus."""
    x, y, w, h = _bar(scene, rng, 0.5, 0.8)
    h = min(h, w / 3)
    y = (scene.h - h) / 2
    radius = rng.choice([2, 8, h / 2])
    pen.shape(x, y, w, h, radius, "panel", border="main")
    pen.shape(x, y, h, h, radius, "main")
    pen.shape(x + w - h, y, h, h, radius, "main")
    side = h * 0.5
    for left, name in ((x, "minus"), (x + w - h, "plus")):
        pen.icon(left + (h - side) / 2, y + (h - side) / 2, side, "on_main", name)
    pen.text(x + h, scene.h / 2, w - 2 * h, h * 0.5, "ink", "middle", str(rng.randint(0, 99)))


def text_field(pen: Pen, scene: Scene, rng: Random) -> None:
    """A bordered field with a value or a placeholder, sometimes a label above."""
    x, y, w, h = _bar(scene, rng, 0.45, 0.7)
    if scene.h > 90 and rng.random() < 0.6:
        y = scene.h - h - scene.h * 0.12
        pen.text(x, y - 16, w, 17, "ink", most=1)
    pen.shape(x, y, w, h, rng.choice([0, 4, 8, 12]), "well", border="main")
    size = min(h * rng.uniform(0.34, 0.48), 26)
    inset = 12.0
    if rng.random() < 0.3:
        scene.extras.append(f"a {pen.icon(x + 10, y + (h - size * 1.2) / 2, size * 1.2, 'muted')} icon")
        inset += size * 1.5
    pen.text(x + inset, y + h / 2, w - inset - 10, size, rng.choice(["ink", "muted"]))


def search_bar(pen: Pen, scene: Scene, rng: Random) -> None:
    """A rounded field with a magnifier."""
    x, y, w, h = _bar(scene, rng, 0.5, 0.75)
    pen.shape(x, y, w, h, rng.choice([8, h / 2, h / 2]), "well", border="main")
    side = h * 0.48
    pen.icon(x + h * 0.28, y + (h - side) / 2, side, "main", "search")
    pen.text(
        x + h * 0.42 + side,
        y + h / 2,
        w - h * 0.7 - side,
        min(h * 0.42, 26),
        "muted",
        text="Search" if rng.random() < 0.4 else "",
    )


def select(pen: Pen, scene: Scene, rng: Random) -> None:
    """A field with a chevron."""
    x, y, w, h = _bar(scene, rng, 0.5, 0.75)
    pen.shape(x, y, w, h, rng.choice([2, 6, 10]), "well", border="main")
    side = h * 0.45
    pen.icon(x + w - side - h * 0.25, y + (h - side) / 2, side, "main", "chevron down")
    pen.text(x + 12, y + h / 2, w - side - h * 0.4 - 20, min(h * 0.44, 26), "ink")


def badge(pen: Pen, scene: Scene, rng: Random) -> None:
    """A small count or word on a pill."""
    h = min(scene.h * rng.uniform(0.32, 0.56), 48)
    text = str(rng.randint(1, 99)) if rng.random() < 0.5 else pen.words(1)
    w = max(h, min(pen.font.width(text, h * 0.56) + h * 0.8, scene.w * 0.9))
    x = (scene.w - w) / 2
    pen.shape(x, (scene.h - h) / 2, w, h, h / 2 if rng.random() < 0.7 else 6, "main")
    pen.text(x + h * 0.2, scene.h / 2, w - h * 0.4, h * 0.56, "on_main", "middle", text)


def chip(pen: Pen, scene: Scene, rng: Random) -> None:
    """A pill with a word and a cross or an icon."""
    x, y, w, h = _bar(scene, rng, 0.42, 0.62, 0.86)
    h = min(h, 52)
    y = (scene.h - h) / 2
    pen.shape(x, y, w, h, h / 2, "main")
    side = h * 0.48
    if rng.random() < 0.5:
        pen.icon(x + w - side - h * 0.28, y + (h - side) / 2, side, "on_main", "x")
        pen.text(x + h * 0.4, scene.h / 2, w - side - h, min(h * 0.5, 26), "on_main", most=1)
    else:
        scene.extras.append(f"a {pen.icon(x + h * 0.28, y + (h - side) / 2, side, 'on_main')} icon")
        pen.text(x + h * 0.5 + side, scene.h / 2, w - side - h * 0.8, min(h * 0.5, 26), "on_main", most=1)


def avatar(pen: Pen, scene: Scene, rng: Random) -> None:
    """Initials or a person on a circle, sometimes with a status dot."""
    r = min(scene.w, scene.h) * rng.uniform(0.28, 0.44)
    pen.circle(scene.w / 2, scene.h / 2, r, "main")
    if rng.random() < 0.6:
        initials = "".join(rng.choice("ABCDEFGHIJKLMNOPRSTUVWZ") for _ in range(2))
        pen.text(scene.w / 2 - r, scene.h / 2, 2 * r, r * 0.8, "on_main", "middle", initials)
    else:
        pen.icon(scene.w / 2 - r * 0.55, scene.h / 2 - r * 0.55, r * 1.1, "on_main", "user")
    if rng.random() < 0.3:
        pen.circle(scene.w / 2 + r * 0.7, scene.h / 2 + r * 0.7, r * 0.2, "accent", border="bg")


def progress_bar(pen: Pen, scene: Scene, rng: Random) -> None:
    """A track filled from the left."""
    h, w = rng.uniform(8, 22), scene.w * rng.uniform(0.76, 0.92)
    x, y = (scene.w - w) / 2, (scene.h - h) / 2
    share = rng.uniform(0.15, 0.95)
    if scene.h > 60 and rng.random() < 0.5:
        y = scene.h * 0.62
        pen.text(x, y - 16, w, 18, "ink", text=f"{round(share * 100)}%")
    pen.shape(x, y, w, h, h / 2, "track")
    pen.shape(x, y, max(h, w * share), h, h / 2, "main")


def spinner(pen: Pen, scene: Scene, rng: Random) -> None:
    """A ring of which an arc is lit."""
    import math

    r, cx, cy = min(scene.w, scene.h) * rng.uniform(0.22, 0.38), scene.w / 2, scene.h / 2
    width = r * rng.uniform(0.16, 0.3)
    box = (cx - r, cy - r, cx + r, cy + r)
    pen.line(
        f"M{cx - r:.1f} {cy:.1f}a{r:.1f} {r:.1f} 0 1 1 {2 * r:.1f} 0a{r:.1f} {r:.1f} 0 1 1 {-2 * r:.1f} 0",
        width,
        "track",
        box,
    )
    start, sweep = rng.uniform(0, 6.28), rng.uniform(1.2, 3.0)
    x0, y0 = cx + r * math.cos(start), cy + r * math.sin(start)
    x1, y1 = cx + r * math.cos(start + sweep), cy + r * math.sin(start + sweep)
    pen.line(f"M{x0:.1f} {y0:.1f}A{r:.1f} {r:.1f} 0 0 1 {x1:.1f} {y1:.1f}", width, "main", box)


CONTROLS: dict[str, Builder] = {
    "button": button,
    "icon button": icon_button,
    "floating action button": fab,
    "icon": icon,
    "toggle": toggle,
    "checkbox": checkbox,
    "radio button": radio,
    "slider": slider,
    "stepper": stepper,
    "text field": text_field,
    "search bar": search_bar,
    "select": select,
    "badge": badge,
    "chip": chip,
    "avatar": avatar,
    "progress bar": progress_bar,
    "spinner": spinner,
}
