"""The named endpoints for programs: the same jobs in the same queue as the page's, answered when they have ended."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import Any

import gradio

from conditioners.errors import LineproofError
from pipeline.jobs.create import Candidate
from pipeline.jobs.desk import JobView
from pipeline.jobs.records import Job
from ui.views import HEADERS, caption, rows
from ui.web.create_actions import CreateActions, shown
from ui.web.request import owner_of

RECHECK_SECONDS = 5.0
"""How often a waiting caller looks for itself, should a notice be lost."""


def build_api(actions: CreateActions) -> None:
    """Add the endpoint /generate; its components are never drawn. To be called inside gradio's Blocks."""

    async def generate(
        request: gradio.Request,
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
    ) -> tuple[list[tuple[str, str]], list[list[str]], str | None]:
        """Generate and score `count` images of a wireframe with seeds `seed`, `seed` + 1, ...

        Returns (file, caption) pairs, the rows of the score table, and the control map's file.
        """
        order: dict[str, Any] = {
            "prompt": prompt, "model": model, "conditioner": conditioner, "polarity": polarity, "seed": seed,
            "count": count, "scale": scale, "steps": steps, "cfg": cfg, "size": size, "negative": negative,
            "texts": [line.strip() for line in text.splitlines() if line.strip()],
        }  # fmt: skip
        job = await asyncio.to_thread(actions.submit, wireframe, order, request)
        view = await ended(actions, job, owner_of(request))
        if view.job.status != "done":
            raise shown(LineproofError(view.job.error or f"the job was {view.job.status}"))
        return await asyncio.to_thread(_answer, actions, view)

    with gradio.Column(visible=False):
        inputs = [
            gradio.File(label="wireframe"),
            gradio.Textbox(label="prompt"),
            gradio.Textbox("", label="text"),
            gradio.Textbox("embedded", label="model"),
            gradio.Textbox("canny", label="conditioner"),
            gradio.Textbox("auto", label="polarity"),
            gradio.Number(0, label="seed", precision=0),
            gradio.Number(2, label="count", precision=0),
            gradio.Number(1.0, label="scale"),
            gradio.Number(None, label="steps", precision=0),
            gradio.Number(None, label="cfg"),
            gradio.Textbox("", label="size"),
            gradio.Textbox("", label="negative"),
        ]
        outputs = [
            gradio.Gallery(label="assets"),
            gradio.Dataframe(headers=HEADERS, label="scores"),
            gradio.Image(label="control map", type="filepath", image_mode="L", format="png"),
        ]
        button = gradio.Button("generate")
    button.click(generate, inputs, outputs, api_name="generate", concurrency_limit=None)


async def ended(actions: CreateActions, job: Job, owner: str) -> JobView:
    """Wait until a job has come to its end, without holding a thread."""
    loop, notice = asyncio.get_running_loop(), asyncio.Event()

    def told() -> None:
        loop.call_soon_threadsafe(notice.set)

    actions.desk.listen(job.key, told)
    try:
        while True:
            view = await asyncio.to_thread(actions.desk.view, job.key, owner)
            assert view is not None, "a job is never deleted"
            if not view.job.active:
                return view
            try:
                await asyncio.wait_for(notice.wait(), RECHECK_SECONDS)
            except TimeoutError:
                continue
            notice.clear()
    finally:
        actions.desk.ignore(job.key)


def _answer(actions: CreateActions, view: JobView) -> tuple[list[tuple[str, str]], list[list[str]], str | None]:
    images: list[tuple[str, str]] = []
    table: list[list[str]] = []
    for one in view.candidates:
        images.append((str(_handed_out(actions, view.job, one.asset)), caption(one.card, one.seed)))
        table += rows(one.asset.name, one.card)
    control_map = _map_of(view.candidates)
    return images, table, None if control_map is None else str(_handed_out(actions, view.job, control_map))


def _map_of(found: list[Candidate]) -> Path | None:
    return found[0].control_map if found else None


def _handed_out(actions: CreateActions, job: Job, file: Path) -> Path:
    """The file in the owner's part of gradio's cache, from where gradio serves it without another copy."""
    target = actions.ownership.cache / f"job-{job.key}" / file.name
    target.parent.mkdir(exist_ok=True)
    actions.ownership.give(target, job.owner)
    if not target.exists():
        try:
            os.link(file, target)
        except OSError:  # another file system
            shutil.copyfile(file, target)
    return target
