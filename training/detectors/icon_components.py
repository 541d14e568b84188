"""Icons of the component set (`training/components`): drawn by a browser, and nothing is fitted on them."""

from collections.abc import Iterator
from random import Random

import numpy as np

from scoring.calibration.icon_corruptions import CORRUPTIONS
from training.components.cases import ComponentCase, load_cases
from training.detectors.icon_cases import MIN_CONTRAST, Case, Sheet, contrast, spoil
from training.detectors.icon_data import Views, view_all
from training.detectors.round_trip import RoundTrip

INK = 160
"""Grey level of the wireframe below which a pixel is ink."""


def sheet_of(component: ComponentCase, faulty: bool, severities: tuple[float, ...], rng: Random) -> Sheet:
    """Return a component with all of its icons intact or, if `faulty`, all spoiled as far as anybody would see it."""
    image, drawing = component.asset.copy(), component.wireframe.copy()
    ink, cases = drawing < INK, []
    for element in component.elements:
        box = element.box
        if element.kind != "icon" or contrast(image, ink, box) < MIN_CONTRAST:
            continue
        kind, severity, changed = "", 0.0, None
        for _ in range(4 if faulty else 0):
            kind, severity = rng.choice(tuple(CORRUPTIONS)), rng.choice(severities)
            changed = spoil(image, ink, box, kind, severity, rng.randrange(2**31))
            if changed is not None:
                break
        if faulty and changed is None:
            continue
        cases.append(
            Case(
                box=box,
                side=float(max(box.width, box.height)),
                name=element.name,
                pack=component.library,
                variant="as in the library",
                style=component.attributes.get("style", ""),
                drawing="clean",
                treatment="clean",
                kind=kind if faulty else "",
                severity=severity if faulty else 0.0,
                changed=np.zeros(ink.shape, np.bool_) if changed is None else changed,
            )
        )
    return Sheet(image=image, drawing=drawing, cases=tuple(cases))


def component_set(decoder: RoundTrip, severities: tuple[float, ...], seed: int, decoded: float, most: int) -> Views:
    """Return the views of the icons of up to `most` components, once intact and once spoiled, a share of them decoded.

    Raises InputError where the component set is not there.
    """
    from dataclasses import replace

    def sheets() -> Iterator[Sheet]:
        rng = Random(seed)
        with_icons = [case for case in load_cases() if any(e.kind == "icon" for e in case.elements)]
        for component in with_icons[:most]:
            for faulty in (False, True):
                sheet = sheet_of(component, faulty, severities, rng)
                if rng.random() < decoded:
                    done = tuple(replace(case, treatment="round trip") for case in sheet.cases)
                    sheet = replace(sheet, image=decoder(sheet.image), cases=done)
                yield sheet

    return view_all(sheets())
