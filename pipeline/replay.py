"""Makes an asset again from its own metadata and compares the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from conditioners.control_map import ControlMap, make_control_map
from conditioners.errors import InputError
from conditioners.wireframe import load_wireframe, pixel_digest
from pipeline.canvas import place_on_canvas
from pipeline.denoise import StepCallback
from pipeline.diffusion import load_pipeline
from pipeline.environment import versions
from pipeline.generation import generate
from pipeline.metadata import AssetMetadata, read_metadata
from pipeline.models import load_spec
from pipeline.request import GeneratedAsset, GenerationRequest
from pipeline.settings import check_number, parse_size


@dataclass(frozen=True, kw_only=True, eq=False)
class Replay:
    """An asset made again. `differing` counts pixels that are not equal, `largest` is the largest channel difference.

    `origin` is the file that the control map came from; `changes` name what is not as it was when the asset was made.
    """

    original: Path
    asset: GeneratedAsset
    metadata: AssetMetadata
    origin: Path
    differing: int
    largest: int
    changes: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every pixel is the same."""
        return self.differing == 0


def replay(path: Path, device: str = "auto", download: bool = False, on_step: StepCallback | None = None) -> Replay:
    """Generate the asset at `path` again.

    The device, dtype and batch size are those of the record where this machine has them, so that a difference means
    something: kernels are chosen by the batch's shape, and round otherwise in another. The batch is filled up with the
    same request.

    Raises:
        InputError: no metadata, or neither wireframe nor control map is there with the digest that was recorded.
        MissingWeightsError: the model is not on this machine.
    """
    metadata = read_metadata(path)
    control_map, origin = find_control_map(path, metadata)
    spec = load_spec(metadata.model_reference)
    recorded = metadata.environment
    chosen = _device_of(device, recorded.device)
    loaded = load_pipeline(
        spec, control_map.settings.name, chosen, recorded.dtype if chosen == recorded.device else None, download
    )
    request = _request(metadata, control_map, loaded.weights)
    check_number("batch_size", recorded.batch_size)
    together = recorded.batch_size if loaded.device.type == recorded.device else 1
    asset = next(generate(loaded, [request] * together, batch_size=together, on_step=on_step))
    original = _pixels(path)
    if original.shape != asset.pixels.shape:
        raise InputError(f"asset {path} must be {request.size} as its metadata says, got another size")
    difference = np.abs(original.astype(np.int16) - asset.pixels.astype(np.int16)).max(axis=2)
    return Replay(
        original=path,
        asset=asset,
        metadata=metadata,
        origin=origin,
        differing=int(np.count_nonzero(difference)),
        largest=int(difference.max()),
        changes=_changes(metadata, asset),
    )


def find_control_map(path: Path, metadata: AssetMetadata) -> tuple[ControlMap, Path]:
    """The asset's control map and the file it came from: made from the wireframe, or else the PNG beside the asset.

    Raises:
        InputError: neither is there with its recorded digest.
    """
    section = metadata.control_map
    polarity = metadata.wireframe.polarity if metadata.wireframe.polarity_forced else "auto"
    problem = "it was not found"
    for candidate in _wireframe_candidates(path, metadata):
        if not candidate.is_file():
            continue
        try:
            drawing = load_wireframe(candidate, polarity)
        except InputError as error:
            problem = str(error)
            continue
        if drawing.digest != metadata.wireframe.digest:
            problem = f"{candidate} has changed since: sha256 {drawing.digest[:12]}"
            continue
        canvas = parse_size(metadata.canvas) if metadata.canvas else None
        wireframe, _ = place_on_canvas(drawing, canvas)
        control_map = make_control_map(wireframe, section.settings())
        if control_map.digest == section.digest:
            return control_map, candidate
        problem = f"{candidate} gives another control map now: sha256 {control_map.digest[:12]}"
    beside = path.parent / Path(section.file).name
    if beside.is_file():
        pixels = _pixels(beside)[:, :, 0].copy()
        if pixel_digest(pixels) == section.digest:
            saved = ControlMap(
                pixels=pixels,
                settings=section.settings(),
                wireframe_digest=section.wireframe_digest,
                digest=section.digest,
            )
            return saved, beside
        problem += f", and {beside} is not the map it was made with"
    raise InputError(
        f"asset {path} needs its wireframe {metadata.wireframe.path} with sha256 {metadata.wireframe.digest[:12]} "
        f"or its map {section.file} with sha256 {section.digest[:12]}: {problem}"
    )


def _wireframe_candidates(path: Path, metadata: AssetMetadata) -> list[Path]:
    source = Path(metadata.wireframe.path)
    found = [source, path.parent / metadata.wireframe.beside, path.parent / source.name]
    return list(dict.fromkeys(found))


def _device_of(asked: str, recorded: str) -> str:
    if asked != "auto":
        return asked
    if recorded != "cuda":
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _request(metadata: AssetMetadata, control_map: ControlMap, weights: str) -> GenerationRequest:
    recorded = metadata.request
    return GenerationRequest(
        control_map=control_map,
        prompt=recorded.prompt,
        negative=recorded.negative,
        seed=recorded.seed,
        steps=recorded.steps,
        cfg=recorded.cfg,
        scale=recorded.scale,
        control_start=recorded.control_start,
        control_end=recorded.control_end,
        model=recorded.model,
        weights=weights,
        scheduler=recorded.scheduler,
    )


def _changes(metadata: AssetMetadata, asset: GeneratedAsset) -> tuple[str, ...]:
    recorded, now = metadata.environment, asset.record
    found: list[str] = []
    if metadata.request.weights != asset.request.weights:
        found.append(f"weights were {metadata.request.weights[:12]}, are {asset.request.weights[:12]}")
    found += [
        f"{name} was {getattr(recorded, name)}, is {getattr(now, name)}"
        for name in ("device", "dtype", "batch_size")
        if getattr(recorded, name) != getattr(now, name)
    ]
    found += [
        f"{name} was {recorded.versions.get(name, 'not recorded')}, is {version}"
        for name, version in versions().items()
        if recorded.versions.get(name) != version
    ]
    found += [
        f"{name} was {recorded.flags.get(name, 'not recorded')}, is {value}"
        for name, value in now.flags.items()
        if recorded.flags.get(name) != value
    ]
    return tuple(found)


def _pixels(path: Path) -> NDArray[np.uint8]:
    try:
        with Image.open(path, formats=("PNG",)) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(f"file {path} cannot be read as a PNG: {error}") from None
