"""Coverage of the interval of a paired difference by simulation, against the bootstrap's percentiles.

python -m benchmarks.bench_pairs
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from scoring.intervals import RESAMPLES
from scoring.statistics_pairs import difference_interval

RUNS: Final = 400
SEED: Final = 27182
CLUSTERS: Final = (12, 30, 100)
SIZES: Final = (1, 4)
CHANGES: Final = ((0.03, 0.03), (0.15, 0.15), (0.05, 0.2), (0.02, 0.3))
"""Shares of pairs that break and that get better."""

CORRELATIONS: Final = (0.05, 0.4)


def coverage(
    clusters: int, size: int, broken: float, fixed: float, correlation: float, runs: int = RUNS
) -> tuple[float, float]:
    """Return how often the interval holds the true difference, and how often the percentiles of the bootstrap do.

    Each of `clusters` wireframes has its own shares of changes, from a Dirichlet distribution around `broken` and
    `fixed` in which two of its `size` pairs correlate.
    """
    rng = np.random.default_rng(SEED)
    spread = (1 - correlation) / correlation
    held = by_percentiles = 0
    names = [str(name) for name in np.repeat(np.arange(clusters), size)]
    for _ in range(runs):
        shares = rng.dirichlet(np.array([broken, fixed, 1 - broken - fixed]) * spread, clusters)
        drawn = np.array([rng.choice(3, size, p=share) for share in shares])
        table = np.stack([drawn.ravel() == 1, drawn.ravel() == 0], axis=1).astype(np.int64)
        low, high = difference_interval(table, names)
        held += low is not None and high is not None and low <= broken - fixed <= high
        sums = (drawn == 0).sum(axis=1) - (drawn == 1).sum(axis=1)
        values, counts = np.unique(sums, return_counts=True)
        means = rng.multinomial(clusters, counts / clusters, size=RESAMPLES // 4) @ values / (clusters * size)
        low, high = np.quantile(means, [0.025, 0.975])
        by_percentiles += low <= broken - fixed <= high
    return held / runs, by_percentiles / runs


def main() -> None:
    """Print the table and its summary."""
    print("wireframes  seeds  broken  fixed  correlation  coverage  percentiles")
    found = []
    for clusters, size, (broken, fixed), correlation in product(CLUSTERS, SIZES, CHANGES, CORRELATIONS):
        if size == 1 and correlation != CORRELATIONS[0]:
            continue  # one pair a wireframe has nothing to correlate with
        shares = coverage(clusters, size, broken, fixed, correlation)
        found.append(shares)
        told = "  ".join(f"{share:8.3f}" for share in shares)
        print(f"{clusters:10}  {size:5}  {broken:6}  {fixed:5}  {correlation:11}  {told}", flush=True)
    for name, column in zip(("interval", "percentiles"), np.array(found).T, strict=True):
        within = np.mean((column >= 0.93) & (column <= 0.97))
        print(f"{name}: {within:.0%} within .93 to .97, {np.mean(column < 0.93):.0%} below, lowest {column.min():.3f}")


if __name__ == "__main__":
    main()
