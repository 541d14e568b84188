"""Headless Chromium with a library's style sheets on one page, on which components are set and photographed."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conditioners.wireframe import to_gray
from training.components.packages import folder_of, load_libraries
from training.components.stage import Order

HERE = Path(__file__).parent

ARGUMENTS = (
    "--no-sandbox",
    "--force-color-profile=srgb",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--disable-gpu",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
)
"""Grey antialiasing, unhinted type and sRGB: the same pixels on every machine with the same browser."""

VIEWPORT: Any = {"width": 432, "height": 800}
PATIENCE = 600_000
"""Milliseconds until the browser is given up."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Shot:
    """What the browser gave: `asset` uint8 (H, W, 3), `wireframe` and `ink` (letters and icons alone) uint8 (H, W),
    and `facts`, what `page.js` says of the elements.
    """

    asset: NDArray[np.uint8]
    wireframe: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    facts: dict[str, Any]


def page_of(store: Path, library: str) -> str:
    """Return the HTML page on which the components of a library are set."""
    lists = load_libraries()
    entry = lists.libraries[library]
    sheets = "".join(
        f'<link rel="stylesheet" href="{(folder_of(store, entry) / style).resolve().as_uri()}">'
        for style in entry.styles
    )
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};src:url("{file.resolve().as_uri()}")}}'
        for family, font in lists.fonts.items()
        for weight in font.weights
        for file in [folder_of(store, font) / "files" / f"{font.package[12:]}-latin-{weight}-normal.woff2"]
    )
    css = (HERE / "page.css").read_text(encoding="utf-8")
    return (
        f"<!doctype html><html><head><meta charset=utf-8>{sheets}<style>{faces}{css}</style>"
        '<style id="lp-rules"></style></head><body><div id="stage"></div></body></html>'
    )


@contextmanager
def open_page(store: Path, library: str, chromium: str) -> Iterator[Any]:
    """Open a library's page in the browser at `chromium`; gives playwright's page."""
    from playwright.sync_api import sync_playwright

    file = store / f"{library}.html"
    file.write_text(page_of(store, library), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS), timeout=PATIENCE)
        try:
            page = browser.new_context(viewport=VIEWPORT, device_scale_factor=1, reduced_motion="reduce").new_page()
            page.set_default_timeout(PATIENCE)
            page.set_default_navigation_timeout(PATIENCE)
            page.goto(file.resolve().as_uri())
            page.add_script_tag(content=(HERE / "page.js").read_text(encoding="utf-8"))
            for family in load_libraries().fonts:
                for weight in (400, 500, 700):
                    page.evaluate(f"document.fonts.load(\"{weight} 16px '{family}'\")")
            yield page
        finally:
            browser.close()


def photograph(page: Any, order: Order) -> Shot | str:
    """Set a component on the page and return its picture and its wireframe, of the same layout.

    Where it cannot be used as it lies there, the reason is returned instead.
    """
    facts = page.evaluate("spec => window.mountCase(spec)", order.spec)
    if facts["flaw"]:
        return str(facts["flaw"])
    width, height = order.width, order.height
    clip = {"x": 0, "y": 0, "width": width, "height": 3 * height}
    pixels = _pixels(page.screenshot(caret="initial", clip=clip))
    asset, wireframe, ink = (pixels[index * height : (index + 1) * height] for index in range(3))
    return Shot(asset=asset, wireframe=to_gray(wireframe), ink=to_gray(ink), facts=facts)


def _pixels(png: bytes) -> NDArray[np.uint8]:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
