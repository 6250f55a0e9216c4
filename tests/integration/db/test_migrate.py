"""The schema goes up, down and up again, and is the one the models describe."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from db import keys, migrate, users
from db.engine import connect, reading, writing
from db.schema_version import HEAD, MIGRATIONS, REVISIONS, is_current, revision
from db.tables import METADATA


def _tables(url: str) -> set[str]:
    engine = connect(url)
    with engine.connect() as connection:
        names = set(sa.inspect(connection).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


def _revision(url: str) -> str | None:
    engine = connect(url, create=True)
    try:
        return revision(engine)
    finally:
        engine.dispose()


def test_the_revisions_are_those_of_alembic() -> None:
    found = ScriptDirectory(str(MIGRATIONS))
    assert tuple(each.revision for each in found.walk_revisions())[::-1] == REVISIONS
    assert found.get_current_head() == HEAD


def test_up_down_and_up_again(empty_url: str) -> None:
    assert _revision(empty_url) is None
    migrate.upgrade(empty_url)
    assert _revision(empty_url) == HEAD
    assert _tables(empty_url) == set(METADATA.tables)
    migrate.downgrade(empty_url)
    assert (_revision(empty_url), _tables(empty_url)) == (None, set())
    migrate.upgrade(empty_url)
    assert _tables(empty_url) == set(METADATA.tables)


def test_the_migrations_make_what_the_models_describe(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        differences: list[Any] = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert differences == []


def test_a_difference_would_be_noticed(own_engine: sa.Engine) -> None:
    with writing(own_engine) as session:
        session.connection().exec_driver_sql("DROP INDEX ix_appointments_applied_at")
    with own_engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) != []


def test_upgrading_twice_changes_nothing_and_keeps_rows(url: str, engine: sa.Engine) -> None:
    with writing(engine) as session:
        insert = "INSERT INTO ports (code, name, district) VALUES ('2233', '浦东机场', '22')"
        session.connection().exec_driver_sql(insert)
    migrate.upgrade(url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ports").scalar_one() == 1
        assert is_current(engine)


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    program = "import sys; from db import migrate; migrate.upgrade(sys.argv[1])"
    starting = [
        subprocess.Popen([sys.executable, "-c", program, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert [process.communicate()[1] for process in starting] == [""] * 3
    assert _revision(empty_url) == HEAD


def test_threads_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate.upgrade, [empty_url] * 4)) == [None] * 4
    assert _revision(empty_url) == HEAD


def test_a_step_that_fails_leaves_nothing_behind(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("interrupted")

    monkeypatch.setattr("alembic.operations.Operations.execute", refuse)
    with pytest.raises(RuntimeError, match="interrupted"):
        migrate.upgrade(empty_url)
    assert (_revision(empty_url), _tables(empty_url)) == (None, set())


def test_who_was_there_before_gets_an_id_and_may_declare(empty_url: str) -> None:
    migrate.upgrade(empty_url, "0015")
    engine = connect(empty_url)
    with writing(engine) as session:
        for name in ("li.lei", "han.mei"):
            session.connection().exec_driver_sql(
                "INSERT INTO users (username, password_hash, kind, customs_code, created_at) "
                f"VALUES ('{name}', 'x', 'enterprise', '3122260002', '2026-01-01 00:00:00')"
            )
        session.connection().exec_driver_sql(
            "INSERT INTO api_keys (key_hash, name, scopes, created_at) VALUES ('a', 'erp', '[]', '2026-01-01 00:00:00')"
        )
    migrate.upgrade(empty_url)
    with reading(engine) as session:
        before = users.all_users(session)
        key = keys.find(session, "a")
    assert {(each.administrator, each.may_declare, each.initial_until) for each in before} == {(False, True, None)}
    assert len({each.user_id for each in before}) == 2
    assert all(each.user_id.startswith("u-") for each in before)
    assert key is not None
    assert key.key_id.startswith("k-")
    engine.dispose()
