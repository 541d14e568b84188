"""The loop of a batch: claims chunks, hands them to workers, records what comes back, tells results in order."""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

from conditioners.errors import LineproofError, StoreError
from pipeline.asset_folder import AssetFolder
from pipeline.batch_plan import Chunk, Ready, Todo
from pipeline.batch_result import BatchResult, failure, success
from pipeline.executors import Answer, Executor, WorkerLost
from pipeline.store.records import Outcome
from pipeline.store.store import RunStore
from pipeline.worker import Task

CLAIM_SECONDS: Final = 2.0
"""Items are claimed for about this long ahead: one transaction for many fast ones, a small loss where one crashes."""

MAX_CLAIM: Final = 256
RECORD_SECONDS: Final = 0.2
"""Results that come faster than this are recorded together. Where that is cut short, their files speak for them."""

MAX_WAITING: Final = 512
"""Results kept back because an earlier one is not there yet; then nothing new is begun."""

MAX_DEATHS: Final = 3
"""Workers that may die of one task before its items count as failed."""

POLL_SECONDS: Final = 0.5


class BatchLoop:
    """Runs `entries` of a plan on an executor and yields the results in the order of their positions."""

    def __init__(
        self,
        run: RunStore,
        folder: AssetFolder,
        executor: Executor,
        owner: str,
        start_id: int,
        stop: threading.Event,
        on_row: Callable[[str], None] | None = None,
    ) -> None:
        self._run, self._folder, self._executor = run, folder, executor
        self._owner, self._start_id, self._stop, self._on_row = owner, start_id, stop, on_row
        self._claimed: deque[Chunk] = deque()
        self._todos: dict[int, Todo] = {}
        """Every item that was seen and has no result yet, by its id."""
        self._elsewhere: list[int] = []
        """Items that another process has in hand."""
        self._in_flight = 0
        self._outcomes: list[Outcome] = []
        """What came back and is not in the store yet."""
        self._recorded_at = 0.0
        self._deaths: Counter[int] = Counter()
        self._suspects: deque[Task] = deque()
        """Tasks whose worker died for good, with others beside them."""
        self._alone: set[int] = set()
        self._waiting: dict[int, BatchResult] = {}
        self._next = 0
        self._exhausted = False
        self._claim_size, self._claimed_at = 1, 0.0
        self._device = ""

    def results(self, entries: Iterator[Ready | Chunk]) -> Iterator[BatchResult]:
        """Do everything; once the stop event is set, finish what is in hand and end.

        Raises:
            StoreError: the store or the folder cannot be written to; what was not finished is given back.
        """
        try:
            while True:
                self._fill(entries)
                yield from self._in_order()
                if self._stop.is_set():
                    self._executor.stop()
                if self._in_flight:
                    self._collect(self._executor.answers(self._until_record()))
                elif self._elsewhere and not self._stop.is_set():
                    self._poll()
                elif self._stop.is_set() or (self._exhausted and not self._claimed):
                    break
            yield from self._in_order(gaps=True)
        finally:
            self._give_back()

    def _fill(self, entries: Iterator[Ready | Chunk]) -> None:
        """Keep the executor busy, as far as there is anything to do and room for its results."""
        if self._suspects and not self._stop.is_set():
            if not self._in_flight:
                self._again(self._suspects.popleft())
            return
        while self._in_flight < self._executor.capacity and not self._stop.is_set():
            if not self._claimed and not self._claim(entries):
                return
            chunk = self._claimed.popleft()
            if self._on_row is not None:
                self._on_row(chunk.todos[0].item.row_id)
            self._executor.submit(chunk.task)
            self._in_flight += 1

    def _claim(self, entries: Iterator[Ready | Chunk]) -> bool:
        """Claim the next chunks; False where none can be had now."""
        while len(self._waiting) < MAX_WAITING:
            wanted: list[Chunk] = []
            found: Ready | Chunk | None = None
            while sum(len(chunk.todos) for chunk in wanted) < self._claim_size and len(self._waiting) < MAX_WAITING:
                found = next(entries, None)
                if found is None:
                    self._exhausted = True
                    break
                if isinstance(found, Ready):
                    self._waiting[found.position] = found.result
                else:
                    wanted.append(found)
            self._take(wanted)
            if self._claimed or found is None:
                return bool(self._claimed)
        return False

    def _take(self, wanted: list[Chunk]) -> None:
        if not wanted:
            return
        now = time.monotonic()
        if self._claimed_at:
            # So many as lasted for CLAIM_SECONDS at the pace of the last claim.
            pace = self._claim_size / max(now - self._claimed_at, 1e-3)
            self._claim_size = max(1, min(MAX_CLAIM, 2 * self._claim_size, round(pace * CLAIM_SECONDS)))
        self._claimed_at = now
        todos = [todo for chunk in wanted for todo in chunk.todos]
        self._todos |= {todo.item.id: todo for todo in todos}
        taken = set(self._run.claim(self._owner, ids=[todo.item.id for todo in todos]))
        self._elsewhere += [todo.item.id for todo in todos if todo.item.id not in taken]
        for chunk in wanted:
            mine = tuple(todo for todo in chunk.todos if todo.item.id in taken)
            if mine:
                self._claimed.append(Chunk(todos=mine, together=chunk.together))

    def _until_record(self) -> float | None:
        """Seconds until what came back must be recorded; None where nothing did."""
        if not self._outcomes:
            return None
        return max(0.0, self._recorded_at + RECORD_SECONDS - time.monotonic())

    def _collect(self, answers: list[Answer]) -> None:
        """Take answers in, and record them once they are due or nothing else is in hand."""
        self._in_flight -= len(answers)
        problem: LineproofError | None = None
        for answer in answers:
            if answer.retries:
                self._run.count_attempt([order.item_id for order in answer.task.orders], answer.retries)
            if answer.problem is None:
                self._outcomes += answer.outcomes
                if not answer.outcomes:
                    self._return(answer.task, begun=False)
            elif isinstance(answer.problem, WorkerLost):
                self._outcomes += self._lost(answer.task, answer.problem)
            else:
                problem = answer.problem
        if not self._in_flight or problem is not None or not self._until_record():
            self._record()
        if problem is not None:
            raise problem

    def _record(self) -> None:
        """Write down, in one transaction, what came of items; only then are their results told."""
        outcomes, self._outcomes = self._outcomes, []
        self._recorded_at = time.monotonic()
        if any(outcome.asset is not None for outcome in outcomes):
            self._folder.sync()
        self._run.finish(outcomes, self._start_id)
        for outcome in outcomes:
            self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        todo = self._todos.pop(outcome.item_id)
        self._deaths.pop(outcome.item_id, None)
        if outcome.device and outcome.device != self._device:
            self._device = outcome.device
            self._run.note_device(self._start_id, outcome.device)
        if outcome.asset is None:
            result = failure(todo.item, outcome.error, todo.row.count > 1)
        else:
            result = success(todo.item, outcome.asset, self._folder, todo.wireframe, resumed=outcome.kept)
        self._waiting[todo.position] = result

    def _lost(self, task: Task, problem: WorkerLost) -> list[Outcome]:
        """Give a task whose worker died to another one; its items fail where that has happened often enough."""
        ids = [order.item_id for order in task.orders]
        self._deaths.update(ids)
        if self._alone.issuperset(ids) if problem.final else self._deaths[ids[0]] >= MAX_DEATHS:
            return [Outcome(item_id=item, error=f"{problem}, every time it was tried") for item in ids]
        if self._stop.is_set():
            self._return(task, begun=True)
        elif problem.final:
            # It may have died of a task beside it, so it gets a worker to itself before it counts as failed.
            self._alone.update(ids)
            self._suspects.append(task)
        else:
            self._again(task)
        return []

    def _again(self, task: Task) -> None:
        self._run.count_attempt([order.item_id for order in task.orders])
        self._executor.submit(task)
        self._in_flight += 1

    def _return(self, task: Task, begun: bool) -> None:
        ids = [order.item_id for order in task.orders]
        give = self._run.release if begun else self._run.give_back
        give(self._owner, ids)
        for item in ids:
            del self._todos[item]

    def _poll(self) -> None:
        """Look after the items that another process has, and take those that it has left."""
        time.sleep(POLL_SECONDS)
        self._run.free_dead()
        taken = self._run.claim(self._owner, ids=self._elsewhere)
        self._claimed.extend(Chunk(todos=(self._todos[item_id],), together=1) for item_id in taken)
        theirs = [item_id for item_id in self._elsewhere if item_id not in taken]
        for item in self._run.items_by_id(theirs).values():
            todo = self._todos[item.id]
            if item.status == "done" and item.asset is not None:
                self._waiting[todo.position] = success(item, item.asset, self._folder, todo.wireframe, resumed=True)
            elif item.status == "failed":
                self._waiting[todo.position] = failure(item, item.error, todo.row.count > 1)
            else:
                continue
            del self._todos[item.id]
        self._elsewhere = [item_id for item_id in theirs if item_id in self._todos]

    def _in_order(self, gaps: bool = False) -> Iterator[BatchResult]:
        """Results whose turn it is; with `gaps`, at the end, all that there are."""
        while self._next in self._waiting:
            yield self._waiting.pop(self._next)
            self._next += 1
        if gaps:
            for position in sorted(self._waiting):
                yield self._waiting.pop(position)

    def _give_back(self) -> None:
        """At the end, whatever ended it: wait for what is in hand, record it, return the rest."""
        if self._in_flight:
            self._executor.stop()
        with suppress(StoreError):
            while self._in_flight:
                with suppress(StoreError):
                    self._collect(self._executor.answers())
            waiting = [todo.item.id for chunk in self._claimed for todo in chunk.todos]
            self._run.give_back(self._owner, waiting)
            self._run.release(self._owner, [item for item in self._todos if item not in self._elsewhere])
