"""Where a model's files are on this machine, whether they are complete, and their digest; without importing torch."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from conditioners.errors import InputError, MissingWeightsError
from pipeline.models import ModelSpec

WEIGHTED = ("unet", "vae", "text_encoder", "text_encoder_2", "safety_checker")


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """The local folders that one conditioner of one model is loaded from."""

    base: Path
    controlnet: Path
    components: tuple[str, ...]
    variant: str | None = None
    control_variant: str | None = None

    def content(self) -> list[Path]:
        """Every file that affects the pixels."""
        folders = [(self.base / name, self.variant) for name in self.components]
        found = []
        for folder, variant in (*folders, (self.controlnet, self.control_variant)):
            texts = (path for path in folder.glob("*") if path.suffix in {".json", ".txt"})
            found += sorted((*texts, *weight_files(folder, variant)))
        return found


@dataclass(frozen=True, kw_only=True)
class Availability:
    """Whether one conditioner of a model can be used on this machine, and if not, what is missing."""

    conditioner: str
    origin: str
    ready: bool
    missing: str = ""


def components_of(spec: ModelSpec) -> tuple[str, ...]:
    """Names of the base model's subfolders that the spec's pipeline needs."""
    names = ["unet", "vae", "text_encoder", "tokenizer", "scheduler"]
    if spec.family == "sdxl":
        names += ["text_encoder_2", "tokenizer_2"]
    if spec.safety_checker:
        names += ["safety_checker", "feature_extractor"]
    return tuple(names)


def find_files(spec: ModelSpec, conditioner: str, download: bool = False) -> ModelFiles:
    """The local files of `spec` for `conditioner`; fetched from the hub only where `download` is true.

    Raises:
        InputError: the model does not serve the conditioner.
        MissingWeightsError: files are not on this machine.
    """
    control, components = spec.controlnet(conditioner), components_of(spec)
    if spec.source == "hub":
        inside = [f"{name}/" for name in components]
        base = _hub_folder(spec, spec.base, spec.revision, hub_patterns(inside, spec.variant), download)
        patterns = hub_patterns([""], control.variant)
        controlnet = _hub_folder(spec, control.location, control.revision, patterns, download)
    else:
        base = (spec.folder / spec.base).resolve()
        controlnet = (base / control.location).resolve()
    for name in components:
        folder = base / name
        complete = _has_weights(folder, spec.variant) if name in WEIGHTED else any(folder.glob("*"))
        if not complete:
            raise MissingWeightsError(_missing(spec, name, folder))
    if not _has_weights(controlnet, control.variant):
        raise MissingWeightsError(_missing(spec, f"ControlNet for {conditioner}", controlnet))
    return ModelFiles(
        base=base,
        controlnet=controlnet,
        components=components,
        variant=spec.variant,
        control_variant=control.variant,
    )


def weight_files(folder: Path, variant: str | None) -> list[Path]:
    """The safetensors files that diffusers loads from `folder`: the variant's where it is there, else the plain ones.

    Plain names have no further dot: `model.safetensors`, not `model.fp16.safetensors`.
    """
    chosen = sorted(folder.glob(f"*.{variant}*.safetensors")) if variant else []
    return chosen or sorted(path for path in folder.glob("*.safetensors") if "." not in path.stem)


def hub_patterns(folders: Iterable[str], variant: str | None) -> list[str]:
    """What to fetch of a hub repository: one variant of the needed folders (each "" or "NAME/"), no pickles."""
    plain = ["diffusion_pytorch_model.safetensors", "model.safetensors", "*-of-*.safetensors"]
    names = ["*.json", "*.txt", *([f"*.{variant}*.safetensors"] if variant else plain)]
    return [folder + name for folder in folders for name in names]


def availability(spec: ModelSpec) -> tuple[Availability, ...]:
    """For each conditioner of `spec`, whether its files are here."""
    found = []
    for conditioner, control in sorted(spec.controlnets.items()):
        origin = f"{spec.base} + {control.location}"
        try:
            find_files(spec, conditioner)
        except InputError as error:
            found.append(Availability(conditioner=conditioner, origin=origin, ready=False, missing=str(error)))
        else:
            found.append(Availability(conditioner=conditioner, origin=origin, ready=True))
    return tuple(found)


def weights_digest(files: ModelFiles, habits: Iterable[str] = ()) -> str:
    """Sha256 (hex) over the names and contents of all weights, configs and vocabularies that the model is made of.

    `habits` are those of its spec. The name of a spec tells nothing, so what it changes counts as the model itself.

    Hub caches name each large file by its sha256, which is used as it stands; other files are read once a process.
    """
    total = hashlib.sha256()
    for path in files.content():
        # A hub snapshot's ControlNet lies in a folder named after its revision, which is no part of the content.
        role = "controlnet" if path.parent == files.controlnet else path.parent.name
        total.update(f"{role}/{path.name}:{_file_digest(path)}\n".encode())
    for habit in habits:
        total.update(f"{habit}\n".encode())
    return total.hexdigest()


def _file_digest(path: Path) -> str:
    real = path.resolve()
    if path.is_symlink() and re.fullmatch(r"[0-9a-f]{64}", real.name):
        return real.name
    status = real.stat()
    return _read_digest(real, status.st_size, status.st_mtime_ns)


@lru_cache(maxsize=256)
def _read_digest(path: Path, size: int, modified: int) -> str:
    """`size` and `modified` are part of the key only, so that a changed file is read again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _has_weights(folder: Path, variant: str | None) -> bool:
    return (folder / "config.json").is_file() and bool(weight_files(folder, variant))


def _missing(spec: ModelSpec, what: str, folder: Path) -> str:
    if spec.source == "hub":
        return (
            f"model {spec.name!r}: {what} is not on this machine; "
            f"fetch it with: lineproof models --download {spec.name}"
        )
    return f"model {spec.name!r}: {what} needs config.json and .safetensors weights in {folder}, found none"


def _hub_folder(spec: ModelSpec, repository: str, revision: str | None, patterns: list[str], download: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(
            snapshot_download(repository, revision=revision, allow_patterns=patterns, local_files_only=not download)
        )
    except LocalEntryNotFoundError:
        if download:
            raise MissingWeightsError(f"model {spec.name!r}: {repository} could not be reached on the hub") from None
        raise MissingWeightsError(_missing(spec, repository, Path())) from None
    except (HfHubHTTPError, OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise MissingWeightsError(f"model {spec.name!r}: {repository} could not be fetched: {reason}") from None
