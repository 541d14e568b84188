"""What a run is recorded with: Lineproof's version and commit, the packages, the settings of the call."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline.environment import versions
from pipeline.store.records import Environment

ROOT = Path(__file__).resolve().parents[1]


def environment(device: str, settings: Mapping[str, Any]) -> Environment:
    """Describe this process; `device` is what was asked for until something was made."""
    return Environment(
        version=metadata.version("lineproof"), commit=commit(), packages=versions(), device=device, settings=settings
    )


@cache
def commit() -> str:
    """The commit of the checkout, with "-dirty" where files were changed since; empty where there is no git."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
