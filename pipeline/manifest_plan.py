"""What a batch would make, told before it is made: how many images, of which shapes, and about how long it takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conditioners.geometry import Extent
from pipeline.manifest_check import BadFile, CheckedManifest
from pipeline.models import load_spec
from pipeline.order import AssetOrder
from pipeline.store.folder import has_store, open_run

if TYPE_CHECKING:
    from pipeline.run import Studio


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What decides how long an image takes; images of one shape are made together."""

    extent: Extent
    model: str
    conditioner: str
    steps: int
    guided: bool

    @property
    def work(self) -> float:
        """Pixels x steps, twice under guidance: what times of other shapes are scaled by."""
        return self.extent.width * self.extent.height * self.steps * (2.0 if self.guided else 1.0)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """Seconds that the images still to be made take one after another, loading included; `basis` says whence."""

    seconds: float
    basis: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The images that a manifest orders, by shape, the largest groups first; rows with unusable files are apart.

    `times` are the seconds that the images which a run has already took, by shape.
    """

    rows: int
    images: int
    shapes: Mapping[Shape, int]
    times: Mapping[Shape, Sequence[float]]
    bad: tuple[BadFile, ...]
    largest: AssetOrder | None

    @property
    def left(self) -> int:
        """Images that are still to be made."""
        return sum(self.shapes.values())

    @property
    def done(self) -> int:
        """Images that the run has already."""
        return sum(map(len, self.times.values()))

    def as_json(self, estimate: Estimate | None) -> dict[str, Any]:
        """The object that `batch --dry-run --json` prints."""
        return {
            "dry_run": True,
            "rows": self.rows,
            "images": self.images,
            "done": self.done,
            "groups": [
                {
                    "width": shape.extent.width,
                    "height": shape.extent.height,
                    "model": shape.model,
                    "conditioner": shape.conditioner,
                    "steps": shape.steps,
                    "images": count,
                }
                for shape, count in self.shapes.items()
            ],
            "bad": [{"row": one.place, "id": one.id, "error": one.message} for one in self.bad],
            "seconds": None if estimate is None else round(estimate.seconds, 1),
            "basis": "" if estimate is None else estimate.basis,
        }


def make_plan(manifest: CheckedManifest, finished: Mapping[tuple[str, int], float]) -> Plan:
    """Return the plan of a manifest; `finished` are the seconds of what a run has already, by id and seed."""
    files = manifest.files
    bad = {one.id for one in files.bad}
    shapes: Counter[Shape] = Counter()
    times: dict[Shape, list[float]] = {}
    example: dict[Shape, AssetOrder] = {}
    images = 0
    for row in manifest.rows:
        order, name = row.order(manifest.base), str(row.id)
        images += order.count
        if name in bad:
            continue
        shape = shape_of(order, files.extents[order.wireframe])
        keys = [(name, seed) for seed in range(order.seed, order.seed + order.count)]
        there = [finished[key] for key in keys if key in finished]
        if there:
            times.setdefault(shape, []).extend(there)
        if len(there) < order.count:
            shapes[shape] += order.count - len(there)
            example.setdefault(shape, order)
    ranked = dict(shapes.most_common())
    return Plan(
        rows=len(manifest.placed),
        images=images,
        shapes=ranked,
        times=times,
        bad=files.bad,
        largest=example[next(iter(ranked))] if ranked else None,
    )


def finished_in(run: Path) -> dict[tuple[str, int], float]:
    """The seconds that each image of a run took, by its row's id and its seed; empty for a folder without a store.

    Raises StoreError where the store cannot be read.
    """
    if not has_store(run):
        return {}
    store = open_run(run)
    try:
        return {
            (item.row_id, item.seed): item.asset.seconds
            for item in store.items("done", cards=False)
            if item.asset is not None
        }
    finally:
        store.store.close()


def shape_of(order: AssetOrder, drawing: Extent) -> Shape:
    """The shape of an order's images on a drawing of that extent."""
    defaults = load_spec(order.model).defaults
    cfg = defaults.cfg if order.cfg is None else order.cfg
    return Shape(
        extent=order.size or drawing,
        model=order.model,
        conditioner=order.conditioner,
        steps=defaults.steps if order.steps is None else order.steps,
        guided=cfg > 1,
    )


def estimate_from_run(plan: Plan) -> Estimate | None:
    """The estimate from the images that the run has already; None where it has none of one of the models.

    An image takes the median of its shape's times; a shape without any, its model's median time for the same work.
    """
    by_model: dict[str, list[float]] = {}
    for shape, times in plan.times.items():
        by_model.setdefault(shape.model, []).extend(seconds / shape.work for seconds in times)
    total, scaled = 0.0, 0
    for shape, count in plan.shapes.items():
        if shape in plan.times:
            total += count * statistics.median(plan.times[shape])
        elif shape.model in by_model:
            total += count * shape.work * statistics.median(by_model[shape.model])
            scaled += count
        else:
            return None
    return Estimate(seconds=total, basis=f"by the {plan.done} images that the run has already" + _scaling(scaled))


def estimate_by_trial(plan: Plan, studio: Studio) -> Estimate | None:
    """The estimate from one image of the largest group, made twice in a temporary folder and thrown away.

    The first image includes loading, the second is the measure. None where nothing is left to make.
    """
    if plan.largest is None:
        return None
    shape, count = next(iter(plan.shapes.items()))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="lineproof-trial-") as folder:
        prepared = studio.prepare(replace(plan.largest, seed=0, count=2))
        _, second = studio.run(prepared, Path(folder))
    start = max(0.0, time.perf_counter() - started - 2 * second.seconds)
    total = sum(other.work * images for other, images in plan.shapes.items()) / shape.work * second.seconds
    basis = (
        f"by one image of {shape.extent} made just now and thrown away: {second.seconds:.2f} s, {start:.0f} s to load"
    )
    return Estimate(seconds=start + total, basis=basis + _scaling(plan.left - count))


def _scaling(images: int) -> str:
    if not images:
        return ""
    return f"; {images} images of other shapes by their pixels and steps, which is rough"
