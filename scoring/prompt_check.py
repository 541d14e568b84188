"""One check of a prompt and its result."""

from dataclasses import dataclass
from typing import Literal

from scoring.scorecard import Verdict

CheckKind = Literal["component", "style", "colour", "background", "icon", "text", "state", "count"]


@dataclass(frozen=True, kw_only=True)
class PromptCheck:
    """One thing that the prompt asked for, and whether the asset has it.

    `part` is what a colour belongs to; `odds` the judge's log odds, where it was asked.
    """

    kind: CheckKind
    verdict: Verdict
    reason: str
    part: str = ""
    odds: float | None = None
