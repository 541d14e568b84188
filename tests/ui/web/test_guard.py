"""The guard before a small application: what passes, what is answered instead, and to whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pipeline.users import ScryptCost, add_user, remove_user
from ui.web.access import COOKIE, FREE_TRIES, Access, Throttle
from ui.web.guard import Guard, session_cookie
from ui.web.ownership import Ownership

PASSWORD = "a long password"
HOSTS = frozenset({"127.0.0.1", "localhost"})


class Inner:
    """Answers every request with who asks; an upload with the paths it was told to have stored."""

    def __init__(self) -> None:
        self.stored: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = json.dumps(self.stored).encode()
        if not scope["path"].endswith("upload"):
            read = await receive() if scope["method"] == "POST" else {"body": b""}
            owner = scope.get("state", {}).get("owner")
            body = json.dumps({"owner": owner, "body": read["body"].decode()}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Setup:
    """A guard with its parts, asked over HTTP."""

    def __init__(self, folder: Path, users: bool) -> None:
        self.cache = folder / "cache"
        self.cache.mkdir()
        self.users = folder / "users.json"
        if users:
            for name in ("ada", "bob"):
                add_user(self.users, name, PASSWORD, ScryptCost(n=2**10))
        self.access = Access(b"k" * 32, self.users if users else None)
        self.inner, self.ownership = Inner(), Ownership(self.cache)
        self.guard = Guard(self.inner, self.access, self.ownership, HOSTS)

    def ask(self, path: str, owner: str | None = None, method: str = "GET", **request: Any) -> httpx.Response:
        import anyio

        cookies = {COOKIE: self.access.session(owner)} if owner else {}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.guard)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://127.0.0.1:7860", cookies=cookies
            ) as client:
                return await client.request(method, path, **request)

        return anyio.run(send)


@pytest.fixture
def open_app(tmp_path: Path) -> Setup:
    return Setup(tmp_path, users=False)


@pytest.fixture
def closed_app(tmp_path: Path) -> Setup:
    return Setup(tmp_path, users=True)


def test_pages_pass_with_headers_that_keep_strangers_out(open_app: Setup) -> None:
    answer = open_app.ask("/batch")
    assert answer.json()["owner"] == "local"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/proxy=http://example.com/",
        "/gradio_api/vibe-code/",
        "/gradio_api/stream/x/1/2/playlist-file",
        "/gradio_api/dev/reload",
        "/gradio_api/token",
        "/gradio_api/run/predict",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=http://127.0.0.1:22/",
        "/monitoring/summary",
        "/docs",
        "/openapi.json",
        "/../etc/passwd",
    ],
)
def test_what_the_pages_do_not_use_is_not_there(path: str, open_app: Setup) -> None:
    assert open_app.ask(path).status_code == 404
    assert open_app.ask(path, method="POST", json={}).status_code == 404


@given(path=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_file_leaves_by_any_name(path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    setup = Setup(tmp_path_factory.mktemp("guard"), users=False)
    (setup.cache / "top.png").write_bytes(b"x")
    assert not setup.ownership.owns("local", path)
    assert not setup.ownership.owns("local", setup.cache / "top.png")


def test_requests_of_other_sites_and_names_are_refused(open_app: Setup) -> None:
    post = {"method": "POST", "json": {}}
    assert open_app.ask("/gradio_api/queue/join", headers={"origin": "https://evil.example"}, **post).status_code == 403
    assert open_app.ask("/", headers={"host": "evil.example"}).status_code == 403
    own = {"origin": "http://127.0.0.1:7860"}
    assert open_app.ask("/gradio_api/queue/join", headers=own, **post).status_code == 200


def test_without_a_session_there_is_the_login_and_nothing_else(closed_app: Setup) -> None:
    assert closed_app.ask("/").headers["location"] == "/login"
    assert closed_app.ask("/config").status_code == 401
    assert closed_app.ask("/login").status_code == 200
    assert closed_app.ask("/", "ada").json()["owner"] == "ada"


def test_a_forged_or_old_session_is_none(closed_app: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    good = closed_app.access.session("ada")
    assert closed_app.access.owner(good) == "ada"
    assert Access(b"x" * 32, closed_app.users).owner(good) is None
    for forged in ("", ".", "a.b", good[:-2], good.replace(good[3], "A" if good[3] != "A" else "B"), "ä.ö"):
        assert closed_app.access.owner(forged) is None
    monkeypatch.setattr("ui.web.access.SESSION_SECONDS", -1)
    assert closed_app.access.owner(closed_app.access.session("ada")) is None


def test_a_removed_user_is_out_at_once(closed_app: Setup) -> None:
    session = closed_app.access.session("ada")
    remove_user(closed_app.users, "ada")
    assert closed_app.access.owner(session) is None


def test_an_upload_belongs_to_who_made_it(closed_app: Setup) -> None:
    path = closed_app.cache / "0123" / "a.png"
    path.parent.mkdir()
    Image.new("L", (64, 64), 255).save(path)
    closed_app.inner.stored = [str(path)]
    assert closed_app.ask("/gradio_api/upload", "ada", "POST", content=b"x").status_code == 200
    assert closed_app.ask(f"/gradio_api/file={path}", "ada").status_code == 200
    assert closed_app.ask(f"/gradio_api/file={path}", "bob").status_code == 404
    sneaky = f"/gradio_api/file={closed_app.cache}/0123/../../users.json"
    assert closed_app.ask(sneaky, "ada").status_code == 404


def test_a_picture_outside_the_limits_is_deleted(open_app: Setup) -> None:
    path = open_app.cache / "0123" / "a.png"
    path.parent.mkdir()
    Image.new("L", (5000, 20), 255).save(path)
    open_app.inner.stored = [str(path)]
    answer = open_app.ask("/gradio_api/upload", method="POST", content=b"x")
    assert answer.status_code == 413
    assert "each side must be 16 to 4096 px, got 5000x20" in answer.text
    assert not path.exists()


def test_a_page_s_session_is_nobody_else_s(closed_app: Setup) -> None:
    join = {"method": "POST", "json": {"session_hash": "abc"}}
    assert closed_app.ask("/gradio_api/queue/join", "ada", **join).status_code == 200
    assert closed_app.ask("/gradio_api/queue/join", "bob", **join).status_code == 404
    assert closed_app.ask("/gradio_api/queue/data?session_hash=abc", "bob").status_code == 404
    assert closed_app.ask("/gradio_api/heartbeat/abc", "bob").status_code == 404
    assert closed_app.ask("/gradio_api/queue/data?session_hash=abc", "ada").status_code == 200


def test_a_body_passes_unchanged_up_to_its_limit(open_app: Setup) -> None:
    answer = open_app.ask("/gradio_api/queue/join", method="POST", content=b'{"a": "b"}')
    assert answer.json()["body"] == '{"a": "b"}'
    assert open_app.ask("/gradio_api/queue/join", method="POST", content=b"x" * (5 << 20)).status_code == 413


def test_guessing_passwords_becomes_slow() -> None:
    now = 100.0
    throttle = Throttle(clock=lambda: now)
    waits = []
    for _ in range(FREE_TRIES + 8):
        waits.append(throttle.wait("ada"))
        throttle.failed("ada")
    assert waits[:FREE_TRIES] == [0.0] * FREE_TRIES
    assert waits[FREE_TRIES : FREE_TRIES + 3] == [1.0, 2.0, 4.0]
    assert max(waits) == 60.0
    assert throttle.wait("bob") == 0.0
    throttle.succeeded("ada")
    assert throttle.wait("ada") == 0.0


def test_a_cookie_header_of_any_kind_is_read_or_ignored() -> None:
    assert session_cookie(f"a=b; {COOKIE}=x.y; c=d") == "x.y"
    assert session_cookie("") is None
    assert session_cookie("\x00=;;;=") is None
