"""Items ordered, claimed, finished and failed, on both databases."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from conditioners.errors import InputError
from pipeline.store import queue
from pipeline.store.engine import reading, write
from pipeline.store.owner import is_dead, this_process
from pipeline.store.records import AssetFacts, NewItem, Outcome, Review
from pipeline.store.store import RunStore, Store
from pipeline.store.tables import Asset, ElementRow, Item, MeasurementRow, Run, Start
from tests.pipeline.store.conftest import environment
from tests.scoring.cards import card, label, measurement

ME = "here:1:0.00"
OTHER = "elsewhere:1:0.00"


def new(number: int, **changes: Any) -> NewItem:
    values: dict[str, Any] = {
        "position": number,
        "row_id": f"row {number}",
        "seed": 0,
        "inputs": "first",
        "wireframe": "drawing.png",
        "prompt": "a naïve ✓ button",
        "model": "embedded",
        "conditioner": "canny",
        "tags": ("component=button",),
    }
    return NewItem(**values | changes)


def facts(job: str = "job", verdict: str = "passed") -> AssetFacts:
    scores = card(measurement("control_adherence", verdict), elements=(label(12, verdict),))
    return AssetFacts(
        job=job,
        scoring="scoring",
        asset="a.png",
        control_map="a.map.png",
        scores="a.scores.json",
        asset_bytes=3,
        control_map_bytes=2,
        scores_bytes=1,
        sha256="0" * 64,
        width=80,
        height=60,
        seconds=0.5,
        wireframe_digest="1" * 64,
        stroke_width=2.5,
        scale=1.0,
        card=scores.as_json(),
        warnings=("mind",),
    )


def statuses(run: RunStore) -> list[tuple[str, str, int]]:
    return [(item.row_id, item.status, item.attempts) for item in run.items()]


def test_an_item_goes_from_order_to_image(run: RunStore) -> None:
    (ordered,) = run.order([new(0)])
    assert (ordered.status, ordered.attempts, ordered.asset) == ("pending", 0, None)
    start = run.start(ME, environment())
    assert run.claim(ME, ids=[ordered.id]) == [ordered.id]
    assert run.claim(OTHER, ids=[ordered.id]) == []
    run.finish([Outcome(item_id=ordered.id, asset=facts())], start)
    (item,) = run.items()
    assert (item.status, item.attempts, item.error, item.lease_owner) == ("done", 1, "", None)
    assert (item.row_id, item.prompt, item.tags) == ("row 0", "a naïve ✓ button", ("component=button",))
    assert item.asset is not None
    assert (item.asset.job, item.asset.verdict, item.asset.stroke_width) == ("job", "passed", 2.5)
    assert '"control_adherence"' in item.asset.card
    assert next(run.items(cards=False)).asset.card == ""  # type: ignore[union-attr]
    with reading(run.store.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(MeasurementRow)) == 2
        assert connection.execute(select(ElementRow.number, ElementRow.kind)).all() == [(1, "text")]
        assert connection.scalar(select(Asset.start_id)) == start


def test_claims_follow_the_manifest_and_are_counted(run: RunStore) -> None:
    run.order([new(2), new(0), new(1)])
    first = run.claim(ME, limit=2)
    assert statuses(run) == [("row 0", "running", 1), ("row 1", "running", 1), ("row 2", "pending", 0)]
    run.give_back(ME, first[1:])
    assert statuses(run)[1] == ("row 1", "pending", 0), "an item that was not begun has no attempt"
    run.finish([Outcome(item_id=first[0], error="out of\0memory \udc80")])
    (failed,) = run.items("failed")
    assert failed.error == "out of\\0memory \\udc80"
    assert run.reopen() == 1
    assert run.claim(ME, limit=1) == first[:1]
    assert statuses(run)[0] == ("row 0", "running", 2)
    assert (run.counts()["running"], run.counts()["pending"], run.counts()["done"]) == (1, 2, 0)


def test_ordered_again_an_item_keeps_its_state_unless_its_inputs_changed(run: RunStore) -> None:
    items = run.order([new(0), new(1), new(2)])
    run.claim(ME, limit=3)
    run.finish(
        [Outcome(item_id=item.id, asset=facts()) for item in items[:2]] + [Outcome(item_id=items[2].id, error="x")]
    )
    again = run.order([new(2), new(1, inputs="second"), new(0, tags=("new",)), new(3)])
    assert [(item.row_id, item.status, item.tags) for item in again] == [
        ("row 2", "failed", ("component=button",)),
        ("row 1", "pending", ("component=button",)),
        ("row 0", "done", ("new",)),
        ("row 3", "pending", ("component=button",)),
    ]
    assert again[1].id == items[1].id


def test_an_older_image_is_kept_and_counts_again_when_its_order_comes_back(run: RunStore) -> None:
    (item,) = run.order([new(0)])
    for job, inputs in (("one", "first"), ("two", "second"), ("one", "third"), ("one", "third")):
        run.order([new(0, inputs=inputs)])
        run.finish([Outcome(item_id=item.id, asset=facts(job, "passed" if job == "one" else "failed"))])
    (now,) = run.items()
    assert now.asset is not None
    assert (now.asset.job, now.asset.verdict) == ("one", "passed")
    with reading(run.store.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(Asset)) == 2


def test_a_late_failure_does_not_undo_a_success(run: RunStore) -> None:
    (item,) = run.order([new(0)])
    run.claim(ME, limit=1)
    run.finish([Outcome(item_id=item.id, asset=facts())])
    run.finish([Outcome(item_id=item.id, error="too late")])
    assert statuses(run) == [("row 0", "done", 1)]


def test_what_a_killed_process_held_is_free_at_once(run: RunStore) -> None:
    code = "from pipeline.store.owner import owning\nwith owning() as me:\n    print(me, flush=True)\n    input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        owner = one.stdout.readline().strip()
        assert not is_dead(owner)
        run.order([new(0), new(1)])
        run.claim(owner, limit=1)
        assert run.free_dead() == 0
        one.kill()
        one.wait()
    assert is_dead(owner)
    assert run.free_dead() == 1
    assert statuses(run) == [("row 0", "pending", 1), ("row 1", "pending", 0)], "the attempt counts"
    assert not is_dead(this_process())
    assert not is_dead(OTHER)


def test_a_lease_ends_unless_renewed(run: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    items = run.order([new(0)])
    run.claim(OTHER, limit=1)
    later = datetime.now(UTC) + queue.LEASE - timedelta(seconds=1)
    monkeypatch.setattr(queue, "now", lambda: later)
    assert run.claim(ME, ids=[items[0].id]) == []
    run.renew(OTHER)
    monkeypatch.setattr(queue, "now", lambda: later + timedelta(seconds=2))
    assert run.claim(ME, ids=[items[0].id]) == []
    monkeypatch.setattr(queue, "now", lambda: later + queue.LEASE + timedelta(seconds=2))
    assert run.claim(ME, ids=[items[0].id]) == [items[0].id]
    assert statuses(run) == [("row 0", "running", 2)]


def _claim_all(url: str, key: str, owner: str) -> list[int]:
    run = Store.open(url).run(key)
    taken: list[int] = []
    while got := run.claim(owner, limit=3):
        taken += got
    run.store.close()
    return taken


def test_processes_and_threads_never_get_the_same_item(run: RunStore, store_url: str) -> None:
    ids = {item.id for item in run.order([new(number) for number in range(120)])}
    with ThreadPoolExecutor(4) as threads, multiprocessing.get_context("spawn").Pool(2) as processes:
        handed = [processes.apply_async(_claim_all, (store_url, run.info.key, f"p{number}")) for number in range(2)]
        calls = [threads.submit(_claim_all, store_url, run.info.key, f"t{number}") for number in range(4)]
        taken = [one for call in calls for one in call.result()] + [one for call in handed for one in call.get(60)]
    assert len(taken) == len(ids)
    assert set(taken) == ids
    assert {attempts for _, _, attempts in statuses(run)} == {1}


def test_a_run_records_with_what_it_is_made(run: RunStore) -> None:
    first = run.start(ME, environment())
    run.end(first)
    run.start(OTHER, environment(device="cuda"))
    with reading(run.store.engine) as connection:
        told = connection.execute(select(Run.version, Run.commit, Run.packages, Run.device, Run.settings)).one()
        starts = connection.execute(select(Start.owner, Start.device, Start.ended).order_by(Start.id)).all()
    assert told == ("0.1.0", "abc", {"numpy": "2"}, "cuda", {"floor": False})
    assert [(row.owner, row.device, row.ended is None) for row in starts] == [
        (ME, "cpu", False),
        (OTHER, "cuda", True),
    ]


def test_reviews_are_kept_once(run: RunStore) -> None:
    (item, _) = run.order([new(0), new(1)])
    run.finish([Outcome(item_id=item.id, asset=facts())])
    time = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)
    review = Review(row_id="row 0", seed=0, verdict="bad", reviewer="ana", time=time, reasons=("text",), note="blurred")
    assert run.add_reviews([review]) == 1
    assert run.add_reviews([review]) == 0
    (kept,) = run.reviews()
    assert (kept.time, kept.reasons, kept.note, kept.job) == (time, ("text",), "blurred", "job")
    with pytest.raises(InputError, match="review: the run has no row 'row 7' with seed 0"):
        run.add_reviews([Review(row_id="row 7", seed=0, verdict="good", reviewer="ana", time=time)])
    with pytest.raises(InputError, match="row 'row 1' with seed 0 has no image"):
        run.add_reviews([Review(row_id="row 1", seed=0, verdict="good", reviewer="ana", time=time)])
    assert len(run.reviews()) == 1


def test_seeds_up_to_the_limit_fit(run: RunStore) -> None:
    run.order([new(0, seed=2**63 - 1)])
    assert next(run.items()).seed == 2**63 - 1


def test_an_attempt_that_was_written_is_seen_by_all(run: RunStore, store_url: str) -> None:
    run.order([new(0)])
    write(run.store.engine, lambda on: on.execute(update(Item).values(attempts=5)))
    other = Store.open(store_url)
    assert next(other.run(run.info.key).items()).attempts == 5
    other.close()
