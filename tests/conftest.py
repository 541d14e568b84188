"""What every test shares: offline, repeatable, without deadlines."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports numpy, torch or the hub's client. Tiny models gain nothing by threads, and threads that wait
# for each other cost minutes where the cores are shared: with other programs, a container's quota, pytest-xdist.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("lineproof", deadline=None, derandomize=True)
settings.load_profile("lineproof")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of sample wireframes."""
    return ROOT / "samples"
