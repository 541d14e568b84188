"""The page Create in a real browser: from a drawing to files, and everything that can go wrong on the way."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.ui import bad_files
from tests.ui.web.conftest import PASSWORD, needs_browser, serious, upload
from ui.web.serve import Server

pytestmark = [pytest.mark.browser, needs_browser]

SAMPLE = Path("samples/heart-round.png")
PROMPT = "a pink flat icon button with a heart icon ${1+1} {{7*7}} <b>x</b>"

NewPage = Callable[..., Any]


def advanced(page: Any, steps: int, count: int) -> None:
    """Fill in the number of steps and of candidates, which are folded away."""
    page.get_by_role("button", name="Advanced").click()
    for label, value in (("Steps", steps), ("number input for Candidates", count)):
        field = page.get_by_label(label, exact=True)
        field.fill(str(value))
        field.press("Tab")


def order(page: Any, prompt: str = PROMPT, steps: int = 1, count: int = 2) -> None:
    """Upload the sample, fill in the words and press Generate."""
    page.set_input_files("#wireframe input[type=file]", str(SAMPLE))
    page.locator("#map img").wait_for()
    page.fill("#prompt textarea", prompt)
    advanced(page, steps, count)
    page.click("#generate")


def status(page: Any, text: str) -> None:
    """Wait until the status says so."""
    page.locator("#status", has_text=text).wait_for()


def cancel_all(server: Server) -> None:
    for owner in ("local", "ada", "bob"):
        for job in server.desk.queue.of(owner):
            server.desk.cancel(job.key, owner)


def test_from_upload_to_files(server: Server, new_page: NewPage) -> None:
    page = new_page(server.url)
    page.locator("text=No drawing yet").wait_for()
    page.locator("text=No candidates yet").wait_for()
    order(page)
    status(page, "2 images, the best first")
    assert page.locator(".lp-candidate").count() == 2
    assert page.locator(".lp-candidate[aria-pressed=true]").count() == 1
    # What the user wrote is shown as it was written.
    assert PROMPT in page.inner_text("#export pre")

    page.locator(".lp-candidate[aria-pressed=false]").click()
    second = page.locator(".lp-candidate").nth(1)
    page.wait_for_function("document.querySelectorAll('.lp-candidate')[1].getAttribute('aria-pressed') === 'true'")
    assert "Failed" in second.inner_text() or "Passed" in second.inner_text() or "Not scored" in second.inner_text()
    assert page.locator("#detail .lp-reasons li").count() > 0
    assert page.locator("#detail .lp-mark title").count() == page.locator("#detail .lp-elements li").count() > 0
    page.locator("#detail .lp-elements li").first.hover()
    assert page.locator("#detail .lp-mark.lp-lit").count() == 1

    page.locator("#detail summary").click()
    assert serious(page) == []

    slider = page.locator("[data-compare]")
    slider.focus()
    slider.press("End")
    assert page.locator(".lp-compare").evaluate("element => element.style.getPropertyValue('--cut')") == "100%"

    page.check("input[name=scale][value='2']")
    with page.expect_download() as caught:
        page.click("text=Download ZIP")
    with zipfile.ZipFile(caught.value.path()) as archive:
        names = archive.namelist()
        assert {"control-map.png", "wireframe.png", "metadata.json", "scores.json", "command.txt"} < set(names)
        sizes = [Image.open(io.BytesIO(archive.read(name))).size for name in names[:2]]
    width, height = Image.open(SAMPLE).size
    assert sizes == [(width, height), (2 * width, 2 * height)]

    page.uncheck("input[name=scale][value='2']")
    page.check("input[name=transparent]")
    with page.expect_download() as caught:
        page.click("text=Download PNG")
    assert Image.open(caught.value.path()).getchannel("A").getextrema() == (0, 255)

    page.uncheck("input[name=scale][value='1']")
    page.click("text=Download PNG")
    page.locator(".lp-export-error", has_text="scales must be one or more of 1, 2, 3").wait_for()

    page.click("#review")
    page.locator("#reviewed", has_text="It is in the run sent-to-review").wait_for()
    page.click("#review")
    page.locator("#reviewed", has_text="already").wait_for()

    page.click("#more")
    page.locator(".lp-candidate img[alt*='seed 2']").wait_for()
    status(page, "2 images, the best first")


def test_an_element_is_repaired_and_the_rest_stays(server: Server, new_page: NewPage) -> None:
    page = new_page(server.url)
    order(page, count=1)
    status(page, "1 image")
    page.get_by_role("button", name="Repair icon").click()
    status(page, "4 images, the best first")
    (job, before) = server.desk.queue.of("local", limit=2)
    assert job.kind == "repair"
    x0, y0, x1, y1 = job.order["box"]
    (original,) = server.home.job("local", before.key).glob("*-0-????????.png")
    was = np.asarray(Image.open(original))
    for repaired in server.home.job("local", job.key).glob("repair-?.png"):
        now = np.array(Image.open(repaired))
        assert not np.array_equal(now[y0:y1, x0:x1], was[y0:y1, x0:x1])
        now[y0 - 4 : y1 + 4, x0 - 4 : x1 + 4] = was[y0 - 4 : y1 + 4, x0 - 4 : x1 + 4]
        assert np.array_equal(now, was)
    assert "the image before its repair" in page.inner_text("#export pre")
    with page.expect_download() as caught:
        page.click("text=Download ZIP")
    with zipfile.ZipFile(caught.value.path()) as archive:
        assert "repair" in archive.read("command.txt").decode()


def test_a_drawing_made_on_the_canvas(server: Server, new_page: NewPage) -> None:
    page = new_page(server.url)
    page.get_by_role("tab", name="Draw").click()
    page.get_by_role("button", name="Use this drawing").wait_for()
    canvas = page.locator("#canvas canvas").first
    canvas.wait_for()
    page.get_by_role("button", name="Brush").click()
    page.wait_for_timeout(1000)
    box = canvas.bounding_box()
    corners = [(0.2, 0.3), (0.8, 0.3), (0.8, 0.7), (0.2, 0.7), (0.2, 0.3)]
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=4)
    page.mouse.up()
    page.wait_for_timeout(1000)
    page.get_by_role("button", name="Use this drawing").click()
    page.locator("#map img").wait_for()
    page.locator("#map figcaption", has_text="dark-on-light").wait_for()


def test_words_help_to_write_the_prompt(server: Server, new_page: NewPage) -> None:
    page = new_page(server.url)
    page.get_by_role("button", name="Help with the prompt").click()
    page.get_by_label("Label on it").fill("Save")
    page.get_by_role("button", name="Write the prompt").click()
    page.wait_for_function("document.querySelector('#prompt textarea').value !== ''")
    assert page.input_value("#prompt textarea") == 'a blue button with the label "Save"'


def test_a_running_job_is_the_same_in_every_tab_and_can_be_cancelled(server: Server, new_page: NewPage) -> None:
    page = new_page(server.url)
    order(page, steps=150, count=8)
    status(page, "Working")
    page.locator(".lp-preview img").wait_for()
    page.reload()
    status(page, "Working")
    page.locator("#map img").wait_for()
    assert page.input_value("#prompt textarea") == PROMPT
    second = new_page(server.url, context=page.context)
    status(second, "Working")
    second.click("#cancel")
    for each in (page, second):
        status(each, "Cancelled")
    # Nothing of it is lost: the page still names the job's images, and a new order can be made.
    assert not [job for job in server.desk.queue.of("local") if job.active]


BAD = {
    "text-named.png": (bad_files.text_named_png, "must be a PNG, JPEG, WebP or SVG file"),
    "empty.png": (bad_files.empty, "must be a PNG, JPEG, WebP or SVG file"),
    "truncated.png": (bad_files.truncated, "truncated or damaged"),
    "one-pixel.png": (bad_files.one_pixel, "each side must be 16 to 4096 px, got 1x1"),
    "too-large.png": (bad_files.too_large, "each side must be 16 to 4096 px, got 20000x20000"),
    "cmyk.jpg": (bad_files.cmyk, "the colours must be RGB or grey"),
    "animated.webp": (bad_files.animated, "must be a still"),
    "blank.png": (bad_files.blank, "the wireframe is blank"),
    "transparent.png": (bad_files.transparent, "the wireframe is blank"),
    "script.svg": (bad_files.svg_script, "script"),
    "entity.svg": (bad_files.svg_entity, "DOCTYPE"),
    "image.svg": (bad_files.svg_image, "image.svg: "),
    "broken.svg": (bad_files.svg_broken, "well-formed"),
}


def test_files_that_are_no_wireframe_are_told_in_words(
    serve: Callable[..., Server], new_page: NewPage, tmp_path: Path
) -> None:
    server = serve(tmp_path / "home")  # without jobs, whose drawings a page would show again
    page = new_page(server.url)
    for name, (write, rule) in BAD.items():
        write(tmp_path / name)
        told = page.locator("#remarks, [data-testid=toast-body]").filter(has_text=rule)
        upload(page, "#wireframe", tmp_path / name, told)
        assert str(server.home.root) not in page.inner_text("body")
        page.reload()
        page.locator("#generate").wait_for()
    page.fill("#prompt textarea", "a button")
    page.click("#generate")
    page.locator("text=drop, paste or draw a wireframe first").first.wait_for()


def test_login_and_two_users_at_once(guarded: Server, new_page: NewPage) -> None:
    pages = {}
    for name in ("ada", "bob"):
        page = pages[name] = new_page(guarded.url)
        assert page.url.endswith("/login")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill("wrong password")
        page.get_by_role("button", name="Log in").click()
        page.locator("text=Name or password is wrong.").wait_for()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.locator("#generate").wait_for()
    for name, page in pages.items():
        order(page, f"a pink button for {name}", count=1)
    for name, page in pages.items():
        status(page, "1 image")
        assert f"a pink button for {name}" in page.inner_text("#export pre")
        other = "bob" if name == "ada" else "ada"
        key = guarded.desk.queue.of(other)[0].key
        page.goto(f"{guarded.url}?job={key}")
        status(page, "1 image")
        assert f"a pink button for {name}" in page.inner_text("#export pre")
    pages["ada"].goto(f"{guarded.url}logout")
    assert pages["ada"].url.endswith("/login")
