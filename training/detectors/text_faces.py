"""More type faces for the text detector, beside the renderer's: gathered from npm's Fontsource packages, and read.

npm pack @fontsource/archivo @fontsource/arvo ...      # each of `FACES`, unpacked to DIR/<package>
python -m training.detectors.text_faces --packages DIR

They are the detector's alone, so that the renderer draws the same samples from the same seeds with or without them.
None is League Spartan, Oxygen, Roboto Slab or kin of theirs or of a calibration face: Roboto's and Spartan's relatives
are left out, and a family is in one split only, all its widths and weights.
"""

import argparse
import gzip
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from training.render.material import FOLDER, Font

FACES = {
    "archivo": (800,),
    "archivo-narrow": (600,),
    "arvo": (400,),
    "baloo-2": (600,),
    "barlow-condensed": (700,),
    "bitter": (800,),
    "chakra-petch": (500,),
    "crete-round": (400,),
    "dm-sans": (400, 800),
    "figtree": (600,),
    "fira-sans": (500,),
    "ibm-plex-mono": (500,),
    "ibm-plex-sans": (500,),
    "jetbrains-mono": (400,),
    "lexend": (400,),
    "manrope": (700,),
    "merriweather": (400,),
    "mulish": (800,),
    "nunito": (800,),
    "orbitron": (700,),
    "oswald": (500,),
    "playfair-display": (700,),
    "plus-jakarta-sans": (600,),
    "poppins": (500, 800),
    "pt-sans": (700,),
    "pt-serif": (400,),
    "rajdhani": (600,),
    "red-hat-display": (800,),
    "righteous": (400,),
    "rubik": (700,),
    "saira-condensed": (400,),
    "sora": (400,),
    "source-code-pro": (600,),
    "source-sans-3": (400,),
    "titillium-web": (600,),
    "urbanist": (700,),
    "work-sans": (500,),
}
"""Fontsource package and its weights, of the faces that are trained on."""

CALIBRATION = {
    "fjalla-one": (400,),
    "lora": (500,),
    "montserrat": (800,),
    "space-mono": (700,),
    "varela-round": (400,),
    "zilla-slab": (600,),
}
"""The same of the faces that the threshold is fixed on: of as many kinds, since one kind is called distorted more."""

UNITS = 1000
"""Units an em that outlines are brought to: finer ones are a hundredth of a pixel at 10 px and compress worse."""

LICENCES = ("OFL-1.1", "Apache-2.0")

NUMBERS = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "C": 6, "Z": 0}
"""How many numbers each absolute command of SVG takes that outlines are made of."""


def relative(path: str) -> str:
    """Return an SVG path of absolute commands and whole numbers with relative ones, which are a fifth shorter packed.

    >>> relative("M10 20 30 40H5V-8Q1 2 3 4ZM1 1")
    'm10 20 20 20h-25v-48q-4 10 -2 12zm-9 -19'
    """
    parts = []
    at = start = (0, 0)
    for command, rest in re.findall(r"([A-Z])([^A-Z]*)", path):
        numbers = [int(value) for value in re.findall(r"-?[0-9]+", rest)]
        moved: list[int] = []
        for first in range(0, len(numbers), max(1, NUMBERS[command])):
            some = numbers[first : first + NUMBERS[command]]
            base = (at[1],) if command == "V" else at
            moved += [value - base[index % len(base)] for index, value in enumerate(some)]
            at = (some[0], at[1]) if command == "H" else (at[0], some[0]) if command == "V" else (some[-2], some[-1])
            start = at if command == "M" and first == 0 else start
        at = start if command == "Z" else at
        parts.append(command.lower() + " ".join(str(value) for value in moved))
    return "".join(parts)


def collected(packages: Path) -> dict[str, Any]:
    """Return `{family and weight: {"licence", "source", "split", "units", "cap", "glyphs"}}` of unpacked packages.

    Raises ValueError where a package's licence is none of `LICENCES`.
    """
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    from training.render.collect import glyph_outlines

    found: dict[str, Any] = {}
    for split, table in (("train", FACES), ("calibration", CALIBRATION)):
        for package, weights in table.items():
            meta = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
            if meta["license"] not in LICENCES:
                raise ValueError(f"{package}: its licence must be one of {', '.join(LICENCES)}, got {meta['license']}")
            for weight in weights:
                name = f"{package}-latin-{weight}-normal.woff"
                font = TTFont(str(packages / package / "files" / name))
                scale_upem(font, UNITS)
                source = f"{meta['name']} {meta['version']} {name}"
                entry = {"licence": meta["license"], "source": source, "split": split, **glyph_outlines(font)}
                entry["glyphs"] = {c: [step, relative(path)] for c, (step, path) in entry["glyphs"].items()}
                found[f"{package.replace('-', ' ').title()} {weight}"] = entry
    return found


@cache
def detector_faces(split: str) -> tuple[Font, ...]:
    """Return the faces of "train" or "calibration" that only the detector uses, by name; none for another split."""
    content = json.loads(gzip.decompress((FOLDER / "faces-detector.json.gz").read_bytes()))
    return tuple(
        Font(family=family, units=entry["units"], cap=entry["cap"], glyphs=entry["glyphs"])
        for family, entry in sorted(content.items())
        if entry["split"] == split
    )


def main() -> None:
    """Write `training/material/faces-detector.json.gz`."""
    parser = argparse.ArgumentParser(description="Gather the type faces that only the text detector uses.")
    parser.add_argument("--packages", type=Path, required=True, help="folder of the unpacked packages")
    arguments = parser.parse_args()
    data = json.dumps(collected(arguments.packages), separators=(",", ":"), sort_keys=True).encode()
    (FOLDER / "faces-detector.json.gz").write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
