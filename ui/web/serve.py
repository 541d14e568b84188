"""The server: gradio's pages inside a FastAPI app behind the guard, run by uvicorn."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conditioners.errors import InputError
from pipeline.jobs.desk import Desk
from pipeline.jobs.home import Home
from pipeline.run import Studio
from ui.web.access import Access
from ui.web.ownership import Ownership

LOOPBACK: Final = frozenset(("127.0.0.1", "localhost", "::1"))
MAX_UPLOAD: Final = "64mb"
CACHE_SWEEP: Final = (3600, 86400)
"""Seconds between sweeps of the cache, and the age from which a file in it is deleted."""

START_SECONDS: Final = 60.0


@dataclass(frozen=True, kw_only=True)
class AppSettings:
    """How the app is served. `users` is the user file, without which only this machine can reach it."""

    host: str = "127.0.0.1"
    port: int = 7860
    home: Path = Path(".lineproof")
    runs: Path = Path("runs")
    users: Path | None = None
    device: str = "auto"

    def check(self) -> None:
        """Raise InputError where the address would let strangers in, or the port is taken."""
        if self.host not in LOOPBACK and self.users is None:
            raise InputError(
                f"host must be one of {', '.join(sorted(LOOPBACK))} unless there is a login: give --users FILE, "
                f"made by `lineproof users add`, got {self.host!r}"
            )
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((self.host, self.port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(f"port must be free on {self.host}, got {self.port} ({reason})") from None


class Server:
    """A running app; `close` puts the running job back and frees the port."""

    def __init__(self, settings: AppSettings, studio: Studio | None = None) -> None:
        settings.check()
        self.settings = settings
        self.home = Home.make(settings.home)
        access = Access(self.home.secret(), settings.users)
        # Gradio reads its cache's place from the environment when its components are made.
        os.environ["GRADIO_TEMP_DIR"] = str(self.home.cache)
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
        self.desk = Desk(self.home, studio or Studio(device=settings.device))
        self._server = _uvicorn(settings, self.desk, access, Ownership(self.home.cache))

    @property
    def url(self) -> str:
        """Where the app is."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"http://{host}:{self.settings.port}/"

    def run(self, ready: Callable[[str], None] | None = None) -> None:
        """Serve until interrupted."""
        self.desk.open()
        try:
            if ready is not None:
                ready(self.url)
            self._server.run()
        finally:
            self.desk.close()

    def start(self) -> None:
        """Serve in a thread; returns when the first request can be answered."""
        self._thread = threading.Thread(target=self.run, name="lineproof-app", daemon=True)
        self._thread.start()
        end = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > end:
                raise InputError(f"the app could not be started on {self.url}")
            time.sleep(0.02)

    def close(self) -> None:
        """End what `start` began."""
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(START_SECONDS)


def _uvicorn(settings: AppSettings, desk: Desk, access: Access, ownership: Ownership) -> Any:
    import uvicorn
    from fastapi import FastAPI

    from ui.web.guard import Guard
    from ui.web.pages import mount
    from ui.web.routes import add_routes
    from ui.web.run_routes import add_run_routes

    class QuietEnd(uvicorn.Server):
        """Pages that are open when the server ends hold connections, whose end is no error to tell of."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """End all connections."""
            logger = logging.getLogger("uvicorn.error")
            before = logger.level
            logger.setLevel(logging.CRITICAL)
            try:
                await super().shutdown(sockets)
            finally:
                logger.setLevel(before)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(app, desk, access)
    add_run_routes(app, desk, settings.runs)
    mount(app, desk, ownership, settings)
    hosts = frozenset(LOOPBACK | {"[::1]"}) if settings.host in LOOPBACK else None
    guarded = Guard(app, access, ownership, hosts)
    config = uvicorn.Config(
        guarded, host=settings.host, port=settings.port, log_level="warning", timeout_graceful_shutdown=2, ws="none"
    )
    return QuietEnd(config)
