"""How often text that nobody ordered is found, and how often ordered text is taken for it.

    python -m training.detectors.text_invented_check --count 60

Clean renders are looked at twice: with all of their text elements known, where nothing is invented, and with one of
them left out of elements and order, which is then invented text. Every other render is sent through the embedded
autoencoder. Renders 620000 on, on which nothing was trained or fitted.
"""

import argparse
import json
from dataclasses import replace
from random import Random

from conditioners.elements import Element
from conditioners.ocr import TextReader
from scoring.intervals import wilson
from scoring.text_invented import covered_share, invented_texts
from training.clip_cases import Case, case_of
from training.detectors.round_trip import RoundTrip

FIRST_SEED = 620_000
MIN_HEIGHT = 10
"""Text boxes lower than this (px) are not left out: nobody is expected to read them."""


def with_text(count: int) -> list[Case]:
    """Return the first `count` cases that show text, every other one after the autoencoder's round trip."""
    decoder, seed = RoundTrip(), FIRST_SEED
    found: list[Case] = []
    while len(found) < count:
        case, seed = case_of(seed), seed + 1
        if _texts(case):
            decoded = replace(case.sample, asset=decoder(case.sample.asset))
            found.append(replace(case, sample=decoded) if len(found) % 2 else case)
    return found


def _texts(case: Case) -> list[Element]:
    return [e for e in case.elements if e.kind == "text" and e.text and e.box.height >= MIN_HEIGHT]


def figures(count: int) -> dict[str, object]:
    """Return the shares of renders with text falsely called invented, and of texts left out that were found."""
    reader, false, found = TextReader(), [], []
    for number, case in enumerate(with_text(count)):
        strings = [element.text for element in case.elements if element.text]
        false.append(bool(invented_texts(case.sample.asset, case.elements, reader, strings)))
        left_out = Random(number).choice(_texts(case))
        others = [element for element in case.elements if element is not left_out]
        known = [element.text for element in others if element.text]
        told = invented_texts(case.sample.asset, others, reader, known)
        found.append(any(covered_share(text.box, [left_out.box]) > 0.3 for text in told))
    return {
        "renders": count,
        "false": sum(false),
        "false_interval": wilson(sum(false), count),
        "found": sum(found),
        "found_interval": wilson(sum(found), count),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60, help="renders")
    print(json.dumps(figures(parser.parse_args().count), indent=1))


if __name__ == "__main__":
    main()
