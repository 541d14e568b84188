"""Bring a database to the newest layout: the steps in `migrations/versions`, in order, one process at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, text

from conditioners.errors import StoreError
from pipeline.store.engine import reading, shown, write

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
LOCK_KEY: Final = 0x6C696E6570726F6F
"""PostgreSQL's advisory lock of all Lineproof migrations: "lineproo" in ASCII."""

HEAD: Final = "0002"
"""The newest step; named here so that an up-to-date database is opened without loading Alembic."""


def migrate(engine: Engine) -> None:
    """Apply the steps that `engine`'s database lacks, all in one transaction; a new database gets them all.

    Raises:
        StoreError: the database cannot be written to, or was made by a newer Lineproof.
    """
    if revision(engine) != HEAD:
        write(engine, _upgrade)


def revision(engine: Engine) -> str | None:
    """Return the number of the last step that was applied; None for an empty database."""
    with reading(engine) as connection:
        if not engine.dialect.has_table(connection, "alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings for commands on `connection`."""
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection) -> None:
    from alembic.command import upgrade
    from alembic.util import CommandError

    if connection.dialect.name == "postgresql":
        # SQLite's transaction holds the whole database already.
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    try:
        upgrade(alembic_config(connection), "head")
    except CommandError as error:
        raise StoreError(f"store {shown(connection.engine.url)}: made by a newer Lineproof ({error})") from error
