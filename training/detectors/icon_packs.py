"""Icon packs of the detector beside Lucide and Tabler: filled forms to train with, and whole packs to test on.

    npm pack heroicons @phosphor-icons/core @tabler/icons      # unpack; pass the folders that hold package.json
    python -m training.detectors.icon_packs --heroicons DIR --phosphor DIR --tabler DIR

stores a sample of Heroicons and Phosphor, which are only tested on, and Tabler's filled forms of the icons that are
trained on. Heroicons are strokes as Lucide's; Phosphor's are outlines in five weights: the regular one is the
wireframe, any of them the asset.
"""

import argparse
import gzip
import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from training.render.material import FOLDER, icons
from training.render.sample import rasterise

HELD_OUT_FILE = FOLDER / "icons-held-out.json.gz"
FILLED_FILE = FOLDER / "icons-filled.json.gz"
PAINT = "PAINT"
"""Stands for the icon's colour in markup that fills; see `painted`."""

WEIGHTS = ("regular", "light", "bold", "duotone", "fill")


@dataclass(frozen=True, kw_only=True)
class PackIcon:
    """An icon on a 24 x 24 grid: `drawn` is the wireframe's markup, `variants` what an asset may show for it."""

    name: str
    pack: str
    drawn: str
    variants: tuple[tuple[str, str], ...] = ()


def painted(svg: str) -> str:
    """Give `PAINT` inside each icon group of `svg` the colour that the group strokes with."""
    group = re.compile(r'(<g transform="[^"]*" fill="none" stroke=")([^"]*)("[^>]*>)((?:(?!</g>).)*PAINT.*?)(</g>)')
    return group.sub(lambda m: m[1] + m[2] + m[3] + m[4].replace(PAINT, m[2]) + m[5], svg)


def _inner(file: Path) -> str:
    text = re.sub(r"\s+", " ", file.read_text(encoding="utf-8"))
    body = re.sub(r"^.*?<svg[^>]*>|</svg>.*$", "", text).strip()
    return re.sub(r"-?\d+\.\d{3,}", lambda m: f"{float(m.group()):.2f}", body)


def _filling(body: str) -> str:
    body = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
    return re.sub(r"<(path|rect|circle|polygon|ellipse) ", rf'<\1 fill="{PAINT}" stroke="none" ', body).strip()


def _phosphor(folder: Path, name: str, weight: str) -> str:
    suffix = "" if weight == "regular" else f"-{weight}"
    body = _inner(folder / "assets" / weight / f"{name}{suffix}.svg")
    return _filling(body).replace("<path ", '<path transform="scale(.09375)" ')


def _silhouette(markup: str) -> NDArray[np.uint8]:
    """Return 1 on the icon and what it encloses, uint8 (96, 96)."""
    group = f'<g transform="scale(4)" fill="none" stroke="#000" stroke-width="1.5" stroke-linecap="round">{markup}</g>'
    sheet = '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#fff"/>'
    ink = rasterise(painted(f"{sheet}{group}</svg>"))[:, :, 1] < 232
    outside = np.pad(ink.astype(np.uint8), 1)
    cv2.floodFill(outside, None, (0, 0), 2)
    return (outside[1:-1, 1:-1] != 2).astype(np.uint8)


def keeps_form(drawn: str, variant: str) -> bool:
    """Tell whether a variant only weighs strokes or fills what they enclose.

    Packs also redraw: they put a plate behind a filled icon or give an arrow another head. Then the outline is another:
    more than 2% of both silhouettes lie over 1 unit of the grid outside the other, and that is no variant of the shape.
    """
    first, second = _silhouette(drawn), _silhouette(variant)
    tool = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    near_first = cv2.dilate(first, tool).astype(np.uint8)
    near_second = cv2.dilate(second, tool).astype(np.uint8)
    beyond = (first & ~near_second & 1).sum() + (second & ~near_first & 1).sum()
    return bool(beyond <= 0.02 * max(int((first | second).sum()), 1))


def _kept(weights: dict[str, str]) -> dict[str, str]:
    return {w: m for w, m in weights.items() if w == "regular" or keeps_form(weights["regular"], m)}


def collect(heroicons: Path, phosphor: Path, count: int, seed: int) -> dict[str, Any]:
    """Return `{pack: {"licence", "version", "icons": {name: {weight: markup}}}}` of `count` icons a pack."""
    rng = Random(seed)
    strokes = sorted((heroicons / "24" / "outline").glob("*.svg"))
    names = sorted(file.stem for file in (phosphor / "assets" / "regular").glob("*.svg"))
    names = [n for n in names if not n.endswith("-logo") and "text" not in n]
    return {
        "heroicons": {
            "licence": "MIT",
            "version": json.loads((heroicons / "package.json").read_text())["version"],
            "icons": {f.stem: {"regular": _inner(f)} for f in sorted(rng.sample(strokes, min(count, len(strokes))))},
        },
        "phosphor": {
            "licence": "MIT",
            "version": json.loads((phosphor / "package.json").read_text())["version"],
            "icons": {
                n: _kept({w: _phosphor(phosphor, n, w) for w in WEIGHTS}) for n in sorted(rng.sample(names, count))
            },
        },
    }


def collect_filled(tabler: Path) -> dict[str, Any]:
    """Return `{"tabler": {"licence", "version", "icons": {name: markup}}}` of icons that have a filled form as well."""
    drawn = dict((*icons(False), *icons(True)))
    files = sorted((tabler / "icons" / "filled").glob("*.svg"))
    version = json.loads((tabler / "package.json").read_text())["version"]
    filled = {file.stem: _filling(_inner(file)) for file in files if file.stem.replace("-", " ") in drawn}
    found = {name: markup for name, markup in filled.items() if keeps_form(drawn[name.replace("-", " ")], markup)}
    return {"tabler": {"licence": "MIT", "version": version, "icons": found}}


@cache
def held_out_packs() -> tuple[PackIcon, ...]:
    """Return the icons of the packs that are only tested on."""
    content = json.loads(gzip.decompress(HELD_OUT_FILE.read_bytes()))
    return tuple(
        PackIcon(
            name=name,
            pack=pack,
            drawn=weights["regular"],
            variants=tuple((w, m) for w, m in weights.items() if w != "regular"),
        )
        for pack in sorted(content)
        for name, weights in sorted(content[pack]["icons"].items())
    )


@cache
def known_packs(unseen: bool) -> tuple[PackIcon, ...]:
    """Return Lucide's and Tabler's training icons, or with `unseen` the tenth that calibrates."""
    return tuple(PackIcon(name=name, pack="lucide and tabler", drawn=markup) for name, markup in icons(unseen))


@cache
def filled_packs(unseen: bool) -> tuple[PackIcon, ...]:
    """Return those of `known_packs` that Tabler has a filled form of, which an asset may show instead."""
    content = json.loads(gzip.decompress(FILLED_FILE.read_bytes()))
    filled = {n.replace("-", " "): m for pack in sorted(content) for n, m in sorted(content[pack]["icons"].items())}
    tabler = json.loads(gzip.decompress((FOLDER / "icons.json.gz").read_bytes()))["tabler"]["icons"]
    own = {name.replace("-", " ") for name in tabler}
    return tuple(
        replace(icon, variants=(("fill", filled[icon.name]),))
        for icon in known_packs(unseen)
        if icon.name in filled and icon.name in own
    )


def _write(content: dict[str, Any], file: Path) -> None:
    data = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    file.write_bytes(gzip.compress(data, 9, mtime=0))


def main() -> None:
    """Write `icons-held-out.json.gz` and `icons-filled.json.gz`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("heroicons", "phosphor", "tabler"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--count", type=int, default=250)
    given = parser.parse_args()
    _write(collect(given.heroicons, given.phosphor, given.count, 5), HELD_OUT_FILE)
    _write(collect_filled(given.tabler), FILLED_FILE)


if __name__ == "__main__":
    main()
