"""Appointments and what happens to them, told in few words."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.actor import Actor, ActorKind
from domain.appointment import Appointment, Content, Declaration, GoodsLine, Outcome, Party, Standing, State
from domain.event import Action, Event, MessageType, Outgoing

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
BROKER, IMPORTER, STRANGER = "3122260001", "3122260003", "3122260002"
NUMBER = "202600000000000001"


def appointment(number: str = NUMBER, version: int = 1, state: State = State.DRAFT, **changes: Any) -> Appointment:
    """An appointment for Saturday 2026-11-28 20:00 at Pudong; ``updated_at`` moves with the version."""
    particulars: dict[str, Any] = {
        "pre_entry_no": number,
        "version": version,
        "standing": Standing(state=state),
        "applicant": Party(code=BROKER, name="申报企业"),
        "consignee": Party(code=IMPORTER, name="收发货企业"),
        "content": Content(
            consignee_code=IMPORTER,
            declaration_port="2233",
            window_start=datetime(2026, 11, 28, 12, tzinfo=UTC),
            contact_name="sealed:v1:k1:AAAA",
            goods=(GoodsLine(hs_code="0301999990", name="其他活鱼"),),
        ),
        "window_end": datetime(2026, 11, 28, 14, tzinfo=UTC),
        "created_at": NOON,
        "updated_at": NOON + timedelta(minutes=version),
        "policy_version": "policy",
    }
    return Appointment(**(particulars | changes))


def event(after: Appointment, action: Action = Action.SAVED, before: State | None = State.DRAFT, **more: Any) -> Event:
    """The event that led to ``after``, one minute for each version."""
    particulars: dict[str, Any] = {
        "version": after.version,
        "at": after.updated_at,
        "actor": Actor(kind=ActorKind.ENTERPRISE, id=BROKER),
        "action": action,
        "before": before,
        "after": after.state,
        "appointment": after,
        "received_at": after.updated_at,
        "decision": {"rules": ["cutoff"], "notice_hours": 4.0, "口岸": "浦东机场"},
        "run_id": "run",
    }
    return Event(**(particulars | more))


def created(number: str = NUMBER, **changes: Any) -> Event:
    """The first event of a draft; the key follows from the number."""
    draft = appointment(number, **changes)
    return event(draft, Action.CREATED, None, command_key=f"key-{number}", command_hash="hash-1")


def submitted(number: str = NUMBER, version: int = 2, **changes: Any) -> Event:
    """A draft becomes an application; the message's id follows from the number."""
    after = appointment(number, version, State.SUBMITTED, submitted_at=NOON + timedelta(minutes=version), **changes)
    outgoing = Outgoing(message_id=f"apply-{number}", message_type=MessageType.APPLY)
    return event(after, Action.SUBMITTED, outgoing=outgoing, command_key="submit-1", command_hash="hash-2")


def approved(number: str = NUMBER, version: int = 3, **changes: Any) -> Event:
    """预约成功."""
    after = appointment(number, version, State.SUCCEEDED, submitted_at=NOON, approved_at=NOON, **changes)
    return event(after, Action.APPROVED, State.SUBMITTED, receipt_id="receipt-1", reason="sealed:v1:k1:BBBB")


def parked(version: int = 3, number: str = NUMBER) -> Event:
    """Customs never takes the application's message; an operator must look."""
    after = appointment(number, version, State.SUBMITTED, submitted_at=NOON)
    decision = {"message_id": f"apply-{number}", "refused": "delivery.refused"}
    return event(after, Action.DELIVERY_PARKED, State.SUBMITTED, decision=decision)


def resumed(version: int = 4, number: str = NUMBER) -> Event:
    """An operator lets it try again."""
    after = appointment(number, version, State.SUBMITTED, submitted_at=NOON)
    return event(after, Action.DELIVERY_RESUMED, State.SUBMITTED, decision={"message_id": f"apply-{number}"})


def fed_back(numbers: Sequence[str], version: int = 4, number: str = NUMBER, **more: Any) -> Event:
    """Declaration numbers were taken; unverified, so that the state stays."""
    taken = tuple(Declaration(number=each, outcome=Outcome.UNVERIFIED, at=NOON) for each in numbers)
    after = appointment(number, version, State.SUCCEEDED, submitted_at=NOON, approved_at=NOON, declarations=taken)
    return event(after, more.pop("action", Action.FED_BACK), State.SUCCEEDED, **more)


def deleted(number: str = NUMBER, version: int = 3) -> Event:
    """The draft is gone; the snapshot has nothing of what was filled in."""
    after = appointment(number, version, State.DELETED, content=Content(), consignee=None, window_end=None)
    return event(after, Action.DELETED)


def life(number: str = NUMBER) -> list[Event]:
    """Created, submitted, approved."""
    return [created(number), submitted(number), approved(number)]
