"""Phrasings of what an asset is; any attribute may be left unsaid."""

from random import Random

from training.render.palette import Palette
from training.render.scene import Label, Scene


def quoted(scene: Scene) -> list[str]:
    """Return the strings of the scene's labels from top to bottom."""
    return [part.text for part in scene.parts if isinstance(part, Label)]


def describe(scene: Scene, palette: Palette, style: str, rng: Random) -> str:
    """Return one phrasing of the prompt for an asset, lower case but for quoted text."""
    noun = scene.noun or scene.component
    shown = not (scene.component == "toggle" and scene.state == "off")
    colour = palette.main_name if shown and rng.random() < 0.92 else ""
    manner = style if rng.random() < 0.85 else ""
    state = scene.state if rng.random() < 0.8 else ""
    tail: list[str] = []
    texts = quoted(scene)
    if texts and rng.random() < 0.8:
        said = texts[: rng.randint(1, 2)]
        lead = rng.choice(["with the label", "with the text", "that says", "labeled", "with label"])
        tail.append(f"{lead} " + " and ".join(f'"{text}"' for text in said))
    if scene.extras and rng.random() < 0.75:
        tail.append("with " + scene.extras[0])
    ground = ""
    if rng.random() < 0.8:
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
