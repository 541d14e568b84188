"""The layout's history: it makes the tables that the code uses, on both databases, however many start at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from conditioners.errors import InputError, StoreError
from pipeline.store.engine import connect, parse_store_url, reading, shown, write
from pipeline.store.migrate import HEAD, MIGRATIONS, alembic_config, migrate, revision
from pipeline.store.store import Store
from pipeline.store.tables import Base


def test_the_steps_make_the_tables_of_the_code(store_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    store = Store.open(store_url)
    with reading(store.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        assert compare_metadata(context, Base.metadata) == []
    assert revision(store.engine) == HEAD
    store.close()


def test_the_newest_step_is_the_one_that_is_named(store_url: str) -> None:
    from alembic.script import ScriptDirectory

    engine = connect(parse_store_url(store_url))
    with reading(engine) as connection:
        script = ScriptDirectory.from_config(alembic_config(connection))
    assert script.get_heads() == [HEAD]
    assert len(list(script.walk_revisions())) == len(list((MIGRATIONS / "versions").glob("v*.py")))
    engine.dispose()


def test_many_may_open_a_new_store_at_once(store_url: str) -> None:
    failed: list[Exception] = []

    def open_it() -> None:
        try:
            Store.open(store_url).close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_store_of_a_newer_version_is_refused(store_url: str) -> None:
    store = Store.open(store_url)
    write(store.engine, lambda on: on.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreError, match="made by a newer Lineproof"):
        migrate(store.engine)
    store.close()


@pytest.mark.parametrize("url", ["mysql://me@host/db", "nonsense", "sqlite://", "postgresql+asyncpg2://", ""])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(InputError, match="store must be"):
        Store.open(url)


def test_a_password_is_never_shown() -> None:
    url = parse_store_url("postgresql://me:secret@host/db")
    assert shown(url) == "postgresql+psycopg://me@host/db"
    with pytest.raises(InputError) as caught:
        parse_store_url("mysql://me:secret@host/db")
    assert "secret" not in str(caught.value)


def test_a_server_that_is_not_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.engine.RECONNECT_SECONDS", ())
    with pytest.raises(StoreError, match=r"store postgresql\+psycopg://me@127.0.0.1:1/db: .*refused"):
        Store.open("postgresql://me:secret@127.0.0.1:1/db")
