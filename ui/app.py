"""The front end in the browser: a wireframe and a prompt in, scored assets out. The only importer of gradio."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio

from conditioners.catalog import names as conditioner_names
from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.errors import InputError, LineproofError
from conditioners.geometry import Extent
from conditioners.wireframe import load_wireframe
from pipeline.models import names as model_names
from pipeline.order import AssetOrder
from pipeline.run import Studio
from ui.views import HEADERS, caption, rows

LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAX_UPLOAD = "32mb"
POLARITIES = ("auto", "dark-on-light", "light-on-dark")


class Workshop:
    """One model and one scorer behind the page; requests take turns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._studio = Studio()
        self._turn = threading.Lock()

    def preview(self, wireframe: str | None, conditioner: str, polarity: str) -> tuple[Any, str]:
        """Return the control map as the model gets it, and a line about the wireframe."""
        if not wireframe:
            return None, "Drop a wireframe to see what the model will be shown."
        try:
            drawing = load_wireframe(Path(wireframe), polarity)
            control_map = make_control_map(drawing, ConditionerSettings(name=conditioner))
        except LineproofError as error:
            return None, f"**{error}**"
        return control_map.pixels, f"{drawing.extent} px, {drawing.polarity}"

    def generate(
        self,
        wireframe: str | None,
        prompt: str,
        text: str = "",
        model: str = "embedded",
        conditioner: str = "canny",
        polarity: str = "auto",
        seed: int = 0,
        count: int = 2,
        scale: float = 1.0,
        steps: int | None = None,
        cfg: float | None = None,
        size: str = "",
        negative: str = "",
        progress: gradio.Progress = gradio.Progress(),  # noqa: B008 (gradio reads the default)
    ) -> tuple[list[tuple[str, str]], list[list[str]], str | None]:
        """Generate and score `count` images; return (file, caption) pairs, the score rows and the control map."""
        try:
            if not wireframe:
                raise InputError("wireframe must be given: upload a PNG, JPEG, WebP or SVG")
            order = AssetOrder(
                wireframe=Path(wireframe),
                prompt=prompt,
                negative=negative,
                conditioner=conditioner,
                model=model,
                seed=int(seed),
                count=int(count),
                size=Extent.parse(size) if size.strip() else None,
                scale=scale,
                steps=None if steps is None else int(steps),
                cfg=cfg,
                texts=tuple(line.strip() for line in text.splitlines() if line.strip()),
                polarity=polarity,
            )
            images: list[tuple[str, str]] = []
            table: list[list[str]] = []
            map_file: str | None = None
            with self._turn:
                prepared = self._studio.prepare(order)
                out = Path(tempfile.mkdtemp(dir=self.folder))
                done = self._studio.run(prepared, out, lambda step, total: progress((step, total), desc="denoising"))
                for finished in done:
                    images.append((str(finished.files.asset), caption(finished.scores, finished.asset.request.seed)))
                    table += rows(finished.files.asset.name, finished.scores)
                    map_file = str(finished.files.control_map)
            return images, table, map_file
        except LineproofError as error:
            raise gradio.Error(str(error), print_exception=False) from error


def build(workshop: Workshop) -> gradio.Blocks:
    """Return the page."""
    with gradio.Blocks(title="Lineproof", analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        gradio.Markdown(
            "# Lineproof\nA wireframe and a prompt become UI assets whose lines stay where they were drawn."
        )
        with gradio.Row():
            with gradio.Column():
                wireframe = gradio.File(
                    label="Wireframe (PNG, JPEG, WebP, SVG)", file_types=[".png", ".jpg", ".jpeg", ".webp", ".svg"]
                )
                prompt = gradio.Textbox(label="Prompt", placeholder='a blue flat button with the label "Save"')
                text = gradio.Textbox(label="Texts that must be readable, one a line", lines=2)
                with gradio.Row():
                    conditioner = gradio.Dropdown(list(conditioner_names()), value="canny", label="Conditioner")
                    polarity = gradio.Dropdown(list(POLARITIES), value="auto", label="Drawn")
                with gradio.Accordion("Advanced", open=False):
                    model = gradio.Dropdown(list(model_names()), value="embedded", label="Model")
                    seed = gradio.Number(0, label="Seed", precision=0)
                    count = gradio.Slider(1, 8, value=2, step=1, label="Images")
                    scale = gradio.Slider(0, 2, value=1, step=0.05, label="Control scale")
                    steps = gradio.Number(None, label="Steps (empty: the model's own)", precision=0)
                    cfg = gradio.Number(None, label="CFG (empty: the model's own)")
                    size = gradio.Textbox(label="Size WxH (empty: the wireframe's)")
                    negative = gradio.Textbox(label="Negative prompt")
                button = gradio.Button("Generate", variant="primary")
            with gradio.Column():
                control_map = gradio.Image(label="What the model is shown", image_mode="L", interactive=False)
                remark = gradio.Markdown("Drop a wireframe to see what the model will be shown.")
        gallery = gradio.Gallery(label="Assets", columns=2, object_fit="contain")
        table = gradio.Dataframe(headers=HEADERS, label="Scores", interactive=False, wrap=True)
        shown = [wireframe, conditioner, polarity]
        for source in shown:
            source.change(workshop.preview, shown, [control_map, remark], api_name=False, show_progress="hidden")
        button.click(
            workshop.generate,
            [wireframe, prompt, text, model, conditioner, polarity, seed, count, scale, steps, cfg, size, negative],
            [gallery, table, control_map],
            api_name="generate",
            concurrency_limit=1,
        )
    return page


def serve(host: str = "127.0.0.1", port: int = 7860, block: bool = True) -> gradio.Blocks:
    """Serve the page; raises InputError for a port in use, or an address other machines can reach (no login yet)."""
    if host not in LOOPBACK:
        raise InputError(f"host must be one of {', '.join(LOOPBACK)} (the page has no login), got {host!r}")
    folder = Path(tempfile.mkdtemp(prefix="lineproof-app-"))
    page = build(Workshop(folder)).queue(default_concurrency_limit=1)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            allowed_paths=[str(folder)],
            max_file_size=MAX_UPLOAD,
            prevent_thread_lock=not block,
            quiet=not block,
            inbrowser=False,
            share=False,
        )
    except OSError as error:
        raise InputError(f"port must be free on {host}, got {port}") from error
    return page
