"""What the CLIP stage learns from: views of rendered assets with their attributes, kept in a pool that grows.

Rendering costs as much as a training step, so each view is used several times; the pool is on disk and outlives a stop.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.geometry import Box, Extent
from scoring.clip_canvas import CANVAS, MARGIN, square_view, view_box
from training.render.paint import asset_svg
from training.render.palette import STYLES, choose_palette
from training.render.prompts import describe
from training.render.sample import BUCKETS, build_scene, elements_of, rasterise, shows
from training.render.scene import Scene

Pixels = NDArray[np.uint8]

STATED = ("toggle", "checkbox", "radio button")
"""Components whose state the prompt may name."""


@dataclass(frozen=True, kw_only=True)
class Labels:
    """What is true of a view. `component` and `style` are "" for the close view of an icon, `icon` is "" where the
    view is not one of a single icon."""

    component: str
    style: str
    state: str
    icon: str
    prompt: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A square view, uint8 (CANVAS, CANVAS, 3), and its labels."""

    pixels: Pixels
    labels: Labels


def render_views(seed: int, groups: dict[str, float], unseen: bool = False) -> list[View]:
    """Return the views of one asset: the whole of it and, where it has icons, one of them from near."""
    rng = Random(seed)
    width, height, components = rng.choice(BUCKETS[rng.choices(list(groups), list(groups.values()))[0]])
    scene = build_scene(rng, rng.choice(components), width, height, unseen)
    style = rng.choice(STYLES)
    palette = choose_palette(rng, style)
    asset = rasterise(asset_svg(scene, palette, style, rng))
    prompt = describe(scene, palette, style, shows(asset, palette["main"]), rng)
    whole = Labels(
        component=scene.component,
        style=style,
        state=scene.state if scene.component in STATED else "",
        icon=scene.noun.removesuffix(" icon") if scene.component == "icon" else "",
        prompt=prompt,
    )
    views = [View(pixels=_whole_view(asset, scene, rng), labels=whole)]
    icons = [entry for entry in elements_of(scene) if entry["kind"] == "icon"]
    if icons and scene.component != "icon":
        entry = rng.choice(icons)
        part = _cut(asset, [Box(*entry["box"])], rng)
        views.append(
            View(
                pixels=square_view(part),
                labels=Labels(component="", style="", state="", icon=entry["name"], prompt=f"{entry['name']} icon"),
            )
        )
    return views


def _whole_view(asset: Pixels, scene: Scene, rng: Random) -> Pixels:
    if rng.random() < 0.2:
        return square_view(asset)
    return square_view(_cut(asset, [Box(*entry["box"]) for entry in elements_of(scene)], rng))


def _cut(asset: Pixels, boxes: Sequence[Box], rng: Random) -> Pixels:
    box = view_box(boxes, Extent.of(asset), MARGIN * rng.uniform(0.5, 1.8))
    return asset[box.slices]


def disturb(pixels: Pixels, rng: Random) -> Pixels:
    """Return a view as a generator might have left it: shifted, softened, compressed, noisy; often unchanged."""
    kind = rng.random()
    if rng.random() < 0.5:
        dx, dy = rng.randint(-6, 6), rng.randint(-6, 6)
        move = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
        pixels = cv2.warpAffine(pixels, move, (CANVAS, CANVAS), borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    if kind < 0.15:
        return cv2.GaussianBlur(pixels, (0, 0), rng.uniform(0.4, 1.1)).astype(np.uint8)
    if kind < 0.3:
        coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, rng.randint(40, 90)])[1]
        return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    if kind < 0.4:
        noise = np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(2, 8), pixels.shape)
        return np.clip(pixels + noise, 0, 255).astype(np.uint8)
    return pixels


class Pool:
    """Views on disk, at most `size`: the oldest give way to the newest."""

    def __init__(self, folder: Path, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.size, self.labels_file = size, folder / "labels.jsonl"
        file = folder / "views.npy"
        shape = (size, CANVAS, CANVAS, 3)
        self.pixels = np.lib.format.open_memmap(
            file, mode="r+" if file.exists() else "w+", dtype=np.uint8, shape=None if file.exists() else shape
        )
        self.size = len(self.pixels)
        lines = self.labels_file.read_text(encoding="utf-8").splitlines() if self.labels_file.exists() else []
        self.labels: list[Labels] = [Labels(**json.loads(line)) for line in lines[: self.size]]
        for index in range(self.size, len(lines)):
            self.labels[index % self.size] = Labels(**json.loads(lines[index]))
        self.written = len(lines)

    def add(self, views: Sequence[View]) -> None:
        """Store `views`."""
        with self.labels_file.open("a", encoding="utf-8") as file:
            for view in views:
                place = self.written % self.size
                self.pixels[place] = view.pixels
                self.labels[place : place + 1] = [view.labels]
                file.write(json.dumps(asdict(view.labels)) + "\n")
                self.written += 1

    def draw(self, count: int, rng: Random) -> list[View]:
        """Return `count` views, disturbed."""
        places = [rng.randrange(len(self.labels)) for _ in range(count)]
        return [View(pixels=disturb(self.pixels[place], rng), labels=self.labels[place]) for place in places]
