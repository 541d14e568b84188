"""Run the benchmarks: python -m benchmarks [--manifest FILE] [--out FOLDER] [--limit N]"""

import argparse
import sys
from pathlib import Path

from benchmarks.control_floor import measure, summarise, table
from conditioners.errors import LineproofError
from pipeline.manifest import OrderRow, read_manifest
from pipeline.run import Studio

SAMPLES = Path(__file__).resolve().parents[1] / "samples" / "manifest.csv"


def main() -> int:
    """Parse the command line, run, print the table and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Control against no control.")
    parser.add_argument("--manifest", type=Path, default=SAMPLES, help="the orders to make")
    parser.add_argument("--out", type=Path, default=Path("out/bench"), help="where the images are saved")
    parser.add_argument("--limit", type=int, default=None, help="only the first orders")
    arguments = parser.parse_args()
    try:
        rows = read_manifest(arguments.manifest, OrderRow)[: arguments.limit]
        told = measure(
            rows,
            arguments.manifest.parent,
            arguments.out,
            Studio(),
            lambda row: print(row, file=sys.stderr, flush=True),
        )
        print(table(summarise(tuple(told))))
    except LineproofError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
