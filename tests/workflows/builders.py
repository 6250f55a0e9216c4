"""The small world the workflow tests play in: a calendar, a port, two enterprises, and a window far enough ahead."""

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import Engine

from db import migrate
from db.engine import connect, writing
from db.tables import CalendarDayRow, CalendarYearRow, EnterpriseRow, OverrideRow, PortRow
from domain.appointment import Appointment, Content, Direction, GoodsLine, ReasonCategory
from domain.enterprise import Grade, Qualification
from domain.instants import SHANGHAI
from domain.policy import CutoffPolicy, FeedbackPolicy, Policy, WindowPolicy
from runtime.sealing import Keyring, Sealer, new_key

APPLICANT = "3122260001"
CONSIGNEE = "3122260003"
PORT = "2233"
#: A port that is closed all day around today, so that a window may start seconds from now.
QUIET_PORT = "2248"

#: Deadlines within seconds, for tests whose clock cannot be moved.
BRISK = Policy(
    window=WindowPolicy(length=timedelta(seconds=1), step_minutes=0),
    cutoff=CutoffPolicy(enforce=False),
    feedback=FeedbackPolicy(reading="exact_hours", period=timedelta(seconds=3)),
)


def some_sealer() -> Sealer:
    """A sealer with keys of its own."""
    return Sealer(Keyring.parse(f"k1:{new_key()}", new_key()))


class PlainText:
    """These tests write texts in the clear, so there is nothing to open."""

    def open_appointment(self, appointment: Appointment) -> Appointment:
        """Returns it unchanged."""
        return appointment

    def digests(self, appointment: Appointment) -> dict[str, str]:
        """None: no test here looks for a person."""
        del appointment
        return {}

    def open(self, token: str, *, context: str) -> str:
        """The same; ``context`` must name a place, as the real one demands."""
        assert "/" in context
        return token

    def seal(self, text: str, *, context: str) -> str:
        """The same, the other way round."""
        assert "/" in context
        return text


def window_start() -> datetime:
    """The Saturday evening at 20:00 that is at least a week ahead."""
    today = datetime.now(SHANGHAI).date()
    saturday = today + timedelta(days=7 + (5 - today.weekday()) % 7)
    return datetime.combine(saturday, time(20), SHANGHAI).astimezone(UTC)


def content(**changes: object) -> Content:
    """A complete application."""
    whole: dict[str, object] = {
        "consignee_code": CONSIGNEE,
        "contact_name": "王小明",
        "contact_mobile": "13800138000",
        "declaration_port": PORT,
        "entry_exit_port": PORT,
        "transport_mode": "5",
        "direction": Direction.IMPORT,
        "window_start": window_start(),
        "reason": "鲜活货物夜间到港",
        "reason_category": ReasonCategory.PERISHABLE,
        "goods": (GoodsLine(hs_code="0301999990", name="其他活鱼"),),
    }
    return Content(**(whole | changes))  # type: ignore[arg-type]


def soon(seconds: float) -> Content:
    """An application whose window starts that many seconds from now, under ``BRISK``."""
    starts = datetime.now(UTC) + timedelta(seconds=seconds)
    return content(declaration_port=QUIET_PORT, entry_exit_port=QUIET_PORT, window_start=starts)


def template(folder: Path) -> Path:
    """A migrated SQLite file with the enterprises, the port and two published years; copied for every test."""
    path = folder / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    engine = connect(f"sqlite:///{path}")
    with writing(engine) as session:
        session.add_all([*_enterprises(), *_ports(), *_years()])
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def open_database(source: Path, folder: Path) -> Engine:
    """A database of its own for one test."""
    path = folder / "test.db"
    shutil.copyfile(source, path)
    return connect(f"sqlite:///{path}")


def _enterprises() -> Iterator[EnterpriseRow]:
    grades = {APPLICANT: Grade.ADVANCED_CERTIFIED, CONSIGNEE: Grade.REGULAR}
    for code, grade in grades.items():
        yield EnterpriseRow(
            code=code,
            uscc=None,
            ciq_code=None,
            name=f"测试企业{code[-1]}",
            qualification=Qualification.REGISTERED,
            valid_until=None,
            grade=grade,
            updated_at=datetime.now(UTC),
        )


def _ports() -> Iterator[PortRow | OverrideRow]:
    yield PortRow(code=PORT, name="浦东机场", district="22")
    yield PortRow(code=QUIET_PORT, name="洋山", district="22")
    now = datetime.now(UTC)
    for ahead in range(-2, 4):
        day = now.astimezone(SHANGHAI).date() + timedelta(days=ahead)
        yield OverrideRow(port=QUIET_PORT, day=day, sessions=[], note="test", set_by="test", set_at=now)


def _years() -> Iterator[CalendarYearRow | CalendarDayRow]:
    """This year and its neighbours, Monday to Friday: a test must pass in any year, published for real or not."""
    this = datetime.now(SHANGHAI).year
    for year in (this - 1, this, this + 1):
        yield CalendarYearRow(year=year, published_by="test", published_at=datetime.now(UTC), source="test")
        day = date(year, 1, 1)
        while day.year == year:
            yield CalendarDayRow(day=day, working=day.weekday() < 5, name=None)
            day += timedelta(days=1)
