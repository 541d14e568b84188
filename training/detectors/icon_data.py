"""Views and labels of many icons as arrays: what the network is fitted to and measured on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scoring.calibration.icon_corruptions import is_below_pixel
from scoring.icon_view import SIDE, Window, icon_view, slack_maps
from training.detectors.icon_cases import Case, Sheet
from training.detectors.icon_sheets import Plan, make_sheets
from training.detectors.round_trip import RoundTrip

PLACES = 16
"""Cells a side of the map that says where a fault is."""

LOW, HIGH = -1.0, 2.0
"""Range of a view's values, for storing them in a byte."""


@dataclass(frozen=True, kw_only=True)
class Views:
    """Views as uint8 (N, 3, 64, 64), their sizes float32 (N,), fault maps bool (N, 16, 16), and what each case is."""

    views: NDArray[np.uint8]
    sizes: NDArray[np.float32]
    maps: NDArray[np.bool_]
    cases: list[dict[str, Any]]

    @property
    def faulty(self) -> NDArray[np.bool_]:
        """Whether each case has a fault, (N,)."""
        return np.array([bool(case["kind"]) for case in self.cases])

    @property
    def below_pixel(self) -> NDArray[np.bool_]:
        """Whether each case's fault bends it by less than a pixel, (N,): neither intact nor seen by anybody."""
        return np.array([is_below_pixel(case["kind"], case["severity"], case["side"]) for case in self.cases])

    def chosen(self, rows: NDArray[np.bool_]) -> "Views":
        """Return the cases where `rows` (N,) is true."""
        kept = [case for case, wanted in zip(self.cases, rows, strict=True) if wanted]
        return Views(views=self.views[rows], sizes=self.sizes[rows], maps=self.maps[rows], cases=kept)

    def inputs(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the network's input of some rows, float32 (n, 6, 64, 64), as `icon_view` gives it."""
        seen = self.views[rows].astype(np.float32) * ((HIGH - LOW) / 255) + LOW
        found = np.empty((len(rows), 6, SIDE, SIDE), np.float32)
        found[:, :3], found[:, 3] = seen, self.sizes[rows][:, None, None]
        for one in found:
            one[4], one[5] = slack_maps(one[0], one[1])
        return found

    def save(self, file: Path) -> None:
        """Write everything into one `.npz`."""
        import json

        np.savez(file, views=self.views, sizes=self.sizes, maps=self.maps, cases=np.array(json.dumps(self.cases)))

    @classmethod
    def load(cls, files: Sequence[Path]) -> "Views":
        """Read and join files of `save`."""
        import json

        parts = [np.load(file) for file in files]
        return cls(
            views=np.concatenate([part["views"] for part in parts]),
            sizes=np.concatenate([part["sizes"] for part in parts]),
            maps=np.concatenate([part["maps"] for part in parts]),
            cases=[case for part in parts for case in json.loads(str(part["cases"]))],
        )


def _map_of(case: Case) -> NDArray[np.bool_]:
    seen = Window.around(case.box).cut(case.changed.astype(np.uint8) * 255)
    fine = cv2.resize(seen, (4 * PLACES, 4 * PLACES), interpolation=cv2.INTER_AREA)
    cells = fine.reshape(PLACES, 4, PLACES, 4).max(axis=(1, 3))
    return np.asarray(cells > 100, dtype=np.bool_)


def view_all(sheets: Iterable[Sheet]) -> Views:
    """Return the views of all icons on `sheets` that can be judged."""
    views, sizes, maps, cases = [], [], [], []
    for sheet in sheets:
        for case in sheet.cases:
            view = icon_view(sheet.image, sheet.drawing, case.box)
            if view is None:
                continue
            views.append(np.rint((view[:3] - LOW) * (255 / (HIGH - LOW))).astype(np.uint8))
            sizes.append(view[3, 0, 0])
            maps.append(_map_of(case))
            kept = ("side", "name", "pack", "variant", "style", "drawing", "treatment", "kind", "severity")
            cases.append({key: getattr(case, key) for key in kept})
    return Views(views=np.array(views), sizes=np.array(sizes, np.float32), maps=np.array(maps), cases=cases)


def generate(seeds: Sequence[int], plan: Plan, passes: int = 1, round_trip: RoundTrip | None = None) -> Views:
    """Return the views of the sheets of `seeds`; the same seeds and plan give the same views."""
    decoder = round_trip or (RoundTrip() if plan.decoded else None)
    return view_all(sheet for seed in seeds for sheet in make_sheets(seed, plan, decoder, passes))
