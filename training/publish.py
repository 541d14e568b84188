"""Write a run's averaged models into the package: half precision, safetensors, shards under 15 MiB.

python -m training.publish --run DIR --out pipeline/embedded
"""

import argparse
import json
import shutil
from pathlib import Path

import torch
from diffusers import ControlNetModel, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

from pipeline.embedded.autoencoder import LappedAutoencoder

SHARD = "14MB"
BUDGET = 64 * 2**20
"""Bytes that all weights together may take in the repository."""


def publish(run: Path, out: Path) -> int:
    """Write every part of the model below `out`, each in a fresh folder; return the bytes of all weights."""
    parts = {
        "unet": UNet2DConditionModel,
        "controlnet": ControlNetModel,
        "vae": LappedAutoencoder,
        "text_encoder": CLIPTextModel,
    }
    for name, cls in parts.items():
        model = cls.from_pretrained(run / name).to(torch.float16)
        shutil.rmtree(out / name, ignore_errors=True)
        model.save_pretrained(out / name, safe_serialization=True, max_shard_size=SHARD)
        _forget_folder(out / name / "config.json")
    CLIPTokenizer.from_pretrained(run / "tokenizer").save_pretrained(out / "tokenizer")
    DDIMScheduler.from_pretrained(run / "scheduler").save_pretrained(out / "scheduler")
    size = sum(file.stat().st_size for file in out.rglob("*.safetensors"))
    if size > BUDGET:
        raise ValueError(f"weights take {size / 2**20:.1f} MiB; the rule is at most {BUDGET / 2**20:.0f} MiB")
    return size


def _forget_folder(config: Path) -> None:
    """Remove from a saved config the folder that its model was loaded from: it is of this machine only."""
    content = json.loads(config.read_text(encoding="utf-8"))
    content.pop("_name_or_path", None)
    config.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def take_over(published: Path, run: Path) -> None:
    """Copy the parts of a published model, or of another run, into a run that has not begun, as its start.

    The optimizer starts anew: its state is not published. A run that has begun is left alone.
    """
    if (run / "state.pt").exists():
        return
    for name in ("unet", "controlnet", "text_encoder", "vae", "tokenizer"):
        if (published / name).is_dir():
            shutil.copytree(published / name, run / name, dirs_exist_ok=True)


def main() -> None:
    """Publish a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("pipeline/embedded"))
    arguments = parser.parse_args()
    print(f"{publish(arguments.run, arguments.out) / 2**20:.1f} MiB of weights in {arguments.out}")


if __name__ == "__main__":
    main()
