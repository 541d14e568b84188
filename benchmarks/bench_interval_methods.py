"""Ways to an interval of a rate of clustered cases, compared by simulation: the grid on which ours was chosen.

python -m benchmarks.bench_interval_methods

Clusters are of one size here, so that the bootstrap's variance has a closed form. Where nothing failed, or everything,
all of them take Wilson's interval of as many cases as there are clusters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta, norm, t

Array = NDArray[np.float64]
Sides = tuple[Array, Array]

RUNS: Final = 500
DRAWS: Final = 800
SEED: Final = 1000
GRID: Final = tuple(product((8, 20, 50), (2, 4, 8), (0.01, 0.04, 0.12, 0.3, 0.5), (0.02, 0.1, 0.35, 0.8)))
"""Clusters, cases in each, rate, correlation."""

Z: Final = float(norm.ppf(0.975))


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """`runs` simulated runs at once: failures of each cluster, int (runs, clusters), of `size` cases each."""

    failed: NDArray[np.int64]
    size: int

    @property
    def clusters(self) -> int:
        """Clusters of a run."""
        return int(self.failed.shape[1])

    @property
    def rate(self) -> Array:
        """Observed rates (runs,)."""
        return np.asarray(self.failed.mean(axis=1) / self.size)

    @property
    def error(self) -> Array:
        """The bootstrap's standard error of the rate (runs,), which for clusters of one size is that of a mean."""
        return np.asarray(self.failed.std(axis=1, ddof=1) / self.size / self.clusters**0.5)

    @property
    def design(self) -> Array:
        """The design effect (runs,); NaN where nothing varies."""
        alone = self.rate * (1 - self.rate) / (self.clusters * self.size)
        return np.asarray(self.error**2 / alone)

    def draws(self) -> Sides:
        """Rates and their standard errors when whole clusters are drawn, both (draws, runs)."""
        values = np.arange(self.size + 1)
        counts = np.stack([(self.failed == value).sum(axis=1) for value in values], axis=1)
        drawn = np.random.default_rng(5).multinomial(self.clusters, counts / self.clusters, size=(DRAWS, len(counts)))
        rates = drawn @ values / (self.clusters * self.size)
        squares = drawn @ values**2 - self.clusters * (rates * self.size) ** 2
        return rates, np.sqrt(np.maximum(squares, 0) / (self.clusters - 1) / self.clusters) / self.size


def wilson(rate: Array, cases: Array) -> Sides:
    """Wilson's interval, of effective sizes."""
    middle = (rate + Z**2 / (2 * cases)) / (1 + Z**2 / cases)
    reach = Z * np.sqrt(rate * (1 - rate) / cases + Z**2 / (4 * cases**2)) / (1 + Z**2 / cases)
    return np.minimum(middle - reach, rate), np.maximum(middle + reach, rate)


def exact(rate: Array, cases: Array) -> Sides:
    """Clopper and Pearson's interval, of effective sizes."""
    failed = rate * cases
    low, high = beta.ppf(0.025, failed, cases - failed + 1), beta.ppf(0.975, failed + 1, cases - failed)
    return np.where(rate > 0, low, 0.0), np.where(rate < 1, high, 1.0)


def student(sample: Sample) -> float:
    """(z / t)^2 for the number of clusters, by which Korn and Graubard shrink the effective size."""
    return float((Z / t.ppf(0.975, sample.clusters - 1)) ** 2)


def at_design(sample: Sample, factor: float, interval: Callable[[Array, Array], Sides]) -> Sides:
    """An interval at the effective size times `factor`."""
    effect = np.maximum(1.0, np.nan_to_num(sample.design, nan=sample.size))
    return interval(sample.rate, sample.clusters * sample.size / effect * factor)


def shrunk(sample: Sample) -> Sides:
    """Ours: the design effect mixed with that of clusters that fail as one, see `scoring.intervals`."""
    weight = np.minimum((sample.failed > 0).sum(axis=1), (sample.failed < sample.size).sum(axis=1)) ** 2.0
    mixed = (weight * np.nan_to_num(sample.design) + sample.size) / (weight + 1)
    return wilson(sample.rate, sample.clusters * sample.size / np.maximum(1.0, mixed))


def percentile(sample: Sample) -> Sides:
    """The bootstrap's percentiles."""
    low, high = np.quantile(sample.draws()[0], [0.025, 0.975], axis=0)
    return low, high


def accelerated(sample: Sample) -> Sides:
    """BCa (Efron 1987), the acceleration from leaving out one cluster at a time."""
    rates = np.sort(sample.draws()[0], axis=0)
    below = (rates < sample.rate).mean(axis=0) + (rates == sample.rate).mean(axis=0) / 2
    bias = norm.ppf(np.clip(below, 1e-3, 1 - 1e-3))
    terms = sample.failed - sample.failed.mean(axis=1, keepdims=True)
    bend = (terms**3).sum(axis=1) / (6 * (terms**2).sum(axis=1) ** 1.5)
    sides = []
    for z in (-Z, Z):
        share = norm.cdf(bias + (bias + z) / (1 - bend * (bias + z)))
        place = np.clip(np.round(np.nan_to_num(share) * (len(rates) - 1)), 0, len(rates) - 1).astype(int)
        sides.append(rates[place, np.arange(rates.shape[1])])
    return sides[0], sides[1]


def studentised(sample: Sample) -> Sides:
    """The bootstrap-t on the rate itself."""
    rates, errors = sample.draws()
    with np.errstate(all="ignore"):
        ratios = np.where(errors > 0, (rates - sample.rate) / errors, np.nan)
    low, high = np.nanquantile(ratios, [0.025, 0.975], axis=0)
    return sample.rate - high * sample.error, sample.rate - low * sample.error


def logit_t(sample: Sample) -> Sides:
    """Student's t on the logit, the error by the delta method."""
    rate = sample.rate
    middle, error = np.log(rate / (1 - rate)), sample.error / (rate * (1 - rate))
    reach = t.ppf(0.975, sample.clusters - 1) * error
    return 1 / (1 + np.exp(-(middle - reach))), 1 / (1 + np.exp(-(middle + reach)))


METHODS: Final[dict[str, Callable[[Sample], Sides]]] = {
    "percentiles": percentile,
    "BCa": accelerated,
    "studentised": studentised,
    "logit, Student's t": logit_t,
    "exact at the effective size, Student's t": lambda sample: at_design(sample, student(sample), exact),
    "Wilson at the effective size, Student's t": lambda sample: at_design(sample, student(sample), wilson),
    "Wilson at the effective size": lambda sample: at_design(sample, 1.0, wilson),
    "the same, design effect mixed (ours)": shrunk,
}


def main() -> None:
    """Print how often each way holds the true rate, over the grid."""
    warnings.simplefilter("ignore")
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in METHODS}
    for number, (clusters, size, rate, correlation) in enumerate(GRID):
        rng = np.random.default_rng(SEED + number)
        spread = (1 - correlation) / correlation
        failed = rng.binomial(size, rng.beta(rate * spread, (1 - rate) * spread, (RUNS, clusters)))
        sample = Sample(failed=failed.astype(np.int64), size=size)
        nothing = (sample.rate == 0) | (sample.rate == 1)
        instead = wilson(sample.rate, np.full(RUNS, float(clusters)))
        for name, method in METHODS.items():
            with np.errstate(all="ignore"):
                low, high = (np.where(nothing, *pair) for pair in zip(instead, method(sample), strict=True))
            found[name].append((float(((low <= rate) & (rate <= high)).mean()), float(np.nanmean(high - low))))
    print(f"{'':42}  within .93 to .97  below  lowest  mean  width")
    for name, results in found.items():
        shares, widths = np.array(results).T
        within = np.mean((shares >= 0.93) & (shares <= 0.97))
        told = f"{within:17.0%}  {np.mean(shares < 0.93):5.0%}  {shares.min():6.3f}  {shares.mean():.3f}"
        print(f"{name:42}  {told}  {widths.mean():.3f}")


if __name__ == "__main__":
    main()
