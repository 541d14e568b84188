"""The section "Text" of docs/scoring-validation.md, written from the detector's figures."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from training.detectors.text_faces import FACES as OWN_FAMILIES
from training.detectors.text_lines import faces

BEGIN, END = "<!-- text: written by training.detectors.text_validate -->", "<!-- text: end -->"

NONE: Mapping[str, Any] = {"rate": None}

INTRODUCTION = """## Text distortion

Made by `python -m training.detectors.text_validate` from fixed seeds, with the weights that
`python -m training.detectors.text_fit` makes. Lines of type are set in random weights, widths, slants, spacings and
paints, on flat, gradient and rounded grounds or on assets of the renderer, corrupted or not
(`scoring/calibration/text_corruptions.py`), and sent through a channel: none, the embedded autoencoder's round trip,
JPEG 45 to 95, blur, noise or another size. A fault moves at least a fifth of one letter's ink, else it is drawn again.

{faces}
**Rule of the threshold:** 1% of the clean lines of the calibration faces lie above it, half of the 2% that is promised.
The calibration puts it at a probability of 0.5.

Lines whose ink is lower than {min_height} px are unscored and not counted below.
"""

FACES = (
    'Faces, words and the fault "{held_out}" are apart: the network was trained on {trained} faces ({renderers} of the '
    "renderer's, the others of {own} families from Fontsource), the threshold fixed on {fixed} others ({fixed_names}), "
    "and what follows is reported on {kept} more ({kept_names})."
)


def percent(entry: Mapping[str, Any]) -> str:
    """Return a rate with its interval and its count, as a table shows it.

    >>> percent({"count": 1, "of": 4, "rate": 0.25, "low": 0.05, "high": 0.7})
    '25.0% (5.0 to 70.0; 1 of 4)'
    """
    if entry["rate"] is None:
        return "-"
    low, high = 100 * entry["low"], 100 * entry["high"]
    return f"{100 * entry['rate']:.1f}% ({low:.1f} to {high:.1f}; {entry['count']} of {entry['of']})"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *rows)]
    return "\n".join(lines) + "\n"


def section(figures: Mapping[str, Any]) -> str:
    """Return the section in Markdown."""
    sets = [
        ("calibration faces", figures["calibration_faces"]),
        ("held-out faces", figures["held_out_faces"]),
        ("held-out faces and fault", figures["held_out_faces_and_kind"]),
    ]
    test, kept_out = sets[1][1], sets[2][1]
    fixed, kept = (sorted(font.family for font in faces(split)) for split in ("calibration", "test"))
    paragraph = FACES.format(
        held_out=next(iter(kept_out["recall_by_kind"])),
        trained=len(faces("wide")),
        renderers=len(faces("train")),
        own=len(OWN_FAMILIES),
        fixed=len(fixed),
        fixed_names=", ".join(fixed),
        kept=len(kept),
        kept_names=", ".join(kept),
    )
    introduction = INTRODUCTION.format(faces=textwrap.fill(paragraph, 120), min_height=figures["min_height"])
    parts = [introduction]
    rows = [
        (name, str(one["lines"]), f"{one['auroc']:.4f}", percent(one["false_positives"]), percent(one["recall"]))
        for name, one in sets
    ]
    parts.append(table(("set", "lines", "AUROC", "false positives", "recall"), rows))
    if "left_out_faces" in figures:
        by_face = [(face, percent(one)) for face, one in figures["left_out_faces"].items()]
        parts.append(
            "A face is a sample of one: with the threshold fixed on the others, each calibration face has these false "
            "positives, which is what a new face has to expect.\n"
        )
        parts.append(table(("calibration face left out", "false positives"), by_face))
    confusion = test["confusion"]
    parts.append("Confusion matrix on the held-out faces:\n")
    parts.append(
        table(
            ("", "called clean", "called distorted"),
            [
                ("clean", str(confusion["true_negative"]), str(confusion["false_positive"])),
                ("distorted", str(confusion["false_negative"]), str(confusion["true_positive"])),
            ],
        )
    )
    parts.append("ROC on the held-out faces:\n")
    points = test["roc"]
    parts.append(
        table(
            ("false positives", *(f"{100 * point['false_positives']:g}%" for point in points)),
            [("recall", *(f"{100 * point['recall']:.1f}%" for point in points))],
        )
    )
    parts.append(_by("channel", test, "channel"))
    parts.append(_by("height of the ink, px", test, "height"))
    parts.append(_by("face", test, "face"))
    severe = test["recall_by_severity"]
    grades = [
        (name, percent(one), percent(kept_out["recall_by_severity"].get(name, NONE))) for name, one in severe.items()
    ]
    parts.append(table(("severity", "recall, held-out faces", "recall, held-out fault"), grades))
    kinds = {**test["recall_by_kind"], **kept_out["recall_by_kind"]}
    growth = figures["series"]["rank_correlation_by_kind"]
    by_kind = [(kind, percent(one), f"{growth[kind]:.3f}") for kind, one in kinds.items()]
    parts.append(table(("fault", "recall", "rank correlation of the mean probability with severity"), by_kind))
    means = " ".join(f"{value:.2f}" for value in figures["series"]["mean_probability"])
    correlation = figures["series"]["rank_correlation"]
    parts.append(
        f"As the severity grows from 0 to 1 in eighths on the same lines, the mean probability goes {means}: rank "
        f"correlation {correlation:.3f}.\n"
    )
    if "components" in figures:
        parts.append(_components(figures["components"]))
    if "generated" in figures:
        parts.append(_generated(figures["generated"]))
    return "\n".join(parts)


def _components(figures: Mapping[str, Any]) -> str:
    head = (
        "On texts of component libraries, drawn by a browser (`training/components`), which nothing was tuned on: "
        f"AUROC {figures['auroc']:.4f}, false positives {percent(figures['false_positives'])}, recall "
        f"{percent(figures['recall'])} over all severities.\n"
    )
    severe = [(name, percent(one)) for name, one in figures["recall_by_severity"].items()]
    return "\n".join(
        [
            head,
            _by("channel", figures, "channel"),
            _by("library", figures, "face"),
            table(("severity", "recall"), severe),
        ]
    )


def _generated(figures: Mapping[str, Any]) -> str:
    names = {
        "called_distorted": "all",
        "unlike": f"correlation with the true line below {figures['alike'][0]}",
        "between": "between",
        "like": f"correlation from {figures['alike'][1]}",
    }
    rows = [(words, percent(figures[name])) for name, words in names.items()]
    return "On what the embedded model writes, with its weights of the day:\n\n" + table(
        ("lines", "called distorted"), rows
    )


def _by(title: str, figures: Mapping[str, Any], key: str) -> str:
    clean, bad = figures[f"false_positives_by_{key}"], figures[f"recall_by_{key}"]
    names = [*bad, *(name for name in clean if name not in bad)]
    rows = [(name, percent(clean.get(name, NONE)), percent(bad.get(name, NONE))) for name in names]
    return table((title, "false positives", "recall"), rows)


def write_section(figures: Mapping[str, Any], document: Path) -> None:
    """Put the section between its marks in the document, or at its end; the file is made where it is missing."""
    written = f"{BEGIN}\n{section(figures)}{END}\n"
    before = document.read_text(encoding="utf-8") if document.exists() else "# How far the detectors can be trusted\n\n"
    start, end = before.find(BEGIN), before.find(END)
    if start >= 0 and end > start:
        after = before[:start] + written + before[end + len(END) + 1 :]
    else:
        after = before.rstrip("\n") + "\n\n" + written
    document.write_text(after, encoding="utf-8")
