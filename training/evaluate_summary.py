"""From the figures of the cases to those of a set: rates and means with their intervals (95%)."""

from collections.abc import Callable, Sequence
from statistics import fmean, median
from typing import Any

import numpy as np

from scoring.intervals import rate_interval
from training.evaluate_measures import LARGE_ICON, LARGE_TEXT, SMALL_TEXT

Figures = dict[str, Any]

RESAMPLES = 2000


def rate(values: Sequence[bool | None]) -> Figures:
    """Return a rate over cases with Wilson's interval: every case has its own seed. None counts in neither part."""
    return element_rate([[] if value is None else [value] for value in values])


def element_rate(groups: Sequence[Sequence[bool]]) -> Figures:
    """Return a rate over the elements of the cases; several of one case are a cluster, see `scoring.intervals`."""
    scored = np.array([len(group) for group in groups], np.int64)
    right = np.array([sum(group) for group in groups], np.int64)
    total = int(scored.sum())
    if not total:
        return {"right": 0, "of": 0, "rate": None}
    found = rate_interval(scored - right, scored)
    return {
        "right": int(right.sum()),
        "of": total,
        "rate": round(int(right.sum()) / total, 3),
        "low": round(1 - found.high, 3),
        "high": round(1 - found.low, 3),
        "method": found.method,
    }


def spread(values: Sequence[tuple[float, ...]], figure: Callable[[Any], float], digits: int = 3) -> Figures:
    """Return a figure of cases' values, array (N, k), with a percentile bootstrap over the cases."""
    array = np.asarray(values, np.float64)
    rng = np.random.default_rng(0)
    drawn = [figure(array[rng.integers(0, len(array), len(array))]) for _ in range(RESAMPLES)]
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return {
        "value": round(figure(array), digits),
        "low": round(float(low), digits),
        "high": round(float(high), digits),
        "method": "bootstrap",
    }


def between(values: Any) -> float:
    """Return (mean F1 - mean floor) / (mean ceiling - mean floor) of an array (N, 3); NaN without a spread."""
    f1, floor, ceiling = values.mean(axis=0)
    return float((f1 - floor) / (ceiling - floor)) if ceiling > floor else float("nan")


def summary(figures: Sequence[Figures], clip_missing: str, icons_missing: str) -> Figures:
    """Return what is reported of a set."""
    mean = {key: round(fmean(f[key] for f in figures), 3) for key in ("f1", "floor", "ceiling", "true")}
    distances, trips = ([(f[key],) for f in figures if f[key] is not None] for key in ("hd95", "trip_hd95"))
    result: Figures = {
        "cases": len(figures),
        "control_f1_1px": mean,
        "control_between_floor_and_ceiling": None
        if mean["ceiling"] <= mean["floor"]
        else spread([(f["f1"], f["floor"], f["ceiling"]) for f in figures], between),
        "control_hd95_px_median": _median(distances),
        "control_hd95_px_median_of_round_trip": _median(trips),
        "control_hd95_unscored": len(figures) - len(distances),
        "named_colour": rate([f["colour"] for f in figures]),
        "named_background": rate([f["background"] for f in figures]),
        "largest_fill": rate([f["fill"] for f in figures]),
        f"text_from_{LARGE_TEXT}px_exact": element_rate([f["texts"] for f in figures]),
        "psnr_to_true_asset": round(fmean(f["psnr"] for f in figures), 2),
        "autoencoder": autoencoder(figures),
    }
    result["component"] = _judged([f["component"] for f in figures], [f["true_component"] for f in figures])
    result["style"] = _judged([f["style"] for f in figures], [f["true_style"] for f in figures])
    if clip_missing:
        result["component"] = result["style"] = {"rate": None, "reason": clip_missing}
    icons = f"icons_from_{LARGE_ICON}px_undistorted"
    result[icons] = {
        **element_rate([f["icons"] for f in figures]),
        "on_true_assets": element_rate([f["true_icons"] for f in figures]),
    }
    if icons_missing:
        result[icons] = {"rate": None, "reason": icons_missing}
    return result


def _median(values: Sequence[tuple[float, ...]]) -> Figures | None:
    return spread(values, lambda v: float(np.median(v)), 2) if values else None


def _judged(made: Sequence[bool | None], true: Sequence[bool | None]) -> Figures:
    return {**rate(made), "on_true_assets": rate(true)}


def autoencoder(figures: Sequence[Figures]) -> Figures:
    """Return the round trip alone: PSNR, and text read exactly after it, in all and of what was read before it."""
    before = [value for f in figures for value in f["true_texts"]]
    after = [value for f in figures for value in f["trip_texts"]]
    kept = [[b for a, b in zip(f["true_texts"], f["trip_texts"], strict=True) if a] for f in figures]
    name = f"text_from_{SMALL_TEXT}px"
    return {
        "psnr": round(fmean(f["autoencoder_psnr"] for f in figures), 2),
        "psnr_median": round(median(f["autoencoder_psnr"] for f in figures), 2),
        f"{name}_exact": element_rate([f["trip_texts"] for f in figures]),
        f"{name}_exact_on_true_assets": element_rate([f["true_texts"] for f in figures]),
        f"{name}_still_exact": element_rate(kept),
        "texts": {"read_before": sum(before), "read_after": sum(after)},
    }
