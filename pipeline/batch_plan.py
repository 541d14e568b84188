"""From the rows of a manifest to what is left to do: orders in the store, images that are there, tasks for workers.

Rows are read a slab at a time, so memory does not grow with the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Final

from conditioners.errors import InputError
from pipeline.asset_folder import AssetFolder
from pipeline.batch_result import BatchResult, failure, success
from pipeline.digests import Inputs
from pipeline.manifest import OrderRow
from pipeline.models import load_spec
from pipeline.settings import LIMITS
from pipeline.store.records import NewItem, StoredItem
from pipeline.store.store import RunStore
from pipeline.worker import Order, Task

SLAB: Final = 500


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An item whose result is known."""

    position: int
    result: BatchResult


@dataclass(frozen=True, kw_only=True)
class Todo:
    """An item to be made."""

    position: int
    item: StoredItem
    row: OrderRow
    wireframe: str
    model: str

    @property
    def order(self) -> Order:
        """The item as a worker gets it."""
        return Order(item_id=self.item.id, row=self.row, seed=self.item.seed)


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Items of one shape, next to each other in the manifest; `together` counts those that are there already too.

    So a chunk is the same however often the run was interrupted, and so are the pixels of its images.
    """

    todos: tuple[Todo, ...]
    together: int

    @property
    def task(self) -> Task:
        """The chunk as a worker gets it."""
        return Task(orders=tuple(todo.order for todo in self.todos), together=self.together)


class Plan:
    """Orders the rows' images in the store and tells, in the manifest's order, what is ready and what is to be done.

    `batch_size` images at most are denoised together. Failed items are tried again with `retry_failed`.
    """

    def __init__(
        self,
        run: RunStore,
        folder: AssetFolder,
        base: Path,
        inputs: Inputs,
        *,
        batch_size: Callable[[str], int],
        retry_failed: bool = False,
    ) -> None:
        self._run, self._folder, self._base, self._inputs = run, folder, base, inputs
        self._batch_size, self._retry_failed = batch_size, retry_failed

    def chunks(self, rows: Iterable[OrderRow]) -> Iterator[Ready | Chunk]:
        """Items that are ready, and chunks of those that are not."""
        shape: tuple[object, ...] | None = None
        todos: list[Todo] = []
        # Place in the stretch of items of one shape, where the chunk begins there, and how long it may be.
        index = start = limit = 0
        for entry, entry_shape in self._entries(rows):
            if entry_shape != shape or (todos and index == start + limit):
                if todos:
                    yield Chunk(todos=tuple(todos), together=index - start)
                    todos = []
                if entry_shape != shape:
                    shape, index = entry_shape, 0
            if isinstance(entry, Todo):
                if not todos:
                    limit = self._batch_size(entry.model)
                    start = index // limit * limit
                todos.append(entry)
            else:
                yield entry
            index += 1
        if todos:
            yield Chunk(todos=tuple(todos), together=index - start)

    def _entries(self, rows: Iterable[OrderRow]) -> Iterator[tuple[Ready | Todo, tuple[object, ...]]]:
        new = self._new_items(rows)
        while slab := list(islice(new, SLAB)):
            items = self._run.order([one.item for one in slab], cards=True)
            again = [item.id for item in items if self._is_to_be_made_again(item)]
            if again:
                self._run.reopen(ids=again)
            redone = set(again)
            for item, one in zip(items, slab, strict=True):
                yield self._entry(item, one, item.id in redone), one.shape

    def _entry(self, item: StoredItem, new: _New, redone: bool) -> Ready | Todo:
        position, wireframe = new.item.position, new.item.wireframe
        if not redone and item.status == "done" and item.asset is not None:
            return Ready(position=position, result=success(item, item.asset, self._folder, wireframe, resumed=True))
        if not redone and item.status == "failed":
            return Ready(position=position, result=failure(item, item.error, new.row.count > 1))
        return Todo(position=position, item=item, row=new.row, wireframe=wireframe, model=new.model)

    def _is_to_be_made_again(self, item: StoredItem) -> bool:
        if item.status == "failed":
            return self._retry_failed
        return item.status == "done" and not self._is_whole(item)

    def _is_whole(self, item: StoredItem) -> bool:
        """Whether the files are there in full; those in other places than a local folder are taken on trust."""
        asset = item.asset
        if asset is None:
            return False
        if self._folder.local is None:
            return True
        sizes = [asset.asset_bytes, asset.control_map_bytes, asset.scores_bytes]
        return self._folder.sizes([asset.asset, asset.control_map, asset.scores]) == sizes

    def _new_items(self, rows: Iterable[OrderRow]) -> Iterator[_New]:
        position = 0
        for row in rows:
            inputs = self._inputs.of(row)
            for seed in _seeds(row):
                item = NewItem(
                    position=position,
                    row_id=str(row.id),
                    seed=seed,
                    inputs=inputs.digest,
                    wireframe=inputs.wireframe,
                    prompt=row.prompt,
                    model=row.model,
                    conditioner=row.conditioner,
                    scale=row.scale,
                    tags=row.tags,
                )
                yield _New(item=item, row=row, model=inputs.model)
                position += 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _New:
    """An image as the manifest orders it; `model` is its model's reference, seen from here."""

    item: NewItem
    row: OrderRow
    model: str

    @property
    def shape(self) -> tuple[object, ...]:
        """Equal for images that are sure to have one extent, one model and one way of sampling."""
        row = self.row
        return (self.model, row.conditioner, row.size or row.wireframe, row.steps, row.cfg, row.scale)


def _seeds(row: OrderRow) -> Sequence[int]:
    """The seeds of a row; a row that cannot be ordered at all has one, so that its failure has a place."""
    low, high = int(LIMITS["seed"].low), int(LIMITS["seed"].high)
    first, last = row.seed, row.seed + row.count - 1
    if low <= first <= last <= high and row.count <= LIMITS["count"].high:
        return range(first, last + 1)
    return [min(max(first, low), high)]


def batch_sizes(device: Callable[[], str], given: int | None) -> Callable[[str], int]:
    """Return how many images of a model are denoised together: as given, else as its spec says for the device."""

    @cache
    def size(model: str) -> int:
        if given is not None:
            return given
        try:
            return int(getattr(load_spec(model).batch_size, device(), 1))
        except InputError:  # told by the worker, as the row's own failure
            return 1

    return size
