"""The other views in a real browser, and every view under axe: light and dark, at a desk and on a phone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ui.web.conftest import needs_browser, serious, upload
from ui.web.serve import Server

pytestmark = [pytest.mark.browser, needs_browser]

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

NewPage = Callable[..., Any]


@pytest.fixture
def batch(tmp_path: Path) -> Path:
    """A ZIP with two orders."""
    path = tmp_path / "batch.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("star-icon.png", "bell-icon.png"):
            archive.write(Path("samples") / name, name)
        rows = ["id,wireframe,prompt,steps,tags"]
        rows += [f"{name},{name}-icon.png,a yellow icon of a {name},1,component=icon" for name in ("star", "bell")]
        archive.writestr("manifest.csv", "\n".join(rows))
    return path


def test_a_batch_from_dry_run_to_reviewed_report(server: Server, new_page: NewPage, batch: Path) -> None:
    page = new_page(f"{server.url}batch")
    page.locator("text=No batch yet").wait_for()
    page.set_input_files("#batch-files input[type=file]", str(batch))
    page.locator("#batch-files", has_text="batch.zip").wait_for()
    page.get_by_label("Name of the run").fill("icons")
    page.click("#batch-check")
    page.locator("#batch-told", has_text="2 rows, 2 images; nothing was made").wait_for()
    assert not (server.home.runs("local") / "icons").exists()
    page.click("#batch-start")
    page.locator("#batches .lp-chip", has_text="done").wait_for()
    page.locator("#batches", has_text="2 of 2 images").wait_for()
    with page.expect_download() as caught:
        page.locator("#batches a", has_text="Download").click()
    with zipfile.ZipFile(caught.value.path()) as archive:
        assert sum(name.endswith(".scores.json") for name in archive.namelist()) == 2

    address = page.locator("#batches a", has_text="Report").get_attribute("href")
    report = f"{server.url}runs/{address.partition('=')[2]}/report.html"
    assert page.request.get(f"{report}?tag=component%3Dicon&against={address.partition('=')[2]}").status == 200
    assert "has the tags nothing" in page.request.get(f"{report}?tag=nothing").text()

    page.locator("#batches a", has_text="Report").click()
    frame = page.frame_locator("iframe[data-report]")
    frame.locator("h1", has_text="will fail").wait_for()
    frame.locator("#review-reviewer").fill("me")
    frame.locator("#review-start").click()
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    frame.locator("#review-save").click()
    page.locator(".lp-review-told", has_text="2 verdicts were kept").wait_for()


def test_what_cannot_be_a_batch_is_told_and_leaves_nothing(server: Server, new_page: NewPage, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("../outside.csv", "wireframe,prompt\n")
    (tmp_path / "manifest.csv").write_text("wireframe,prompt\n/etc/passwd,a button\n")
    page = new_page(f"{server.url}batch")
    for name, rule in (("bad.zip", "names must lead to files inside"), ("manifest.csv", "among the uploaded ones")):
        upload(page, "#batch-files", tmp_path / name, page.locator("#batch-files", has_text=name))
        page.get_by_label("Name of the run").fill("bad")
        page.click("#batch-start")
        page.locator("#batch-told", has_text=rule).wait_for()
        page.reload()
        page.locator("#batch-start").wait_for()
    assert not (server.home.runs("local") / "bad").exists()


def test_models_tell_what_they_are_good_for_and_how_to_get_them(server: Server, new_page: NewPage) -> None:
    page = new_page(f"{server.url}models")
    page.locator("#models .lp-card").first.wait_for()
    assert "ready" in page.locator("#models .lp-card", has_text="embedded").first.inner_text()
    page.locator("pre", has_text="lineproof models --download sd15").wait_for()
    page.locator("strong", has_text="Small labels cannot be trusted").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_view_is_accessible_and_fits(
    server: Server, new_page: NewPage, scheme: str, size: dict[str, int]
) -> None:
    context = None
    for view in ("", "batch", "reports", "models"):
        page = new_page(f"{server.url}{view}", context=context, color_scheme=scheme, viewport=size)
        context = page.context
        page.wait_for_timeout(1500)
        # The whole page of settings, as far as it can be unfolded.
        for fold in page.locator("button.label-wrap").all():
            fold.click()
        page.wait_for_timeout(300)
        assert serious(page) == [], view or "create"
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, view or "create"
        page.close()


def test_the_login_is_accessible(guarded: Server, new_page: NewPage) -> None:
    for scheme in ("light", "dark"):
        page = new_page(guarded.url, color_scheme=scheme)
        assert serious(page) == []
