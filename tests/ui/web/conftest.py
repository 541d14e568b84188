"""The app as a real server on loopback, with the embedded model; started once for each file that asks for it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.run import Studio
from pipeline.users import ScryptCost, add_user
from ui.web.serve import AppSettings, Server

PASSWORD = "a long password"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def studio() -> Studio:
    """The model and the scorer, loaded once for all servers of the session."""
    return Studio(device="cpu")


@pytest.fixture(scope="module")
def serve(studio: Studio) -> Iterator[Callable[..., Server]]:
    """Start servers that end with the module."""
    before = {name: os.environ.get(name) for name in ("GRADIO_TEMP_DIR", "GRADIO_ANALYTICS_ENABLED")}
    started: list[Server] = []

    def start(home: Path, **settings: Any) -> Server:
        server = Server(AppSettings(home=home, port=free_port(), runs=home / "no-runs", **settings), studio)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.close()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """An app without a login."""
    return serve(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def user_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two users, with hashes that are cheap to check."""
    path = tmp_path_factory.mktemp("users") / "users.json"
    for name in ("ada", "bob"):
        add_user(path, name, PASSWORD, ScryptCost(n=2**10))
    return path


@pytest.fixture(scope="module")
def guarded(serve: Callable[..., Server], user_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """An app with a login."""
    return serve(tmp_path_factory.mktemp("guarded"), users=user_file)


CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
needs_browser = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("CI") != "true",
    reason="no Chromium on this machine, and `make test` may not install it",
)

PATIENCE_MS = 300_000
"""A bound on waiting, not a measure of speed: the machine may be busy with anything."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM or None, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def new_page(browser: Any) -> Iterator[Callable[..., Any]]:
    """Open pages of a browser without history, each in a context of its own unless one is given."""
    contexts = []

    def open_page(url: str, context: Any = None, **settings: Any) -> Any:
        if context is None:
            context = browser.new_context(**settings)
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(url)
        page.locator("h1").first.wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()


AXE = Path(__file__).with_name("axe") / "axe.min.js"


def serious(page: Any) -> list[str]:
    """axe's findings that would keep somebody out."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def upload(page: Any, selector: str, file: Path, shown: Any) -> None:
    """Choose a file in a file field and wait until `shown`, a locator, is there.

    A page that was opened a moment ago may not listen yet, or be filled by what it loads; it is then opened again.
    """
    from playwright.sync_api import TimeoutError as TooLate

    for _ in range(PATIENCE_MS // 20_000):
        page.set_input_files(f"{selector} input[type=file]", str(file))
        try:
            shown.first.wait_for(timeout=20_000)
        except TooLate:
            page.reload()
            page.locator("h1").first.wait_for()
        else:
            return
    raise AssertionError(f"{file.name} was not taken")
