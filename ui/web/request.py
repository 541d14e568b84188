"""Who sends an event, as the guard found out."""

from __future__ import annotations

import gradio

from pipeline.jobs.home import LOCAL_OWNER


def owner_of(request: gradio.Request) -> str:
    """The owner that the guard put into the request; nobody gets past it without one."""
    return str(request.request.scope["state"]["owner"])


def lane_of(request: gradio.Request) -> str:
    """Whose turns a job counts as: the user's, or the page's where nobody logs in."""
    owner = owner_of(request)
    return f"{owner}/{request.session_hash}" if owner == LOCAL_OWNER else owner
