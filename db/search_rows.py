"""Writes the rows by which lists are sorted and searched, in the transaction that writes the read row."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from db.lookup.folding import folded
from db.tables import EventRow, NumberRow, SearchRow
from db.upsert import insert_missing, upsert
from domain.appointment import Appointment, Party
from domain.event import Action, Event

_SEARCH = SearchRow.table()
_NUMBERS = NumberRow.table()
_EVENTS = EventRow.table()
#: Events whose decisions name declaration numbers, accepted and refused.
_JUDGED = (Action.FED_BACK, Action.RECHECKED)


def sync(session: Session, appointment: Appointment) -> None:
    """Writes the search row of the snapshot and adds its numbers."""
    upsert(session, _SEARCH, search_row(appointment))
    _add_numbers(session, appointment.pre_entry_no, numbers_of(appointment))


def add_judged_numbers(session: Session, new_events: Sequence[Event]) -> None:
    """Adds the declaration numbers that were submitted, refused ones included."""
    for event in new_events:
        if event.action in _JUDGED:
            _add_numbers(session, event.appointment.pre_entry_no, judged(event.decision))


def add_missing(session: Session, appointments: Sequence[Appointment]) -> None:
    """Adds the rows of appointments that have none; a row that was written in the meantime is newer and stays."""
    insert_missing(session, _SEARCH, *map(search_row, appointments))
    for each in appointments:
        _add_numbers(session, each.pre_entry_no, numbers_of(each))
    _add_numbers_of_events(session, [each.pre_entry_no for each in appointments])


def reset(session: Session, numbers: Sequence[str]) -> None:
    """Deletes the rows of these appointments and adds the declaration numbers in their events again."""
    for table in (_SEARCH, _NUMBERS):
        session.execute(sa.delete(table).where(table.c.pre_entry_no.in_(numbers)))
    _add_numbers_of_events(session, numbers)


def search_row(appointment: Appointment) -> dict[str, Any]:
    """Returns the columns of the search row, all from the appointment itself."""
    content, consignee = appointment.content, appointment.consignee
    same = ("pre_entry_no", "window_end", "submitted_at", "approved_at", "created_at", "application_no")
    filled_in = ("declaration_port", "entry_exit_port", "transport_mode", "window_start")
    return {
        **{name: getattr(appointment, name) for name in same},
        **{name: getattr(content, name) for name in filled_in},
        "direction": content.direction.value if content.direction else None,
        "applicant_code": appointment.applicant.code,
        "consignee_code": consignee.code if consignee else None,
        "state": appointment.state.value,
        "applied_at": appointment.submitted_at or appointment.created_at,
        "submit_by": appointment.deadlines.submit_by,
        "feedback_by": appointment.deadlines.feedback_by,
        "applicant_order": name_order(appointment.applicant.name),
        "consignee_order": name_order(consignee.name) if consignee else None,
        "declaration_no": next((each.number for each in appointment.declarations), None),
        "words": "\n".join(folded(each) for each in _texts(appointment)),
    }


def numbers_of(appointment: Appointment) -> frozenset[str]:
    """Returns the numbers by which the appointment is found besides its own: 申请编号 and 报关单号."""
    declared = (each.number for each in appointment.declarations)
    return frozenset(filter(None, (appointment.application_no, *declared)))


def judged(decision: dict[str, Any]) -> frozenset[str]:
    """Returns every declaration number in a decision about feedback, accepted or refused."""
    return frozenset(each["number"] for kind in ("accepted", "refused") for each in decision.get(kind, ()))


def name_order(name: str) -> str:
    """Returns a sort key in the order of pinyin: GB 18030 has the common characters in that order."""
    return name.encode("gb18030", "replace").hex()


def _texts(appointment: Appointment) -> Iterator[str]:
    yield appointment.pre_entry_no
    yield from sorted(numbers_of(appointment))
    for party in filter(None, (appointment.applicant, appointment.consignee)):
        yield from _names(party)
    for line in appointment.content.goods:
        yield from filter(None, (line.hs_code, line.name))


def _names(party: Party) -> tuple[str, str]:
    return party.code, party.name


def _add_numbers(session: Session, pre_entry_no: str, numbers: Iterable[str]) -> None:
    rows: list[dict[str, object]] = [{"number": each, "pre_entry_no": pre_entry_no} for each in sorted(numbers)]
    insert_missing(session, _NUMBERS, *rows)


def _add_numbers_of_events(session: Session, numbers: Sequence[str]) -> None:
    judged_events = sa.select(_EVENTS.c.pre_entry_no, _EVENTS.c.decision).where(
        _EVENTS.c.pre_entry_no.in_(numbers), _EVENTS.c.action.in_([each.value for each in _JUDGED])
    )
    for number, decision in session.execute(judged_events).all():
        _add_numbers(session, number, judged(decision))
