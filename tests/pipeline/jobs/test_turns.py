"""Turns between lanes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.jobs.turns import Waiting, serving_order

JOBS = st.lists(st.sampled_from("abcd"), max_size=12).map(
    lambda lanes: [Waiting(number=number, lane=lane) for number, lane in enumerate(lanes)]
)
SERVED = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9), max_size=4)


def test_one_job_does_not_wait_for_a_hundred() -> None:
    waiting = [Waiting(number=number, lane="busy") for number in range(100)] + [Waiting(number=100, lane="other")]
    assert [job.lane for job in serving_order(waiting, {"busy": 3})][:2] == ["other", "busy"]


@given(waiting=JOBS, served=SERVED)
def test_every_job_is_served_once_and_in_its_lane_s_order(waiting: list[Waiting], served: dict[str, int]) -> None:
    order = serving_order(waiting, served)
    assert sorted(job.number for job in order) == [job.number for job in waiting]
    for lane in "abcd":
        numbers = [job.number for job in order if job.lane == lane]
        assert numbers == sorted(numbers)


@given(waiting=JOBS, served=SERVED)
def test_no_lane_is_served_twice_before_another_that_waits(waiting: list[Waiting], served: dict[str, int]) -> None:
    order = [job.lane for job in serving_order(waiting, served)]
    for index, lane in enumerate(order):
        later = order[index + 1 :]
        if lane in later:
            between = later[: later.index(lane)]
            assert set(later) - {lane} <= set(between)


@given(waiting=JOBS, served=SERVED)
def test_the_order_is_what_comes_of_taking_one_after_the_other(waiting: list[Waiting], served: dict[str, int]) -> None:
    turn, left, taken, before = 10, list(waiting), [], dict(served)
    while left:
        job = serving_order(left, served)[0]
        left.remove(job)
        taken.append(job)
        served = served | {job.lane: turn}
        turn += 1
    assert taken == serving_order(waiting, before)
