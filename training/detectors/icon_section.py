"""The figures of the icon detector as a section of `docs/scoring-validation.md`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring.calibration.icon_corruptions import CORRUPTIONS

BEGIN, END = "<!-- icons: made by training.detectors.icon_validate -->", "<!-- icons: end -->"

SETS = {
    "calibration": "Lucide and Tabler, icons never trained on (fixes the threshold)",
    "test": "**Heroicons and Phosphor (held out)**",
    "other_drawings": "the same, with hand-drawn and scanned wireframes and Canny maps",
    "scenes": "the same, in whole components of the renderer",
    "components": "icons of npm components drawn by a browser",
}


def percent(rate: dict[str, Any]) -> str:
    """Return a rate with its interval, such as "1.2% (0.7 to 2.1), 12 of 1000"."""
    if rate["rate"] is None:
        return "-"
    low, high = 100 * rate["low"], 100 * rate["high"]
    return f"{100 * rate['rate']:.1f}% ({low:.1f} to {high:.1f}), {rate['flagged']} of {rate['of']}"


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _sets(found: dict[str, Any]) -> str:
    rows = []
    for name, words in SETS.items():
        if name in found:
            figures = found[name]["all"]
            rows.append(
                (words, f"{figures['auroc']:.3f}", percent(figures["false_positives"]), percent(figures["recall"]))
            )
            every = found[name]["with_bends_below_pixel"]
            if name == "test":
                recall = percent(every["recall"])
                rows.append(
                    (f"... with {every['icons']} bends below a pixel", f"{every['auroc']:.3f}", "as above", recall)
                )
            if found[name]["held_out_kind_only"]:
                only = found[name]["held_out_kind_only"]
                rows.append(
                    ("... only the held-out fault", f"{only['auroc']:.3f}", "as above", percent(only["recall"]))
                )
    return table(("set", "AUROC", "false positives", "recall"), rows)


def _groups(found: dict[str, Any], name: str, first: str) -> str:
    rows = [
        (group, percent(one["false_positives"]), percent(one["recall"])) for group, one in found[f"by_{name}"].items()
    ]
    return table((first, "false positives", "recall"), rows)


def _grades(found: dict[str, Any]) -> str:
    cells = found["by_kind_and_severity"]
    grades = sorted({name.split()[1] for name in cells})

    def recall(kind: str, grade: str) -> str:
        one = cells.get(f"{kind} {grade}")
        return "-" if one is None or one["recall"]["rate"] is None else f"{100 * one['recall']['rate']:.0f}%"

    rows = [(kind, *(recall(kind, grade) for grade in grades)) for kind in CORRUPTIONS]
    return table(("fault, recall at severity", *grades), rows)


def _rules(found: dict[str, Any]) -> str:
    kinds = "`, `".join(found["held_out_kinds"])
    return (
        f"Threshold: `icon_distortion` at most {found['threshold']:.2f}. Rule: {found['rule']}.\n\n"
        f"The fault `{kinds}` and both packs of the test were never trained or calibrated on. "
        "Intervals are Wilson's, 95%. "
        "Severities are spread evenly over 0.2 to 1.0; a fault that changes fewer than 4 px, or less than 0.4% of the "
        "icon's square, is drawn again. Bends (`warped`, `wobbly`) of less than a pixel are left out of training and "
        "of all figures but one row: intact icons lie up to 0.8 px beside the drawing, so nobody can tell them. "
        "Intact icons are clean renders, shaded or weathered ones (gradient, gloss, "
        "shadow, other colours, shift below one px, blur, grain, JPEG) and autoencoder round trips.\n"
    )


def _confusion(found: dict[str, Any]) -> str:
    counts = found["all"]["confusion"]
    rows = [
        ("intact", str(counts["intact_passed"]), str(counts["intact_flagged"])),
        ("faulty", str(counts["faulty_passed"]), str(counts["faulty_flagged"])),
    ]
    points = [
        (f"{100 * p['false_positives']:.1f}%", f"{100 * p['recall']:.1f}%", f"{p['threshold']:.2f}")
        for p in found["roc"]
    ]
    return (
        table(("held-out packs", "passed", "flagged"), rows)
        + "\n"
        + table(("ROC: false positives", "recall", "threshold"), points)
    )


def _geometry(found: dict[str, Any]) -> str:
    test = found["test"]
    return (
        "Plain geometry was tried first: distances of strokes both ways, missing and extra ink with slack, differences "
        f"of parts and holes, in a logistic regression fitted on the calibration set. AUROC {test['auroc']:.3f}, "
        f"recall {100 * test['recall']['rate']:.0f}% at {100 * test['false_positives']['rate']:.1f}% false "
        "positives: a bold stroke or a fill moves as many edges as a fault.\n"
    )


def _monotony(found: dict[str, Any]) -> str:
    correlation = found["rank_correlation"]
    words = (
        f"Monotony: Spearman's rank correlation of severity and mean probability, {found['icons']} icons, icon "
        f"and place of a fault kept: {correlation['all']:.2f} over all kinds; the median of single icons and kinds is "
        f"{correlation['median_of_single_icons']:.2f}.\n\n"
    )
    return words + table(("fault", "rank correlation"), [(kind, f"{correlation[kind]:.2f}") for kind in CORRUPTIONS])


def section(found: dict[str, Any]) -> str:
    """Return the section in Markdown."""
    test = found["test"]
    parts = [
        BEGIN,
        "## Icon distortion\n",
        _rules(found),
        _sets(found),
        _confusion(test),
        _grades(test),
        _groups(test, "size", "side of the icon"),
        _groups(test, "treatment", "image"),
        _groups(test, "variant", "form of the icon in the asset"),
        _groups(test, "style", "style"),
        _groups(found["other_drawings"], "drawing", "drawing it is compared with"),
        _monotony(found["monotony"]),
        _geometry(found["plain_geometry"]),
        END,
    ]
    return "\n".join(parts) + "\n"


def put_section(text: str, file: Path) -> None:
    """Replace the section in a Markdown file, or add it at the end; a missing file is begun."""
    before = file.read_text(encoding="utf-8") if file.exists() else "# How the detectors were validated\n\n"
    if BEGIN in before:
        head, rest = before.split(BEGIN, 1)
        tail = rest.split(END, 1)[1].lstrip("\n")
        after = head + text + ("\n" + tail if tail else "")
    else:
        after = before.rstrip("\n") + "\n\n" + text
    file.write_text(after, encoding="utf-8")
