"""The connection to a store's database, and how long it waits for a lock."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from conditioners.errors import InputError, StoreError

LOCK_SECONDS: Final = 60
"""How long a write waits for another program that holds the database."""

RECONNECT_SECONDS: Final = (1, 2, 4, 8, 15)
"""Pauses between attempts where the connection was lost: a server that is restarted is back by then."""

Result = TypeVar("Result")


def parse_store_url(text: str) -> URL:
    """Return the database URL in `text`; `postgresql://` means psycopg 3. Raises InputError for any other database.

    >>> parse_store_url("postgresql://me@db/lineproof").drivername
    'postgresql+psycopg'
    """
    try:
        url = make_url(text)
    except ArgumentError:
        # The text may hold a password, so it is not repeated.
        raise InputError("store must be a URL like postgresql://user@host/database, got something else") from None
    if url.get_backend_name() == "postgresql" and url.database:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite") and url.database not in (None, "", ":memory:"):
        return url.set(drivername="sqlite")
    raise InputError(f"store must be a sqlite or postgresql URL with a database's name, got {shown(url)}")


def shown(url: URL) -> str:
    """The URL without its password and options, for messages and for the run's folder."""
    kept = URL.create(url.drivername, url.username, None, url.host, url.port, url.database)
    return kept.render_as_string()


def connect(url: URL) -> Engine:
    """Return an engine on `url`; nothing is opened yet. Raises InputError where the driver is not installed."""
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    except (ImportError, NoSuchModuleError):
        raise InputError(f"store {shown(url)} needs psycopg: pip install -c constraints.txt -e '.[postgres]'") from None


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _: Any) -> None:
        # The driver would begin transactions by itself, and not before DDL; here they begin where SQLAlchemy says.
        connection.isolation_level = None
        _write_ahead(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A transaction that reads first and then writes cannot wait for a lock, so writers take it at once.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _write_ahead(connection: Any) -> None:
    """Switch a new database to WAL; while another process does so SQLite refuses at once, whatever the timeout."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and changes nothing. Raises StoreError."""
    with _told(engine), engine.connect() as connection, connection.begin():
        yield connection


def write(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """Do `work` in one transaction and return what it returns; after a lost connection all of it is done again.

    Raises:
        StoreError: the database cannot be reached or written to, or was locked for longer than LOCK_SECONDS.
    """
    for pause in (*RECONNECT_SECONDS, None):
        try:
            with _told(engine), engine.connect().execution_options(writes=True) as connection, connection.begin():
                return work(connection)
        except StoreError as error:
            cause = error.__cause__
            if pause is None or not (isinstance(cause, DBAPIError) and _lost(engine, cause)):
                raise
            time.sleep(pause)
    raise AssertionError("the last attempt returns or raises")


def _lost(engine: Engine, error: DBAPIError) -> bool:
    if engine.dialect.name == "sqlite":
        return False
    refused = isinstance(error.orig, Exception) and "connection" in str(error.orig).lower()
    return error.connection_invalidated or refused


@contextmanager
def _told(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise StoreError(f"store {shown(engine.url)}: {reason}") from error
