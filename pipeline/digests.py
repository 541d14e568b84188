"""What tells whether work is still valid: digests of what pixels, scores and orders depend on.

- The **job id** covers all that affects the pixels; another job is another image.
- The **scoring digest** covers what scores depend on beside the pixels: the drawing, texts, elements, thresholds,
  detectors. Where it alone has changed, the image is scored again and not made again.
- The **inputs digest** covers a row and the sizes and times of the files it names. It is quick, so that a finished run
  starts again without reading anything; where it has changed, the two others decide.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from conditioners.errors import InputError
from pipeline.manifest import OrderRow, model_from, path_from
from pipeline.models import load_spec
from pipeline.order import PreparedOrder
from pipeline.request import GenerationRequest
from pipeline.weights import find_files
from scoring.scorecard import CARD_VERSION

ROOT = Path(__file__).resolve().parents[1]
JUDGED_BY = ("configs/thresholds.yaml", "configs/colours.yaml", "scoring/weights", "pipeline/embedded/clip")
"""Files and folders that scores depend on, whatever is scored."""


def job_digest(request: GenerationRequest) -> str:
    """Sha256 (hex) of all that an image's pixels depend on; its first digits are part of the files' names."""
    return request.digest()


def scoring_digest(
    prepared: PreparedOrder, *, floor: bool = False, clip: str | None = None, judges: str | None = None
) -> str:
    """Sha256 (hex) of all that the scores of an image depend on, beside its job.

    `judges` is `judges_digest()`, which those who ask for many images find once.
    """
    elements = None
    if prepared.elements is not None:
        elements = [[item.kind, *item.box, item.text, item.name] for item in prepared.elements]
    drawing = [prepared.drawing.digest, prepared.drawing.polarity]
    return _sha256([drawing, list(prepared.order.texts), elements, floor, clip, judges or judges_digest()])


def judges_digest() -> str:
    """Sha256 (hex) of the thresholds, colours and detectors on this machine, and of the score card's version."""
    found = [
        [str(path.relative_to(ROOT)), _content(path, path.stat().st_size, path.stat().st_mtime_ns)]
        for path in _files(JUDGED_BY)
    ]
    return _sha256([CARD_VERSION, found])


@dataclass(frozen=True, kw_only=True, slots=True)
class RowInputs:
    """What a row is made of: the inputs digest, and its wireframe and model as they are seen from here."""

    digest: str
    wireframe: str
    model: str


class Inputs:
    """Inputs digests of rows; each file is looked at once, so an object lives as long as one reading of a manifest.

    `base` is the folder that the rows' paths start from, `floor` and `clip` are the studio's.
    """

    def __init__(self, base: Path, *, floor: bool = False, clip: str | None = None) -> None:
        self._base = base
        self._common = [floor, clip, judges_digest()]
        self._paths: dict[str, str] = {}
        self._files: dict[str, Any] = {}
        self._models: dict[tuple[str, str], Any] = {}
        self._rows: dict[str, tuple[OrderRow, RowInputs]] = {}

    def of(self, row: OrderRow) -> RowInputs:
        """Return the inputs of `row`, found once. A row that cannot be ordered has some as well.

        Id, tags, seed and count are left out of the digest: they tell which image it is, and not how it looks.
        """
        known = self._rows.get(str(row.id))
        if known is not None and known[0] is row:
            return known[1]
        wireframe = self._path(row.wireframe)
        files = [self._stat(wireframe)]
        if isinstance(row.elements, str):
            files.append(self._stat(self._path(row.elements)))
        model = model_from(self._base, row.model)
        wanted = row.model_dump_json(exclude={"id", "tags", "seed", "count"})
        digest = _sha256([wanted, files, self._model(model, row.conditioner), self._common])
        found = RowInputs(digest=digest, wireframe=wireframe, model=model)
        self._rows[str(row.id)] = row, found
        return found

    def _path(self, text: str) -> str:
        if text not in self._paths:
            self._paths[text] = str(path_from(self._base, text))
        return self._paths[text]

    def _stat(self, path: str) -> Any:
        if path not in self._files:
            try:
                found = Path(path).stat()
                self._files[path] = [found.st_size, found.st_mtime_ns]
            except (OSError, ValueError) as error:
                self._files[path] = str(error)
        return self._files[path]

    def _model(self, reference: str, conditioner: str) -> Any:
        key = (reference, conditioner)
        if key not in self._models:
            try:
                spec = load_spec(reference)
                content = find_files(spec, conditioner).content()
                self._models[key] = [spec.model_dump_json(), [[path.name, self._stat(str(path))] for path in content]]
            except InputError as error:
                self._models[key] = str(error)
        return self._models[key]


def _files(names: Iterable[str]) -> list[Path]:
    found: list[Path] = []
    for name in names:
        path = ROOT / name
        found += sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    return found


@lru_cache(maxsize=64)
def _content(path: Path, size: int, modified: int) -> str:
    """`size` and `modified` are part of the key only, so that a changed file is read again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sha256(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=True).encode("ascii")).hexdigest()
