"""The routes of runs: their report as a page, their images as a ZIP, and verdicts from the review into their store."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.background import BackgroundTask

from conditioners.errors import InputError, LineproofError
from pipeline.jobs.desk import Desk
from pipeline.jobs.home import LOCAL_OWNER
from pipeline.jobs.runs import ListedRun, find_run

SUFFIXES = (".png", ".scores.json")


def add_run_routes(app: FastAPI, desk: Desk, shared: Path) -> None:
    """Add them to `app`, which must be behind the guard."""

    def run_of(request: Request, token: str) -> ListedRun:
        return find_run(desk.home, owner(request), shared, token)

    @app.get("/runs/{token}/report.html")
    def report(
        request: Request, token: str, tag: Annotated[list[str] | None, Query()] = None, against: str = ""
    ) -> Response:
        try:
            run = run_of(request, token)
            other = run_of(request, against) if against else None
            return HTMLResponse(_report(run, other, tag or []), headers={"x-frame-options": "SAMEORIGIN"})
        except LineproofError as error:
            return PlainTextResponse(str(error), 404 if isinstance(error, InputError) else 500)

    @app.get("/runs/{token}/images.zip")
    def images(request: Request, token: str) -> Response:
        try:
            run = run_of(request, token)
        except InputError as error:
            return PlainTextResponse(str(error), 404)
        with (
            tempfile.NamedTemporaryFile(suffix=".zip", delete=False) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        ):
            for path in _images(run.folder):
                archive.write(path, path.name)
        gone = BackgroundTask(Path(file.name).unlink, missing_ok=True)
        return FileResponse(file.name, filename=f"{run.name}.zip", media_type="application/zip", background=gone)

    @app.post("/reviews/{token}")
    async def review(request: Request, token: str) -> Response:
        import asyncio

        body = await request.json()
        try:
            run = await asyncio.to_thread(run_of, request, token)
            told = await asyncio.to_thread(_keep, run, body, owner(request))
        except LineproofError as error:
            return PlainTextResponse(str(error), 422)
        return JSONResponse(told)


def owner(request: Request) -> str:
    """Whoever the guard found out."""
    return str(request.scope["state"]["owner"])


def _report(run: ListedRun, other: ListedRun | None, tags: list[str]) -> str:
    from pipeline.report import make_report
    from pipeline.report_page import report_page
    from pipeline.results import load_results
    from pipeline.review import load_opinions

    items = [item for item in load_results(run.folder) if set(tags) <= set(item.tags)]
    if not items:
        raise InputError(f"no asset of {run.name} has the tags {', '.join(tags)}")
    against = None
    if other is not None:
        against = [item for item in load_results(other.folder) if set(tags) <= set(item.tags)]
    made = make_report(items, against, load_opinions(run.folder, items))
    title = f"{run.name} ({', '.join(tags)})" if tags else run.name
    return report_page(made, title, other.name if other else "")


def _images(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.iterdir() if path.is_file() and path.name.endswith(SUFFIXES))


def _keep(run: ListedRun, body: Any, reviewer: str) -> dict[str, int]:
    """Write a review's verdicts into the run's store; where there is a login, whose they are is no question."""
    import json

    from pipeline.review import import_review

    if isinstance(body, dict) and reviewer != LOCAL_OWNER:
        body["reviewer"] = reviewer
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "review.json"
        file.write_text(json.dumps(body), encoding="utf-8")
        try:
            found = import_review(file, run.folder)
        except InputError as error:
            raise InputError(str(error).replace(f"{file}: ", "").replace(str(run.folder), run.name)) from error
    return {"new": found.new, "known": found.known, "outdated": found.outdated}
