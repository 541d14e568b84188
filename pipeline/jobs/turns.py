"""Whose turn it is: the lanes take turns, and within a lane the first come is the first served.

Round robin over flows, as in J. Nagle, "On Packet Switches with Infinite Storage" (RFC 970, 1985): somebody who orders
a hundred images delays another who orders one by a single job.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A job that waits: its arrival number, its lane and how much work it is."""

    number: int
    lane: str
    work: float = 0.0


def serving_order(waiting: Sequence[Waiting], served: Mapping[str, int]) -> list[Waiting]:
    """Return the jobs in the order in which they are taken in hand if none is added.

    `served` gives the turn, counted upwards, at which each lane was last served; a lane that never was comes first.

    >>> jobs = [Waiting(number=n, lane=lane) for n, lane in enumerate("aaab")]
    >>> [job.lane for job in serving_order(jobs, {"a": 1})]
    ['b', 'a', 'a', 'a']
    """
    lanes: dict[str, deque[Waiting]] = {}
    for job in sorted(waiting, key=lambda job: job.number):
        lanes.setdefault(job.lane, deque()).append(job)
    turns = deque(sorted(lanes, key=lambda lane: (served.get(lane, -1), lanes[lane][0].number)))
    order = []
    while turns:
        lane = turns.popleft()
        order.append(lanes[lane].popleft())
        if lanes[lane]:
            turns.append(lane)
    return order
