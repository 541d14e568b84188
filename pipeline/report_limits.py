"""Rates in plain words: the headline, the traffic light and the limits card, each sentence by a stated rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from scoring.scored_item import KINDS, FailureKind
from scoring.statistics import Rate
from scoring.statistics_groups import Group, ordered, pooled

Light = Literal["use", "check", "avoid", "unknown"]

USE_AT_MOST: Final = 0.10
AVOID_FROM: Final = 0.25
MIN_SCORED: Final = 10
MIN_WIREFRAMES: Final = 5

RULE: Final = (
    f"Use: even the upper end of the 95% interval is at most {USE_AT_MOST:.0%}. "
    f"Avoid: even its lower end is {AVOID_FROM:.0%} or more. Check each: neither. "
    f"Too few: under {MIN_SCORED} scored cases or {MIN_WIREFRAMES} wireframes."
)

FAILS: Final[dict[FailureKind, str]] = {
    "any": "fail at least one check",
    "control": "lose drawn lines or invent new ones",
    "prompt": "miss something the prompt asked for",
    "text": "have unreadable or wrong text",
    "icon": "have a distorted icon",
}
ADVICE: Final[dict[FailureKind, str]] = {
    "any": "look at each asset before it is used",
    "control": "raise --scale, or compare the candidates of several seeds",
    "prompt": "say less in one prompt, or lower --scale",
    "text": "set the label in the design tool afterwards",
    "icon": "place the icon from its own file afterwards",
}


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One sentence of the limits card, with the light and the rate that it rests on."""

    light: Light
    subject: str
    sentence: str
    advice: str
    rate: Rate


def light_of(rate: Rate) -> Light:
    """Return the traffic light of a rate, by `RULE`."""
    if rate.scored < MIN_SCORED or rate.clusters < MIN_WIREFRAMES or rate.low is None or rate.high is None:
        return "unknown"
    if rate.high <= USE_AT_MOST:
        return "use"
    return "avoid" if rate.low >= AVOID_FROM else "check"


def of_hundred(rate: Rate) -> str:
    """Return the interval as a count of 100.

    >>> from scoring.statistics import Case, failure_rate
    >>> of_hundred(failure_rate([Case(cluster=str(n), outcome="failed" if n < 20 else "passed") for n in range(200)]))
    'between 7 and 15'
    """
    if rate.low is None or rate.high is None:
        return "an unknown number"
    low, high = round(100 * rate.low), round(100 * rate.high)
    if low == high:
        return f"about {low}"
    if low <= 0:
        return f"at most {high}" if high < 100 else "any number"
    return f"at least {low}" if high >= 100 else f"between {low} and {high}"


def percent(rate: Rate) -> str:
    """Return the rate with its interval, such as "71% (62 to 79)"."""
    if rate.rate is None or rate.low is None or rate.high is None:
        return "–"
    return f"{rate.rate:.0%} ({100 * rate.low:.0f} to {100 * rate.high:.0f})"


def headline(rate: Rate, noun: str, kind: FailureKind) -> str:
    """Return the sentence of one kind of failure."""
    if rate.rate is None:
        return f"No {noun} could be scored for this."
    return f"Of 100 {noun}, {of_hundred(rate)} will {FAILS[kind]}."


def plural(word: str) -> str:
    """Return the plural of an English noun.

    >>> plural("tab bar"), plural("switch"), plural("gallery"), plural("toggles")
    ('tab bars', 'switches', 'galleries', 'toggles')
    """
    if word.endswith(("ch", "sh", "x", "ss")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return word if word.endswith("s") else f"{word}s"


def noun_of(group: Group) -> str:
    """Return what the members of a group are called in a sentence."""
    name = group.dimension.replace("_", " ")
    if group.dimension == "component":
        return plural(group.value)
    if group.dimension == "style":
        return f"assets in {group.value} style"
    if group.unit != "assets":
        return f"{group.unit} of {group.value}" if group.value[:1].isdigit() else f"{group.unit} {group.value}"
    return f"assets with {name} {group.value}"


def limits(overall: Mapping[FailureKind, Rate], found: Mapping[str, Sequence[Group]]) -> tuple[Limit, ...]:
    """Return the limits card: what holds for all assets, then the groups that differ from it, worst first.

    A group is named where it has a light of its own, neither "unknown" nor that of all assets, and an interval that
    leaves out their rate; so a model whose text always fails is said so once, and not again for each component. The
    bands of a number are joined where they split into two lights ("labels under 18 px").
    """
    card = [_limit("all assets", kind, overall[kind]) for kind in KINDS if light_of(overall[kind]) != "unknown"]
    for chosen in found.values():
        for kind in KINDS if len(chosen) > 1 else ():
            if kind not in chosen[0].cases:
                continue
            if ordered(chosen):
                card += _bands(chosen, kind)
            else:
                card += [
                    _limit(noun_of(group), kind, rate)
                    for group in chosen
                    if _stands_out(rate := group.rates()[kind], overall[kind])
                ]
    place = {"avoid": 0, "check": 1, "use": 2}
    return tuple(sorted(card, key=lambda limit: (place[limit.light], -(limit.rate.rate or 0.0))))


def _stands_out(rate: Rate, overall: Rate) -> bool:
    if light_of(rate) in ("unknown", light_of(overall)) or rate.low is None or rate.high is None:
        return False
    return overall.rate is None or not rate.low <= overall.rate <= rate.high


def _bands(chosen: Sequence[Group], kind: FailureKind) -> list[Limit]:
    """The cut of a number's bands into two lights: the widest "under" to be avoided, else the widest to be used."""
    single = [group.rates()[kind] for group in chosen]
    for light, cuts in (("avoid", range(len(chosen) - 1, 0, -1)), ("use", range(1, len(chosen)))):
        for cut in cuts:
            # The band at the cut must bear the light itself; joined ones would carry a good band among bad ones.
            edge = single[cut - 1 if light == "avoid" else cut].rate
            if edge is None or not (edge >= AVOID_FROM if light == "avoid" else edge <= USE_AT_MOST):
                continue
            below, above = pooled(chosen[:cut], kind), pooled(chosen[cut:], kind)
            judged, other = (below, above) if light == "avoid" else (above, below)
            if light_of(judged) == light and light_of(other) not in (light, "unknown"):
                return [
                    _limit(_span(chosen, cut, below=True), kind, below),
                    _limit(_span(chosen, cut, below=False), kind, above),
                ]
    return []


def _span(chosen: Sequence[Group], cut: int, below: bool) -> str:
    """The name of all bands under or from the lower limit of band `cut`."""
    group = chosen[cut]
    edge = group.value.split(" to ")[0].removesuffix(" and more").removesuffix(" px")
    size = f"under {edge} px" if below else f"of {edge} px and more"
    if group.unit != "assets":
        return f"{group.unit} {size}"
    if not group.value.endswith(("px", "px and more")):
        size = f"under {edge}" if below else f"{edge} and more"
    return f"assets with {group.dimension.replace('_', ' ')} {size.removeprefix('of ')}"


def _limit(subject: str, kind: FailureKind, rate: Rate) -> Limit:
    light = light_of(rate)
    count = f"{percent(rate)} {FAILS[kind]}, {rate.failed} of {rate.scored}"
    advice = "" if light == "use" else ADVICE[kind]
    return Limit(light=light, subject=f"{subject[:1].upper()}{subject[1:]}", sentence=count, advice=advice, rate=rate)
