"""The review sheet of a report and what its verdicts said, in words and in the form that the page takes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from pipeline.review import REASONS, VERSION
from pipeline.review_summary import ReviewSummary
from scoring.agreement import Agreement
from scoring.scored_item import ScoredItem
from scoring.threshold_proposal import RULE, Proposal

SCRIPT: Final = Path(__file__).resolve().parent / "templates" / "review.js"


def agreement_words(found: Agreement) -> str:
    """Return an agreement in a sentence."""
    if not found.cases:
        return "nothing was judged by both"
    same = found.both_good + found.both_bad
    words = f"the same on {same} of {found.cases}"
    if found.kappa is None:
        return f"{words}; kappa needs good and bad ones of both"
    words += f", kappa {found.kappa:.2f}"
    if found.low is None or found.high is None:
        return f"{words}, no interval from one wireframe"
    return f"{words} ({found.low:.2f} to {found.high:.2f})"


def proposal_words(found: Proposal) -> str:
    """Return what becomes of a threshold in a sentence."""
    if found.right_now is None or found.right_then is None:
        return f"{found.present:g} stays; {found.reason}"
    if found.proposed is None:
        return f"{found.present:g} stays; it tells {found.right_now:.0%} right, and {found.reason}"
    return (
        f"{found.proposed:.3g} in place of {found.present:g}: tells {found.right_then:.0%} right on wireframes it was "
        f"not fitted on, the present one {found.right_now:.0%}"
    )


def sheet(items: Sequence[ScoredItem], title: str) -> dict[str, Any]:
    """What the template of the sheet needs, beside the pictures: its script, what allows that, and its settings."""
    from markupsafe import Markup

    script = SCRIPT.read_text(encoding="utf-8")
    names = json.dumps([[item.id, item.seed, item.files.asset.name if item.files else ""] for item in items])
    return {
        "script": Markup(script),
        "reasons": list(REASONS.items()),
        "run": title[:200],
        "version": VERSION,
        "key": hashlib.sha256(names.encode("utf-8", "replace")).hexdigest()[:24],
        "count": len(items),
    }


def script_source() -> str:
    """The Content-Security-Policy source that allows the sheet's script and no other."""
    digest = hashlib.sha256(SCRIPT.read_text(encoding="utf-8").encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def summary_view(found: ReviewSummary) -> dict[str, Any]:
    """What the template of the verdicts needs."""
    return {
        "found": found,
        "rule": RULE,
        "between": [(one.first, one.second, agreement_words(one.agreement)) for one in found.between],
        "proposals": [(one, proposal_words(one)) for one in found.proposals],
    }
