"""Prompt adherence: the share of the prompt's checks that the asset passes.

A prompt is turned into checks that can be measured, as GenEval does for photographs (Ghosh et al. 2023): a colour for
each part it names, the background, each quoted string. The headline is the weighted share passed among those that could
be asked; a check that could not be measured is left out and named in the reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scoring.colour import ColourCheck
from scoring.scorecard import Measurement, Verdict, unscored
from scoring.text import TextCheck
from scoring.thresholds import Thresholds

NAME, UNIT = "prompt_adherence", "ratio"

CheckKind = Literal["colour", "background", "text"]


@dataclass(frozen=True, kw_only=True)
class PromptCheck:
    """One thing that the prompt asked for, and whether the asset has it."""

    kind: CheckKind
    verdict: Verdict
    reason: str


def prompt_checks(
    colours: Sequence[ColourCheck], texts: Sequence[TextCheck], quoted: Sequence[str], thresholds: Thresholds
) -> tuple[PromptCheck, ...]:
    """Return the checks of a prompt from the colours asked of each part and the strings `quoted` in it."""
    checks = [_from_colour(check) for check in colours]
    left = list(texts)
    for string in quoted:
        match = next((check for check in left if check.expected.split() == string.split()), None)
        if match is not None:
            left.remove(match)
            checks.append(PromptCheck(kind="text", verdict=match.measurement(thresholds).verdict, reason=match.reason))
        else:
            checks.append(PromptCheck(kind="text", verdict="unscored", reason=f"{string!r} was not read"))
    return tuple(checks)


def _from_colour(check: ColourCheck) -> PromptCheck:
    kind: CheckKind = "background" if check.target == "background" else "colour"
    return PromptCheck(kind=kind, verdict=check.measurement(NAME).verdict, reason=check.reason)


def prompt_measurement(checks: Sequence[PromptCheck], thresholds: Thresholds, prompt: str | None) -> Measurement:
    """Return the headline `prompt_adherence`, 0 to 1: weight of the checks passed over weight of those scored."""
    if prompt is None or not prompt.strip():
        return unscored(NAME, UNIT, "no prompt was given")
    weights = thresholds.prompt.weights
    scored = [check for check in checks if check.verdict != "unscored" and weights.get(check.kind, 0.0) > 0]
    aside = [check.reason for check in checks if check.verdict == "unscored"]
    if not scored:
        why = "; ".join(aside) or "the prompt names no colour and quotes no text, and nothing else is checked"
        return unscored(NAME, UNIT, f"no check could be made: {why}")
    total = sum(weights[check.kind] for check in scored)
    passed = [check for check in scored if check.verdict == "passed"]
    failed = [check.reason for check in scored if check.verdict == "failed"]
    reason = f"{len(passed)} of {len(scored)} checks passed"
    if failed:
        reason += f"; failed: {'; '.join(failed)}"
    if aside:
        reason += f"; not scored: {'; '.join(aside)}"
    return thresholds.judge(NAME, round(sum(weights[check.kind] for check in passed) / total, 6), UNIT, reason)
