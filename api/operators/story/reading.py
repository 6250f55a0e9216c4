"""Reads the record of one appointment, and makes its answers."""

from collections.abc import Sequence

from sqlmodel import Session

from api.operators.story.lanes import Rows
from api.operators.story.views import AnswerView, EvidenceView
from api.views import errors
from db import access_log, deliveries, inbox, notifications, operator_acts, queries, refused_commands, signatures
from db.queries import RecordedEvent
from domain.answers import AppointmentRecord, CustomsMessage, EventSummary, Opening, QuestionAnswer, answers, said
from domain.appointment import Appointment
from domain.problems.kinds import Language
from domain.refused_command import RefusedCommand


def rows_of(session: Session, pre_entry_no: str) -> Rows:
    """Returns everything on record, each lane by one query."""
    events = queries.timeline(session, pre_entry_no)
    refused = refused_commands.for_appointment(session, pre_entry_no)
    return Rows(
        events=events,
        refused=refused,
        deliveries=deliveries.for_appointment(session, pre_entry_no),
        receipts=inbox.all_for_appointment(session, pre_entry_no),
        signatures=signatures.of_appointment(session, pre_entry_no),
        notices=notifications.for_appointment(session, pre_entry_no),
        openings=access_log.about(session, pre_entry_no),
        acts=operator_acts.for_appointment(session, pre_entry_no),
        senders=queries.senders(session, pre_entry_no),
        names=queries.logins(session, _people(events, refused)),
    )


def answered(rows: Rows, appointment: Appointment, language: Language) -> list[AnswerView]:
    """Returns the answers that all rows give, in the caller's language."""
    record = AppointmentRecord(
        appointment=appointment,
        events=[EventSummary.model_validate(each, from_attributes=True) for each in rows.events],
        refused=rows.refused,
        messages=[CustomsMessage.model_validate(each, from_attributes=True) for each in rows.deliveries],
        openings=[Opening.model_validate(each, from_attributes=True) for each in rows.openings],
        names=rows.names,
    )
    return [_answer(each, language) for each in answers(record)]


def _answer(answer: QuestionAnswer, language: Language) -> AnswerView:
    return AnswerView(
        question=answer.question,
        code=answer.code,
        sentence=said(answer, language),
        facts=answer.facts,
        errors=errors(answer.faults, language),
        evidence=EvidenceView(**answer.evidence.model_dump()),
    )


def _people(events: Sequence[RecordedEvent], refused: Sequence[RefusedCommand]) -> set[str]:
    actors = [*(each.actor for each in events), *(each.actor for each in refused)]
    return {actor.user_id for actor in actors if actor.user_id}
