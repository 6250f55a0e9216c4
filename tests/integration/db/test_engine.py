"""Sessions, transactions and instants behave alike on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from db.engine import Busy, connect, reading, writing
from db.tables import PortRow
from db.tables.columns import Instant
from tests.integration.db.servers import Make

PORT = PortRow.table()
INSTANTS = sa.Table("instants", sa.MetaData(), sa.Column("at", Instant))


def _insert(code: str) -> sa.Insert:
    return sa.insert(PORT).values(code=code, name="某口岸", name_en=None, district=code[:2])


def _count(engine: sa.Engine) -> int:
    with reading(engine) as session:
        count: int = session.execute(sa.select(sa.func.count()).select_from(PORT)).scalar_one()
    return count


def test_a_block_is_one_transaction(engine: sa.Engine) -> None:
    def fail_half_way() -> None:
        with writing(engine) as session:
            session.execute(_insert("2233"))
            raise LookupError

    with pytest.raises(LookupError):
        fail_half_way()
    assert _count(engine) == 0
    with writing(engine) as session:
        session.execute(_insert("2233"))
    assert _count(engine) == 1


def test_a_reading_session_cannot_write(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"readonly|read-only"), reading(engine) as session:
        session.execute(_insert("2233"))
    with writing(engine) as session:
        session.execute(_insert("2233"))
    assert _count(engine) == 1


def test_a_reading_session_sees_one_moment(engine: sa.Engine) -> None:
    with reading(engine) as session:
        assert session.execute(sa.select(PORT.c.code)).all() == []
        with writing(engine) as writer:
            writer.execute(_insert("2233"))
        assert session.execute(sa.select(PORT.c.code)).all() == []
    assert _count(engine) == 1


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 28, 20, 0, 0, 123456, timezone(timedelta(hours=8))),
        datetime(2026, 11, 28, 12, tzinfo=UTC),
        datetime(2026, 2, 28, 23, 59, 59, 999999, timezone(-timedelta(hours=3, minutes=30))),
    ],
)
def test_an_instant_comes_back_in_utc_to_the_microsecond(own_engine: sa.Engine, at: datetime) -> None:
    with writing(own_engine) as session:
        INSTANTS.create(session.connection())
        session.execute(sa.insert(INSTANTS).values(at=at))
    with reading(own_engine) as session:
        (found,) = session.execute(sa.select(INSTANTS.c.at).where(INSTANTS.c.at == at)).scalars()
    assert (found, found.tzinfo) == (at, UTC)


def test_instants_sort_by_time_whatever_zone_they_came_in(own_engine: sa.Engine) -> None:
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    later = datetime(2026, 11, 28, 10, tzinfo=timezone(-timedelta(hours=6)))
    with writing(own_engine) as session:
        INSTANTS.create(session.connection())
        session.execute(sa.insert(INSTANTS), [{"at": later}, {"at": noon}])
        assert session.execute(sa.select(INSTANTS.c.at).order_by(INSTANTS.c.at)).scalars().all() == [noon, later]
        assert session.execute(sa.select(INSTANTS.c.at).where(INSTANTS.c.at > noon)).scalars().all() == [later]


def test_a_naive_instant_is_refused(own_engine: sa.Engine) -> None:
    with writing(own_engine) as session:
        INSTANTS.create(session.connection())
    with pytest.raises(sa.exc.StatementError, match="time zone"), writing(own_engine) as session:
        session.execute(sa.insert(INSTANTS).values(at=datetime(2026, 11, 28)))  # noqa: DTZ001 - the point


def test_many_writers_at_once_wait_for_each_other(url: str) -> None:
    """Two engines act as two processes; the writers of one know nothing of the other's queue."""
    engines = [connect(url), connect(url)]

    def write(worker: int) -> None:
        for number in range(10):
            with writing(engines[worker % 2]) as session:
                session.execute(sa.select(sa.func.count()).select_from(PORT)).scalar_one()
                session.execute(_insert(f"{worker:02}{number:02}"))

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(write, range(20))) == [None] * 20
    assert _count(engines[0]) == 200
    for engine in engines:
        engine.dispose()


def test_a_writer_does_not_wait_for_ever(sqlite_maker: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.engine._BUSY_SECONDS", 0.05)
    engine = connect(sqlite_maker(tmp_path))
    with writing(engine) as session:
        session.execute(_insert("2233"))
        with pytest.raises(Busy), writing(engine):
            pass
    with writing(engine) as session:
        session.execute(_insert("2248"))
    assert _count(engine) == 2
    engine.dispose()


def test_a_file_that_is_gone_is_an_error_and_no_empty_one_takes_its_place(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/gone 100%.db")
    with pytest.raises(OperationalError), engine.connect():
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SQLite"):
        connect(url)


def test_sqlite_keeps_what_was_committed_through_a_power_loss(sqlite_maker: Make, tmp_path: Path) -> None:
    engine = connect(sqlite_maker(tmp_path))
    with engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    engine.dispose()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 3000}
