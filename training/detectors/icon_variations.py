"""What a good asset may do to an icon: another stroke, a fill, shading, colours, compression, softness.

These are the hard negatives: they change pixels as much as a fault does, and change no shape.
"""

import re
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from training.detectors.icon_packs import PAINT, PackIcon

Image = NDArray[np.uint8]
Alpha = NDArray[np.float32]

ELEMENT = re.compile(r"<(path|circle|rect|ellipse|polygon) ([^>]*?)/>")


def _is_closed(tag: str, attributes: str) -> bool:
    if tag != "path":
        return True
    data = re.search(r'd="([^"]*)"', attributes)
    return bool(data and data[1].strip()[-1:] in "zZ" and len(re.findall("[Mm]", data[1])) == 1)


def filled(markup: str, opacity: float) -> str:
    """Return stroked markup with its closed shapes filled in the icon's colour at `opacity`."""
    return ELEMENT.sub(
        lambda m: f'<{m[1]} fill="{PAINT}" fill-opacity="{opacity:.2f}" {m[2]}/>' if _is_closed(m[1], m[2]) else m[0],
        markup,
    )


def is_single_shape(markup: str) -> bool:
    """Tell whether an icon is one closed outline, which may be filled without covering a detail."""
    found = ELEMENT.findall(markup)
    return len(found) == 1 and markup.count("<") == 1 and _is_closed(*found[0])


def restyled(icon: PackIcon, rng: Random) -> tuple[str, str]:
    """Return (what was done, markup) of an asset's form of an icon: as drawn, tinted, solid or another weight."""
    if icon.variants:
        return rng.choice([("regular", icon.drawn), *icon.variants])
    chance = rng.random()
    if chance < 0.25:
        return "tinted", filled(icon.drawn, rng.uniform(0.08, 0.3))
    if chance < 0.6 and is_single_shape(icon.drawn):
        return "solid", filled(icon.drawn, 1.0)
    return "drawn", icon.drawn


def shaded(image: Image, alpha: Alpha, rng: Random) -> Image:
    """Return `image` with a gradient, gloss or shadow on the icons whose coverage is `alpha`, float32 (H, W)."""
    kind = rng.choice(["gradient", "gloss", "shadow", "glow"])
    pixels, cover = image.astype(np.float32), alpha[:, :, None]
    rows = np.linspace(0, 1, image.shape[0], dtype=np.float32)[:, None, None]
    if kind == "gradient":
        waves = 0.5 + 0.5 * np.sin(rows * rng.uniform(6, 20) + rng.uniform(0, 6))
        other = np.array([rng.randrange(256) for _ in range(3)], np.float32)
        pixels += cover * waves * rng.uniform(0.15, 0.45) * (other - pixels)
    elif kind == "gloss":
        waves = (np.sin(rows * rng.uniform(10, 30)) > 0).astype(np.float32)
        pixels += cover * waves * rng.uniform(0.1, 0.35) * (255 - pixels)
    else:
        reach = rng.uniform(0.6, 2.5)
        dx, dy = (rng.uniform(-1, 1), rng.uniform(0.5, 2.5)) if kind == "shadow" else (0.0, 0.0)
        matrix = np.array([[1, 0, dx], [0, 1, dy]])
        cast = cv2.GaussianBlur(cv2.warpAffine(alpha, matrix, alpha.shape[::-1]), (0, 0), reach)
        tone = 0.0 if kind == "shadow" else 255.0
        pixels += (cast * (1 - alpha))[:, :, None] * rng.uniform(0.15, 0.5) * (tone - pixels)
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


def _light(image: Image, rng: Random) -> Image:
    height, width = image.shape[:2]
    across = np.linspace(rng.uniform(0.75, 1), rng.uniform(0.75, 1), width)[None, :, None]
    down = np.linspace(rng.uniform(0.8, 1), rng.uniform(0.8, 1), height)[:, None, None]
    return np.clip(np.rint(image * across * down), 0, 255).astype(np.uint8)


def _recoloured(image: Image, rng: Random) -> Image:
    pixels = image[:, :, rng.sample(range(3), 3)].astype(np.float32)
    if rng.random() < 0.4:
        pixels = 255 - pixels
    return np.rint(255 * (pixels / 255) ** rng.uniform(0.7, 1.4)).astype(np.uint8)


def jpeg(image: Image, quality: int) -> Image:
    """Return RGB `image` after JPEG at `quality`."""
    coded = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.ascontiguousarray(decoded[:, :, ::-1]).astype(np.uint8)


def weathered(image: Image, rng: Random) -> Image:
    """Return RGB `image` with some of: other colours, uneven light, a shift below one px, softness, grain, JPEG."""
    if rng.random() < 0.4:
        image = _recoloured(image, rng)
    if rng.random() < 0.2:
        image = _light(image, rng)
    if rng.random() < 0.5:
        matrix = np.array([[1, 0, rng.uniform(-0.8, 0.8)], [0, 1, rng.uniform(-0.8, 0.8)]])
        image = cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
    if rng.random() < 0.4:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.9)).astype(np.uint8)
    if rng.random() < 0.25:
        noise = np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(1, 5), image.shape)
        image = np.clip(np.rint(image + noise), 0, 255).astype(np.uint8)
    if rng.random() < 0.4:
        image = jpeg(image, rng.randint(40, 95))
    return image
