"""The colour check: is each part of the asset in the colour that its prompt names?

Colours are measured on the pixels of the part (`scoring/regions.py`) and compared by CIEDE2000 with the colour named
(`scoring/colour_table.py`); no model is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conditioners.elements import Element
from scoring.colour_ground import widest
from scoring.colour_parts import Asset, Found, main_element
from scoring.colour_table import ColourMatch, ColourTable, image_lab, match_colour
from scoring.colour_words import ColourMention, Target
from scoring.control import Image, dilate, image_edges
from scoring.scorecard import Measurement, unscored
from scoring.thresholds import ColourLimits

UNIT = "dE2000"

END_FACTOR = 2.0
"""Times the threshold that the ends of a shaded background may lie from its colour; beyond, it is a gradient."""

__all__ = ["ColourCheck", "check_colours", "main_element", "worst_measurement"]


@dataclass(frozen=True, kw_only=True)
class ColourCheck:
    """One colour asked of one part: the match, or None with the reason why it could not be measured."""

    target: Target
    element: Element | None
    match: ColourMatch | None
    reason: str

    def measurement(self, name: str) -> Measurement:
        """Return the check as a measurement in dE2000."""
        if self.match is None:
            return unscored(name, UNIT, self.reason)
        return Measurement(
            name=name,
            value=round(self.match.distance, 4),
            unit=UNIT,
            threshold=self.match.threshold,
            verdict="passed" if self.match.accepted else "failed",
            reason=self.reason,
        )


def check_colours(
    image: Image,
    elements: Sequence[Element],
    mentions: Sequence[ColourMention],
    limits: ColourLimits,
    table: ColourTable,
) -> tuple[ColourCheck, ...]:
    """Check each part of `image` (RGB uint8 (H, W, 3)) of which `mentions` names a colour.

    Several colours named for one part are alternatives: the nearest counts; but a background's gradient must begin and
    end as named. One check a part, one for each text where texts are named; of several icons one must have the colour.
    """
    if not mentions:
        return ()
    asset = Asset.of(image_lab(image), dilate(image_edges(image), 1), elements, table)
    checks: list[ColourCheck] = []
    for target, part in dict.fromkeys((mention.target, mention.part) for mention in mentions):
        terms = [mention for mention in mentions if (mention.target, mention.part) == (target, part)]
        if target == "background" and any(term.gradient for term in terms):
            checks.append(_check_gradient(asset, terms, limits, table))
        else:
            found = [_check(target, found, terms, limits, table) for found in asset.measured(terms)]
            checks.extend(_at_both_ends(asset, check, terms, limits, table) for check in found)
    return tuple(checks)


def _check(
    target: Target,
    found: Found,
    mentions: Sequence[ColourMention],
    limits: ColourLimits,
    table: ColourTable,
) -> ColourCheck:
    matches = [match_colour(lab, mention.term, limits, table) for lab in found.colours for mention in mentions]
    # Text, icons and small parts in black, white or grey are everywhere, and say nothing about a part named so.
    vivid = [mention for mention in mentions if not mention.term.is_grey(table)]
    matches += [match_colour(lab, mention.term, limits, table) for lab in found.on_marks for mention in vivid]
    if not matches:
        asked = " or ".join(mention.term.label for mention in mentions)
        reason = f"{target} {asked}: {found.missing}"
        return ColourCheck(target=target, element=found.element, match=None, reason=reason)
    best = min(matches, key=lambda match: (not match.accepted, match.distance - match.threshold))
    return ColourCheck(target=target, element=found.element, match=best, reason=f"{target}: {best.reason}")


def _at_both_ends(
    asset: Asset, check: ColourCheck, mentions: Sequence[ColourMention], limits: ColourLimits, table: ColourTable
) -> ColourCheck:
    """Return `check`, failed where it accepts the middle of a background that runs from one colour to another."""
    spread = widest(asset.ends)
    tone = any(mention.term.kind == "tone" for mention in mentions)
    if check.target != "background" or check.match is None or not check.match.accepted or spread is None or tone:
        return check
    ends = [
        min((match_colour(lab, mention.term, limits, table) for mention in mentions), key=lambda one: one.distance)
        for lab in spread
    ]
    worst = max(ends, key=lambda match: match.distance)
    if worst.distance <= END_FACTOR * worst.threshold:
        return check
    match = replace(worst, accepted=False, reason=f"at one end of its gradient {worst.reason}")
    return replace(check, match=match, reason=f"background: {match.reason}")


def _check_gradient(
    asset: Asset, mentions: Sequence[ColourMention], limits: ColourLimits, table: ColourTable
) -> ColourCheck:
    """Check that the background runs from the first to the last of `mentions`, whichever way it runs."""
    first, last = mentions[0].term, mentions[-1].term
    tried = [
        max(
            (match_colour(lab, term, limits, table) for lab, term in zip(ends, (first, last), strict=True)),
            key=lambda match: (not match.accepted, match.distance - match.threshold),
        )
        for pair in asset.ends
        for ends in (pair, pair[::-1])
    ]
    if not tried:
        return ColourCheck(target="background", element=None, match=None, reason="background: too little of it is seen")
    best = min(tried, key=lambda match: (not match.accepted, match.distance - match.threshold))
    reason = f"background {first.label} to {last.label}: {best.reason}"
    return ColourCheck(target="background", element=None, match=best, reason=reason)


def worst_measurement(name: str, checks: Sequence[ColourCheck], nothing_asked: str) -> Measurement:
    """Return the measurement of the worst of `checks`: a failed one first, then the farthest beyond its threshold.

    Without a check, or without one that could be measured, it is unscored and says why.
    """
    scored = [check for check in checks if check.match is not None]
    if not scored:
        return unscored(name, UNIT, "; ".join(check.reason for check in checks) or nothing_asked)
    worst = max(scored, key=_badness)
    return worst.measurement(name)


def _badness(check: ColourCheck) -> tuple[bool, float]:
    assert check.match is not None
    return not check.match.accepted, check.match.distance - check.match.threshold
