"""Coverage of the failure rates' intervals by simulation: how often a 95% interval holds the true rate.

python -m benchmarks.bench_intervals
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from scoring.intervals import rate_interval

RUNS: Final = 400
SEED: Final = 31415
CLUSTERS: Final = (12, 30, 100)
SIZES: Final = (3, 6)
RATES: Final = (0.02, 0.08, 0.2, 0.5)
CORRELATIONS: Final = (0.05, 0.2, 0.6)
"""A grid that shares no scenario and no seed with the one on which `scoring.intervals.PRIOR_CLUSTERS` was fixed."""


def coverage(
    clusters: int, size: int, rate: float, correlation: float, runs: int = RUNS, seed: int = SEED
) -> tuple[float, float]:
    """Return the share of intervals that hold `rate`, and their mean width.

    Each of `clusters` wireframes has its own failure rate, from a beta distribution around `rate` whose `correlation`
    (0 to 1, exclusive) is that of two of its `size` seeds.
    """
    rng = np.random.default_rng(seed)
    spread = (1 - correlation) / correlation
    held, width = 0, 0.0
    for _ in range(runs):
        failed = rng.binomial(size, rng.beta(rate * spread, (1 - rate) * spread, clusters))
        interval = rate_interval(failed, np.full(clusters, size))
        held += interval.low <= rate <= interval.high
        width += interval.high - interval.low
    return held / runs, width / runs


def main() -> None:
    """Print the table and its summary."""
    print("wireframes  seeds  rate  correlation  coverage  width")
    shares = []
    for clusters, size, rate, correlation in product(CLUSTERS, SIZES, RATES, CORRELATIONS):
        share, width = coverage(clusters, size, rate, correlation)
        shares.append(share)
        print(f"{clusters:10}  {size:5}  {rate:4}  {correlation:11}  {share:8.3f}  {width:5.3f}", flush=True)
    within = np.mean([0.93 <= share <= 0.97 for share in shares])
    print(f"mean {np.mean(shares):.3f}, lowest {min(shares):.3f}, highest {max(shares):.3f}")
    print(f"{within:.0%} of scenarios within .93 to .97, {np.mean(np.array(shares) < 0.93):.0%} below")


if __name__ == "__main__":
    main()
