"""The report: its JSON contract, its sentences and a page that holds hostile strings harmlessly."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.report import make_report
from pipeline.report_limits import headline, light_of, limits
from pipeline.report_page import report_page, share
from pipeline.report_shots import choose_shots
from scoring.detector_errors import load_detector_errors
from scoring.scored_item import ItemFiles, ScoredItem
from scoring.statistics import Case, Rate, failure_rate
from tests.scoring.cards import card, item, label, measurement

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'{{ 7 * 7 }}&lt;javascript:alert(3)"


class Page(HTMLParser):
    """Every element of a page with its attributes, ids and links."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, found, value in self.attributes if found == name]


def rate(failed: int, scored: int) -> Rate:
    return failure_rate(Case(cluster=str(n), outcome="failed" if n < failed else "passed") for n in range(scored))


def hostile(folder: Path) -> ScoredItem:
    """An item whose every string is an attack, with real pictures."""
    Image.fromarray(np.full((40, 60, 3), 200, np.uint8)).save(folder / "asset.png")
    lines = np.zeros((40, 60, 3), np.uint8)
    lines[10, 5:50] = 255
    Image.fromarray(lines).save(folder / "map.png")
    drawing = np.full((40, 60, 3), 255, np.uint8)
    drawing[10, 5:50] = 0
    Image.fromarray(drawing).save(folder / "drawing.png")
    return ScoredItem(
        id=HOSTILE,
        wireframe=HOSTILE,
        seed=1,
        prompt=HOSTILE,
        model=HOSTILE,
        conditioner="canny",
        tags=(f"component={HOSTILE}", f"{HOSTILE}=a"),
        card=card(
            measurement("control_adherence", "failed", 0.3, HOSTILE),
            measurement("prompt_adherence", "failed", 0.2, HOSTILE),
            measurement("text_ned", "unscored", reason=HOSTILE),
        ),
        files=ItemFiles(asset=folder / "asset.png", control_map=folder / "map.png", wireframe=folder / "drawing.png"),
    )


def test_hostile_strings_stay_text(tmp_path: Path) -> None:
    bad = hostile(tmp_path)
    items = [bad, item("w", 0, None, name=HOSTILE, prompt=HOSTILE), item("v", 0, "passed", tags=("component=b", "x=y"))]
    html = report_page(make_report(items, items), HOSTILE, HOSTILE)
    page = Page(html)
    assert page.tags.count("script") == 1, "the review sheet's"
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert page.text.count("<script>alert(1)</script>") >= 6
    assert "{{ 7 * 7 }}" in page.text
    assert all(source.startswith("data:image/webp;base64,") for source in page.values("src"))
    assert all(link.startswith("#") or link == "data:," for link in page.values("href"))


def test_the_page_needs_nothing_but_itself(tmp_path: Path) -> None:
    html = report_page(make_report([hostile(tmp_path)]), "run")
    page = Page(html)
    assert not {"iframe", "object", "embed", "form"} & set(page.tags)
    policy = next(value for value in page.values("content") if "default-src" in value)
    assert policy.startswith("default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:")
    script = html[html.index("<script>") + len("<script>") : html.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.endswith(f"; script-src 'sha256-{digest}'")
    assert "@import" not in html
    assert "url(" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")
    anchors = set(page.values("id"))
    assert {link[1:] for link in page.values("href") if link.startswith("#")} <= anchors
    assert len(page.values("src")) == 4, "drawn, made, compared; drawn again for the review sheet"
    assert [alt for alt in page.values("alt") if not alt] == ["", ""], "those that the sheet fills in"
    assert page.tags.count("caption") >= 1
    assert all(scope in ("col", "row") for scope in page.values("scope"))


def test_json_keeps_the_contract() -> None:
    items = [
        *(item(f"w{n}", 0, "failed" if n < 12 else "passed", tags=("component=button",)) for n in range(40)),
        item("e", 0, None),
    ]
    told = json.loads(json.dumps(make_report(items).as_json(), allow_nan=False))
    assert (told["version"], told["assets"], told["errors"]) == (1, 40, 1)
    assert {"any", "control", "prompt", "text", "icon", "error"} == set(told["failure"])
    button = told["groups"]["component"]["button"]["any"]
    assert {"failed", "scored", "unscored", "rate", "low", "high", "method"} <= set(button)
    assert (button["failed"], button["scored"], button["rate"], button["method"]) == (12, 40, 0.3, "wilson")
    assert "comparison" not in told
    assert "comparison" in make_report(items, items).as_json()


@pytest.mark.parametrize(
    ("failed", "scored", "light", "words"),
    [
        (0, 60, "use", "Of 100 buttons, at most 6 will fail at least one check."),
        (20, 200, "check", "Of 100 buttons, between 7 and 15 will fail at least one check."),
        (20, 40, "avoid", "Of 100 buttons, between 35 and 65 will fail at least one check."),
        (9, 9, "unknown", "Of 100 buttons, at least 70 will fail at least one check."),
        (0, 0, "unknown", "No buttons could be scored for this."),
    ],
)
def test_lights_and_headlines(failed: int, scored: int, light: str, words: str) -> None:
    assert light_of(rate(failed, scored)) == light
    assert headline(rate(failed, scored), "buttons", "any") == words


def test_few_wireframes_have_no_light_however_many_seeds() -> None:
    cases = [Case(cluster=str(n % 4), outcome="passed") for n in range(400)]
    assert light_of(failure_rate(cases)) == "unknown"


def test_small_labels_are_joined_into_one_limit() -> None:
    heights = (10, 13, 16, 20, 28)
    items = [
        item(f"w{n}-{height}", 0, "passed", elements=(label(height, "failed" if height < 18 else "passed"),))
        for height in heights
        for n in range(30)
    ]
    report = make_report(items)
    sentences = [f"{one.light}: {one.subject}: {one.sentence}" for one in report.limits]
    assert "avoid: Labels under 18 px: 100% (96 to 100) have unreadable or wrong text, 90 of 90" in sentences
    assert "use: Labels of 18 px and more: 0% (0 to 6) have unreadable or wrong text, 0 of 60" in sentences


def test_a_group_is_named_only_where_it_differs() -> None:
    everywhere = [item(f"w{n}", 0, "failed", tags=(f"component={'ab'[n % 2]}",)) for n in range(60)]
    assert {one.subject for one in make_report(everywhere).limits} == {"All assets"}
    one_bad = [
        item(f"w{n}", 0, "failed" if n % 4 == 0 else "passed", tags=(f"component={'chip' if n % 4 == 0 else 'card'}",))
        for n in range(200)
    ]
    found = {(one.light, one.subject) for one in make_report(one_bad).limits}
    assert ("avoid", "Chips") in found
    assert ("use", "Cards") in found


def test_too_few_cases_say_nothing() -> None:
    report = make_report([item("w", 0, "failed", tags=("component=button",))])
    assert report.limits == ()
    assert limits(report.overall, report.groups) == ()
    assert "too small to say" in report_page(report, "run")


def test_two_runs_are_compared_in_words() -> None:
    a = [item(f"w{n}", 0, "failed" if n < 40 else "passed") for n in range(60)]
    b = [item(f"w{n}", 0, "failed" if n < 5 else "passed") for n in range(60)]
    text = Page(report_page(make_report(a, b), "monday", "friday")).text
    assert "Run B is better, and it is not chance: of 100 assets, 58 fewer lose drawn lines or invent new ones." in text
    assert "chance alone does this in fewer than 1 of 1000" in text
    same = Page(report_page(make_report(a, a), "monday", "friday")).text
    assert "No difference beyond chance: 0 got better, 0 got worse." in same


def test_the_worst_come_first_and_unscored_reasons_are_told() -> None:
    mild = item("mild", 0, "failed")
    bad = item("bad", 0, "failed", elements=(label(12, "failed"),))
    dumb = item("dumb", 0, "unscored")
    report = make_report([mild, dumb, bad])
    assert [one.id for one in report.worst] == ["bad", "mild"]
    assert [(one.measure, one.reason, one.count) for one in report.unscored] == [("control_adherence", "by hand", 1)]


def test_the_review_asks_for_a_sample_of_all_in_an_order_of_chance(tmp_path: Path) -> None:
    picture = hostile(tmp_path).files
    items = [replace(item(f"w{n}", 0, "failed" if n < 300 else "passed"), files=picture) for n in range(900)]
    shots = choose_shots(items, items[:24], 200)
    assert len(shots.reviewed) == 176
    assert len(shots.worst) + len(shots.gallery) <= 200
    failed = sum(one.outcome() == "failed" for one in shots.reviewed)
    assert 40 <= failed <= 80, "a third, not the worst first"
    places = [one.review for one in (*shots.worst, *shots.gallery) if one.review is not None]
    assert sorted(places) == list(range(176))
    assert [one.id for one in choose_shots(items, items[:24], 200).reviewed] == [one.id for one in shots.reviewed]
    assert len(shots.drawings) == 1, "each wireframe once"
    assert choose_shots([item("w", 0, "passed")], [], 10).reviewed == (), "without files there is nothing to look at"


def test_the_page_tells_the_detectors_own_errors() -> None:
    html = report_page(make_report([item(f"w{n}", 0, "passed") for n in range(12)]), "run")
    for trials in load_detector_errors().detectors.values():
        for trial in trials:
            assert trial.material in html
            assert share(trial.false_alarms) in html
            assert share(trial.missed) in html
