"""Charts as inline SVG: no script, colours from the page's style sheet, and a text for those who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

    from scoring.statistics import Rate

LEFT, TOP, RIGHT, BOTTOM = 56, 18, 26, 62


@dataclass(frozen=True, kw_only=True)
class Point:
    """One mark of a scatter: its place in 0 to 1, its shape, where it leads and what it is called."""

    x: float
    y: float
    passed: bool
    title: str
    link: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    label: str = ""
    label_below: bool = False


def interval_bar(rate: Rate, light: str) -> Markup:
    """Return a rate as a dot with its interval as a whisker, on a scale of 0 to 100%; empty without cases."""
    from markupsafe import Markup

    if rate.rate is None or rate.low is None or rate.high is None:
        return Markup("")
    low, mid, high = (4 + 112 * side for side in (rate.low, rate.rate, rate.high))
    return Markup(
        '<svg class="bar {light}" viewBox="0 0 120 16" width="120" height="16" aria-hidden="true">'
        '<line class="rail" x1="4" x2="116" y1="8" y2="8"/>'
        '<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="8" y2="8"/>'
        '<path class="whisker" d="M{low:.1f} 4v8M{high:.1f} 4v8"/><circle cx="{mid:.1f}" cy="8" r="4"/></svg>'
    ).format(light=light, low=low, mid=mid, high=high)


def curve(labels: Sequence[str], rates: Sequence[Rate], caption: str) -> Markup:
    """Return failure rates over the bands of a size, with whiskers; bands without scored cases have a gap."""
    from markupsafe import Markup

    width, height = 440, 250
    right, bottom = width - RIGHT, height - BOTTOM
    step = (right - LEFT) / max(1, len(labels))
    marks, joined = Markup(""), []
    for index, (label, rate) in enumerate(zip(labels, rates, strict=True)):
        x = LEFT + step * (index + 0.5)
        marks += Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            x, bottom + 18, _short(label)
        )
        marks += Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">n {}</text>').format(
            x, bottom + 34, rate.scored
        )
        if rate.rate is None or rate.low is None or rate.high is None:
            continue
        low, mid, high = (bottom - (bottom - TOP) * side for side in (rate.low, rate.rate, rate.high))
        joined.append(f"{x:.1f},{mid:.1f}")
        marks += Markup(
            '<path class="whisker" d="M{x:.1f} {low:.1f}V{high:.1f}M{a:.1f} {low:.1f}h10M{a:.1f} {high:.1f}h10"/>'
            '<circle class="dot" cx="{x:.1f}" cy="{mid:.1f}" r="4.5"/>'
        ).format(x=x, a=x - 5, low=low, mid=mid, high=high)
    line = Markup('<polyline class="curve" points="{}"/>').format(" ".join(joined))
    spoken = "; ".join(
        f"{label}: {rate.rate:.0%} of {rate.scored}" if rate.rate is not None else f"{label}: none scored"
        for label, rate in zip(labels, rates, strict=True)
    )
    return _frame(width, height, _grid(width, height, "failed") + line + marks, f"{caption}. {spoken}")


def _short(label: str) -> str:
    """A band's name as a tick: "12–15" for "12 to under 15 px"."""
    label = label.removesuffix(" and more").removesuffix(" px") + ("+" if label.endswith(" and more") else "")
    return label.replace(" to under ", "–").replace("under ", "<")


def scatter(points: Sequence[Point], limit_x: float, limit_y: float, caption: str, front: str = "") -> Markup:
    """Return control adherence (x) against prompt adherence (y), split by their thresholds into quadrants.

    Passed ones are discs, failed ones crosses. `front` is an SVG point list in 0 to 1 made by `front_points`.
    """
    from markupsafe import Markup

    width, height = 560, 420
    right, bottom = width - RIGHT, height - BOTTOM

    def px(x: float) -> float:
        return LEFT + (right - LEFT) * x

    def py(y: float) -> float:
        return bottom - (bottom - TOP) * y

    body = Markup('<rect class="good" x="{:.1f}" y="{}" width="{:.1f}" height="{:.1f}"/>').format(
        px(limit_x), TOP, right - px(limit_x), py(limit_y) - TOP
    )
    body += _grid(width, height, "prompt followed")
    for share in (0, 0.25, 0.5, 0.75, 1):
        body += Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="middle">{:.0%}</text>').format(
            px(share), bottom + 18, share
        )
    body += Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">lines kept →</text>').format(
        (LEFT + right) / 2, bottom + 42
    )
    body += Markup('<path class="limit" d="M{x:.1f} {t}V{b}M{l} {y:.1f}H{r}"/>').format(
        x=px(limit_x), y=py(limit_y), t=TOP, b=bottom, l=LEFT, r=right
    )
    if front:
        path = " ".join(f"{px(float(x)):.1f},{py(float(y)):.1f}" for x, y in (p.split(",") for p in front.split()))
        body += Markup('<polyline class="front" points="{}"/>').format(path)
    for point in points:
        body += _mark(
            point, px(point.x), py(point.y), [px(x) for x in point.x_range or ()], [py(y) for y in point.y_range or ()]
        )
    return _frame(width, height, body, caption)


def _mark(point: Point, x: float, y: float, across: Sequence[float], along: Sequence[float]) -> Markup:
    from markupsafe import Markup

    mark = Markup("<title>{}</title>").format(point.title)
    if across:
        mark += Markup('<path class="whisker" d="M{:.1f} {:.1f}H{:.1f}"/>').format(across[0], y, across[1])
    if along:
        mark += Markup('<path class="whisker" d="M{:.1f} {:.1f}V{:.1f}"/>').format(x, along[0], along[1])
    if point.passed:
        mark += Markup('<circle class="pass" cx="{:.1f}" cy="{:.1f}" r="5"/>').format(x, y)
    else:
        mark += Markup('<path class="fail" d="M{:.1f} {:.1f}l9 9m0 -9l-9 9"/>').format(x - 4.5, y - 4.5)
    if point.label:
        mark += Markup('<text class="label" x="{:.1f}" y="{:.1f}">{}</text>').format(
            x + 8, y + (18 if point.label_below else -8), point.label
        )
    return Markup('<a href="{}">{}</a>').format(point.link, mark) if point.link else Markup("<g>{}</g>").format(mark)


def _grid(width: int, height: int, name: str) -> Markup:
    from markupsafe import Markup

    right, bottom = width - RIGHT, height - BOTTOM
    lines = Markup("")
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = bottom - (bottom - TOP) * share
        lines += Markup('<line class="rail" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/>').format(LEFT, right, y=y)
        lines += Markup('<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{:.0%}</text>').format(
            LEFT - 6, y + 4, share
        )
    middle = (TOP + bottom) / 2
    return lines + Markup(
        '<text class="axis" transform="translate(13 {:.1f}) rotate(-90)" text-anchor="middle">{} →</text>'
    ).format(middle, name)


def _frame(width: int, height: int, body: Markup, caption: str) -> Markup:
    from markupsafe import Markup

    return Markup('<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{caption}">{body}</svg>').format(
        w=width, h=height, caption=caption, body=body
    )
