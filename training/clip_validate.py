"""Try the prompt's checks on unseen renders: `python -m training.clip_validate [--fit] [--count N] [--json FILE]`.

Each render is asked its true prompt and, for every attribute that the prompt names, the same prompt with another value.
Without `--fit` it reports seeds from 700,000 on; with it, it fits the bounds of the embedded CLIP on seeds from 600,000
on and prints them in the form of `configs/thresholds.yaml`.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from conditioners.errors import MissingWeightsError
from conditioners.ocr import TextReader
from scoring.clip_embedded import WEIGHTS, EmbeddedClip
from scoring.colour import check_colours
from scoring.colour_table import load_colours
from scoring.prompt import parse_prompt, prompt_checks
from scoring.prompt_check import PromptCheck
from scoring.prompt_seen import seen_checks
from scoring.scorecard import Verdict
from scoring.text import check_texts
from scoring.thresholds import Thresholds, load_thresholds
from training import clip_components
from training.clip_cases import ATTRIBUTES, Attribute, Case, cases
from training.clip_report import fitted_bounds, markdown, summary, write_section
from training.components.cases import load_cases

FIT_SEED, REPORT_SEED = 600_000, 700_000
JUDGED: tuple[Attribute, ...] = ("component", "style", "icon", "state")
MOST_TEXTS = 100
"""Renders whose texts are read: the recogniser is slow, and validated elsewhere."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one check said of a prompt that is `true` of its render, or has a changed attribute of that kind."""

    seed: int
    attribute: Attribute
    true: bool
    verdict: Verdict
    odds: float | None
    value: str
    reason: str


class Asker:
    """Asks prompts of renders with everything loaded once."""

    def __init__(self, thresholds: Thresholds, judge: EmbeddedClip) -> None:
        self.thresholds, self.judge, self.table = thresholds, judge, load_colours()
        self.reader: TextReader | None = None
        try:
            self.reader = TextReader()
        except MissingWeightsError as error:
            print(f"texts are not read: {error}")

    def ask(self, case: Case, prompt: str, attributes: tuple[Attribute, ...]) -> list[PromptCheck]:
        """Return the checks of `prompt`; texts are read only where asked for, and nothing depends on the component."""
        image, parsed = case.sample.asset, parse_prompt(prompt, self.table)
        colours = check_colours(image, case.elements, parsed.colours, self.thresholds.colour, self.table)
        asks_judge = any(attribute in JUDGED for attribute in attributes)
        seen = seen_checks(image, case.elements, parsed, self.judge, self.thresholds) if asks_judge else ()
        quoted = parsed.quoted if "text" in attributes and self.reader else ()
        texts = check_texts(image, case.elements, quoted, self.reader, True) if quoted else ()
        return [*seen, *prompt_checks(colours, texts, quoted, self.thresholds)]

    def outcomes(self, case: Case, with_text: bool) -> list[Outcome]:
        """Return the outcomes of a case: the true prompt's checks, and of each changed prompt those of the change."""
        asked = tuple(name for name in ATTRIBUTES if name in case.changed and (with_text or name != "text"))
        true = self.ask(case, case.sample.prompt, asked)
        changed = {kind: self.ask(case, case.changed[kind], (kind,)) for kind in asked}
        return [
            *(_outcome(case, kind, True, true) for kind in asked),
            *(_outcome(case, kind, False, checks) for kind, checks in changed.items()),
        ]


def _outcome(case: Case, attribute: Attribute, true: bool, checks: list[PromptCheck]) -> Outcome:
    """Join the checks of one kind: failed if any failed, else passed if any passed."""
    own = [check for check in checks if check.kind == attribute]
    verdicts = {check.verdict for check in own}
    verdict: Verdict = "failed" if "failed" in verdicts else "passed" if "passed" in verdicts else "unscored"
    told = next((check for check in own if check.verdict == verdict), None)
    return Outcome(
        seed=case.seed,
        attribute=attribute,
        true=true,
        verdict=verdict,
        odds=told.odds if told else None,
        value=str(case.sample.attributes.get(attribute, "")),
        reason=told.reason if told else "the prompt was not understood to ask for it",
    )


def main() -> None:
    """Fit the bounds, or write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fit", action="store_true", help="fit the bounds of the embedded CLIP instead of reporting")
    parser.add_argument("--count", type=int, default=300, help="renders")
    parser.add_argument("--clip", type=Path, default=WEIGHTS, help="folder of the embedded CLIP")
    parser.add_argument("--json", type=Path, help="write figures and every outcome here")
    parser.add_argument("--docs", type=Path, help="write the section of the report into this Markdown file")
    arguments = parser.parse_args()
    asker = Asker(load_thresholds(), EmbeddedClip(arguments.clip))
    first = FIT_SEED if arguments.fit else REPORT_SEED
    outcomes = [
        outcome
        for number, case in enumerate(cases(first, arguments.count))
        for outcome in asker.outcomes(case, with_text=not arguments.fit and number < MOST_TEXTS)
    ]
    rows = [asdict(outcome) for outcome in outcomes]
    figures = summary(rows)
    real = {} if arguments.fit else clip_components.figures(asker.judge, load_cases(), asker.thresholds)
    if arguments.json:
        content = {"first_seed": first, "renders": arguments.count, "figures": figures, "real": real, "outcomes": rows}
        arguments.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if arguments.fit:
        print(fitted_bounds(rows, JUDGED, first, arguments.count))
    sections = [markdown(figures, first, arguments.count)]
    if real:
        sections.append(clip_components.markdown(real, len(load_cases())))
    print("\n".join(sections))
    for section in sections if arguments.docs and not arguments.fit else []:
        write_section(arguments.docs, section)


if __name__ == "__main__":
    main()
