"""Every test of the store runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipeline.store.engine import parse_store_url
from pipeline.store.records import Environment
from pipeline.store.store import RunStore, Store
from tests.pipeline.store.postgres import find_programs, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a running server; where its programs are missing the test is skipped, in CI it fails."""
    programs = find_programs()
    if programs is None:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail("PostgreSQL's server programs are missing: make postgres")
        pytest.skip("PostgreSQL's server programs are missing: make postgres")
    with server(programs) as url:
        yield url


@pytest.fixture
def new_schema(postgres: str) -> str:
    """URL of the server with an empty schema of its own, which is made faster than a database."""
    name = f"test_{secrets.token_hex(6)}"
    engine = create_engine(parse_store_url(postgres), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    return f"{postgres}?options=-csearch_path%3D{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty store in each kind of database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    url: str = request.getfixturevalue("new_schema")
    return url


def environment(device: str = "cpu") -> Environment:
    """With what the tests' runs are made."""
    return Environment(version="0.1.0", commit="abc", packages={"numpy": "2"}, device=device, settings={"floor": False})


@pytest.fixture
def run(store_url: str) -> Iterator[RunStore]:
    """A new run in an empty store."""
    store = Store.open(store_url)
    yield store.new_run("night", environment())
    store.close()
