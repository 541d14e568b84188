"""The report in a real browser: nothing is loaded, nothing is run but the review sheet, and that by keyboard."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipeline.report import make_report
from pipeline.report_page import report_page
from scoring.scored_item import ItemFiles, ScoredItem
from tests.scoring.cards import card, label, measurement

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and os.environ.get("CI") != "true",
        reason="no Chromium on this machine, and `make test` may not install it",
    ),
]

HOSTILE = "\"><script>window.hit = 1</script><img src=x onerror='window.hit = 2'></script>{{ 7 * 7 }}"
COUNT = 24


def items(folder: Path) -> list[ScoredItem]:
    """Drawings with assets, every string of one of them an attack."""
    rng = np.random.default_rng(0)
    made = []
    for number in range(COUNT):
        wireframe, asset, lines = (folder / f"{number}{kind}" for kind in ("-drawn.png", ".png", ".map.png"))
        for path, ground, ink in ((wireframe, 255, 0), (asset, 120 + number * 4, 20), (lines, 0, 255)):
            image = Image.new("L", (180, 90), ground)
            ImageDraw.Draw(image).rounded_rectangle((10, 10, 169, 79), 12, outline=ink, width=2)
            image.convert("RGB").save(path)
        bad = number % 3 == 0
        text = HOSTILE if number == 5 else f"a button {number}"
        made.append(
            ScoredItem(
                id=text if number == 5 else f"button-{number}",
                wireframe=f"w{number // 2}",
                seed=2**60 + number,
                prompt=text,
                model="embedded",
                conditioner="canny" if number % 2 else "scribble",
                scale=1.0,
                stroke_width=2.0,
                tags=(f"component={text if number == 5 else ('button', 'card')[number % 2]}",),
                card=card(
                    measurement("control_adherence", "failed" if bad else "passed", float(rng.random())),
                    measurement("prompt_adherence", "passed", float(rng.random()), HOSTILE),
                    elements=(label(10 + number, "failed" if bad else "passed"),),
                ),
                files=ItemFiles(asset=asset, control_map=lines, wireframe=wireframe),
            )
        )
    return made


@dataclass
class Browser:
    """A browser that records every request beside the page itself, every console error and every uncaught one."""

    chromium: Any
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, page_file: Path, width: int, height: int, **options: Any) -> Any:
        context = self.chromium.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.on("request", lambda r: None if r.url.startswith(("data:", "blob:")) else self.requests.append(r.url))
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(page_file.as_uri())
        return page


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    made = items(folder)
    path = folder / "report.html"
    path.write_text(report_page(make_report(made, made), HOSTILE, "again"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=120_000)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Any) -> Browser:
    return Browser(chromium=chromium)


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_loads_nothing_and_runs_nothing_foreign(
    browser: Browser, report_file: Path, width: int, height: int, scheme: str
) -> None:
    page = browser.open(report_file, width, height, color_scheme=scheme)
    page.wait_for_timeout(300)
    assert browser.requests == [report_file.as_uri()]
    assert browser.errors == []
    assert page.evaluate("window.hit") is None
    assert "<script>window.hit = 1</script>" in page.inner_text("main")
    assert page.evaluate("document.scripts.length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    assert page.locator("#review").is_visible()


def test_a_foreign_script_is_stopped_by_the_page_s_own_policy(browser: Browser, report_file: Path) -> None:
    page = browser.open(report_file, 800, 600)
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.hit = 3";
        document.body.append(script);
        const image = document.createElement("img");
        image.src = "http://127.0.0.1:9/x.png";
        document.body.append(image);
    }""")
    page.wait_for_timeout(200)
    assert page.evaluate("window.hit") is None
    assert len([error for error in browser.errors if "Content Security Policy" in error]) == 2


def test_it_prints_to_pdf(browser: Browser, report_file: Path) -> None:
    page = browser.open(report_file, 1280, 900)
    pdf = page.pdf(format="A4", print_background=True)
    assert pdf.startswith(b"%PDF-")
    assert 2 <= pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") + pdf.count(b"/Type/Page/") <= 40
    page.emulate_media(media="print")
    assert not page.locator("#review").is_visible()
    assert page.locator("#limits").is_visible()


def test_a_review_by_keyboard_alone(browser: Browser, report_file: Path, tmp_path: Path) -> None:
    page = browser.open(report_file, 1280, 900)
    page.locator("#review-reviewer").focus()
    page.keyboard.type("Ada <b>")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "review-start"
    page.keyboard.press("Enter")
    assert page.locator("#review-sheet").is_visible()
    assert page.locator("#review-made").evaluate("image => image.naturalWidth") == 180
    assert page.locator("#review-drawn").evaluate("image => image.naturalWidth") == 180
    for key in ("g", "1", "3", "3", "4", "b", "s", "b", "u", "n"):
        page.keyboard.press(key)
    page.keyboard.type("blurred g b s")
    page.keyboard.press("Enter")
    page.keyboard.press("2")
    page.keyboard.press("b")
    assert page.inner_text("#review-count") == f"4 of {COUNT}: 1 good, 2 bad, 1 skipped"
    # Kept where it is: after a reload the sheet goes on.
    page.reload()
    assert page.input_value("#review-reviewer") == "Ada <b>"
    page.locator("#review-start").press("Enter")
    for _ in range(COUNT - 4):
        page.keyboard.press("g")
    assert page.locator("#review-done").is_visible()
    page.keyboard.press("g")
    page.keyboard.press("Escape")
    assert not page.locator("#review-sheet").is_visible()
    page.keyboard.press("Tab")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    saved = tmp_path / "review.json"
    download.value.save_as(saved)
    told = json.loads(saved.read_text())
    assert (told["kind"], told["version"], told["reviewer"], told["run"]) == (
        "lineproof-review", 1, "Ada <b>", HOSTILE
    )  # fmt: skip
    assert len(told["verdicts"]) == COUNT - 1
    by_place = told["verdicts"]
    assert [(one["verdict"], one["reasons"], one["note"]) for one in by_place[:3]] == [
        ("good", [], ""), ("bad", ["control", "icon"], ""), ("bad", ["prompt"], "blurred g b s")
    ]  # fmt: skip
    known = {(item.id, item.seed): item.files.asset.name for item in items(tmp_path) if item.files}
    assert all(known[one["id"], int(one["seed"])] == one["asset"] for one in by_place)
    assert browser.errors == []
    assert browser.requests == [report_file.as_uri()] * 2


def test_a_review_by_touch_on_a_phone(browser: Browser, report_file: Path) -> None:
    page = browser.open(report_file, 390, 844, has_touch=True)
    page.tap("#review-start")
    page.tap("[data-reason=text]")
    assert page.get_attribute("[data-reason=text]", "aria-pressed") == "true"
    for action in ("bad", "good", "skip"):
        page.tap(f"[data-action={action}]")
    page.tap("[data-action=undo]")
    page.tap("[data-action=close]")
    assert page.inner_text("#review-state") == f"2 of {COUNT}: 1 good, 1 bad, 0 skipped."
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("#review-save")
    assert "Your name is needed" in page.inner_text("#review-state")
    assert browser.errors == []
