"""All pages as one gradio app with a page a view, mounted into the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio
from fastapi import FastAPI

from pipeline.jobs.desk import Desk
from ui.web.api import build_api
from ui.web.batch_page import BatchActions, build_batch
from ui.web.create_actions import CreateActions
from ui.web.create_page import build_create
from ui.web.models_page import build_models
from ui.web.ownership import Ownership
from ui.web.reports_page import ReportActions, build_reports
from ui.web.theme import HEAD, theme

if TYPE_CHECKING:
    from ui.web.serve import AppSettings

TITLE = "Lineproof"


def build(desk: Desk, ownership: Ownership, settings: AppSettings) -> gradio.Blocks:
    """Return the pages."""
    from ui.web.serve import CACHE_SWEEP

    with gradio.Blocks(title=TITLE, analytics_enabled=False, delete_cache=CACHE_SWEEP) as pages:
        _navigation(settings)
        actions = CreateActions(desk, ownership)
        build_create(pages, actions)
        build_api(actions)
    with pages.route("Batch", "batch"):
        _navigation(settings)
        build_batch(pages, BatchActions(desk, ownership, settings.runs))
    with pages.route("Reports", "reports"):
        _navigation(settings)
        build_reports(pages, ReportActions(desk, settings.runs))
    with pages.route("Models", "models"):
        _navigation(settings)
        build_models(pages)
    return pages


def _navigation(settings: AppSettings) -> None:
    gradio.Navbar(main_page_name="Create", value=[("Log out", "/logout")] if settings.users else [])


def mount(app: FastAPI, desk: Desk, ownership: Ownership, settings: AppSettings) -> None:
    """Put the pages at the root of `app`; gradio may serve no folder but its own cache."""
    from ui.web.serve import MAX_UPLOAD

    pages = build(desk, ownership, settings).queue(default_concurrency_limit=8)
    gradio.mount_gradio_app(
        app,
        pages,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        allowed_paths=[],
        max_file_size=MAX_UPLOAD,
        show_error=True,
        run_history=False,
        footer_links=["api"],
        ssr_mode=False,
        theme=theme(),
        head=HEAD,
    )
