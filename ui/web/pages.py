"""All pages as one gradio app with a page a view, mounted into the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import gradio
from fastapi import FastAPI

from pipeline.jobs.desk import Desk
from ui.web.api import build_api
from ui.web.create_actions import CreateActions
from ui.web.create_page import build_create
from ui.web.ownership import Ownership
from ui.web.theme import HEAD, theme

if TYPE_CHECKING:
    from ui.web.serve import AppSettings

TITLE = "Lineproof"


def build(desk: Desk, ownership: Ownership) -> gradio.Blocks:
    """Return the pages."""
    from ui.web.serve import CACHE_SWEEP

    with gradio.Blocks(title=TITLE, analytics_enabled=False, delete_cache=CACHE_SWEEP) as pages:
        actions = CreateActions(desk, ownership)
        build_create(pages, actions)
        build_api(actions)
    return pages


def mount(app: FastAPI, desk: Desk, ownership: Ownership, settings: AppSettings) -> None:
    """Put the pages at the root of `app`; gradio may serve no folder but its own cache."""
    from ui.web.serve import MAX_UPLOAD

    pages = build(desk, ownership).queue(default_concurrency_limit=8)
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
