"""Shared fixtures of the scoring tests."""

import pytest

from scoring.thresholds import Thresholds, load_thresholds


@pytest.fixture(scope="session")
def thresholds() -> Thresholds:
    return load_thresholds()
