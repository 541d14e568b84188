"""Coverage of the failure rates' intervals by simulation: how often a 95% interval holds the true rate.

python -m benchmarks.bench_intervals

Beside each the coverage of Wilson's interval that is told the true design effect: a rate of whole cases moves in steps,
so no interval holds exactly 95% everywhere, and that one shows how near it can be come.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np

from scoring.intervals import Counts, rate_interval, wilson

RUNS: Final = 2000
SEED: Final = 31415
CLUSTERS: Final = (12, 30, 100)
SIZES: Final = (3, 6)
RATES: Final = (0.02, 0.08, 0.2, 0.5)
CORRELATIONS: Final = (0.05, 0.2, 0.6)
"""A grid that shares no scenario and no seed with those on which the rule of `scoring.intervals` was fixed."""

Shape = Literal["beta", "two kinds", "unequal"]


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """`clusters` wireframes of `size` seeds (1 to 2 size - 1 where they are "unequal") that fail at `rate`.

    `correlation`, 0 to 1 and exclusive, is that of two seeds of a wireframe. Each wireframe has a rate of its own: from
    a beta distribution or, of "two kinds", either none or one high rate.
    """

    clusters: int
    size: int
    rate: float
    correlation: float
    shape: Shape = "beta"

    def draw(self, rng: np.random.Generator) -> tuple[Counts, Counts]:
        """Return the failed and the scored cases of each wireframe, int64 (clusters,)."""
        sizes = np.full(self.clusters, self.size)
        if self.shape == "unequal":
            sizes = rng.integers(1, 2 * self.size, self.clusters)
        if self.shape == "two kinds":
            high = self.rate + self.correlation * (1 - self.rate)
            rates = high * (rng.random(self.clusters) < self.rate / high)
        else:
            spread = (1 - self.correlation) / self.correlation
            rates = rng.beta(self.rate * spread, (1 - self.rate) * spread, self.clusters)
        return rng.binomial(sizes, rates).astype(np.int64), sizes.astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """The share of intervals that hold the true rate, their mean width, and the share if the design were known."""

    share: float
    width: float
    known: float


def coverage(scenario: Scenario, runs: int = RUNS, seed: int = SEED) -> Coverage:
    """Simulate one scenario."""
    rng = np.random.default_rng(seed)
    held = known = 0
    width = 0.0
    for _ in range(runs):
        failed, scored = scenario.draw(rng)
        interval = rate_interval(failed, scored)
        held += interval.low <= scenario.rate <= interval.high
        width += interval.high - interval.low
        total = float(scored.sum())
        worth = total / (1 + (float((scored**2).sum()) / total - 1) * scenario.correlation)
        low, high = wilson(worth * failed.sum() / total, worth)
        known += low <= scenario.rate <= high
    return Coverage(share=held / runs, width=width / runs, known=known / runs)


def main() -> None:
    """Print the table of each shape and its summary."""
    for shape in ("beta", "two kinds", "unequal"):
        print(f"\n{shape}\nwireframes  seeds  rate  correlation  coverage  width  known design")
        found = []
        for clusters, size, rate, correlation in product(CLUSTERS, SIZES, RATES, CORRELATIONS):
            one = coverage(
                Scenario(clusters=clusters, size=size, rate=rate, correlation=correlation, shape=shape),
                runs=RUNS if shape == "beta" else RUNS // 4,
            )
            found.append(one)
            told = f"{one.share:8.3f}  {one.width:5.3f}  {one.known:12.3f}"
            print(f"{clusters:10}  {size:5}  {rate:4}  {correlation:11}  {told}", flush=True)
        for name in ("share", "known"):
            shares = np.array([getattr(one, name) for one in found])
            within = np.mean((shares >= 0.93) & (shares <= 0.97))
            print(
                f"{name}: {within:.0%} of scenarios within .93 to .97, {np.mean(shares < 0.93):.0%} below; "
                f"mean {shares.mean():.3f}, lowest {shares.min():.3f}, highest {shares.max():.3f}"
            )


if __name__ == "__main__":
    main()
