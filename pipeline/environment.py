"""Package versions and numerical switches that a run is recorded with."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

RECORDED = ("lineproof", "torch", "diffusers", "transformers", "safetensors", "numpy", "opencv-python-headless")


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [("python", platform.python_version())]
    for name in RECORDED:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            found.append((name, "not installed"))
    return tuple(found)


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that compute pixels."""
    return dict(_versions())


def flags(device: str) -> dict[str, bool | str | int]:
    """Switches that change results in the last bits: TF32, cuDNN autotuning, determinism, threads, processor."""
    import torch

    found: dict[str, bool | str | int] = {
        "deterministic_algorithms": torch.are_deterministic_algorithms_enabled(),
        "threads": torch.get_num_threads(),
        "machine": platform.machine(),
        "cpu_capability": torch.backends.cpu.get_cpu_capability(),
    }
    if device == "cuda":
        found |= {
            "gpu": torch.cuda.get_device_name(),
            "cuda": str(torch.version.cuda),
            "tf32_matmul": torch.backends.cuda.matmul.allow_tf32,
            "tf32_cudnn": torch.backends.cudnn.allow_tf32,
            "cudnn_benchmark": torch.backends.cudnn.benchmark,
        }
    return found
