"""What an asset's PNG says of itself: everything needed to make it again, in our own key and in A1111's form."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from conditioners.errors import InputError
from conditioners.settings import ConditionerSettings
from conditioners.wireframe import Wireframe
from pipeline.models import describe_validation
from pipeline.request import GeneratedAsset

KEY: Final = "lineproof"
A1111_KEY: Final = "parameters"
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class WireframeSection(_Section):
    """The drawing: `path` as it was given, `beside` the same path seen from the asset's folder."""

    path: str
    beside: str
    digest: Digest
    size: str
    polarity: Literal["dark-on-light", "light-on-dark"]
    polarity_forced: bool


class ControlMapSection(_Section):
    """The map: its file beside the asset, its digest, and the settings that made it."""

    file: str
    digest: Digest
    wireframe_digest: Digest
    conditioner: str
    low: int
    high: int
    automatic: bool

    def settings(self) -> ConditionerSettings:
        """The settings as the conditioners take them; fitted thresholds are kept as they were found."""
        return ConditionerSettings(name=self.conditioner, low=self.low, high=self.high, automatic=self.automatic)


class RequestSection(_Section):
    """The request, as `GenerationRequest.affecting` gives it, and its digest."""

    control_map: Digest
    conditioner: str
    size: str
    prompt: str
    negative: str
    seed: int
    steps: int
    cfg: float
    scale: float
    control_start: float
    control_end: float
    model: str
    weights: Digest
    scheduler: str


class EnvironmentSection(_Section):
    """`RunRecord`, as JSON."""

    device: str
    dtype: str
    batch_size: int
    dropped_tokens: int
    negative_dropped_tokens: int
    decoded_in_float32: bool
    versions: dict[str, str]
    flags: dict[str, bool | int | str]


class AssetMetadata(_Section):
    """All that is stored in an asset. `canvas` is the size ordered with --size, null for the wireframe's own;
    `texts` are the strings that were expected in the image, which affect the scores and not the pixels.
    """

    version: Literal[1] = 1
    digest: Digest
    request: RequestSection
    model_reference: str
    wireframe: WireframeSection
    canvas: str | None
    texts: tuple[str, ...] = ()
    control_map: ControlMapSection
    environment: EnvironmentSection


def describe(
    asset: GeneratedAsset,
    *,
    wireframe: Wireframe,
    canvas: str | None,
    texts: tuple[str, ...],
    model_reference: str,
    map_file: str,
    folder: Path,
) -> AssetMetadata:
    """Metadata of `asset`, to be saved in `folder`; `wireframe` is the drawing as loaded, before any canvas."""
    request, settings = asset.request, asset.request.control_map.settings
    record = {name: getattr(asset.record, name) for name in EnvironmentSection.model_fields}
    return AssetMetadata(
        digest=request.digest(),
        request=RequestSection(**request.affecting()),
        model_reference=model_reference,
        wireframe=WireframeSection(
            path=wireframe.source,
            beside=_seen_from(folder, wireframe.source),
            digest=wireframe.digest,
            size=str(wireframe.extent),
            polarity=wireframe.polarity,
            polarity_forced=wireframe.polarity_forced,
        ),
        canvas=canvas,
        texts=texts,
        control_map=ControlMapSection(
            file=map_file,
            digest=request.control_map.digest,
            wireframe_digest=request.control_map.wireframe_digest,
            conditioner=settings.name,
            low=settings.low,
            high=settings.high,
            automatic=settings.automatic,
        ),
        environment=EnvironmentSection(**record),
    )


def _seen_from(folder: Path, source: str) -> str:
    try:
        return Path(os.path.relpath(source, folder)).as_posix()
    except ValueError:  # another drive on Windows
        return source


def png_text(metadata: AssetMetadata) -> dict[str, str]:
    """The PNG's text chunks: A1111's `parameters`, and JSON under `lineproof`."""
    return {A1111_KEY: a1111_parameters(metadata), KEY: metadata.model_dump_json()}


def a1111_parameters(metadata: AssetMetadata) -> str:
    """The text that A1111, and the many tools that read its images, expect."""
    request, control = metadata.request, metadata.control_map
    lines = [request.prompt]
    if request.negative:
        lines.append(f"Negative prompt: {request.negative}")
    unit = (
        f"Module: {control.conditioner}, Model: {request.model}, Weight: {request.scale}, "
        f"Guidance Start: {request.control_start}, Guidance End: {request.control_end}, "
        f"Threshold A: {control.low}, Threshold B: {control.high}"
    )
    lines.append(
        f"Steps: {request.steps}, Sampler: {request.scheduler}, CFG scale: {request.cfg}, Seed: {request.seed}, "
        f"Size: {request.size}, Model hash: {request.weights[:10]}, Model: {request.model}, "
        f'ControlNet 0: "{unit}", Version: lineproof {metadata.environment.versions.get("lineproof", "")}'
    )
    return "\n".join(lines)


def read_metadata(path: Path) -> AssetMetadata:
    """The metadata stored in an asset's PNG.

    Raises:
        InputError: no PNG, no metadata of Lineproof in it, or metadata that does not fit the schema.
    """
    text = _read_chunk(path)
    try:
        data: Any = json.loads(text)
    except ValueError as error:
        raise InputError(f"asset {path}: its {KEY!r} metadata is not valid JSON ({error})") from None
    try:
        return AssetMetadata.model_validate(data)
    except ValidationError as error:
        raise InputError(f"asset {path}: its {KEY!r} metadata: {describe_validation(error)}") from None


def _read_chunk(path: Path) -> str:
    if path.is_dir():
        raise InputError(f"asset must be a PNG file, got the folder {path}")
    try:
        with Image.open(path, formats=("PNG",)) as image:
            image.load()
            text = image.text.get(KEY)  # type: ignore[attr-defined]
    except FileNotFoundError:
        raise InputError(f"asset {path} does not exist") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"asset {path} cannot be read as a PNG: {error}") from None
    if text is None:
        raise InputError(f"asset {path} has no {KEY!r} metadata; only PNGs made by Lineproof can be replayed")
    return str(text)
