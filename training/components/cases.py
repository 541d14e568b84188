"""The second evaluation set: components of public CSS libraries, drawn by a browser and not by our renderer.

**Never train on it, never choose a checkpoint, a threshold or a setting by it.** It is for reporting alone: the only
material in this repository that nothing was fitted on. Calibrate on `training.render` with seeds of your own.
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.elements import Element, elements_from_list
from conditioners.errors import InputError
from conditioners.geometry import Extent

DATA = Path(__file__).parent / "data"
PICTURES = "components.zip"
ROWS = "cases.jsonl"


@dataclass(frozen=True, kw_only=True, eq=False)
class ComponentCase:
    """One component: `asset` uint8 (H, W, 3) RGB, `wireframe` uint8 (H, W), dark lines on white, aligned to the pixel.

    `elements` carry boxes in px and the strings of texts; `component` is one of the renderer's names; `attributes` has
    library, style, colour, background, state, theme and font. Sides are multiples of 8 px.
    """

    id: str
    asset: NDArray[np.uint8]
    wireframe: NDArray[np.uint8]
    prompt: str
    elements: tuple[Element, ...]
    library: str
    component: str
    attributes: dict[str, str]


class Row(BaseModel):
    """One line of `cases.jsonl`; pictures lie in the zip under the row's id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Literal[1] = 1
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    library: str
    component: str
    size: tuple[Annotated[int, Field(gt=0, multiple_of=8)], Annotated[int, Field(gt=0, multiple_of=8)]]
    prompt: Annotated[str, Field(min_length=1)]
    attributes: dict[str, str]
    elements: list[dict[str, Any]]


@cache
def load_cases(folder: Path = DATA) -> Sequence[ComponentCase]:
    """Return all cases, in an order that mixes libraries and components: any first N are a fair part.

    Raises:
        InputError: a file is missing or broken, naming the file and the line or picture.

    >>> len(load_cases()) >= 500
    True
    """
    rows, pictures = folder / ROWS, folder / PICTURES
    try:
        lines = rows.read_text(encoding="utf-8").splitlines()
        archive = zipfile.ZipFile(pictures)
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"the component set in {folder} cannot be read: {error}") from error
    with archive:
        return tuple(_case(_row(line, f"{rows}:{number}"), archive) for number, line in enumerate(lines, start=1))


def _row(line: str, where: str) -> Row:
    try:
        return Row.model_validate(json.loads(line))
    except (ValueError, ValidationError) as error:
        raise InputError(f"{where}: must be a row of the component set, got {str(error).splitlines()[0]}") from error


def _case(row: Row, archive: zipfile.ZipFile) -> ComponentCase:
    asset = _picture(archive, f"{row.id}.asset.webp", "RGB", row.size)
    wireframe = _picture(archive, f"{row.id}.wireframe.webp", "L", row.size)
    return ComponentCase(
        id=row.id,
        asset=asset,
        wireframe=wireframe,
        prompt=row.prompt,
        elements=elements_from_list(row.elements, Extent.of(asset), row.id),
        library=row.library,
        component=row.component,
        attributes=row.attributes,
    )


def _picture(archive: zipfile.ZipFile, name: str, mode: str, size: tuple[int, int]) -> NDArray[np.uint8]:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(archive.read(name))) as picture:
            pixels = np.array(picture.convert(mode), np.uint8)
    except (KeyError, OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{archive.filename}: picture {name} cannot be read: {error}") from error
    if pixels.shape[1::-1] != size:
        raise InputError(
            f"{archive.filename}: {name} must be {size[0]}x{size[1]}, got {pixels.shape[1]}x{pixels.shape[0]}"
        )
    pixels.setflags(write=False)
    return pixels
