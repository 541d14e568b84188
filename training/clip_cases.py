"""Prompts that are true of a render, and the same prompts with one attribute changed: what the checks are tried on.

The renders use icons, words and type that training never sees; the phrasing is that of `training/render/prompts.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

import numpy as np

from conditioners.elements import Element, elements_from_list
from conditioners.geometry import Box, Extent
from scoring.clip_captions import COMPONENTS, STATES, STYLES
from scoring.colour_table import parse_hex, to_lab
from scoring.regions import box_mask
from training.render.material import COLOURS, icons, words
from training.render.sample import Sample, choose, render_sample

Attribute = Literal["component", "style", "colour", "background", "icon", "state", "text"]

ATTRIBUTES: tuple[Attribute, ...] = ("component", "style", "colour", "background", "icon", "state", "text")

ALIKE = {"light": "white", "light gray": "white", "dark": "black"}
"""A background that is called by the first may be called by the second as well: no change."""

UNBORDERED = frozenset({"brutalist", "sketchy", "retro", "glass"})

SEEN = 20.0
"""CIELAB distance to a colour's anchor within which a pixel shows it, its jitter included."""

_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, kw_only=True)
class Case:
    """A render, its true prompt, and for each attribute that the prompt names the prompt with another value."""

    seed: int
    sample: Sample
    elements: tuple[Element, ...]
    changed: dict[Attribute, str]


def case_of(seed: int) -> Case:
    """Return the case of a seed."""
    width, height, component = choose(seed, "large" if seed % 3 == 0 else "small")
    sample = render_sample(seed, width, height, component, unseen=True)
    boxes = [{**entry, "name": ""} for entry in sample.elements]
    elements = elements_from_list(boxes, Extent(width, height), f"seed {seed}")
    rng = Random(seed + 1)
    changed = {name: prompt for name in ATTRIBUTES if (prompt := change(sample, name, rng))}
    return Case(seed=seed, sample=sample, elements=elements, changed=changed)


def cases(first_seed: int, count: int) -> Iterator[Case]:
    """Yield the cases of `count` seeds."""
    for seed in range(first_seed, first_seed + count):
        yield case_of(seed)


def change(sample: Sample, attribute: Attribute, rng: Random) -> str:
    """Return the prompt with one attribute replaced by another value, "" where the prompt does not name it."""
    true = sample.attributes
    if attribute == "text":
        said = _QUOTED.findall(sample.prompt)
        other = f'"{rng.choice(words(True)).capitalize()}"'
        return sample.prompt.replace(said[0], other, 1) if said and other != said[0] else ""
    if attribute == "background":
        old = true["background"]
        new = rng.choice([name for name in COLOURS if name not in old and ALIKE.get(old) != name])
        return _replace_background(sample.prompt, old, new)
    prompt, ground = _without_background(sample.prompt, true["background"])
    if attribute == "component":
        noun = f"{true['icon']} icon" if true["component"] == "icon" else true["component"]
        new = rng.choice([name for name in COMPONENTS if name not in (true["component"], "icon", "layout")])
        return _swap(prompt, noun, new) and _swap(prompt, noun, new) + ground
    if attribute == "style":
        return _joined(_swap(prompt, true["style"], rng.choice([s for s in STYLES if s != true["style"]])), ground)
    if attribute == "colour":
        if not _is_true(sample):
            return ""
        if true["colour"].startswith("#"):
            new = "#" + "".join(f"{(int(true['colour'][i : i + 2], 16) + 128) % 256:02x}" for i in (1, 3, 5))
        else:
            new = rng.choice([name for name in COLOURS if name != true["colour"]])
        return _joined(_swap(prompt, true["colour"], new), ground)
    if attribute == "state":
        others = [state for state in STATES.get(true["component"], ()) if state != true["state"]]
        return _joined(_swap(prompt, true["state"], others[0]), ground) if others else ""
    named = re.search(r"an? ((?:\w+ ){1,4})icon\b", prompt) if true["icon"] else None
    if true["component"] == "icon" or not named or not named[1].strip().endswith(true["icon"]):
        return ""
    return _joined(_swap(prompt, f"{true['icon']} icon", f"{rng.choice(icons(True))[0]} icon"), ground)


def _is_true(sample: Sample) -> bool:
    """Tell whether what the prompt says of the main colour is so.

    Four styles draw borders of their own, whatever colour the component's border has; and a part that would not stand
    out from its panel, such as a white button, is painted in another colour.
    """
    bordered = re.search(r"\bborder\b", sample.prompt) and sample.attributes["style"] in UNBORDERED
    if bordered or re.search(r"with (an? )?white (button|border|accents|[\w ]+ icon)", sample.prompt):
        return False
    colour = sample.attributes["colour"]
    anchor = parse_hex(colour) if colour.startswith("#") else COLOURS[colour]
    inside = box_mask(sample.asset.shape, [Box(*entry["box"]) for entry in sample.elements])
    pixels = sample.asset[inside] if sample.elements else sample.asset.reshape(-1, 3)
    near = np.linalg.norm(to_lab(pixels) - to_lab(np.array(anchor, np.uint8)), axis=-1) <= SEEN
    return bool(near.sum() >= 0.005 * sample.asset[..., 0].size)


def _joined(prompt: str, ground: str) -> str:
    return prompt + ground if prompt else ""


def _without_background(prompt: str, words_of_it: str) -> tuple[str, str]:
    """Split a prompt into what it says of the asset and its last part, the background."""
    pattern = rf",? ?(?:on (?:an? )?)?{re.escape(words_of_it)}(?: background)?$"
    found = re.search(pattern, prompt)
    if found is None or (not found[0].startswith((" on", ", on")) and not found[0].endswith("background")):
        return prompt, ""
    return prompt[: found.start()], found[0]


def _replace_background(prompt: str, old: str, new: str) -> str:
    head, ground = _without_background(prompt, old)
    return head + ground.replace(old, new) if ground else ""


def _swap(prompt: str, old: str, new: str) -> str:
    """Replace the first `old` that stands outside quotes as a word of its own; "" where there is none."""
    if not old:
        return ""
    hidden = _QUOTED.sub(lambda match: "\0" * len(match[0]), prompt)
    found = re.search(rf"(?<![\w#]){re.escape(old)}(?!\w)", hidden)
    return prompt[: found.start()] + new + prompt[found.end() :] if found else ""
