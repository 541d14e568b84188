"""Loads a model spec into diffusers' real pipeline classes; the only importer of diffusers."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioners.errors import InputError
from pipeline.compatibility import check_compatibility, size_multiple
from pipeline.models import ModelSpec, read_config
from pipeline.weights import ModelFiles, find_files, weights_digest

if TYPE_CHECKING:
    import torch

SCHEDULERS = {
    "unipc": "UniPCMultistepScheduler",
    "ddim": "DDIMScheduler",
    "euler": "EulerDiscreteScheduler",
    "dpm++": "DPMSolverMultistepScheduler",
}


@dataclass(kw_only=True, eq=False)
class LoadedModel:
    """A base model with one ControlNet, ready to generate: `pipe` is the diffusers pipeline, on `device` in `dtype`.

    `multiple` is what both sides of its canvas must be a multiple of; `prompts` caches encoded prompts.
    Not safe to use from two threads at once: hold `lock`, as `pipeline.generation.generate` does.
    """

    spec: ModelSpec
    files: ModelFiles
    pipe: Any
    device: torch.device
    dtype: torch.dtype
    multiple: int
    weights: str
    prompts: dict[tuple[str, str, bool], Any] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def scheduler_name(self) -> str:
        """The sampler as recorded in metadata, such as `UniPCMultistepScheduler`."""
        return type(self.pipe.scheduler).__name__

    @property
    def default_batch_size(self) -> int:
        """How many images are denoised together on this device unless asked otherwise."""
        return int(getattr(self.spec.batch_size, self.device.type, 1))


def cpu_threads() -> int:
    """How many threads torch uses on the CPU in this process; torch is not loaded where OMP_NUM_THREADS tells.

    The last bits of an image depend on it, so workers in other processes are given the same.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdigit() and int(told) > 0:
        return int(told)
    import torch

    return int(torch.get_num_threads())


def choose_device(name: str = "auto") -> str:
    """`cuda` where a CUDA device can be used, else `cpu`; any other name must be one of the two.

    Raises:
        InputError: an unknown name, or CUDA asked for where there is none.
    """
    if name not in {"auto", "cpu", "cuda"}:
        raise InputError(f"device must be auto, cpu or cuda, got {name!r}")
    if name == "cpu":
        return name
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if name == "cuda":
        raise InputError("device must be cpu on this machine: torch finds no CUDA device, got 'cuda'")
    return "cpu"


def scheduler_of(spec: ModelSpec, files: ModelFiles) -> str:
    """Class name of the scheduler that `load_pipeline` will use, told without loading anything."""
    if spec.scheduler != "saved":
        return SCHEDULERS[spec.scheduler]
    return str(read_config(files.base / "scheduler" / "scheduler_config.json").get("_class_name"))


def load_pipeline(
    spec: ModelSpec, conditioner: str, device: str = "auto", dtype: str | None = None, download: bool = False
) -> LoadedModel:
    """Load `spec` with its ControlNet for `conditioner`, from local safetensors files.

    Parts that do not fit together are found from their configs before any weights are read.

    Raises:
        InputError: the parts do not fit, or the device is not there.
        MissingWeightsError: files are not on this machine and `download` is false.
    """
    files = find_files(spec, conditioner, download)
    check_compatibility(spec, files)
    chosen = choose_device(device)
    _be_quiet_and_local(download)

    import torch

    number_format = getattr(torch, dtype or getattr(spec.dtype, chosen))
    pipe = _assemble(spec, files, number_format)
    pipe.to(chosen)
    pipe.set_progress_bar_config(disable=True)
    for module in pipe.components.values():
        if isinstance(module, torch.nn.Module):
            module.eval().requires_grad_(False)
    return LoadedModel(
        spec=spec,
        files=files,
        pipe=pipe,
        device=torch.device(chosen),
        dtype=number_format,
        multiple=size_multiple(files),
        weights=weights_digest(files, spec.habits),
    )


def _assemble(spec: ModelSpec, files: ModelFiles, dtype: torch.dtype) -> Any:
    import diffusers
    import transformers

    def part(cls: Any, name: str) -> Any:
        return _load(cls, files.base / name, dtype, files.variant)

    parts: dict[str, Any] = {
        "vae": part(_autoencoder_class(files.base / "vae"), "vae"),
        "text_encoder": part(transformers.CLIPTextModel, "text_encoder"),
        "tokenizer": transformers.CLIPTokenizer.from_pretrained(str(files.base / "tokenizer"), local_files_only=True),
        "unet": part(diffusers.UNet2DConditionModel, "unet"),
        "controlnet": _load(diffusers.ControlNetModel, files.controlnet, dtype, files.control_variant),
        "scheduler": _scheduler(spec, files),
    }
    if spec.family == "sdxl":
        return diffusers.StableDiffusionXLControlNetPipeline(
            **parts,
            text_encoder_2=part(transformers.CLIPTextModelWithProjection, "text_encoder_2"),
            tokenizer_2=transformers.CLIPTokenizer.from_pretrained(
                str(files.base / "tokenizer_2"), local_files_only=True
            ),
            add_watermarker=False,
        )
    checker, extractor = None, None
    if spec.safety_checker:
        from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker

        checker = part(StableDiffusionSafetyChecker, "safety_checker")
        extractor = transformers.CLIPImageProcessor.from_pretrained(
            str(files.base / "feature_extractor"), local_files_only=True
        )
    return diffusers.StableDiffusionControlNetPipeline(
        **parts, safety_checker=checker, feature_extractor=extractor, requires_safety_checker=spec.safety_checker
    )


def _load(cls: Any, folder: Path, dtype: torch.dtype, variant: str | None) -> Any:
    """Weights of one component; pickled formats are refused whatever else lies in the folder."""
    # A folder may hold the full-precision file only; the variant is then no more than a smaller download.
    present = variant if variant and any(folder.glob(f"*.{variant}*.safetensors")) else None
    try:
        return cls.from_pretrained(
            str(folder), torch_dtype=dtype, use_safetensors=True, local_files_only=True, variant=present
        )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = " ".join(str(error).split())[:300]
        raise InputError(f"model component {folder} cannot be loaded as {cls.__name__}: {reason}") from error


def _autoencoder_class(folder: Path) -> Any:
    import diffusers

    name = str(read_config(folder / "config.json").get("_class_name"))
    if name == "LappedAutoencoder":
        from pipeline.embedded.autoencoder import LappedAutoencoder

        return LappedAutoencoder
    if name in {"AutoencoderKL", "AutoencoderTiny"}:
        return getattr(diffusers, name)
    raise InputError(f"autoencoder must be AutoencoderKL, AutoencoderTiny or LappedAutoencoder, got {name!r}")


def _scheduler(spec: ModelSpec, files: ModelFiles) -> Any:
    import diffusers

    saved = read_config(files.base / "scheduler" / "scheduler_config.json")
    cls = getattr(diffusers, scheduler_of(spec, files), None)
    if cls is None:
        raise InputError(f"model {spec.name!r}: scheduler must be one of diffusers', got {saved.get('_class_name')!r}")
    return cls.from_config(saved)


def _be_quiet_and_local(download: bool) -> None:
    if not download:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import diffusers
    import transformers

    for library in (diffusers, transformers):
        library.utils.logging.set_verbosity_error()
        library.utils.logging.disable_progress_bar()
