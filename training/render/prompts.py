"""Phrasings of what an asset is; any attribute may be left unsaid."""

from random import Random

from training.render.palette import WHITE, Palette
from training.render.scene import Icon, Label, Scene, Shape

LEADS = ("with the label", "with the text", "that says", "labeled", "with label", "with the title")
SURFACES = ("main", "panel", "well")
PLAIN = ("white", "light", "light gray")
"""Backgrounds that go without saying: a prompt that names none gets one of them."""


def quoted(scene: Scene) -> list[str]:
    """Return the strings of the scene's labels from top to bottom."""
    return [part.text for part in scene.parts if isinstance(part, Label)]


def surface(scene: Scene) -> str:
    """Return the role of the component's own surface: main, panel or well; main where it has none."""
    wide = (part for part in scene.parts if isinstance(part, Shape) and part.w > scene.w * 0.3)
    return next((part.role for part in wide if part.role in SURFACES), "main")


def _button(scene: Scene, colour: str) -> str:
    """Return words for the scene's accented button, or nothing."""
    for shape in (part for part in scene.parts if isinstance(part, Shape) and part.role == "accent" and part.w > 40):
        for text in (part for part in scene.parts if isinstance(part, Label)):
            if shape.x <= text.x <= shape.x + shape.w and shape.y <= text.baseline <= shape.y + shape.h:
                return f'a {colour} button "{text.text}"'
    return ""


def accents(scene: Scene, colour: str, rng: Random) -> str:
    """Return where the main colour is seen on a component whose surface has another one."""
    found = []
    if button := _button(scene, colour):
        found.append(button)
    if any(isinstance(part, Shape) and part.border == "main" for part in scene.parts):
        found.append(f"a {colour} border")
    if icon := next((part for part in scene.parts if isinstance(part, Icon) and part.role == "main"), None):
        found.append(f"a {colour} {icon.name} icon")
    return rng.choice(found) if found else f"{colour} accents"


def describe(scene: Scene, palette: Palette, style: str, shown: bool, rng: Random) -> str:
    """Return one phrasing of the prompt for an asset, lower case but for quoted text.

    The main colour is named only if it is `shown`: a prompt that asks for what the asset has not teaches to ignore it.
    A component on a panel has the panel's colour, and the main colour where it is seen: "a white card with a red icon".
    """
    noun = scene.noun or scene.component
    colour, tail = palette.main_name if shown and rng.random() < 0.97 else "", list[str]()
    if surface(scene) != "main":
        if colour:
            tail.append("with " + accents(scene, colour, rng))
        panel = "white" if palette["panel"] == WHITE else "dark"
        colour = panel if rng.random() < 0.6 else ""
    manner = style if rng.random() < 0.85 else ""
    state = scene.state if rng.random() < 0.8 else ""
    texts = quoted(scene)
    if texts and rng.random() < 0.8:
        said = texts[: rng.randint(1, 3)]
        tail.append(f"{rng.choice(LEADS)} " + " and ".join(f'"{text}"' for text in said))
    if scene.extras and rng.random() < 0.75:
        tail.append("with " + scene.extras[0])
    ground = ""
    if rng.random() < (0.6 if palette.background_name in PLAIN else 0.97):
        words = palette.background_name
        article = "an" if words[0] in "aeiou" else "a"
        ground = rng.choice([f"on {article} {words} background", f"on {words}", f"{words} background"])
    order = rng.random()
    if order < 0.6:
        head = " ".join(word for word in (colour, manner, state, noun) if word)
    elif order < 0.8:
        head = " ".join(word for word in (manner, state, colour, noun) if word)
    else:
        head = " ".join(word for word in (state, noun, f"in {colour}" if colour else "") if word)
        tail.append(f"{manner} style" if manner else "")
    if rng.random() < 0.5:
        head = ("an " if head[0] in "aeiou" else "a ") + head
    rng.shuffle(tail)
    joint = rng.choice([" ", ", "])
    return joint.join(part for part in (head, *tail, ground) if part)
