"""A store, and one run in it: the classes that everything else uses."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from conditioners.errors import StoreError
from pipeline.store import queue, read, reviews
from pipeline.store.engine import connect, parse_store_url, reading, shown, write
from pipeline.store.migrate import migrate
from pipeline.store.records import Counts, Environment, NewItem, Outcome, Review, Status, StoredItem
from pipeline.store.tables import Asset, Item, Run, Start

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class RunInfo:
    """A run as its store lists it. `assets` is the URL of its images; empty where that is the run's own folder."""

    key: str
    name: str
    assets: str


class Store:
    """A database of runs; may be used from several threads and by several processes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the database at `url` and bring its layout up to date; a SQLite file is made where there is none.

        Raises:
            InputError: no such kind of database, or its driver is not installed.
            StoreError: it cannot be reached or written to, or was made by a newer Lineproof.
        """
        store = cls(connect(parse_store_url(url)))
        migrate(store.engine)
        return store

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def new_run(self, name: str, environment: Environment, assets: str = "") -> RunStore:
        """Make a run. `assets` is the URL of its images, empty for the run's own folder."""
        return self.ensure_run(secrets.token_hex(16), name, environment, assets)

    def ensure_run(self, key: str, name: str, environment: Environment, assets: str = "") -> RunStore:
        """Return the run called `key`, made where there is none; for several processes at once it is the same."""
        dialect: Any = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        row = {"key": key, "name": name, "created": queue.now(), "assets": assets} | _columns(environment)
        write(self.engine, lambda on: on.execute(dialect.insert(Run).values(**row).on_conflict_do_nothing()))
        return self.run(key)

    def only_run(self, name: str, environment: Environment, assets: str = "") -> RunStore:
        """Return the run of a store that is one run's alone, made where there is none.

        Raises:
            StoreError: the store holds several.
        """
        row: dict[str, Any] = {"key": secrets.token_hex(16), "name": name, "created": queue.now(), "assets": assets}

        def work(on: Connection) -> list[str]:
            keys = list(on.scalars(select(Run.key)))
            if not keys:
                on.execute(insert(Run).values(**row, **_columns(environment)))
            return keys or [row["key"]]

        keys = write(self.engine, work)
        if len(keys) > 1:
            raise StoreError(f"store {shown(self.engine.url)} must hold one run, got {len(keys)}")
        return self.run(keys[0])

    def run(self, key: str) -> RunStore:
        """Return the run called `key`; raises StoreError where the store has none."""
        with reading(self.engine) as connection:
            row = connection.execute(select(Run.id, Run.name, Run.assets).where(Run.key == key)).one_or_none()
        if row is None:
            raise StoreError(f"store {shown(self.engine.url)} has no run {key}")
        return RunStore(self, row.id, RunInfo(key=key, name=row.name, assets=row.assets))

    def runs(self) -> list[RunInfo]:
        """All runs, the oldest first."""
        with reading(self.engine) as connection:
            rows = connection.execute(select(Run.key, Run.name, Run.assets).order_by(Run.id)).all()
        return [RunInfo(key=row.key, name=row.name, assets=row.assets) for row in rows]


class RunStore:
    """One run in a store. Each method that changes something is one transaction."""

    def __init__(self, store: Store, run_id: int, info: RunInfo) -> None:
        self.store, self.id, self.info = store, run_id, info

    def _write(self, work: Callable[[Connection], Result]) -> Result:
        return write(self.store.engine, work)

    def start(self, owner: str, environment: Environment) -> int:
        """Record that `owner` starts working on the run; return the start's id."""
        columns = _columns(environment)

        def work(on: Connection) -> int:
            on.execute(update(Run).where(Run.id == self.id).values(**columns))
            row = {"run_id": self.id, "owner": owner, "started": queue.now()} | columns
            return int(on.execute(insert(Start).returning(Start.id), row).scalar_one())

        return self._write(work)

    def end(self, start_id: int) -> None:
        """Record that a start has come to its end."""
        self._write(lambda on: on.execute(update(Start).where(Start.id == start_id).values(ended=queue.now())))

    def order(self, items: Sequence[NewItem], *, cards: bool = False) -> list[StoredItem]:
        """Order images and return their state, in the order given; see `queue.order_items`."""

        rows = list(dict.fromkeys(item.row_id for item in items))

        def known(on: Connection) -> dict[tuple[str, int], StoredItem]:
            return {item.key: item for item in read.items_of_rows(on, self.id, rows, cards)}

        def work(on: Connection) -> dict[tuple[str, int], StoredItem]:
            found = known(on)
            return known(on) if queue.order_items(on, self.id, items, found) else found

        found = self._write(work)
        return [found[item.key] for item in items]

    def ended_inputs(self) -> dict[str, str]:
        """The inputs digest of each row with an item that is done or failed."""
        with reading(self.store.engine) as connection:
            return read.ended_inputs(connection, self.id)

    def free_dead(self) -> int:
        """Give back what dead processes of this machine hold; return how many items."""
        return self._write(lambda on: queue.free_dead(on, self.id))

    def claim(self, owner: str, *, ids: Sequence[int] | None = None, limit: int = 1) -> list[int]:
        """Take free items in hand: those of `ids`, or the first `limit`; return the ids of those taken."""
        return self._write(lambda on: queue.claim(on, self.id, owner, ids=ids, limit=limit))

    def renew(self, owner: str) -> None:
        """A sign of life of `owner`, due more often than every `queue.LEASE`."""
        self._write(lambda on: queue.renew(on, self.id, owner))

    def give_back(self, owner: str, ids: Sequence[int]) -> None:
        """Return items that were claimed and not begun; the attempt does not count."""
        self._write(lambda on: queue.give_back(on, self.id, owner, ids))

    def count_attempt(self, ids: Sequence[int], times: int = 1) -> None:
        """Count further attempts at items in hand: their worker died and they went to another."""
        self._write(lambda on: queue.count_attempt(on, ids, times))

    def release(self, owner: str, ids: Sequence[int]) -> None:
        """Return items that were begun and not finished; the attempt counts."""
        self._write(lambda on: queue.give_back(on, self.id, owner, ids, begun=True))

    def note_device(self, start_id: int, device: str) -> None:
        """Record on what a start makes its images, once that is known."""

        def work(on: Connection) -> None:
            on.execute(update(Run).where(Run.id == self.id).values(device=device))
            on.execute(update(Start).where(Start.id == start_id).values(device=device))

        self._write(work)

    def reopen(self, *, ids: Sequence[int] | None = None) -> int:
        """Make done or failed items pending again, those of `ids` or all that failed; return how many."""
        return self._write(lambda on: queue.reopen(on, self.id, ids=ids))

    def finish(self, outcomes: Sequence[Outcome], start_id: int | None = None) -> None:
        """Record what came of items: images and errors."""
        if outcomes:
            self._write(lambda on: queue.finish(on, outcomes, start_id))

    def counts(self) -> Counts:
        """How many items are in which state."""
        with reading(self.store.engine) as connection:
            return read.count_items(connection, self.id)

    def items(self, *statuses: Status, cards: bool = True) -> Iterator[StoredItem]:
        """Items in the order of the manifest, of all states or of some; score cards may be left out for speed."""
        with reading(self.store.engine) as connection:
            yield from read.all_items(connection, self.id, statuses, cards)

    def score_files(self) -> list[str]:
        """Names of the files of scores of all images, those of earlier orders among them."""
        with reading(self.store.engine) as connection:
            return list(connection.scalars(select(Asset.scores).join(Item).where(Item.run_id == self.id)))

    def items_by_id(self, ids: Sequence[int]) -> dict[int, StoredItem]:
        """Items with their score cards."""
        with reading(self.store.engine) as connection:
            return {item.id: item for item in read.items_by_id(connection, self.id, ids)}

    def add_reviews(self, given: Sequence[Review]) -> int:
        """Write down human verdicts; return how many were new. Raises InputError for an item that is not there."""
        return self._write(lambda on: reviews.add_reviews(on, self.id, given))

    def reviews(self) -> list[Review]:
        """All human verdicts, the oldest first."""
        with reading(self.store.engine) as connection:
            return reviews.read_reviews(connection, self.id)


def _columns(environment: Environment) -> dict[str, Any]:
    return {
        "version": environment.version,
        "commit": environment.commit,
        "packages": dict(environment.packages),
        "device": environment.device,
        "settings": dict(environment.settings),
    }
