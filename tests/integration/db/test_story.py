"""The story of an appointment reads each of its lanes by an index, and a refusal is counted, not repeated."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from api.operators.story.reading import rows_of
from db import access_log, deliveries, queries, refused_commands, signatures
from db.access_log import Access
from db.deliveries import SentMessage
from db.engine import reading, writing
from db.projections import project
from domain.actor import Actor, ActorKind
from domain.problems import Fault
from domain.refused_command import RefusedCommand
from tests.integration.db.plans import counting, scans
from tests.integration.db.stories import BROKER, NOON, NUMBER, life

HOUR = timedelta(hours=1)
CLERK = Actor(kind=ActorKind.ENTERPRISE, id=BROKER, user_id="u1")
OTHER = "202600000000000099"


def refusal(codes: Sequence[str] = ("cutoff.passed",), number: str = NUMBER, **changes: object) -> RefusedCommand:
    fields = {
        "pre_entry_no": number,
        "version": 1,
        "command": "submit",
        "actor": CLERK,
        "address": "10.0.0.1",
        "faults": tuple(Fault(code=code) for code in codes),
        "policy_version": "p1",
        "first_at": NOON,
        "received_at": NOON,
    }
    return RefusedCommand.model_validate(fields | changes)


def kept(engine: sa.Engine, number: str = NUMBER) -> list[RefusedCommand]:
    with reading(engine) as session:
        return refused_commands.for_appointment(session, number)


def test_the_same_refusal_is_counted_and_shows_its_last_time(engine: sa.Engine) -> None:
    refused_commands.record(engine, refusal())
    refused_commands.record(engine, refusal(received_at=NOON + HOUR, first_at=NOON + HOUR, address="10.0.0.2"))
    (only,) = kept(engine)
    assert only == refusal(received_at=NOON + HOUR, address="10.0.0.2", times=2)


def test_another_version_command_actor_or_code_is_another_refusal(engine: sa.Engine) -> None:
    others = [
        refusal(),
        refusal(version=2),
        refusal(command="cancel"),
        refusal(actor=Actor(kind=ActorKind.ENTERPRISE, id=BROKER)),
        refusal(("cutoff.passed", "window.past")),
    ]
    for each in (*others, refusal(number=OTHER)):
        refused_commands.record(engine, each)
    assert {each.times for each in kept(engine)} == {1}
    assert len(kept(engine)) == len(others)
    assert len(kept(engine, OTHER)) == 1


def test_a_message_as_it_was_sent_stays_with_its_delivery(engine: sa.Engine) -> None:
    project(engine, life())
    message = f"apply-{NUMBER}"
    deliveries.mark_tried(engine, message, "http 503", SentMessage(attempts=1, xml="sealed:v1:k1:AAAA", xml_digest="d"))
    with reading(engine) as session:
        (waiting,) = deliveries.for_appointment(session, NUMBER)
    deliveries.mark_delivered(engine, message, NOON, SentMessage(attempts=3, xml="sealed:v1:k1:BBBB", xml_digest="d"))
    deliveries.mark_tried(engine, message, "http 503", SentMessage(attempts=1, xml="sealed:v1:k1:CCCC", xml_digest="e"))
    with reading(engine) as session:
        (delivery,) = deliveries.for_appointment(session, NUMBER)
        assert deliveries.sealed_xml(session, NUMBER) == {message: "sealed:v1:k1:BBBB"}
    assert (waiting.state, waiting.attempts, waiting.xml_digest) == ("pending", 1, "d")
    assert (delivery.state, delivery.attempts, delivery.xml_digest) == ("delivered", 3, "d")


def test_every_lane_has_its_index(engine: sa.Engine) -> None:
    project(engine, life())
    refused_commands.record(engine, refusal())
    look = Access(at=NOON, what="personal.opened", subject="officer", pre_entry_no=NUMBER)
    with writing(engine) as session:
        access_log.record(session, look, Access(at=NOON, what="login", subject="officer"))
    with counting(engine) as seen, reading(engine) as session:
        rows = rows_of(session, NUMBER)
        queries.version_event(session, NUMBER, 1)
        queries.is_intact(session, NUMBER, 1)
        queries.logins(session, ["u1"])
        deliveries.sealed_xml(session, NUMBER)
        signatures.declaring_event(session, NUMBER, "s")
    assert rows.openings == [look]
    assert [len(lane) for lane in (rows.events, rows.refused, rows.deliveries)] == [3, 1, 1]
    tables = ("appointment_events", "appointment_contents", "refused_commands", "deliveries", "receipts")
    others = ("signatures", "notifications", "accesses", "earlier", "users", "api_keys")
    assert scans(engine, seen, *tables, *others) == []
