"""What both lifecycles are played in: an empty database as a new installation has it, one application, one office."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Engine

from cli.up.preparation import prepare_database
from db import queries
from db.calendar import YearPublished, apply_changes, years
from db.engine import connect, reading
from domain.actor import Actor, ActorKind
from domain.appointment import Content, Direction, GoodsLine, ReasonCategory
from domain.decision import Decision, Purpose
from domain.declarations import DeclarationRecord, NotFound
from domain.instants import SHANGHAI
from domain.policy import Policy

APPLICANT, CONSIGNEE = "3122260001", "3122260003"
PORT = "2233"
ENTERPRISE = Actor(kind=ActorKind.ENTERPRISE, id=APPLICANT)


class FakeCustoms:
    """Customs in the worker's own memory: takes every message, finds every declaration, and never waits."""

    def send(self, message_id: str, xml: bytes, *, port: str | None) -> None:
        """Takes every message."""

    def look_up(self, numbers: Sequence[str]) -> Mapping[str, DeclarationRecord | NotFound]:
        """Each number belongs to a declaration that fits ``application``."""
        return {number: _record(number) for number in numbers}


def prepare(url: str) -> None:
    """Tables, reference data and demo enterprises; years nobody has published yet become plain ones."""
    prepare_database(url, {})
    engine = connect(url)
    try:
        _publish_missing_years(engine)
    finally:
        engine.dispose()


def drafts() -> tuple[Content, Content, Content]:
    """The contents at the start, after the first save and after the second one."""
    complete = application()
    return Content(consignee_code=CONSIGNEE), complete.model_copy(update={"reason": None}), complete


def application() -> Content:
    """A complete application, its personal fields in the clear, for an evening ten days ahead."""
    day = datetime.now(SHANGHAI).date() + timedelta(days=10)
    return Content(
        consignee_code=CONSIGNEE,
        contact_name="王小明",
        contact_mobile="13800138000",
        declaration_port=PORT,
        entry_exit_port=PORT,
        transport_mode="5",
        direction=Direction.IMPORT,
        window_start=datetime.combine(day, time(20), SHANGHAI).astimezone(UTC),
        reason="鲜活货物夜间到港",
        reason_category=ReasonCategory.PERISHABLE,
        goods=(GoodsLine(hs_code="0301999990", name="其他活鱼"),),
    )


def decide(url: str, content: Content) -> Decision:
    """The assessment a door makes before the start; the door's own work, so it is made once and not measured."""
    engine, policy = connect(url), Policy()
    try:
        with reading(engine) as session:
            return queries.decision(
                session,
                purpose=Purpose.CREATE,
                applicant=APPLICANT,
                content=content,
                policy=policy,
                received_at=datetime.now(UTC),
            )
    finally:
        engine.dispose()


def declaration_number(serial: int) -> str:
    """18 digits that fit ``application``, accepted this year; ``serial`` up to nine digits."""
    return f"{PORT}{datetime.now(SHANGHAI).year}1{serial:09}"


def _record(number: str) -> DeclarationRecord:
    return DeclarationRecord(
        number=number,
        direction=Direction.IMPORT,
        applicant=APPLICANT,
        consignee=CONSIGNEE,
        declaration_port=PORT,
        entry_exit_port=PORT,
        declared_on=datetime.now(UTC),
    )


def _publish_missing_years(engine: Engine) -> None:
    now = datetime.now(UTC)
    with reading(engine) as session:
        published = {each.year for each in years(session)}
    for year in {now.year - 1, now.year, now.year + 1} - published:
        apply_changes(engine, YearPublished(year, {}, {}, source="bench"), by="bench", at=now)
