"""Gather icon paths and glyph outlines into two small JSON files, so that training needs no packs and no fonts.

npm pack lucide-static @tabler/icons      # unpack each; pass the folders that hold package.json
python -m training.render.collect --lucide DIR --tabler DIR --fonts /usr/share/fonts --out training/material
"""

import argparse
import gzip
import json
import re
from pathlib import Path
from typing import Any

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

CHARACTERS = "".join(chr(code) for code in range(0x20, 0x7F)) + "€£·–’"

FONTS = {
    "Cabin": ("Cabin-Regular.otf", "OFL-1.1"),
    "Cantarell": ("Cantarell-Regular.otf", "OFL-1.1"),
    "Carlito": ("Carlito-Bold.ttf", "OFL-1.1"),
    "Comfortaa": ("Comfortaa-Bold.ttf", "OFL-1.1"),
    "DejaVu Sans": ("DejaVuSans.ttf", "Bitstream-Vera"),
    "DejaVu Sans Bold": ("DejaVuSans-Bold.ttf", "Bitstream-Vera"),
    "Dosis": ("Dosis-SemiBold.otf", "OFL-1.1"),
    "EB Garamond": ("EBGaramond12-Bold.otf", "OFL-1.1"),
    "Fira Code": ("FiraCode-Regular.ttf", "OFL-1.1"),
    "Hack": ("Hack-Regular.ttf", "MIT"),
    "Inter": ("Inter-Regular.otf", "OFL-1.1"),
    "Inter Bold": ("Inter-Bold.otf", "OFL-1.1"),
    "Junction": ("Junction.otf", "OFL-1.1"),
    "Karla": ("Karla-Regular.otf", "OFL-1.1"),
    "Lato": ("Lato-Regular.ttf", "OFL-1.1"),
    "Lato Bold": ("Lato-Bold.ttf", "OFL-1.1"),
    "Liberation Sans": ("LiberationSans-Regular.ttf", "OFL-1.1"),
    "Open Sans": ("OpenSans-Regular.ttf", "Apache-2.0"),
    "Open Sans Bold": ("OpenSans-Bold.ttf", "Apache-2.0"),
    "Play": ("Play-Regular.ttf", "OFL-1.1"),
    "Quicksand": ("Quicksand-Bold.ttf", "OFL-1.1"),
    "Roboto": ("Roboto-Regular.ttf", "Apache-2.0"),
    "Roboto Bold": ("Roboto-Bold.ttf", "Apache-2.0"),
    "Vollkorn": ("Vollkorn-Bold.ttf", "OFL-1.1"),
}
"""Families (and a bold of the commonest) with the file in Debian's packages and its licence."""

HELD_OUT_FONTS = {
    "League Spartan": ("LeagueSpartan-Bold.otf", "OFL-1.1"),
    "Oxygen": ("Oxygen-Sans.ttf", "OFL-1.1"),
    "Roboto Slab": ("RobotoSlab-Regular.otf", "Apache-2.0"),
}
"""Never trained on: they measure what the model does with type it has not seen."""


def _rounded(path: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda m: f"{float(m.group()):.2f}".rstrip("0").rstrip("."), path)


def glyph_outlines(font: TTFont) -> dict[str, Any]:
    """Return `{"units", "ascent", "cap", "x", "glyphs": {character: [advance, path]}}` of a face, in font units."""
    glyphs, cmap = font.getGlyphSet(), font.getBestCmap()
    outlines: dict[str, list[Any]] = {}
    for character in CHARACTERS:
        name = cmap.get(ord(character))
        if name is None:
            continue
        pen = SVGPathPen(glyphs, ntos=lambda value: str(round(value)))
        glyphs[name].draw(pen)
        outlines[character] = [round(glyphs[name].width), pen.getCommands()]
    os2 = font["OS/2"]
    return {
        "units": font["head"].unitsPerEm,
        "ascent": font["hhea"].ascent,
        "cap": getattr(os2, "sCapHeight", 0) or round(font["head"].unitsPerEm * 0.7),
        "x": getattr(os2, "sxHeight", 0) or round(font["head"].unitsPerEm * 0.5),
        "glyphs": outlines,
    }


def icon_markup(nodes: list[Any]) -> str:
    """Return the inner SVG of an icon from a pack's `[tag, attributes]` nodes."""
    parts = []
    for tag, attributes in nodes:
        kept = {k: v for k, v in attributes.items() if k not in ("fill", "stroke", "key")}
        if tag == "path" and kept.get("d") == "M0 0h24v24H0z":
            continue
        body = " ".join(f'{k}="{_rounded(str(v)) if k == "d" else v}"' for k, v in kept.items())
        parts.append(f"<{tag} {body}/>")
    return "".join(parts)


def collect_icons(lucide: Path, tabler: Path) -> dict[str, Any]:
    """Return `{pack: {"licence", "version", "icons": {name: markup}}}` on a 24 x 24 grid, stroke width 2."""
    packs: dict[str, Any] = {}
    for pack, folder, nodes, licence in (
        ("lucide", lucide, "icon-nodes.json", "ISC"),
        ("tabler", tabler, "tabler-nodes-outline.json", "MIT"),
    ):
        icons = {name: icon_markup(entry) for name, entry in json.loads((folder / nodes).read_text()).items()}
        plain = {
            n: m for n, m in icons.items() if len(m) < 700 and not n.endswith("-off") and not n.startswith("brand-")
        }
        if pack == "tabler":
            plain = {n: m for n, m in plain.items() if n.count("-") <= 1 and n not in packs["lucide"]["icons"]}
        version = json.loads((folder / "package.json").read_text())["version"]
        packs[pack] = {"licence": licence, "version": version, "icons": plain}
    return packs


def main() -> None:
    """Write `icons.json.gz` and `fonts.json.gz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("lucide", "tabler", "fonts", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    files = {file.name: file for file in sorted(arguments.fonts.rglob("*")) if file.suffix in (".ttf", ".otf")}
    fonts = {}
    for held_out, table in ((False, FONTS), (True, HELD_OUT_FONTS)):
        for family, (name, licence) in table.items():
            if name not in files:
                raise SystemExit(f"font file {name} of {family} is not under {arguments.fonts}")
            fonts[family] = {
                "licence": licence,
                "held_out": held_out,
                **glyph_outlines(TTFont(str(files[name]), fontNumber=0)),
            }
    for target, content in (
        ("icons.json.gz", collect_icons(arguments.lucide, arguments.tabler)),
        ("fonts.json.gz", fonts),
    ):
        data = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
        (arguments.out / target).write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
