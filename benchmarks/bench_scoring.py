"""Seconds to score one asset, models loaded, beside EasyOCR's full reading of the same images in the same run.

    python -m benchmarks.bench_scoring --repeats 10

Each asset is a card of 512 x 512 px with two labels and an icon, given with its elements. Every one has a wireframe of
its own, so nothing that the scorer remembers of a wireframe helps it.
"""

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from conditioners.control_map import ConditionerSettings, make_control_map
from conditioners.elements import Element
from conditioners.geometry import Box
from conditioners.ocr import find_weights
from conditioners.svg import render_svg
from conditioners.wireframe import wireframe_from_array
from scoring.score import Scorer, ScoringRequest

WORDS = ("Save", "Cancel", "Billing", "Profile", "Upload", "Archive", "Settings", "Invite", "Download", "Publish")
BELL = "M256 120c-40 0-62 30-62 66v40l-22 30v12h168v-12l-22-30v-40c0-36-22-66-62-66zM234 284a22 22 0 0 0 44 0z"
ELEMENTS = (
    Element(kind="shape", box=Box(56, 56, 456, 456), name="card"),
    Element(kind="icon", box=Box(170, 118, 342, 308), name="bell"),
)


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Median seconds of one call: on the clock, and of processor time in all threads."""

    wall: float
    cpu: float


def request_of(index: int) -> ScoringRequest:
    """Return the request for the card with the words of that index."""
    title, label = WORDS[index % len(WORDS)], WORDS[(index * 3 + 1) % len(WORDS)]
    inset = index % 7
    asset, drawing = (render_svg(_card(title, label, inset, painted).encode(), "card")[0] for painted in (True, False))
    wireframe = wireframe_from_array(drawing)
    texts = (
        Element(kind="text", box=Box(96, 330, 416, 380), text=title),
        Element(kind="text", box=Box(96, 392, 416, 430), text=label),
    )
    return ScoringRequest(
        image=asset,
        control_map=make_control_map(wireframe, ConditionerSettings(name="canny")),
        wireframe=wireframe,
        prompt=f'flat indigo card with a bell icon, "{title}" and "{label}", on a white background',
        elements=(*ELEMENTS, *texts),
    )


def _card(title: str, label: str, inset: int, painted: bool) -> str:
    ground, fill, ink = ("#FFFFFF", "#3F51B5", "#FFFFFF") if painted else ("#FFFFFF", "none", "#000000")
    stroke = "none" if painted else "#000000"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512">'
        f'<rect width="512" height="512" fill="{ground}"/>'
        f'<rect x="{56 + inset}" y="56" width="400" height="400" rx="24" fill="{fill}" stroke="{stroke}" '
        'stroke-width="2"/>'
        f'<path d="{BELL}" fill="none" stroke="{ink}" stroke-width="10" stroke-linejoin="round"/>'
        f'<text x="256" y="368" font-size="40" text-anchor="middle" fill="{ink}">{title}</text>'
        f'<text x="256" y="420" font-size="28" text-anchor="middle" fill="{ink}">{label}</text></svg>'
    )


def timed(call: Callable[[ScoringRequest], object], requests: list[ScoringRequest]) -> Timing:
    """Return the medians of one call for each request."""
    walls, works = [], []
    for request in requests:
        wall, work = time.perf_counter(), time.process_time()
        call(request)
        walls.append(time.perf_counter() - wall)
        works.append(time.process_time() - work)
    return Timing(wall=median(walls), cpu=median(works))


def measure(repeats: int) -> dict[str, object]:
    """Return the timings of scorer and reader over `repeats` cards, and their ratio; each is called once before."""
    import easyocr
    import torch

    weights = str(find_weights())
    reader = easyocr.Reader(
        ["en"], gpu=False, model_storage_directory=weights, download_enabled=False, quantize=False, verbose=False
    )
    requests = [request_of(index) for index in range(repeats + 1)]
    scorer = Scorer()
    scorer.score(requests[0])
    reader.readtext(requests[0].image)
    scored = timed(scorer.score, requests[1:])
    read = timed(lambda request: reader.readtext(request.image), requests[1:])
    return {
        "threads": torch.get_num_threads(),
        "assets": repeats,
        "score_seconds": round(scored.wall, 3),
        "score_cpu_seconds": round(scored.cpu, 3),
        "readtext_seconds": round(read.wall, 3),
        "readtext_cpu_seconds": round(read.cpu, 3),
        "ratio": round(read.wall / scored.wall, 2),
        "ratio_cpu": round(read.cpu / scored.cpu, 2),
    }


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=10, help="assets to score and to read")
    print(json.dumps(measure(parser.parse_args().repeats), indent=2))


if __name__ == "__main__":
    main()
