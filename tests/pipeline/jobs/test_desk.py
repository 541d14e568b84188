"""The desk with a tiny real model: orders in, images out, repairs, batches, and what is refused before it is queued."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conditioners.errors import InputError
from pipeline.jobs.desk import Desk
from pipeline.jobs.home import Home
from pipeline.jobs.orders import CreateOrder
from pipeline.jobs.records import Job
from pipeline.jobs.repair import ORIGINAL, create_order_of
from pipeline.jobs.review_pile import PILE, send_to_review
from pipeline.jobs.runs import find_run, list_runs
from pipeline.results import load_results
from pipeline.run import Studio
from tests.pipeline.conftest import drawing


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio(device="cpu")


@pytest.fixture
def desk(tmp_path: Path, studio: Studio) -> Iterator[Desk]:
    made = Desk(Home.make(tmp_path / "home"), studio)
    yield made
    made.store.close()


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "my button.png"
    drawing(75, 41).save(path)
    return path


def order(model: Path, /, **changes: Any) -> CreateOrder:
    given = {"wireframe": "wireframe.png", "name": "my button.png", "prompt": "a button", "model": str(model)}
    return CreateOrder.read(given | {"steps": 2, "cfg": 1.0, "count": 2, "seed": 5, "elements": []} | changes)


def work(desk: Desk) -> None:
    """Do all that waits, in this thread."""
    while (job := desk.queue.take()) is not None:
        desk.worker.work_on(job)


def ended(desk: Desk, job: Job) -> Job:
    found = desk.queue.find(job.key, job.owner)
    assert found is not None
    assert found.status == "done", found.error
    return found


def test_an_order_becomes_images_with_maps_scores_and_overlays(desk: Desk, upload: Path, sd_folder: Path) -> None:
    job = desk.submit("ada", "ada", order(sd_folder), upload)
    assert desk.newest("ada") == job
    work(desk)
    ended(desk, job)
    view = desk.view(job.key, "ada")
    assert view is not None
    assert [one.seed for one in view.candidates] == [5, 6]
    for one in view.candidates:
        sizes = {Image.open(path).size for path in (one.asset, one.control_map, one.overlay)}
        assert sizes == {(75, 41)}
        assert one.card.measurement("control_f1_1px").value is not None
    assert desk.view(job.key, "bob") is None


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"prompt": " "}, "prompt must not be empty"),
        ({"steps": 0}, "steps must be"),
        ({"size": "9x9"}, "size must have sides"),
        ({"model": "nonsense"}, "model must be one of"),
        ({"conditioner": "nonsense"}, "conditioner must be one of"),
    ],
)
def test_what_cannot_be_made_is_refused_before_it_is_queued(
    changes: dict[str, Any], rule: str, desk: Desk, upload: Path, sd_folder: Path
) -> None:
    with pytest.raises(InputError, match=rule):
        desk.submit("ada", "ada", order(sd_folder, **changes), upload)
    assert desk.queue.of("ada") == []
    assert not list(desk.home.users.rglob("wireframe.png"))


def test_an_error_names_the_file_as_its_user_does(desk: Desk, tmp_path: Path, sd_folder: Path) -> None:
    (tmp_path / "my button.png").write_text("no picture")
    with pytest.raises(InputError) as error:
        desk.submit("ada", "ada", order(sd_folder), tmp_path / "my button.png")
    assert "my button.png: the wireframe must be" in str(error.value)
    assert str(desk.home.root) not in str(error.value)


def test_a_field_that_is_unknown_or_leads_elsewhere_is_refused() -> None:
    with pytest.raises(InputError, match="unknown field 'colour'"):
        CreateOrder.read({"wireframe": "a.png", "prompt": "x", "colour": "red"})
    for name in ("../a.png", "/etc/passwd", "", ".hidden"):
        with pytest.raises(InputError, match="wireframe"):
            CreateOrder.read({"wireframe": name, "prompt": "x"})


def test_a_job_that_was_cancelled_goes_on_where_it_stopped(desk: Desk, upload: Path, sd_folder: Path) -> None:
    job = desk.submit("ada", "ada", order(sd_folder, count=8, steps=12), upload)
    folder = desk.home.job("ada", job.key)
    taken = desk.queue.take()
    assert taken is not None
    before = desk.board.update

    def update(key: str, **told: Any) -> None:
        before(key, **told)
        if told.get("image") == 1:
            desk.cancel(job.key, "ada")

    desk.board.update = update  # type: ignore[method-assign]
    desk.queue.asked_to_stop = lambda number: bool(list(folder.glob("*.overlay.png")))  # type: ignore[method-assign]
    desk.worker.work_on(taken)
    stopped = desk.queue.find(job.key, "ada")
    assert stopped is not None
    assert stopped.status == "cancelled"
    kept = {path: path.stat().st_mtime_ns for path in folder.glob("*.scores.json")}
    assert 1 <= len(kept) < 8
    del desk.queue.asked_to_stop
    desk.board.update = before  # type: ignore[method-assign]
    desk.resume(job.key, "ada")
    work(desk)
    ended(desk, job)
    assert len(list(folder.glob("*.scores.json"))) == 8
    assert all(path.stat().st_mtime_ns == time for path, time in kept.items())


def test_an_element_is_repaired_and_its_origin_kept(desk: Desk, upload: Path, sd_folder: Path) -> None:
    box = {"kind": "shape", "box": [20, 10, 50, 30]}
    job = desk.submit("ada", "ada", order(sd_folder, count=1, elements=[box]), upload)
    work(desk)
    repaired = desk.repair("ada", "ada", job, 5, 0)
    work(desk)
    ended(desk, repaired)
    view = desk.view(repaired.key, "ada")
    assert view is not None
    assert [one.seed for one in view.candidates] == [6, 7, 8, 9]
    was = np.asarray(Image.open(desk.home.job("ada", repaired.key) / ORIGINAL))
    now = np.asarray(Image.open(view.candidates[0].asset))
    assert np.array_equal(now[:5], was[:5])
    assert not np.array_equal(now[10:30, 20:50], was[10:30, 20:50])
    assert create_order_of(repaired) == create_order_of(job)
    again = desk.repair("ada", "ada", repaired, 7, 0)
    work(desk)
    ended(desk, again)
    for seed, element in ((99, 0), (5, 4)):
        with pytest.raises(InputError):
            desk.repair("ada", "ada", job, seed, element)


def test_a_candidate_goes_to_review_once(desk: Desk, upload: Path, sd_folder: Path) -> None:
    job = desk.submit("ada", "ada", order(sd_folder, count=1), upload)
    work(desk)
    view = desk.view(job.key, "ada")
    assert view is not None
    assert send_to_review(desk.home, job, create_order_of(job), view.candidates[0])
    assert not send_to_review(desk.home, job, create_order_of(job), view.candidates[0])
    (run,) = list_runs(desk.home, "ada", desk.home.root / "none")
    assert run.name == PILE
    (item,) = load_results(run.folder)
    assert item.card == view.candidates[0].card
    assert list_runs(desk.home, "bob", desk.home.root / "none") == []
    with pytest.raises(InputError, match="no such run"):
        find_run(desk.home, "bob", desk.home.root / "none", run.token)


def archive(path: Path, rows: str, names: tuple[str, ...] = ("a.png", "b.png")) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name in names:
            drawing(75, 41).save(path.parent / "drawn.png")
            file.write(path.parent / "drawn.png", name)
        file.writestr("manifest.csv", f"id,wireframe,prompt,steps\n{rows}")
    return path


GOOD_ROWS = "one,a.png,a button,1\ntwo,b.png,a button,1\n"


def test_a_batch_is_received_checked_and_done(desk: Desk, tmp_path: Path) -> None:
    received = desk.receive("ada", "icons", [archive(tmp_path / "batch.zip", GOOD_ROWS)])
    assert [row.id for row in received.checked.rows] == ["one", "two"]
    job = desk.start_batch("ada", "ada", received, 2)
    work(desk)
    ended(desk, job)
    (run,) = list_runs(desk.home, "ada", tmp_path / "none")
    counts = run.counts()
    assert counts is not None
    assert counts["done"] == 2
    with pytest.raises(InputError, match="is there already"):
        desk.receive("ada", "icons", [tmp_path / "batch.zip"])


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ("one,/etc/passwd,a button,1\n", "files must be among the uploaded ones, got '/etc/passwd'"),
        ("one,../../a.png,a button,1\n", "files must be among the uploaded ones"),
        ("one,missing.png,,1\n", "prompt"),
        ("one,a.png,a button,0\n", "steps must be"),
    ],
)
def test_a_batch_with_a_bad_row_leaves_nothing(rows: str, rule: str, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        desk.receive("ada", "icons", [archive(tmp_path / "batch.zip", rows)])
    assert rule in str(error.value)
    assert str(desk.home.root) not in str(error.value)
    assert not (desk.home.runs("ada") / "icons").exists()


@pytest.mark.parametrize("name", ["", "../x", "a b", ".x", PILE])
def test_a_run_has_a_plain_name_of_its_own(name: str, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        desk.receive("ada", name, [archive(tmp_path / "batch.zip", GOOD_ROWS)])
    assert not list(desk.home.users.rglob("manifest.csv"))


def test_a_dry_run_is_discarded_and_a_run_with_images_is_not(desk: Desk, tmp_path: Path) -> None:
    desk.receive("ada", "icons", [archive(tmp_path / "batch.zip", GOOD_ROWS)])
    desk.discard("ada", "icons")
    assert not (desk.home.runs("ada") / "icons").exists()
    received = desk.receive("ada", "icons", [tmp_path / "batch.zip"])
    (received.folder.parent / "made.png").write_bytes(b"x")
    desk.discard("ada", "icons")
    assert received.manifest.exists()


def test_two_owners_never_share_a_folder(desk: Desk) -> None:
    names = ["ada", "Ada", "ada.b", "ada-b", "ada b", "../ada", "é", "e"]
    folders = {desk.home.user(name) for name in names}
    assert len(folders) == len(names)
    assert all(folder.parent == desk.home.users for folder in folders)
    with pytest.raises(InputError, match="32 hex digits"):
        desk.home.job("ada", "../../x")
