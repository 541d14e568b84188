"""What a batch's progress tells: pace and time left by what was made, failures by all that was scored."""

from __future__ import annotations

import signal
import threading

import pytest

from pipeline.batch_result import BatchResult
from ui import batch_progress
from ui.batch_progress import BatchCount, stop_on_interrupt


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which tests set."""
    now = [100.0]
    monkeypatch.setattr(batch_progress.time, "monotonic", lambda: now[0])
    return now


def count(clock: list[float], total: int, seconds: float, results: list[BatchResult]) -> BatchCount:
    found = BatchCount(total)
    for result in results:
        found.add(result)
    clock[0] += seconds
    return found


def made(verdict: str, resumed: bool = False) -> BatchResult:
    return BatchResult(id="a", verdict=verdict, resumed=resumed)


def test_images_that_were_there_count_for_the_rate_and_not_for_the_pace(clock: list[float]) -> None:
    kept = [made("failed", resumed=True)] * 3
    assert count(clock, 20, 8.0, kept).words() == "100% fail"
    new = [made("passed")] * 3 + [made("unscored")]
    assert count(clock, 20, 8.0, kept + new).words() == "2.0 s each, 26 s left, 50% fail"


def test_errors_are_told_apart(clock: list[float]) -> None:
    found = count(clock, 100, 2.0, [made("passed"), BatchResult(id="b", error="out of memory")] * 5)
    assert found.words() == "5.0/s, 18 s left, 0% fail, 5 errors"
    assert (found.assets, found.done) == (5, 10)


def test_the_first_interrupt_asks_and_the_second_ends(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), stop_on_interrupt(stop):
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        assert "Ctrl-C again ends at once" in capsys.readouterr().err
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
