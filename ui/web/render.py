"""Fragments of the pages, from the templates in `templates/`, which escape whatever they are given."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from conditioners.geometry import Extent
from conditioners.lint import Remark
from pipeline.delivery import SCALES
from pipeline.export import png_bytes
from pipeline.jobs.create import Candidate
from pipeline.jobs.desk import JobView
from ui.web import words

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).resolve().parent / "templates"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "file_url": file_url,
        "verdict_word": words.verdict_word,
        "element_name": words.element_name,
        "element_verdict": words.element_verdict,
        "element_words": words.element_words,
        "plain": words.plain,
        "score_line": words.score_line,
    }
    return made


def fragment(template: str, **values: Any) -> Markup:
    """Return `templates/NAME.html` filled in; what is not Markup already is escaped."""
    return Markup(_environment().get_template(f"{template}.html").render(**values))


def file_url(key: str, name: str) -> str:
    """Where a job's file is served, to its owner alone."""
    return f"/files/{quote(key)}/{quote(name)}"


def data_url(pixels: NDArray[np.uint8]) -> str:
    """A picture, uint8 (H, W) or (H, W, 3), as part of the page itself."""
    return "data:image/png;base64," + base64.b64encode(png_bytes(pixels)).decode("ascii")


def empty(title: str, text: str) -> Markup:
    """A place that has nothing to show yet, and says how that changes."""
    return fragment("empty", title=title, text=text)


def remarks(found: Sequence[Remark]) -> Markup:
    """The linter's remarks; a drawing that has none is told so."""
    return fragment("remarks", remarks=found)


def control_map(pixels: NDArray[np.uint8], caption: str, found: Sequence[Remark] = ()) -> Markup:
    """The control map exactly as the model gets it, with the places that the linter remarks."""
    return fragment("map", image=data_url(pixels), extent=Extent.of(pixels), caption=caption, remarks=found)


def progress(view: JobView) -> Markup:
    """Where a job stands: its place in the queue, its steps with a preview, or how it ended."""
    preview = view.progress.preview
    return fragment(
        "progress",
        job=view.job,
        place=view.place,
        progress=view.progress,
        eta=eta(view.place.seconds),
        preview=None if preview is None else data_url(preview),
        count=len(view.candidates),
    )


def eta(seconds: float | None) -> str:
    """About how long it takes yet, for reading; empty where it is not known.

    >>> eta(None), eta(0.2), eta(200)
    ('', ', about 1 s', ', about 3 min')
    """
    if seconds is None:
        return ""
    return f", about {max(1, round(seconds))} s" if seconds < 90 else f", about {round(seconds / 60)} min"


def candidates(view: JobView, order: Sequence[int], chosen: int | None) -> Markup:
    """The candidates, best first, as buttons that choose one; `order` are places in `view.candidates`."""
    ranked = [(view.candidates[index], words.reasons(view.candidates[index].card)) for index in order]
    return fragment("candidates", key=view.job.key, ranked=ranked, chosen=chosen)


def detail(key: str, one: Candidate, extent: Extent) -> Markup:
    """One candidate at large: edges over the picture with a slider, marks on its elements, the reasons in words."""
    return fragment("detail", key=key, one=one, extent=extent, reasons=words.reasons(one.card))


def export_form(key: str, one: Candidate, command: str) -> Markup:
    """How to take a candidate away: a form whose answer is the file, and the command that makes the same."""
    return fragment("export", key=key, one=one, command=command, scales=SCALES)
