"""Write a run's judge into the package: `python -m training.clip_publish --run DIR --out pipeline/embedded/clip`."""

import argparse
from pathlib import Path

from training.clip import publish_clip

BUDGET = 9 * 2**20
"""Bytes that the judge's weights may take in the repository."""


def main() -> None:
    """Publish a run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("pipeline/embedded/clip"))
    arguments = parser.parse_args()
    size = publish_clip(arguments.run, arguments.out)
    if size > BUDGET:
        raise ValueError(f"weights take {size / 2**20:.1f} MiB; the rule is at most {BUDGET / 2**20:.0f} MiB")
    print(f"{size / 2**20:.1f} MiB of weights in {arguments.out}")


if __name__ == "__main__":
    main()
