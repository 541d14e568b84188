"""What stands before gradio: only the routes that the pages use, only for who may, and only their own files.

Gradio serves every file of its cache to everybody who is logged in, trusts any path inside it as an input, and fetches
URLs on behalf of its callers. Here each upload has an owner, each file and each session belongs to one, and what is not
needed is not there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from conditioners.errors import InputError
from pipeline.archive import RASTERS, check_picture
from ui.web.access import COOKIE, Access
from ui.web.ownership import Ownership

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY: Final = 4 * 1024 * 1024
"""Bytes of a request that is no upload."""

OPEN_TO_ALL: Final = re.compile(r"/(?:login|logout|healthz|favicon\.ico|static/app\.(?:css|js))/?")

PAGES: Final = ("", "batch", "reports", "models")

READ: Final = re.compile(
    rf"/(?:{'|'.join(PAGES)})/?"
    r"|/(?:config|theme\.css|robots\.txt|manifest\.json|pwa_icon(?:/\d+)?)/?"
    r"|/(?:static|assets|svelte)/.+|/(?:files|export|runs)/.+"
    r"|/gradio_api/(?:info|openapi\.json|app_id|startup-events|theme\.css|upload_progress|queue/data|queue/status)/?"
    r"|/gradio_api/(?:heartbeat|call|custom_component)/.+|/gradio_api/file=.+"
)
WRITE: Final = re.compile(
    r"/gradio_api/(?:upload|queue/join|cancel|reset|component_server)/?|/gradio_api/call/.+|/reviews/.+"
)

HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    # Gradio's pages are made of inline scripts; nothing from anywhere else is ever run, shown or sent.
    "content-security-policy": "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' blob: data:; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'self'; "
    "form-action 'self'",
}


class Guard:
    """ASGI middleware; `hosts` are the names that the app may be called by, None for any."""

    def __init__(self, app: App, access: Access, ownership: Ownership, hosts: frozenset[str] | None = None) -> None:
        self.app, self.access, self.ownership, self.hosts = app, access, ownership, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path, reads = scope["path"], scope["method"] in ("GET", "HEAD")
        if self._foreign(headers, scope["method"]):
            await _answer(send, 403, "this address is not served here, or the request came from another site")
        elif OPEN_TO_ALL.fullmatch(path):
            await self.app(scope, receive, _with_headers(send))
        elif not (READ if reads else WRITE).fullmatch(path) or scope["method"] not in ("GET", "HEAD", "POST"):
            await _answer(send, 404, "there is nothing here")
        elif (owner := self.access.owner(session_cookie(headers.get("cookie", "")))) is None:
            if reads and path.strip("/") in PAGES:
                await _redirect(send, "/login")
            else:
                await _answer(send, 401, "log in first")
        elif not self._own(path, scope, owner):
            await _answer(send, 404, "there is no such file")
        else:
            scope.setdefault("state", {})["owner"] = owner
            await self._pass(scope, receive, send, owner)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, owner: str) -> None:
        if scope["method"] != "POST":
            await self.app(scope, receive, _with_headers(send))
        elif scope["path"].startswith("/gradio_api/upload"):
            await self._upload(scope, receive, send, owner)
        elif (body := await _body(receive)) is None:
            await _answer(send, 413, f"a request must have at most {MAX_BODY} bytes")
        elif not self._own_session(body, owner):
            await _answer(send, 404, "there is no such session")
        else:
            await self.app(scope, _again(body, receive), _with_headers(send))

    def _foreign(self, headers: MutableMapping[str, str], method: str) -> bool:
        """Whether a web page of another site sends this, or a name was bent to this machine's address."""
        host = headers.get("host", "")
        if self.hosts is not None and _name(host) not in self.hosts:
            return True
        origin = headers.get("origin")
        return method == "POST" and origin is not None and origin.partition("//")[2] != host

    def _own(self, path: str, scope: Scope, owner: str) -> bool:
        if path.startswith("/gradio_api/file="):
            return self.ownership.owns(owner, path.removeprefix("/gradio_api/file="))
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [])
        if path.startswith("/gradio_api/heartbeat/"):
            asked.append(unquote(path.rsplit("/", 1)[1]))
        return all(self.ownership.session(owner, session) for session in asked)

    def _own_session(self, body: bytes, owner: str) -> bool:
        try:
            data = json.loads(body)
        except ValueError:
            return True  # not gradio's form of a request; it has no session either
        session = data.get("session_hash") if isinstance(data, dict) else None
        return not isinstance(session, str) or self.ownership.session(owner, session)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, owner: str) -> None:
        """Let gradio store an upload, then look at the files before anybody is told where they are."""
        start: Message = {}
        body = bytearray()

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        # The answer has to be read, so it must not be compressed.
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app(scope, receive, hold)
        problem = self._accept(bytes(body), owner) if start.get("status") == 200 else ""
        if problem:
            await _answer(send, 413, problem)
            return
        forward = _with_headers(send)
        await forward(start)
        await forward({"type": "http.response.body", "body": bytes(body)})

    def _accept(self, body: bytes, owner: str) -> str:
        """Give uploaded files to their owner; a picture outside the limits is deleted, and the reason returned."""
        try:
            paths = [Path(str(path)) for path in json.loads(body)]
        except (ValueError, TypeError):
            return ""
        for path in paths:
            if path.suffix.lower() in RASTERS:
                try:
                    check_picture(path, path.name)
                except (InputError, OSError) as error:
                    path.unlink(missing_ok=True)
                    return str(error)
            self.ownership.give(path, owner)
        return ""


def session_cookie(header: str) -> str | None:
    """The session in a Cookie header."""
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return None if found is None else found.value


def _name(host: str) -> str:
    """The name in a Host header, without its port.

    >>> _name("[::1]:7860"), _name("localhost:80"), _name("127.0.0.1")
    ('[::1]', 'localhost', '127.0.0.1')
    """
    return re.sub(r":\d+$", "", host).lower()


def _with_headers(send: Send) -> Send:
    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            known = {name.decode().lower() for name, _ in given}
            ours = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name not in known]
            message["headers"] = given + ours
        await send(message)

    return forward


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    forward = _with_headers(send)
    await forward({"type": "http.response.start", "status": status, "headers": headers})
    await forward({"type": "http.response.body", "body": text.encode()})


async def _redirect(send: Send, target: str) -> None:
    forward = _with_headers(send)
    await forward({"type": "http.response.start", "status": 303, "headers": [(b"location", target.encode())]})
    await forward({"type": "http.response.body", "body": b""})


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None where it is larger than it may be."""
    body = bytearray()
    while True:
        message = await receive()
        body.extend(message.get("body", b""))
        if len(body) > MAX_BODY:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """A receive that gives a body which was read already, and then what comes after it."""
    given = False

    async def read() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read
