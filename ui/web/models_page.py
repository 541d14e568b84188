"""The page Models: what is there, what it is good for, how much memory it takes, and how to get what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gradio

from conditioners.errors import InputError
from pipeline.models import PACKAGE_FOLDER, ModelSpec, load_spec, names
from pipeline.weights import Availability, availability, find_files, weight_files
from ui.web.render import fragment

CARD: Final = PACKAGE_FOLDER / "embedded" / "README.md"
_BYTES: Final = {"float32": 4, "float16": 2, "bfloat16": 2}


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A model as the page tells of it; `megabytes` is None where the weights are not here to be measured."""

    spec: ModelSpec
    found: tuple[Availability, ...]
    megabytes: float | None
    good_for: str

    @property
    def ready(self) -> bool:
        """Whether any of its conditioners can be used."""
        return any(one.ready for one in self.found)

    @property
    def command(self) -> str:
        """What fetches what is missing; empty where nothing is, or nothing can be fetched."""
        missing = any(not one.ready for one in self.found)
        return f"lineproof models --download {self.spec.name}" if missing and self.spec.source == "hub" else ""


GOOD_FOR: Final = {
    "embedded": "Small and quick, made for UI components of up to 384 px a side. Lines stay, most colours hold; "
    "labels under 24 px cannot be trusted.",
    "sd15": "General images at 512 px and around; draws UI in many styles. Not measured on this project's sets.",
    "sdxl": "General images at 1024 px and around, the best surfaces of the three; needs a GPU. Not measured on this "
    "project's sets.",
}


def cards() -> list[ModelCard]:
    """The models of this machine, the embedded one first."""
    return [_card(load_spec(name)) for name in names()]


def _card(spec: ModelSpec) -> ModelCard:
    return ModelCard(
        spec=spec,
        found=availability(spec),
        megabytes=_megabytes(spec),
        good_for=GOOD_FOR.get(spec.name, "Your own model: nothing is known of its limits until a batch was scored."),
    )


def _megabytes(spec: ModelSpec) -> float | None:
    """Memory of the weights on this machine's device: their bytes on disk, in the number format of the device."""
    try:
        files = find_files(spec, next(iter(spec.controlnets)))
    except InputError:
        return None
    folders = [(files.base / name, files.variant) for name in files.components]
    total = sum(
        path.stat().st_size
        for folder, variant in (*folders, (files.controlnet, files.control_variant))
        for path in weight_files(folder, variant)
    )
    # Weights are stored in half precision; on a CPU they are widened.
    return total / 2**20 * _BYTES[spec.dtype.cpu] / 2


def limits_text(card: Path = CARD) -> str:
    """The section of the embedded model's card on what it cannot do, as Markdown."""
    text = card.read_text(encoding="utf-8")
    _, _, after = text.partition("## What it cannot do")
    return after.partition("\n## ")[0].strip()


def build_models(page: gradio.Blocks) -> None:
    """Lay the page out; to be called inside gradio's Blocks."""
    gradio.Markdown("# Models\nWhat can be used on this machine, and what it is good for.")
    shown = gradio.HTML(elem_id="models", apply_default_css=False)
    gradio.Markdown(f"## Limits of the embedded model\n\n{limits_text()}")
    page.load(lambda: fragment("models", cards=cards()), None, shown, api_visibility="private", show_progress="hidden")
