"""Tasks on a Ray cluster: actors that hold a model each, and do what a worker on a thread does. The importer of ray.

Actors write their files themselves and send back records, so that pixels never pass through Ray's object store. Ray
restarts an actor that dies, and gives its tasks to the new one.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from conditioners.errors import InputError, LineproofError
from pipeline.asset_folder import AssetFolder
from pipeline.diffusion import cpu_threads
from pipeline.executors import STAGES, Answer, WorkerLost
from pipeline.run import Studio
from pipeline.store.records import Outcome
from pipeline.worker import Task, Worker

TASK_RETRIES: Final = 3
"""How often Ray does a task again whose actor died; then its items count as failed."""

FOREVER: Final = -1
"""An actor may be restarted without limit; the tasks' retries are what ends a task that kills its actor."""


class _Actor:
    """A worker in a process of the cluster."""

    def __init__(self, make_studio: Callable[[], Studio], base: Path, place: str) -> None:
        self._worker = Worker(make_studio(), base, AssetFolder(place))
        self._born = time.time()

    def work(self, task: Task, submitted: float) -> tuple[list[Outcome], bool]:
        """Do a task; tell also whether a process before this one had it in hand: this one is younger than the task."""
        import ray

        again = ray.get_runtime_context().was_current_actor_reconstructed and self._born > submitted
        return self._worker.work(task), again

    def stop(self) -> None:
        """Begin nothing new."""
        self._worker.stop()


class RayExecutor:
    """`count` actors on the cluster that `RAY_ADDRESS` names or that runs on this machine, else on one made for it.

    They are begun with the first task, with studios that `make_studio` makes. An actor has a GPU of its own where the
    cluster has any. As many tasks are in its hands as it has stages.

    Raises:
        InputError: ray is not installed; with the first task, its cluster cannot be reached or is too small.
    """

    def __init__(self, count: int, make_studio: Callable[[], Studio], base: Path, place: str) -> None:
        try:
            import ray
        except ImportError:
            raise InputError("executor ray needs ray: pip install -c constraints.txt -e '.[ray]'") from None
        self._ray: Any = ray
        self._setup = (count, make_studio, base, place)
        self._began = False
        self.actors: list[Any] = []
        self.capacity = count * STAGES
        self._busy: Counter[int] = Counter()
        self._tasks: dict[Any, tuple[Task, int]] = {}

    def _begin(self) -> None:
        count, make_studio, base, place = self._setup
        if not self._ray.is_initialized():
            _connect(count)
            self._began = True
        resources = self._ray.cluster_resources()
        gpus = int(resources.get("GPU", 0))
        for name, most in (("GPUs", gpus), ("CPUs", int(resources.get("CPU", 0)))):
            if most < count and (most or name == "CPUs"):
                raise InputError(f"workers must be at most the cluster's {most} {name}, got {count}")
        options: dict[str, Any] = {
            "num_cpus": 1,
            "num_gpus": 1 if gpus else 0,
            "max_restarts": FOREVER,
            "max_task_retries": TASK_RETRIES,
            # One more, so that an actor can be told to stop while its stages are busy.
            "max_concurrency": STAGES + 1,
            # Ray would give torch as many threads as the actor has CPUs, and so an image other last bits.
            "runtime_env": {"env_vars": {"OMP_NUM_THREADS": str(cpu_threads())}},
        }
        remote: Any = self._ray.remote(**options)(_Actor)
        # Actors may have another working folder.
        where = str(Path(place).resolve()) if "://" not in place else place
        self.actors = [remote.remote(make_studio, base.resolve(), where) for _ in range(count)]

    def submit(self, task: Task) -> None:
        """Hand over a task to the actor with the fewest."""
        if not self.actors:
            self._begin()
        number = min(range(len(self.actors)), key=self._busy.__getitem__)
        self._busy[number] += 1
        self._tasks[self.actors[number].work.remote(task, time.time())] = task, number

    def answers(self, timeout: float | None = None) -> list[Answer]:
        """Wait until a task or several have come back."""
        waiting = list(self._tasks)
        done, rest = self._ray.wait(waiting, num_returns=1, timeout=timeout)
        if done and rest:
            done += self._ray.wait(rest, num_returns=len(rest), timeout=0)[0]
        return [self._answer(reference) for reference in done]

    def _answer(self, reference: Any) -> Answer:
        from ray.exceptions import RayActorError, RayTaskError

        task, number = self._tasks.pop(reference)
        self._busy[number] -= 1
        try:
            outcomes, again = self._ray.get(reference)
            return Answer(task=task, outcomes=outcomes, retries=int(again))
        except RayTaskError as error:
            if isinstance(error.cause, LineproofError):
                return Answer(task=task, problem=error.cause)
            raise
        except RayActorError as error:
            lost = WorkerLost(f"the worker's process has died ({error})", final=True)
            return Answer(task=task, problem=lost, retries=TASK_RETRIES)

    def stop(self) -> None:
        """Let actors begin nothing new."""
        for actor in self.actors:
            actor.stop.options(max_task_retries=0).remote()

    def close(self) -> None:
        """End the actors, and the cluster if it was made for them."""
        for actor in self.actors:
            self._ray.kill(actor)
        if self._began:
            self._ray.shutdown()


def _connect(count: int) -> None:
    """Join the cluster, or make one of as many CPUs as there are actors, without dashboard, logs and usage reports."""
    import ray

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        ray.init(address=os.environ.get("RAY_ADDRESS") or "auto", **quiet)
    except ConnectionError as error:
        if os.environ.get("RAY_ADDRESS"):
            raise InputError(f"executor ray: the cluster of RAY_ADDRESS cannot be reached: {error}") from None
        # Pixels never lie in the object store, so the least that Ray allows is plenty.
        ray.init(address="local", num_cpus=count, include_dashboard=False, object_store_memory=80 * 2**20, **quiet)
