"""Screenshots of every view of the app, at a desk and on a phone, light and dark, from a server started for them.

    python -m benchmarks.screenshots --out docs/images --only app-create-desktop-light app-create-phone-dark

Nothing is staged: the pictures show what the model of this repository makes of sample wireframes, in a home of its own.
"""

import argparse
import csv
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from PIL import Image

from benchmarks.bench_app import app

SAMPLES: Final = Path(__file__).resolve().parents[1] / "samples"
DRAWING: Final = "heart-round"
BATCH: Final = ("save-button", "heart-round", "bell-icon", "toggle-on", "new-badge", "cancel-outlined")
SIZES: Final = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
COLOURS: Final = 256
SETTLED_MS: Final = 1000
PATIENCE_MS: Final = 240_000

Paint = Callable[[Any], None]
"""Brings a page that was just opened to what its picture shows."""


def prompts() -> dict[str, str]:
    """The prompts of the samples by name."""
    with (SAMPLES / "manifest.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["prompt"] for row in csv.DictReader(file)}


def pack(path: Path) -> None:
    """Write the rows of the samples' manifest that make the batch, and their files, as a ZIP."""
    with (SAMPLES / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] in BATCH]
    manifest = path.with_name("manifest.csv")
    with manifest.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(manifest, manifest.name)
        for name in {row[column] for row in rows for column in ("wireframe", "elements")}:
            archive.write(SAMPLES / name, name)


def describe(page: Any) -> None:
    """A wireframe is uploaded and a prompt written; its control map stands beside them."""
    suffix = "svg" if (SAMPLES / f"{DRAWING}.svg").exists() else "png"
    page.set_input_files("#wireframe input[type=file]", str(SAMPLES / f"{DRAWING}.{suffix}"))
    page.locator("#map img").wait_for()
    page.fill("#prompt textarea", prompts()[DRAWING])
    page.evaluate("window.scrollTo(0, 0); document.activeElement.blur()")


def ranked(page: Any) -> None:
    """Four candidates, the best first."""
    page.locator("#status", has_text="best first").wait_for()
    page.locator("#map img").wait_for()
    pictures_loaded(page)
    if page.viewport_size == SIZES["phone"]:
        to_top(page, "#status")


def opened(page: Any) -> None:
    """The second candidate at large, with its edges over half of it."""
    ranked(page)
    page.locator(".lp-candidate").nth(1).click()
    page.locator(".lp-candidate").nth(1).and_(page.locator("[aria-pressed=true]")).wait_for()
    page.locator("[data-compare]").fill("50")
    to_top(page, "#detail")


def finished(page: Any) -> None:
    """A batch that is done."""
    page.locator("#batches .lp-chip", has_text="done").wait_for()


def run_listed(page: Any) -> None:
    """The list of runs, open."""
    page.get_by_label("Run", exact=True).click()
    page.get_by_role("option").first.wait_for()


def report(page: Any) -> Any:
    """The report of the batch; returns its frame."""
    page.get_by_label("Run", exact=True).click()
    page.get_by_role("option").first.click()
    frame = page.frame_locator("iframe[data-report]")
    frame.locator("h1", has_text="will fail").wait_for()
    return frame


def review(page: Any) -> None:
    """An asset under review, with one thing said to be wrong with it."""
    frame = report(page)
    frame.locator("#review-start").click()
    frame.locator("#review-made").wait_for()
    page.keyboard.press("1")


def models(page: Any) -> None:
    """What the models are good for."""
    page.locator("#models .lp-card").first.wait_for()


EMPTY: Final[dict[str, tuple[str, Paint]]] = {
    "create-empty": ("", lambda page: page.locator("text=No candidates yet").wait_for()),
    "create-map": ("", describe),
    "batch-empty": ("batch", lambda page: page.locator("text=No batch yet").wait_for()),
    "reports-empty": ("reports", lambda page: page.locator("text=No run yet").wait_for()),
}
"""Path and state of the views of an app that was just started."""

FILLED: Final[dict[str, tuple[str, Paint]]] = {
    "create": ("", ranked),
    "detail": ("", opened),
    "batch": ("batch", finished),
    "reports": ("reports", run_listed),
    "report": ("reports", report),
    "review": ("reports", review),
    "models": ("models", models),
}
"""Those of an app in which an order and a batch were done."""


def to_top(page: Any, selector: str) -> None:
    """Scroll something to the top of the window."""
    page.locator(selector).evaluate("element => window.scrollTo(0, element.getBoundingClientRect().top + scrollY - 16)")


def pictures_loaded(page: Any) -> None:
    """Wait until every picture of the page is there."""
    page.wait_for_function("[...document.images].every((image) => image.complete)")


def fill(page: Any, url: str, archive: Path) -> None:
    """Have an order and a batch done."""
    page.goto(url)
    describe(page)
    page.click("#generate")
    page.locator("#status", has_text="best first").wait_for()
    page.goto(f"{url}batch")
    page.set_input_files("#batch-files input[type=file]", str(archive))
    page.locator("#batch-files", has_text=archive.name).wait_for()
    page.get_by_label("Name of the run").fill("components")
    page.click("#batch-start")
    finished(page)


def quantised(png: bytes) -> Image.Image:
    """A screenshot in at most 256 colours, without a pattern in its plain areas."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    return picture.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def shoot(
    browser: Any, url: str, views: dict[str, tuple[str, Paint]], only: set[str], full: bool
) -> Iterator[tuple[str, Image.Image]]:
    """Yield each view's picture by name, at every size and in both schemes."""
    for view, (path, paint) in views.items():
        for size, viewport in SIZES.items():
            for scheme in ("light", "dark"):
                name = f"app-{view}-{size}-{scheme}"
                if only and name not in only:
                    continue
                context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
                page = context.new_page()
                page.set_default_timeout(PATIENCE_MS)
                page.goto(f"{url}{path}")
                page.locator("h1").first.wait_for()
                paint(page)
                page.wait_for_timeout(SETTLED_MS)
                yield name, quantised(page.screenshot(full_page=full))
                context.close()


@contextmanager
def chromium() -> Iterator[Any]:
    """A headless Chromium of this machine."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def main() -> int:
    """Write the pictures into a folder, and print their sizes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.screenshots", description="Pictures of the app.")
    parser.add_argument("--out", type=Path, required=True, help="folder that the PNGs are written into")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="names without .png; all where left out")
    parser.add_argument("--full", action="store_true", help="whole pages instead of what the window shows")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    only = set(arguments.only)
    with (
        tempfile.TemporaryDirectory() as folder,
        app(Path(folder) / "home", "--runs", str(Path(folder) / "no-runs")) as (url, _),
        chromium() as browser,
    ):
        archive = Path(folder) / "components.zip"
        pack(archive)

        def keep(views: dict[str, tuple[str, Paint]]) -> None:
            for name, picture in shoot(browser, url, views, only, arguments.full):
                target = arguments.out / f"{name}.png"
                picture.save(target, optimize=True)
                print(f"{target}: {target.stat().st_size // 1024} KiB", flush=True)

        keep(EMPTY)
        page = browser.new_context().new_page()
        page.set_default_timeout(PATIENCE_MS)
        fill(page, url, archive)
        page.close()
        keep(FILLED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
