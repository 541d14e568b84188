"""The page Reports: a run's failure rates in the app, filtered and compared, and its review with the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import gradio

from conditioners.errors import LineproofError
from pipeline.jobs.desk import Desk
from pipeline.jobs.runs import ListedRun, find_run, list_runs
from pipeline.results import load_results
from ui.web.render import empty, fragment
from ui.web.request import owner_of

NO_RUN = empty(
    "No run chosen",
    "Choose a run to see how often its assets fail, for whom, and by how much.",
)
NO_RUNS = empty(
    "No run yet",
    "A run is made on the page Batch, or by lineproof batch on the command line. Candidates that are sent to review "
    "from the page Create make one, too.",
)


class ReportActions:
    """The events of the page."""

    def __init__(self, desk: Desk, shared: Path) -> None:
        self.desk, self.shared = desk, shared

    def load(self, request: gradio.Request) -> tuple[Any, Any, Any]:
        """The runs to choose from; the one that the page's address names is chosen."""
        runs = list_runs(self.desk.home, owner_of(request), self.shared)
        choices = [(label(run), run.token) for run in runs]
        asked = dict(request.query_params).get("run", "")
        chosen = asked if asked in {run.token for run in runs} else None
        others = gradio.Dropdown(choices=[("nothing", ""), *choices], value="", interactive=len(runs) > 1)
        first = gradio.Dropdown(choices=choices, value=chosen, interactive=bool(runs))
        return first, others, gradio.skip() if runs else NO_RUNS

    def choose(self, run: str | None, request: gradio.Request) -> Any:
        """A run was chosen: the filters are its tags."""
        return gradio.Dropdown(choices=self._tags(run, owner_of(request)), value=[])

    def show(self, run: str | None, other: str | None, tags: list[str] | None, request: gradio.Request) -> str:
        """The report inside the page."""
        if not run:
            return NO_RUN if list_runs(self.desk.home, owner_of(request), self.shared) else NO_RUNS
        query = [("tag", tag) for tag in tags or []] + ([("against", other)] if other else [])
        address = f"/runs/{run}/report.html" + (f"?{urlencode(query)}" if query else "")
        return fragment("report_frame", address=address, run=run)

    def _tags(self, token: str | None, owner: str) -> list[str]:
        if not token:
            return []
        try:
            items = load_results(find_run(self.desk.home, owner, self.shared, token).folder)
        except LineproofError:
            return []
        return sorted({tag for item in items for tag in item.tags})


def label(run: ListedRun) -> str:
    """A run in a list to choose from."""
    return run.name if run.own else f"{run.name} (command line)"


def build_reports(page: gradio.Blocks, actions: ReportActions) -> None:
    """Lay the page out and wire it; to be called inside gradio's Blocks."""
    gradio.Markdown("# Reports\nHow often the assets of a run fail, and what people say of them.")
    with gradio.Row():
        run = gradio.Dropdown([], label="Run", elem_id="report-run", min_width=180)
        other = gradio.Dropdown(
            [("nothing", "")], value="", label="Compare with", elem_id="report-other", min_width=180
        )
        tags = gradio.Dropdown([], label="Only these tags", multiselect=True, elem_id="report-tags", min_width=180)
    frame = gradio.HTML(NO_RUN, elem_id="report", apply_default_css=False)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    page.load(actions.load, None, [run, other, frame], **quiet)
    run.change(actions.choose, run, tags, **quiet)
    for one in (run, other, tags):
        one.change(actions.show, [run, other, tags], frame, trigger_mode="always_last", **quiet)
