"""The named endpoints through gradio's own client, against a real server."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from PIL import Image

from conditioners.errors import InputError
from tests.ui.bad_files import svg_image, too_large
from tests.ui.web.conftest import PASSWORD
from ui.web.serve import AppSettings, Server

SAMPLE = Path("samples/heart-round.png")


def order(wireframe: Path | None = SAMPLE, **changes: Any) -> dict[str, Any]:
    return {
        "wireframe": None if wireframe is None else handle_file(str(wireframe)),
        "prompt": "a pink flat icon button with a heart icon",
        "text": "",
        "model": "embedded",
        "conditioner": "canny",
        "polarity": "auto",
        "seed": 3,
        "count": 2,
        "scale": 1.0,
        "steps": 1,
        "cfg": None,
        "size": "",
        "negative": "",
        **changes,
    }


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client(server.url, verbose=False)


def test_generate_returns_scored_assets_at_the_wireframes_size(client: Client) -> None:
    gallery, table, control_map = client.predict(**order(), api_name="/generate")
    assert len(gallery) == 2
    for seed, item in zip((3, 4), gallery, strict=True):
        assert Image.open(item["image"]).size == Image.open(SAMPLE).size
        assert item["caption"].startswith(f"seed {seed} · ")
    assert {"control_f1_1px", "text_ned"} <= {row[1] for row in table["data"]}
    assert Image.open(control_map).size == Image.open(SAMPLE).size


def test_a_wireframe_and_a_prompt_are_enough(client: Client) -> None:
    images, scores, control_map = client.predict(
        wireframe=handle_file(str(SAMPLE)), prompt="a pink icon button", count=1, api_name="/generate"
    )
    assert images[0]["caption"].startswith("seed 0 ")
    assert scores["headers"][:2] == ["asset", "measure"]
    assert Path(control_map).suffix == ".png"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"prompt": ""}, "prompt must not be empty"),
        ({"wireframe": None}, "wireframe first"),
        ({"model": "nonsense"}, "model must be one of"),
        ({"conditioner": "nonsense"}, "conditioner must be one of"),
        ({"count": 99}, "count"),
        ({"steps": 0}, "steps must be a whole number from 1 to 150, got 0"),
        ({"size": "12"}, "size must be WIDTHxHEIGHT"),
    ],
)
def test_bad_input_is_one_line_in_words(changes: dict[str, Any], rule: str, client: Client, server: Server) -> None:
    with pytest.raises(Exception, match=rule):
        client.predict(**order(**changes), api_name="/generate")
    assert not [job for job in server.desk.queue.of("local") if job.active]


def test_a_drawing_that_reads_files_is_refused(client: Client, tmp_path: Path) -> None:
    svg_image(tmp_path / "drawing.svg")
    with pytest.raises(Exception, match=r"drawing\.svg"):
        client.predict(**order(tmp_path / "drawing.svg"), api_name="/generate")


def test_a_picture_of_too_many_pixels_is_refused_at_the_upload(server: Server, tmp_path: Path) -> None:
    too_large(tmp_path / "large.png")
    with (tmp_path / "large.png").open("rb") as file:
        answer = httpx.post(f"{server.url}gradio_api/upload", files={"files": ("large.png", file, "image/png")})
    assert answer.status_code == 413
    assert "large.png: each side must be 16 to 4096 px, got 20000x20000" in answer.text
    assert not list(server.home.cache.rglob("large.png"))


def test_files_outside_the_owners_folders_are_refused(server: Server) -> None:
    for path in ("/etc/passwd", str(Path("pyproject.toml").resolve()), str(server.home.root / "secret")):
        assert httpx.get(f"{server.url}gradio_api/file={path}").status_code == 404
    assert httpx.get(f"{server.url}gradio_api/file=http://127.0.0.1:1/x").status_code == 404
    assert httpx.get(f"{server.url}files/{'0' * 32}/..%2f..%2fsecret").status_code == 404


def test_two_users_share_a_server_and_nothing_else(guarded: Server) -> None:
    ada, bob = (Client(guarded.url, auth=(name, PASSWORD), verbose=False) for name in ("ada", "bob"))
    made: dict[str, Any] = {}

    def make(name: str, client: Client, seed: int) -> None:
        made[name] = client.predict(**order(seed=seed, count=1), api_name="/generate")

    threads = [threading.Thread(target=make, args=args) for args in (("ada", ada, 1), ("bob", bob, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made["ada"][0][0]["caption"].startswith("seed 1 ")
    assert made["bob"][0][0]["caption"].startswith("seed 2 ")

    (job,) = guarded.desk.queue.of("ada")
    (name,) = [path.name for path in guarded.home.job("ada", job.key).glob("*.overlay.png")]
    routes = [
        f"files/{job.key}/{name}",
        f"export/{job.key}/1?scale=1",
        f"gradio_api/file={next(guarded.home.cache.glob(f'job-{job.key}/*.png'))}",
    ]
    for route in routes:
        as_ada = httpx.get(f"{guarded.url}{route}", cookies=ada.cookies)
        assert as_ada.status_code == 200, route
        assert httpx.get(f"{guarded.url}{route}", cookies=bob.cookies).status_code == 404, route
        assert httpx.get(f"{guarded.url}{route}").status_code == 401, route


def test_another_users_upload_is_no_input(guarded: Server) -> None:
    ada, bob = (Client(guarded.url, auth=(name, PASSWORD), verbose=False).cookies for name in ("ada", "bob"))
    with SAMPLE.open("rb") as file:
        answer = httpx.post(
            f"{guarded.url}gradio_api/upload", files={"files": ("a.png", file, "image/png")}, cookies=ada
        )
    upload = {"path": answer.json()[0], "meta": {"_type": "gradio.FileData"}}
    # By hand, for the client would upload the file anew, as bob's own.
    data = [upload, *list(order(count=1).values())[1:]]
    url = f"{guarded.url}gradio_api/call/generate"
    event = httpx.post(url, json={"data": data}, cookies=bob).json()["event_id"]
    answer = httpx.get(f"{url}/{event}", cookies=bob, timeout=60)
    assert "event: error" in answer.text
    assert "not there any more" in answer.text
    assert not list(guarded.home.user("bob").rglob("a.png"))


def test_a_wrong_password_does_not_open(guarded: Server) -> None:
    with pytest.raises(Exception, match="Could not login"):
        Client(guarded.url, auth=("ada", "wrong password"), verbose=False)
    assert httpx.get(f"{guarded.url}config").status_code == 401
    assert httpx.get(guarded.url).headers["location"] == "/login"


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="port must be free"):
            Server(AppSettings(port=taken.getsockname()[1], home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()


def test_other_addresses_need_a_login(tmp_path: Path, user_file: Path) -> None:
    with pytest.raises(InputError, match="unless there is a login"):
        AppSettings(host="0.0.0.0", home=tmp_path).check()
    AppSettings(host="0.0.0.0", home=tmp_path, users=user_file, port=1 + 2**15).check()
    with pytest.raises(InputError, match="user file .* cannot be read"):
        Server(AppSettings(users=tmp_path / "none.json", home=tmp_path / "home"))
