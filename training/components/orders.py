"""The component set as a manifest, so that any model can be ordered on it and its failure rates reported.

    python -m training.components.orders --out runs/orders --count 320
    lineproof batch runs/orders/manifest.jsonl --out runs/components
    lineproof report runs/components --out report.html

Orders are tagged with component, style, library and background; the wireframes are what a browser drew, and the prompts
name what is there.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from training.components.cases import ComponentCase, load_cases

CONDITIONERS = ("canny", "scribble")


def write_orders(cases: Sequence[ComponentCase], folder: Path) -> Path:
    """Write wireframes (PNG), elements (JSON) and `manifest.jsonl` below a folder; return the manifest's path.

    Conditioners take turns. An order's texts are those of its elements.
    """
    (folder / "wireframes").mkdir(parents=True, exist_ok=True)
    rows = [_row(case, CONDITIONERS[index % 2], index, folder) for index, case in enumerate(cases)]
    manifest = folder / "manifest.jsonl"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return manifest


def _row(case: ComponentCase, conditioner: str, seed: int, folder: Path) -> dict[str, object]:
    picture, elements = f"wireframes/{case.id}.png", f"wireframes/{case.id}.json"
    Image.fromarray(case.wireframe).save(folder / picture)
    listed = [{"kind": e.kind, "box": list(e.box), "text": e.text, "name": e.name} for e in case.elements]
    (folder / elements).write_text(json.dumps(listed), encoding="utf-8")
    told = {"component": case.component, "library": case.library}
    told |= {name: case.attributes[name] for name in ("style", "background")}
    return {
        "id": case.id,
        "wireframe": picture,
        "prompt": case.prompt,
        "conditioner": conditioner,
        "seed": seed,
        "text": [element.text for element in case.elements if element.kind == "text"],
        "elements": elements,
        "tags": [f"{name}={value}" for name, value in told.items()],
    }


def main() -> None:
    """Write the orders of the first cases."""
    parser = argparse.ArgumentParser(description="Write the component set as a manifest.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=320)
    arguments = parser.parse_args()
    print(write_orders(load_cases()[: arguments.count], arguments.out))


if __name__ == "__main__":
    main()
