"""The routes beside gradio's: login, files of jobs, exports, script and style. All but login are guarded."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from conditioners.errors import InputError, LineproofError
from pipeline.delivery import deliver, deliver_pngs, zipped
from pipeline.jobs.create import Candidate, candidates_of
from pipeline.jobs.desk import Desk
from pipeline.jobs.repair import create_order_of, origin_of
from ui.web.access import COOKIE, SESSION_SECONDS, Access
from ui.web.render import fragment

STATIC = Path(__file__).resolve().parent / "static"
_SERVED = frozenset((".png", ".svg", ".jpg", ".jpeg", ".webp", ".json"))


def add_routes(app: FastAPI, desk: Desk, access: Access) -> None:
    """Add them all to `app`, which must be behind the guard."""
    _static(app)
    _login(app, access)
    _files(app, desk)


def _static(app: FastAPI) -> None:
    @app.get("/healthz")
    def health() -> PlainTextResponse:
        return PlainTextResponse("ok")

    for name, kind in (("app.css", "text/css"), ("app.js", "text/javascript")):

        def serve(name: str = name, kind: str = kind) -> FileResponse:
            return FileResponse(STATIC / name, media_type=kind, headers={"cache-control": "no-cache"})

        app.get(f"/static/{name}")(_without_parameters(serve))


def _without_parameters(function: Callable[[], FileResponse]) -> Callable[[], FileResponse]:
    """FastAPI would take the defaults for query parameters."""
    return lambda: function()


def _login(app: FastAPI, access: Access) -> None:
    @app.get("/login", response_class=HTMLResponse)
    def form() -> Response:
        if not access.login_needed:
            return RedirectResponse("/", 303)
        return HTMLResponse(fragment("login", error="", name=""))

    @app.post("/login")
    async def log_in(request: Request, username: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
        browser = "text/html" in request.headers.get("accept", "")
        name = username.strip()[:64]
        wait = access.throttle.wait(name)
        if wait > 0:
            return _refused(browser, name, 429, f"Too many tries: wait {math.ceil(wait)} s and try again.")
        try:
            # The hash takes a third of a second; other pages go on meanwhile.
            session = await asyncio.to_thread(access.log_in, name, password)
        except InputError as error:
            return _refused(browser, name, 500, str(error))
        if session is None:
            return _refused(browser, name, 401, "Name or password is wrong.")
        answer: Response = RedirectResponse("/", 303) if browser else JSONResponse({"success": True})
        answer.set_cookie(COOKIE, session, max_age=SESSION_SECONDS, httponly=True, samesite="lax", path="/")
        return answer

    @app.get("/logout")
    def log_out() -> Response:
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer


def _refused(browser: bool, name: str, status: int, error: str) -> Response:
    if browser:
        return HTMLResponse(fragment("login", error=error, name=name), status)
    return JSONResponse({"detail": error}, status)


def _files(app: FastAPI, desk: Desk) -> None:
    @app.get("/files/{key}/{name}")
    def file(request: Request, key: str, name: str) -> Response:
        folder = _folder(desk, request, key)
        found = None if folder is None else folder / name
        if found is None or found.parent != folder or found.suffix not in _SERVED or not found.is_file():
            return PlainTextResponse("there is no such file", 404)
        # An SVG is a document that could run scripts; it is for download only.
        headers = {"cache-control": "private, max-age=86400", "content-security-policy": "default-src 'none'; sandbox"}
        if found.suffix == ".svg":
            headers["content-disposition"] = "attachment"
        return FileResponse(found, headers=headers)

    @app.get("/export/{key}/{seed}")
    def export(
        request: Request,
        key: str,
        seed: int,
        scale: Annotated[list[int] | None, Query()] = None,
        transparent: bool = False,
        form: str = "zip",
    ) -> Response:
        folder = _folder(desk, request, key)
        job = desk.queue.find(key, _owner(request))
        one = None if folder is None else next((one for one in candidates_of(folder) if one.seed == seed), None)
        if job is None or folder is None or one is None:
            return PlainTextResponse("there is no such image", 404)
        order = create_order_of(job)
        try:
            return _export(one, folder / order.wireframe, scale or [], transparent, form)
        except LineproofError as error:
            return PlainTextResponse(str(error), 422)


def _export(one: Candidate, wireframe: Path, scales: Sequence[int], transparent: bool, form: str) -> Response:
    if form == "zip":
        scores: Any = one.line["scores"]
        data = deliver(one.asset, one.control_map, scores, wireframe, scales, transparent, origin_of(one))
        return _download(data, f"{one.asset.stem}.zip", "application/zip")
    files = deliver_pngs(one.asset, one.control_map, scales, transparent)
    if len(files) == 1:
        return _download(files[0].data, files[0].name, "image/png")
    return _download(zipped(files), f"{one.asset.stem}-png.zip", "application/zip")


def _download(data: bytes, name: str, kind: str) -> Response:
    return Response(data, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _owner(request: Request) -> str:
    return str(request.scope["state"]["owner"])


def _folder(desk: Desk, request: Request, key: str) -> Path | None:
    """The folder of a job, where it is the asker's."""
    owner = _owner(request)
    return None if desk.queue.find(key, owner) is None else desk.home.job(owner, key)
