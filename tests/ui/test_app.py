"""The front end as a real server on loopback, used through its named endpoint."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from conditioners.errors import InputError
from ui.app import serve

SAMPLE = Path("samples/heart-round.png")


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    from gradio_client import Client

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    page = serve("127.0.0.1", port, block=False)
    yield Client(f"http://127.0.0.1:{port}", verbose=False)
    page.close()


def order(**changes: Any) -> dict[str, Any]:
    from gradio_client import handle_file

    return {
        "wireframe": handle_file(str(SAMPLE)),
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


def test_generate_returns_scored_assets_at_the_wireframes_size(client: Any) -> None:
    gallery, table, control_map = client.predict(**order(), api_name="/generate")
    assert len(gallery) == 2
    for seed, item in zip((3, 4), gallery, strict=True):
        assert Image.open(item["image"]).size == Image.open(SAMPLE).size
        assert item["caption"].startswith(f"seed {seed} · ")
    assert {"control_f1_1px", "text_ned"} <= {row[1] for row in table["data"]}
    assert Image.open(control_map).size == Image.open(SAMPLE).size


def test_bad_input_is_one_line_in_words(client: Any) -> None:
    with pytest.raises(Exception, match="prompt"):
        client.predict(**order(prompt=""), api_name="/generate")
    with pytest.raises(Exception, match="upload"):
        client.predict(**order(wireframe=None), api_name="/generate")


def test_files_outside_the_apps_folder_are_refused(client: Any) -> None:
    import httpx

    for path in ("/etc/passwd", str(Path("pyproject.toml").resolve())):
        assert httpx.get(f"{client.src}gradio_api/file={path}").status_code in (403, 404)


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(InputError, match="port must be free"):
            serve("127.0.0.1", taken.getsockname()[1], block=False)


def test_other_addresses_are_refused() -> None:
    with pytest.raises(InputError, match="login"):
        serve("0.0.0.0", 7860, block=False)
