"""Checks of the database: its schema, its keys, entries that wait for a person, gaps in the calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from db import deliveries, hours_notices, inbox, notification_deliveries, queries, receipt_pulls
from db.engine import connect, reading
from db.schema_version import SchemaStatus, schema_status
from domain.instants import local_date
from runtime.diagnosis import NEWER, UNMIGRATED, explain_database, explained
from runtime.file_faults import faults
from runtime.health.finding import Finding, fault, warning, well
from runtime.objects import UNREACHABLE, Objects
from runtime.sealing import Sealer
from runtime.settings import Settings
from runtime.startup_checks import StartupRefused, checked_sealer, holds_demo_data

UNSETTLED_AFTER = timedelta(minutes=1)
#: Longer than a mail server takes to be restarted.
UNDELIVERED_AFTER = timedelta(minutes=5)
SKEW = timedelta(seconds=5)
MANY = 500
#: The number of files in the sample; `yuyue verify` reads them all.
SAMPLE = 200


def check(settings: Settings) -> Iterator[Finding]:
    """Yields all findings; only one for a database that cannot be used."""
    engine = connect(settings.database_url)
    try:
        status = schema_status(engine)
        yield _schema(status)
        if status is SchemaStatus.CURRENT:
            yield _keys(settings, engine)
            yield _demo(settings, engine)
            yield from _contents(engine, timedelta(days=settings.calendar_ahead_days), settings.customs_pull_after)
            yield from files(engine, settings)
    except SQLAlchemyError as error:
        yield fault("database", "database.unusable", *explain_database(error, engine.url))
    finally:
        engine.dispose()


def _schema(status: SchemaStatus) -> Finding:
    if status is SchemaStatus.CURRENT:
        return well("database", "数据库可用，结构为最新", "the database answers and is of this version")
    if status is SchemaStatus.NEWER:
        return fault("database", "database.newer", *NEWER)
    return fault("database", "database.older", *UNMIGRATED)


def _keys(settings: Settings, engine: Engine) -> Finding:
    try:
        sealer, _ = checked_sealer(settings, engine)
    except StartupRefused as refused:
        return fault("keys", "keys.missing", refused.chinese, refused.english)
    kids = ", ".join(sealer.key_ids)
    return well("keys", f"密封密钥齐全：{kids}", f"every seal key is at hand: {kids}")


def _demo(settings: Settings, engine: Engine) -> Finding:
    if settings.sandbox:
        return well("mode", "沙盒：数据均为虚构", "a sandbox: all data is fictional")
    if holds_demo_data(engine):
        return fault("mode", "mode.demo_data", "数据库含有演示数据", "the database holds demo data")
    return well("mode", "正式运行，没有演示数据", "no sandbox, and no demo data")


def _contents(engine: Engine, ahead: timedelta, pull_after: timedelta) -> Iterator[Finding]:
    with reading(engine) as session:
        yield clock(session)
        yield calendar(session, local_date(datetime.now(UTC)), ahead)
        yield unnotified(session)
        yield parked(session)
        yield stuck(session)
        yield unsettled(session)
        yield pushed(session, pull_after)
        yield undelivered(session)


def files(engine: Engine, settings: Settings) -> Iterator[Finding]:
    """Yields findings about the object store and a sample of its files."""
    try:
        objects = Objects.of(settings, Sealer.of(settings))
        objects.check()
        wrong = list(faults(engine, objects, most=SAMPLE))
    except (*UNREACHABLE, ValueError) as error:
        told_of = explained(error) or ("无法访问附件存储", f"the object store cannot be used: {type(error).__name__}")
        yield fault("files", "files.unreachable", *told_of)
        return
    if wrong:
        numbers = ", ".join(sorted({each.pre_entry_no for each in wrong})[:5])
        yield fault(
            "files",
            "files.damaged",
            f"附件缺失或损坏：{numbers}",
            f"files are missing or damaged: {numbers}",
        )
        return
    yield well("files", "附件存储可用，抽查的附件完好", "the object store answers, the files looked at are sound")


def clock(session: Session) -> Finding:
    """Yields a finding about the clock of a database on another machine."""
    if session.connection().dialect.name != "postgresql":
        return well("clock", "数据库与程序同一时钟", "the database has no clock of its own")
    now = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return skew("clock", "数据库 the database", now - datetime.now(UTC))


def skew(part: str, whose: str, difference: timedelta) -> Finding:
    """Returns a finding about a clock that differs from ours: deadlines are legal instants."""
    seconds = difference.total_seconds()
    if abs(difference) <= SKEW:
        return well(part, f"{whose} 的时钟一致", f"the clock of {whose} agrees")
    chinese, english = f"{whose} 的时钟相差 {seconds:.0f} 秒", f"the clock of {whose} differs by {seconds:.0f} s"
    return warning(part, "clock.differs", chinese, english)


def calendar(session: Session, today: date, ahead: timedelta) -> Finding:
    """Returns a finding about the gaps among the dates that are needed soon."""
    found = queries.gaps(session, today, ahead)
    if not found.years and not found.ports:
        return well("calendar", "工作日历没有缺口", f"the calendar has no gap for {ahead.days} days")
    years = ", ".join(map(str, found.years)) or "-"
    chinese = f"工作日历有缺口：未公布年度 {years}；{len(found.ports)} 个口岸缺少工作时间"
    english = f"the calendar has gaps: years not published {years}, {len(found.ports)} ports without hours"
    following = f"yuyue calendar publish {found.years[0]} …" if found.years else "yuyue calendar plan PORT …"
    return warning("calendar", "workdays.missing", chinese, english, next=following)


def unnotified(session: Session) -> Finding:
    """Returns a finding about bookings without a notice of changed hours yet: workers retry by themselves."""
    count = hours_notices.count_unsettled(session, before=datetime.now(UTC) - UNSETTLED_AFTER)
    if count:
        chinese, english = f"{count} 份预约尚未告知口岸工作时间变更", f"{count} appointments wait for the notice"
        return warning("hours", "hours.unnotified", chinese, english)
    return well("hours", "口岸工作时间变更均已告知", "everybody has the notice of changed hours")


def parked(session: Session) -> Finding:
    """Returns a finding about receipts that a person must look at."""
    count = len(inbox.parked(session, limit=MANY))
    if count:
        return warning("receipts", "receipts.parked", f"{count} 份回执待人工处理", f"{count} receipts are parked")
    return well("receipts", "没有待人工处理的回执", "no receipt is parked")


def stuck(session: Session) -> Finding:
    """Returns a finding about messages that customs refused for good."""
    count = len(deliveries.oldest(session, "stuck", limit=MANY))
    if count:
        return warning("deliveries", "deliveries.stuck", f"{count} 份报文被海关拒收", f"{count} messages are stuck")
    return well("deliveries", "没有滞留的报文", "no message is stuck")


def unsettled(session: Session) -> Finding:
    """Returns a finding about stored receipts without effect yet: workers retry them by themselves."""
    count = len(inbox.pending(session, before=datetime.now(UTC) - UNSETTLED_AFTER))
    if count:
        english = f"{count} receipts wait to be handed over"
        return warning("inbox", "inbox.unsettled", f"{count} 份回执未能处理", english)
    return well("inbox", "回执均已处理", "every receipt was handed over")


def pushed(session: Session, pull_after: timedelta) -> Finding:
    """Returns a finding about receipts that customs should push: workers fetch them as long as it does not."""
    known = receipt_pulls.state(session)
    if not receipt_pulls.is_due(session, datetime.now(UTC), after=pull_after):
        return well(
            "receipts pushed", "海关推送回执正常，或没有待回执的报文", "customs pushes receipts, or none is awaited"
        )
    if known.fault:
        english = f"customs pushes no receipts, and they cannot be fetched: {known.fault}"
        return warning("receipts pushed", "receipts.not_fetched", f"海关未推送回执，也无法取回：{known.fault}", english)
    chinese, english = "海关未推送回执，正在定时取回", "customs pushes no receipts; they are fetched"
    return warning("receipts pushed", "receipts.not_pushed", chinese, english)


def undelivered(session: Session) -> Finding:
    """Returns a finding about messages to people that should have left by mail, robot or SMS: workers try again."""
    count = notification_deliveries.count_undelivered(session, before=datetime.now(UTC) - UNDELIVERED_AFTER)
    if count:
        english = f"{count} messages to people could not be sent yet"
        return warning("messages", "messages.undelivered", f"{count} 条对外通知未能发出", english)
    return well("messages", "对外通知均已发出", "every message to people has left")
