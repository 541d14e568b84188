"""Model specs: which base model, which ControlNet for which conditioner, and the defaults they were made for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from conditioners.errors import InputError

SPEC_FOLDER = Path(__file__).resolve().parents[1] / "configs" / "models"
PACKAGE_FOLDER = Path(__file__).resolve().parent

Dtype = Literal["float32", "float16", "bfloat16"]
SchedulerName = Literal["saved", "unipc", "ddim", "euler", "dpm++"]


class _FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ControlNetSpec(_FileModel):
    """Where the ControlNet of one conditioner lies: a subfolder of the base, a folder, or a hub repository."""

    location: str
    variant: str | None = None
    revision: str | None = None


class Defaults(_FileModel):
    """Sampling settings used when an order does not name its own."""

    steps: Annotated[int, Field(ge=1, le=150)] = 20
    cfg: Annotated[float, Field(ge=0, le=30)] = 7.5
    scale: Annotated[float, Field(ge=0, le=2)] = 1.0


class DtypeByDevice(_FileModel):
    """Number format of the weights and activations by device type."""

    cpu: Dtype = "float32"
    cuda: Dtype = "float16"


class BatchByDevice(_FileModel):
    """How many images are denoised together by device type."""

    cpu: Annotated[int, Field(ge=1, le=64)] = 1
    cuda: Annotated[int, Field(ge=1, le=64)] = 4


class ModelSpec(_FileModel):
    """One base model with a ControlNet for each conditioner that it serves.

    `family` picks the diffusers pipeline: `sd` StableDiffusionControlNetPipeline (Stable Diffusion 1.x and 2.x and the
    embedded model), `sdxl` StableDiffusionXLControlNetPipeline. `source` says how `base` and the ControlNets' locations
    are read: `package` relative to the pipeline package, `folder` relative to the spec's file, `hub` as repositories.
    `start` is what the first step begins with; `map` is for models trained so, see `pipeline.start`. `prompt_noise`
    lets seeds differ where one step from the map would give all the same image, see `pipeline.prompts.varied`.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    title: str = ""
    family: Literal["sd", "sdxl"]
    source: Literal["package", "folder", "hub"]
    base: str
    revision: str | None = None
    variant: str | None = None
    controlnets: Annotated[dict[str, ControlNetSpec], Field(min_length=1)]
    scheduler: SchedulerName = "saved"
    start: Literal["noise", "map"] = "noise"
    prompt_noise: Annotated[float, Field(ge=0, le=10)] = 0.0
    dtype: DtypeByDevice = DtypeByDevice()
    batch_size: BatchByDevice = BatchByDevice()
    defaults: Defaults = Defaults()
    safety_checker: bool = False
    license: str = ""

    _file: Path | None = PrivateAttr(default=None)
    _reference: str = PrivateAttr(default="")

    @property
    def reference(self) -> str:
        """What `load_spec` finds this spec again by: a name, or the path it was loaded from."""
        return self._reference or self.name

    @property
    def folder(self) -> Path:
        """The folder that relative locations start from."""
        if self.source == "package":
            return PACKAGE_FOLDER
        return self._file.parent if self._file else Path.cwd()

    @property
    def habits(self) -> tuple[str, ...]:
        """What of the spec changes pixels beside weights, sampler and settings; empty where it is as usual."""
        usual = type(self).model_fields
        return tuple(
            f"{name}={value}"
            for name in ("start", "prompt_noise")
            if (value := getattr(self, name)) != usual[name].default
        )

    def controlnet(self, conditioner: str) -> ControlNetSpec:
        """The ControlNet for `conditioner`; `scribble_hed` and the like fall back to the one for `scribble`.

        Raises:
            InputError: the model has no ControlNet for that kind of map.
        """
        family = conditioner.split("_")[0]
        found = self.controlnets.get(conditioner) or self.controlnets.get(family) or self.controlnets.get("any")
        if found is None:
            raise InputError(
                f"model {self.name!r} has no ControlNet for conditioner {conditioner!r}, "
                f"it has: {', '.join(sorted(self.controlnets))}"
            )
        return found


def names() -> tuple[str, ...]:
    """Names of the specs in configs/models, the embedded model first."""
    found = sorted(path.stem for path in SPEC_FOLDER.glob("*.yaml"))
    return tuple(sorted(found, key=lambda name: (name != "embedded", name)))


def load_spec(reference: str) -> ModelSpec:
    """The spec called `reference` in configs/models, or read from a YAML file, or made from a local diffusers folder.

    Raises:
        InputError: there is none, or its file does not fit the schema.
    """
    path = Path(reference)
    if path.suffix in {".yaml", ".yml"}:
        return _read_spec(path, reference)
    # The name of a spec wins over a folder of the same name in the working directory.
    if reference in names():
        return _read_spec(SPEC_FOLDER / f"{reference}.yaml", reference)
    if path.is_dir():
        return _spec_of_folder(path, reference)
    raise InputError(
        f"model must be one of {', '.join(names())}, a spec file .yaml or a local model folder, got {reference!r}"
    )


def _read_spec(path: Path, reference: str) -> ModelSpec:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"model spec {path} cannot be read: {_reason(error)}") from None
    except yaml.YAMLError as error:
        raise InputError(f"model spec {path} is not valid YAML: {' '.join(str(error).split())}") from None
    if not isinstance(data, dict):
        raise InputError(f"model spec {path} must be a mapping, got {type(data).__name__}")
    try:
        spec = ModelSpec.model_validate(data)
    except ValidationError as error:
        raise InputError(f"model spec {path}: {describe_validation(error)}") from None
    spec._file = path.resolve()
    spec._reference = reference
    return spec


def _spec_of_folder(folder: Path, reference: str) -> ModelSpec:
    """A spec for a folder in diffusers' layout whose ControlNets are subfolders of it.

    `controlnet` serves every conditioner, `controlnet_canny` (or `canny`) only canny, and so on.
    """
    for name in ("lineproof.yaml", "model.yaml"):
        if (folder / name).is_file():
            return _read_spec(folder / name, reference)
    unet = read_config(folder / "unet" / "config.json")
    controlnets = {}
    for config in sorted(folder.glob("*/config.json")):
        if read_config(config).get("_class_name") == "ControlNetModel":
            suffix = config.parent.name.removeprefix("controlnet").lstrip("_-") or "any"
            controlnets[suffix] = ControlNetSpec(location=config.parent.name)
    if not controlnets:
        raise InputError(f"model folder {folder} must hold a ControlNet subfolder such as controlnet/, found none")
    spec = ModelSpec(
        name=_spec_name(folder.resolve().name),
        title=f"local folder {folder}",
        family="sdxl" if unet.get("addition_embed_type") == "text_time" else "sd",
        source="folder",
        base=".",
        controlnets=controlnets,
    )
    spec._file = (folder / "model_index.json").resolve()
    spec._reference = reference
    return spec


def _spec_name(text: str) -> str:
    kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in text.lower())
    return kept.lstrip("._-")[:64] or "folder"


def read_config(path: Path) -> dict[str, Any]:
    """A component's config.json.

    Raises:
        InputError: the file is missing, unreadable or no JSON object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"model config {path} cannot be read: {_reason(error)}") from None
    if not isinstance(data, dict):
        raise InputError(f"model config {path} must be a JSON object, got {type(data).__name__}")
    return data


def describe_validation(error: ValidationError) -> str:
    """The first problem that pydantic found, in one line: field, rule, received value."""
    return describe_each(error)[0]


def describe_each(error: ValidationError) -> list[str]:
    """Every problem that pydantic found, a line for each."""
    lines = []
    for one in error.errors():
        field = ".".join(str(part) for part in one["loc"]) or "value"
        value = repr(one.get("input"))
        told = {"extra_forbidden": f"unknown field {field!r}", "missing": f"field {field!r} is required"}
        rule = f"{field}: {one['msg']}, got {value if len(value) <= 80 else value[:77] + '...'}"
        lines.append(told.get(one["type"], rule))
    return lines


def _reason(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else " ".join(str(error).split())
