"""The wireframe of a scene: a clean one aligned to the pixel, a hand-drawn one and a scan of it."""

from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from training.render.scene import Icon, Label, Line, Scene, Shape
from training.render.svg import document, icon_markup, label_markup, line_markup, rect, rounded

INK = "#16181d"


def wireframe_svg(scene: Scene, stroke: float) -> str:
    """Return the outlines of all parts as dark strokes of `stroke` px on white."""
    body = [f'<rect width="{scene.w}" height="{scene.h}" fill="#fff"/>']
    for part in scene.parts:
        match part:
            case Shape():
                body.append(rect(rounded(part), "#fff", INK, round(stroke, 2)))
            case Line():
                body.append(line_markup(part, INK))
            case Label():
                body.append(label_markup(part, INK))
            case Icon():
                body.append(icon_markup(part, INK, part.stroke))
    return document(scene.w, scene.h, "".join(body))


def hand_drawn(
    clean: NDArray[np.uint8], asset: NDArray[np.uint8], rng: Random
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return a clean wireframe (uint8 (H, W)) as an unsteady hand drew it: strokes wander and swell.

    The second is the asset (uint8 (H, W, 3)), bent likewise.
    """
    height, width = clean.shape
    noise = np.random.default_rng(rng.randrange(2**32))
    cells = rng.uniform(18, 34)
    grid = (max(2, int(height / cells) + 1), max(2, int(width / cells) + 1))
    reach = rng.uniform(0.5, 1.6)
    shift = [
        cv2.resize(noise.normal(0, reach, grid).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        for _ in range(2)
    ]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = xs + shift[0], ys + shift[1]
    drawn = cv2.remap(clean, xs, ys, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    followed = cv2.remap(asset, xs, ys, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.5:
        heavy = cv2.erode(drawn, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
        swell = (
            cv2.resize(noise.uniform(0, 1, grid).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
            > 0.55
        )
        drawn = np.where(swell, heavy, drawn)
    return drawn.astype(np.uint8), followed.astype(np.uint8)


def scanned(drawn: NDArray[np.uint8], rng: Random) -> NDArray[np.uint8]:
    """Return a drawing (uint8 (H, W)) as a phone or a scanner saw it: paper, uneven light, noise, blur."""
    height, width = drawn.shape
    noise = np.random.default_rng(rng.randrange(2**32))
    light = (
        np.linspace(rng.uniform(0.8, 1), rng.uniform(0.8, 1), width)[None, :]
        * np.linspace(rng.uniform(0.85, 1), rng.uniform(0.85, 1), height)[:, None]
    )
    paper = drawn.astype(np.float32) * rng.uniform(0.7, 0.9) + 255 * rng.uniform(0.02, 0.08)
    grain = cv2.GaussianBlur(noise.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 0.8) * rng.uniform(2, 9)
    seen = cv2.GaussianBlur(paper * light.astype(np.float32) + grain, (0, 0), rng.uniform(0.3, 0.7))
    return np.clip(seen, 0, 255).astype(np.uint8)
