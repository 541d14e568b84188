"""One worker of a batch: orders in, finished files and their records out. The same on a thread, in a process, in Ray.

A worker may be given several tasks at once, each on a thread of its own. Generating and scoring each have a lock, so
that while one task is denoised another is scored and a third is encoded and written: a pipeline whose length is the
number of tasks in hand, and so is its memory.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from conditioners.errors import GenerationError, LineproofError, StoreError
from pipeline.asset_folder import AssetFolder
from pipeline.denoise import StepCallback
from pipeline.digests import job_digest, judges_digest
from pipeline.finished import Finished, existing, save
from pipeline.manifest import OrderRow
from pipeline.order import AssetOrder, Drawn, ModelChoice, PreparedOrder, choose_model, draw
from pipeline.request import GeneratedAsset, GenerationRequest
from pipeline.run import RowLabel, Studio
from pipeline.store.records import Outcome

KEPT_DRAWINGS: Final = 4
"""Wireframes and maps that stay in memory: the seeds of a row, and the rows of a grid, come one after the other."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """One image to make: an item of the store, and the row it is of."""

    item_id: int
    row: OrderRow
    seed: int


@dataclass(frozen=True, kw_only=True)
class Task:
    """Orders of the same shape, denoised together; `together` is the size of the batch when all of it is to be made."""

    orders: tuple[Order, ...]
    together: int


@dataclass(kw_only=True, eq=False)
class _InHand:
    """An order on its way through the stages."""

    order: Order
    finished: Finished
    request: GenerationRequest
    asset: GeneratedAsset | None = None
    error: str = ""


class Worker:
    """Makes what tasks order, with one studio, into one folder; `base` is where the rows' paths start from.

    Once it was told to stop, tasks that are not begun come back without outcomes.
    """

    def __init__(self, studio: Studio, base: Path, folder: AssetFolder, on_step: StepCallback | None = None) -> None:
        self._studio, self._base, self._folder, self._on_step = studio, base, folder, on_step
        self._stopped = threading.Event()
        self._generating, self._scoring, self._preparing = threading.Lock(), threading.Lock(), threading.Lock()
        self._drawn: OrderedDict[Hashable, Drawn] = OrderedDict()
        self._models: dict[tuple[str, str], ModelChoice] = {}
        self._judges = judges_digest()

    def stop(self) -> None:
        """Begin nothing new."""
        self._stopped.set()

    def work(self, task: Task) -> list[Outcome]:
        """Do a task and return what came of each order; none where it was not begun.

        Raises:
            StoreError: the folder cannot be written to, which concerns all orders and not one.
        """
        if self._stopped.is_set():
            return []
        outcomes: list[Outcome] = []
        todo: list[_InHand] = []
        for order in task.orders:
            try:
                found = self._take(order)
            except StoreError:
                raise
            except Exception as error:  # one order's failure, whatever it is, must not cost the others
                outcomes.append(Outcome(item_id=order.item_id, error=explain(error)))
            else:
                if isinstance(found, Outcome):
                    outcomes.append(found)
                else:
                    todo.append(found)
        if not self._generate(todo, task.together):
            return []
        return outcomes + [self._finish(item) for item in todo]

    def _take(self, order: Order) -> _InHand | Outcome:
        """Read an order's input, and look whether its files are there already."""
        prepared = self._prepared(order)
        request = prepared.requests[0]
        finished = Finished(
            prepared=prepared,
            request=request,
            label=RowLabel(id=str(order.row.id), tags=order.row.tags),
            job=job_digest(request),
            scoring=self._studio.scoring(prepared, self._judges),
        )
        found = existing(finished, self._folder)
        if found is None:
            return _InHand(order=order, finished=finished, request=request)
        if found.facts is not None:
            return Outcome(item_id=order.item_id, asset=found.facts, kept=True)
        return _InHand(order=order, finished=finished, request=request, asset=found.asset)

    def _prepared(self, order: Order) -> PreparedOrder:
        """The order of one image; what several have in common is read once."""
        wanted = replace(order.row.order(self._base), seed=order.seed, count=1)
        model = (wanted.model, wanted.conditioner)
        with self._preparing:
            if model not in self._models:
                self._models[model] = choose_model(*model, self._studio.download)
        return self._studio.prepare(wanted, self._models[model], self._drawn_of(wanted))

    def _drawn_of(self, order: AssetOrder) -> Drawn:
        key = (order.wireframe, order.polarity, order.size, order.settings)
        with self._preparing:
            if key in self._drawn:
                self._drawn.move_to_end(key)
                return self._drawn[key]
        found = draw(order)
        with self._preparing:
            self._drawn[key] = found
            if len(self._drawn) > KEPT_DRAWINGS:
                self._drawn.popitem(last=False)
        return found

    def _generate(self, items: Sequence[_InHand], together: int) -> bool:
        """Make the images that are not there yet; False where the run was stopped before that."""
        missing = [item for item in items if item.asset is None]
        if not missing:
            return True
        with self._generating:
            if self._stopped.is_set():
                return False
            by_request = {id(item.request): item for item in missing}
            requests = [item.request for item in missing]
            try:
                prepared = missing[0].finished.prepared
                for asset in self._studio.generate(prepared, requests, self._on_step, exactly=together):
                    by_request[id(asset.request)].asset = asset
            except Exception as error:
                for item in missing:
                    if item.asset is None:
                        item.error = explain(error)
        for item in missing:
            if item.asset is None and not item.error:
                item.error = str(GenerationError("the model gave no image"))
        return True

    def _finish(self, item: _InHand) -> Outcome:
        if item.asset is None:
            return Outcome(item_id=item.order.item_id, error=item.error)
        try:
            bounds = None
            if self._studio.floor:
                with self._generating:
                    bounds = self._studio.bounds(item.request, item.finished.prepared)
            with self._scoring:
                started = time.perf_counter()
                card = self._studio.score(item.asset, item.finished.prepared, bounds)
                seconds = time.perf_counter() - started
            facts = save(item.finished, item.asset, card, seconds, self._folder)
            return Outcome(item_id=item.order.item_id, asset=facts, device=item.asset.record.device)
        except StoreError:
            raise
        except Exception as error:
            return Outcome(item_id=item.order.item_id, error=explain(error))


def explain(error: Exception) -> str:
    """One line about what made an order fail."""
    if isinstance(error, LineproofError):
        return str(error)
    return f"unexpected {type(error).__name__}: {' '.join(str(error).split())}"
