"""Real image pairs: photographs, scans and drawings that scikit-image ships, each beside a degraded copy."""

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import skimage
from numpy.typing import NDArray

Image = NDArray[np.uint8]

NAMES = (
    "astronaut.png brick.png camera.png cell.png chelsea.png chessboard_GRAY.png clock_motion.png coffee.png coins.png "
    "color.png grass.png gravel.png horse.png hubble_deep_field.jpg ihc.png logo.png microaneurysms.png moon.png "
    "motorcycle_left.png page.png phantom.png retina.jpg rocket.jpg text.png"
)
FILES = NAMES.split()
SIDE = 144


@cache
def originals(longest: int = SIDE) -> tuple[tuple[str, Image], ...]:
    """The images as RGB uint8, cut to 4:3 or less and scaled to `longest` px a side."""
    folder = Path(skimage.__file__).parent / "data"
    found = []
    for name in FILES:
        pixels = cv2.imread(str(folder / name), cv2.IMREAD_COLOR)
        assert pixels is not None, name
        side = min(pixels.shape[:2])
        pixels = pixels[:side, : side * 4 // 3]
        scale = longest / max(pixels.shape[:2])
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        found.append((name, np.ascontiguousarray(pixels[:, :, ::-1])))
    return tuple(found)


def jpeg(image: Image, quality: int) -> Image:
    """Compress and read back."""
    ok, data = cv2.imencode(".jpg", image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert ok
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[:, :, ::-1])


def shifted_and_blurred(image: Image) -> Image:
    """Move by (2, 1) px and soften."""
    matrix = np.array([[1, 0, 2.0], [0, 1, 1.0]])
    moved = cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    return cv2.GaussianBlur(moved, (0, 0), 0.8).astype(np.uint8)


def noisy(image: Image) -> Image:
    """Add noise from a fixed seed."""
    noise = np.random.default_rng(7).normal(0, 14, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@cache
def pairs(longest: int = SIDE) -> tuple[tuple[str, Image, Image], ...]:
    """72 pairs: (label, image, degraded copy of the same size)."""
    found = []
    for name, image in originals(longest):
        found.append((f"{name}/jpeg", image, jpeg(image, 30)))
        found.append((f"{name}/shift", image, shifted_and_blurred(image)))
        found.append((f"{name}/noise", image, noisy(image)))
    return tuple(found)


IDS = [f"{name}/{kind}" for name in FILES for kind in ("jpeg", "shift", "noise")]
