"""How much of the control score the ControlNet earns: the same orders and seeds with control and without it.

Without control (scale 0) a model still draws some lines where the wireframe has some; that is the floor. Source of the
comparison: the floor of Protocol C, tolerant Canny F1 at condition scale 0.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from pipeline.manifest import OrderRow
from pipeline.run import RowLabel, Studio

METRICS = ("control_f1_strict", "control_f1_1px", "control_f1_2px", "control_hd95_px")
FLOOR_SCALE = 0.0


@dataclass(frozen=True, kw_only=True)
class Pair:
    """One measurement of one order, with control and without."""

    id: str
    metric: str
    controlled: float
    floor: float


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The means of one measurement over the orders that have both values, and in how many control scored higher."""

    metric: str
    orders: int
    controlled: float
    floor: float
    higher: int


def measure(
    rows: Sequence[OrderRow], base: Path, folder: Path, studio: Studio, on_row: Callable[[str], None] | None = None
) -> Iterator[Pair]:
    """Make each order with its own scale and with scale 0 below `folder`, and yield its measurements.

    Raises InputError for an order that cannot be made, GenerationError where an image came to nothing.
    """
    for row in rows:
        if on_row is not None:
            on_row(str(row.id))
        order = replace(row.order(base), count=1)
        label, values = RowLabel(id=str(row.id), tags=row.tags), []
        for name, scale in (("controlled", order.scale), ("floor", FLOOR_SCALE)):
            prepared = studio.prepare(replace(order, scale=scale))
            (finished,) = studio.run(prepared, folder / name, label=label)
            values.append({one.name: one.value for one in finished.scores.measurements})
        controlled, floor = values
        for metric in METRICS:
            high, low = controlled.get(metric), floor.get(metric)
            if high is not None and low is not None:
                yield Pair(id=str(row.id), metric=metric, controlled=high, floor=low)


def summarise(pairs: Sequence[Pair]) -> tuple[Summary, ...]:
    """Return one summary for each measurement that was made, in the order of `METRICS`.

    >>> summarise([Pair(id="a", metric="control_f1_1px", controlled=0.9, floor=0.25)])[0].higher
    1
    """
    summaries = []
    for metric in METRICS:
        chosen = [pair for pair in pairs if pair.metric == metric]
        if chosen:
            summaries.append(
                Summary(
                    metric=metric,
                    orders=len(chosen),
                    controlled=fmean(pair.controlled for pair in chosen),
                    floor=fmean(pair.floor for pair in chosen),
                    higher=sum(pair.controlled > pair.floor for pair in chosen),
                )
            )
    return tuple(summaries)


def table(summaries: Sequence[Summary]) -> str:
    """Return the summaries as a Markdown table."""
    lines = [
        "| measurement | orders | with control | without (scale 0) | higher with control |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{one.metric}` | {one.orders} | {one.controlled:.3f} | {one.floor:.3f} | {one.higher} of {one.orders} |"
        for one in summaries
    ]
    return "\n".join(lines)
