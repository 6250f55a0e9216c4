"""One appointment: its view, its timeline, its receipts, and what a submit would meet."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field
from sqlmodel import Session

from api import etags
from api.acts import not_permitted
from api.appointments.assessing import as_submitted
from api.appointments.viewing import own_viewer
from api.context import Caller, Context, The, Who
from api.finding import found, found_as_of_now
from api.views import AppointmentView, Shown, Verdict, View, Viewer, errors
from db import inbox, queries
from db.inbox import Kept
from db.queries import Recorded
from domain.appointment import Appointment, State
from domain.decision import Decision
from domain.event import Action
from domain.receipt import Disposition, Result
from identity.authorization import Right
from runtime.sealing import Sealer
from states.appointment import permits, permitted_actions
from workflows.contracts import workflow_id

router = APIRouter(prefix="/api/v1/appointments/{pre_entry_no}", tags=["预约 appointments"])


class ActorView(View):
    """Who acted: an enterprise by its customs code, others by the name of their key."""

    kind: str
    id: str


class HistoryReference(View):
    """Where the workflow's own history tells of it."""

    workflow_id: str
    run_id: str


class EventView(View):
    """One version."""

    version: int
    at: Shown
    actor: ActorView
    action: Action
    from_: State | None = Field(serialization_alias="from")
    to: State
    reason: str | None
    received_at: Shown | None
    due_at: Shown | None
    receipt_id: str | None
    message_id: str | None
    decision: dict[str, Any]
    history: HistoryReference


class Timeline(View):
    """Every event, oldest first."""

    items: list[EventView]


class ReceiptView(View):
    """回执."""

    receipt_id: str
    result: Result
    notice_time: Shown
    received_at: Shown
    outcome: Disposition | None
    reason: str | None
    application_no: str | None
    note: str | None
    duty_contact: str | None


class Receipts(View):
    """Newest first."""

    items: list[ReceiptView]


class AssessmentView(Verdict):
    """``permitted``: a submit received now would be taken. ``errors``: everything that stops it."""

    permitted: bool
    permitted_actions: list[str]


@router.get("")
def view(the: The, who: Who, pre_entry_no: str, response: Response) -> AppointmentView:
    """The full view; its ``ETag`` is the version. A draft's deadlines are those of the calendar as it stands."""

    def ask(session: Session) -> tuple[Appointment, Viewer]:
        appointment = found_as_of_now(session, the, who, pre_entry_no)
        return appointment, own_viewer(session, the, who, [appointment])

    appointment, viewer = the.look(ask)
    response.headers["ETag"] = etags.of(appointment.version)
    return viewer.full(appointment)


@router.get("/timeline")
def timeline(the: The, who: Who, pre_entry_no: str) -> Timeline:
    """Every event: who, what, from which state to which, why, under which rules."""

    def ask(session: Session) -> list[Recorded]:
        found(session, pre_entry_no, who)
        return queries.timeline(session, pre_entry_no)

    return Timeline(items=[event_view(event, the.sealer) for event in the.look(ask)])


@router.get("/receipts")
def receipts(the: The, who: Who, pre_entry_no: str) -> Receipts:
    """回执 of customs, newest first."""

    def ask(session: Session) -> list[ReceiptView]:
        found(session, pre_entry_no, who)
        return [_receipt(each, the.sealer) for each in inbox.for_appointment(session, pre_entry_no)]

    return Receipts(items=the.look(ask))


@router.post("/assessment")
def assessment(the: The, who: Who, pre_entry_no: str) -> AssessmentView:
    """A dry run of submit: everything that would stop it now, and until when it must come. Changes nothing."""
    appointment, decision = the.look(lambda session: _assessed(session, the, who, pre_entry_no))
    faults = decision.faults if permits(appointment.standing, "submit") else (not_permitted(appointment),)
    return AssessmentView(
        permitted=not faults,
        submit_by=decision.deadlines.submit_by,
        errors=errors(faults, who.language),
        facts=decision.facts,
        permitted_actions=list(permitted_actions(appointment.standing)),
    )


def _receipt(kept: Kept, sealer: Sealer) -> ReceiptView:
    number = kept.pre_entry_no or ""
    texts = {name: sealer.open_optional(getattr(kept, name), number, name) for name in ("note", "duty_contact")}
    return ReceiptView.model_validate(kept.model_dump() | texts)


def event_view(event: Recorded, sealer: Sealer | None) -> EventView:
    """An event as it is shown; without a sealer its reason stays closed."""
    reason = sealer and sealer.open_reason(
        event.reason, event.pre_entry_no, action=event.action, by_receipt=event.receipt_id is not None
    )
    return EventView(
        version=event.version,
        at=event.at,
        actor=ActorView(kind=event.actor.kind, id=event.actor.id),
        action=event.action,
        from_=event.before,
        to=event.after,
        reason=reason or None,
        received_at=event.received_at,
        due_at=event.due_at,
        receipt_id=event.receipt_id,
        message_id=event.outgoing.message_id if event.outgoing else None,
        decision=event.decision,
        history=HistoryReference(workflow_id=workflow_id(event.pre_entry_no), run_id=event.run_id),
    )


def _assessed(session: Session, the: Context, who: Caller, pre_entry_no: str) -> tuple[Appointment, Decision]:
    appointment = found(session, pre_entry_no, who, Right.ASSESS)
    return appointment, as_submitted(session, the, who, appointment.content)
