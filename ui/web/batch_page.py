"""The page Batch: many orders at once, checked before anything runs, watched, cancelled, resumed and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import gradio

from conditioners.errors import InputErrors, LineproofError
from pipeline.jobs.batch import BatchOrder, ReceivedBatch
from pipeline.jobs.desk import Desk
from pipeline.jobs.records import BATCH, Job
from pipeline.jobs.runs import list_runs
from pipeline.manifest_plan import finished_in, make_plan
from pipeline.store.records import Counts
from ui.web.follow import DELEGATE
from ui.web.ownership import Ownership
from ui.web.render import empty, eta, fragment
from ui.web.request import lane_of, owner_of

POLL_SECONDS: Final = 2.0
FILE_TYPES: Final = [".zip", ".csv", ".jsonl", ".yaml", ".yml", ".png", ".jpg", ".jpeg", ".webp", ".svg", ".json"]

NO_BATCH = empty(
    "No batch yet",
    "Upload a manifest with its wireframes, or a ZIP of both. Each row of the manifest is an order: a wireframe, a "
    "prompt, and whatever else it should say. The smallest manifest.csv has the line “wireframe,prompt” and below it "
    "one such as “save.png,a blue flat button”.",
)


@dataclass(frozen=True, kw_only=True)
class BatchRow:
    """A batch as the page lists it."""

    job: Job
    name: str
    images: int
    counts: Counts | None
    wait: str

    @property
    def ended(self) -> int:
        """Images that were made or came to nothing."""
        return 0 if self.counts is None else self.counts["done"] + self.counts["failed"]


class BatchActions:
    """The events of the page."""

    def __init__(self, desk: Desk, ownership: Ownership, shared: Path) -> None:
        self.desk, self.ownership, self.shared = desk, ownership, shared

    def check(self, uploads: list[str] | None, name: str, request: gradio.Request) -> str:
        """A dry run: what the batch would make, or every fault; nothing is kept."""
        owner = owner_of(request)
        try:
            received = self._receive(uploads, name, owner)
            plan = make_plan(received.checked, finished_in(received.folder))
            return fragment("plan", plan=plan, name=received.folder.parent.name)
        except LineproofError as error:
            return fragment("faults", lines=error.shown() if isinstance(error, InputErrors) else [str(error)])
        finally:
            self.desk.discard(owner, name.strip())

    def start(self, uploads: list[str] | None, name: str, request: gradio.Request) -> tuple[str, str]:
        """Check the batch and put it into the queue."""
        owner = owner_of(request)
        try:
            received = self._receive(uploads, name, owner)
            images = sum(row.count for row in received.checked.rows)
            try:
                self.desk.start_batch(owner, lane_of(request), received, images)
            except LineproofError:
                self.desk.discard(owner, name.strip())
                raise
        except LineproofError as error:
            lines = error.shown() if isinstance(error, InputErrors) else [str(error)]
            return fragment("faults", lines=lines), self.listing(request)
        return fragment("fine", text=f"{name.strip()} is in the queue."), self.listing(request)

    def act(self, event: gradio.EventData, request: gradio.Request) -> str:
        """A button of the list was pressed."""
        owner = owner_of(request)
        if event.action == "cancel":
            self.desk.cancel(str(event.key), owner)
        elif event.action == "resume":
            self.desk.resume(str(event.key), owner)
        return self.listing(request)

    def listing(self, request: gradio.Request) -> str:
        """All batches of the asker, and the runs of the command line."""
        owner = owner_of(request)
        runs = {run.name: run for run in list_runs(self.desk.home, owner, self.shared) if run.own}
        rows = []
        for job in self.desk.queue.of(owner, kinds=(BATCH,)):
            order = BatchOrder.read(job.order)
            run = runs.get(order.run)
            wait = eta(self.desk.queue.place(job).seconds) if job.status == "queued" else ""
            rows.append(
                BatchRow(job=job, name=order.run, images=order.images, counts=run.counts() if run else None, wait=wait)
            )
        others = [run for run in list_runs(self.desk.home, owner, self.shared) if not run.own]
        if not rows and not others:
            return NO_BATCH
        tokens = {name: run.token for name, run in runs.items()}
        told = [(run, run.counts(), datetime.fromtimestamp(run.changed)) for run in others]
        return fragment("batches", rows=rows, tokens=tokens, others=told)

    def _receive(self, uploads: list[str] | None, name: str, owner: str) -> ReceivedBatch:
        paths = [Path(upload) for upload in uploads or []]
        for path in paths:
            if not self.ownership.owns(owner, path):
                raise LineproofError(f"{path.name} is not there any more: upload it again")
        return self.desk.receive(owner, name.strip(), paths)


def build_batch(page: gradio.Blocks, actions: BatchActions) -> None:
    """Lay the page out and wire it; to be called inside gradio's Blocks."""
    gradio.Markdown("# Batch\nMany wireframes, each with its own prompt: every row of a manifest is an order.")
    with gradio.Row(equal_height=False):
        with gradio.Column(scale=5, min_width=320):
            gradio.Markdown("## New run")
            files = gradio.File(
                label="A ZIP, or a manifest and its wireframes", file_count="multiple", file_types=FILE_TYPES,
                elem_id="batch-files", height=160,
            )  # fmt: skip
            name = gradio.Textbox(label="Name of the run", placeholder="icons-may", elem_id="batch-name")
            with gradio.Row():
                check = gradio.Button("Dry run", elem_id="batch-check")
                start = gradio.Button("Start", variant="primary", elem_id="batch-start")
            told = gradio.HTML("", elem_id="batch-told", apply_default_css=False)
        with gradio.Column(scale=7, min_width=320):
            gradio.Markdown("## Runs")
            listing = gradio.HTML(NO_BATCH, elem_id="batches", apply_default_css=False, js_on_load=DELEGATE)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
    timer = gradio.Timer(POLL_SECONDS)
    check.click(actions.check, [files, name], told, **quiet)
    start.click(actions.start, [files, name], [told, listing], **quiet)
    listing.click(actions.act, None, listing, **quiet)
    timer.tick(actions.listing, None, listing, trigger_mode="once", **quiet)
    page.load(actions.listing, None, listing, **quiet)
