"""Prompt adherence: the share of the prompt's checks that the asset passes.

A prompt is turned into checks of single attributes with a reason each, as GenEval does for photographs (D. Ghosh et
al., 2023), asked in the order of their dependence, as in DSG (J. Cho et al., 2024): where the component is missing,
nothing is asked of it. The headline is the weighted share passed among the checks that could be made; one that could
not be is left out and named in the reason.
"""

from collections.abc import Sequence
from dataclasses import replace

from scoring.colour import ColourCheck
from scoring.prompt_check import CheckKind, PromptCheck
from scoring.prompt_parse import ParsedPrompt, parse_prompt
from scoring.scorecard import Measurement, unscored
from scoring.text import TextCheck
from scoring.thresholds import Thresholds

__all__ = ["ParsedPrompt", "PromptCheck", "parse_prompt", "prompt_checks", "prompt_measurement"]

NAME, UNIT = "prompt_adherence", "ratio"

ORDER: tuple[CheckKind, ...] = ("component", "style", "state", "count", "colour", "icon", "background", "text")

DEPENDENT: frozenset[CheckKind] = frozenset({"style", "state", "count", "colour", "icon"})
"""What is asked of the component; ground and text are there without it."""


def prompt_checks(
    colours: Sequence[ColourCheck],
    texts: Sequence[TextCheck],
    quoted: Sequence[str],
    thresholds: Thresholds,
    seen: Sequence[PromptCheck] = (),
) -> tuple[PromptCheck, ...]:
    """Return the checks of a prompt in the order of their dependence.

    `colours` are asked of its parts, `quoted` are the strings in it and `texts` what was read; `seen` are the checks
    of `scoring/prompt_seen.py`. If the component has failed, those that depend on it become unscored.
    """
    checks = [*seen, *(_from_colour(check) for check in colours)]
    left = list(texts)
    for string in quoted:
        match = next((check for check in left if check.expected.split() == string.split()), None)
        if match is not None:
            left.remove(match)
            checks.append(PromptCheck(kind="text", verdict=match.measurement(thresholds).verdict, reason=match.reason))
        else:
            checks.append(PromptCheck(kind="text", verdict="unscored", reason=f"{string!r} was not read"))
    return _by_dependence(checks)


def _by_dependence(checks: Sequence[PromptCheck]) -> tuple[PromptCheck, ...]:
    ordered = sorted(checks, key=lambda check: ORDER.index(check.kind))
    if not any(check.kind == "component" and check.verdict == "failed" for check in ordered):
        return tuple(ordered)
    return tuple(_not_asked(check) if check.kind in DEPENDENT else check for check in ordered)


def _not_asked(check: PromptCheck) -> PromptCheck:
    return replace(check, verdict="unscored", reason=f"not asked, as the component is another: {check.reason}")


def _from_colour(check: ColourCheck) -> PromptCheck:
    kind: CheckKind = "background" if check.target == "background" else "colour"
    return PromptCheck(kind=kind, verdict=check.measurement(NAME).verdict, reason=check.reason, part=check.target)


def prompt_measurement(
    checks: Sequence[PromptCheck], thresholds: Thresholds, prompt: str | None, unknown: Sequence[str] = ()
) -> Measurement:
    """Return the headline `prompt_adherence`, 0 to 1: weight of the checks passed over weight of those scored.

    `unknown` are the words of the prompt that were not understood; the reason lists them.
    """
    if prompt is None or not prompt.strip():
        return unscored(NAME, UNIT, "no prompt was given")
    weights = thresholds.prompt.weights
    scored = [check for check in checks if check.verdict != "unscored" and weights.get(check.kind, 0.0) > 0]
    aside = [check.reason for check in checks if check.verdict == "unscored"]
    words = f"; not understood: {', '.join(unknown)}" if unknown else ""
    if not scored:
        why = "; ".join(aside) or "the prompt names no colour, no text and nothing else that is checked"
        return unscored(NAME, UNIT, f"no check could be made: {why}{words}")
    total = sum(weights[check.kind] for check in scored)
    passed = [check for check in scored if check.verdict == "passed"]
    failed = [check.reason for check in scored if check.verdict == "failed"]
    reason = f"{len(passed)} of {len(scored)} checks passed"
    if failed:
        reason += f"; failed: {'; '.join(failed)}"
    if aside:
        reason += f"; not scored: {'; '.join(aside)}"
    return thresholds.judge(NAME, round(sum(weights[check.kind] for check in passed) / total, 6), UNIT, reason + words)
