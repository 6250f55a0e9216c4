"""One appointment: its view, its receipts, and the assessment of a submit."""

from fastapi import APIRouter, Response
from sqlmodel import Session

from api.appointments.access import require_visible, require_with_current_deadlines
from api.appointments.assessing import alike, as_submitted
from api.appointments.commands import not_permitted
from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentView, PersonView, Viewer, person
from api.context import Caller, CallerDep, Context, ContextDep
from api.http import etags
from api.identity.people import names_of
from api.views import Error, Shown, Verdict, View, errors
from db import inbox
from db.inbox import InboxReceipt
from domain.appointment import Appointment
from domain.decision import Decision
from domain.problems import Fault
from domain.receipt import Disposition, Result
from domain.similar import warnings
from identity.authorization import Relation, Right, allowed, declaring_denial, relation
from runtime.sealing import Sealer
from states.appointment import permits, permitted_actions

router = APIRouter(prefix="/api/v1/appointments/{pre_entry_no}", tags=["appointments"])


class ReceiptView(View):
    """回执 (receipt) of customs."""

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
    """Receipts, newest first. Only the applicant sees ``submitted_by`` 经办人; it is null for others."""

    items: list[ReceiptView]
    submitted_by: PersonView | None


class AssessmentView(Verdict):
    """Assessment. ``permitted``: a submit now would be accepted. ``errors``: all reasons why it would not.

    ``warnings`` have the form of errors and prevent nothing; the page shows them before the user submits.
    """

    permitted: bool
    warnings: list[Error]
    permitted_actions: list[str]


@router.get("")
def get_appointment(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, response: Response) -> AppointmentView:
    """Returns the full view, its version as ``ETag``. A draft has the deadlines of the present calendar."""

    def ask(session: Session) -> tuple[Appointment, Viewer]:
        appointment = require_with_current_deadlines(session, ctx, caller, pre_entry_no)
        return appointment, own_viewer(session, ctx, caller, [appointment])

    appointment, viewer = ctx.read_sync(ask)
    response.headers["ETag"] = etags.of(appointment.version)
    return viewer.full(appointment)


@router.get("/receipts")
def list_receipts(ctx: ContextDep, caller: CallerDep, pre_entry_no: str) -> Receipts:
    """Returns the receipts 回执 of customs, newest first."""

    def ask(session: Session) -> Receipts:
        known = require_visible(session, pre_entry_no, caller)
        items = [_receipt(each, ctx.sealer) for each in inbox.for_appointment(session, pre_entry_no)]
        by = known.submitted_by if relation(caller.principal, known) is Relation.APPLICANT else None
        return Receipts(items=items, submitted_by=person(by, names_of(session, ctx, caller, [by])))

    return ctx.read_sync(ask)


@router.post("/assessment")
def assess_appointment(ctx: ContextDep, caller: CallerDep, pre_entry_no: str) -> AssessmentView:
    """Assesses a submit without doing it: returns everything that prevents it, and the cut-off. Changes nothing."""
    appointment, decision, others = ctx.read_sync(lambda session: _assessed(session, ctx, caller, pre_entry_no))
    may = permits(appointment.standing, "submit")
    faults = decision.faults if may else (not_permitted(appointment),)
    if denied := declaring_denial(caller.principal):
        faults = (*faults, Fault(code=denied))
    return AssessmentView(
        permitted=not faults,
        submit_by=decision.deadlines.submit_by,
        errors=errors(faults, caller.language),
        warnings=errors(warnings(others), caller.language) if may else [],
        facts=decision.facts,
        permitted_actions=allowed(caller.principal, permitted_actions(appointment.standing), appointment),
    )


def _receipt(kept: InboxReceipt, sealer: Sealer) -> ReceiptView:
    number = kept.pre_entry_no or ""
    texts = {name: sealer.open_optional(getattr(kept, name), number, name) for name in ("note", "duty_contact")}
    return ReceiptView.model_validate(kept.model_dump() | texts)


def _assessed(
    session: Session, ctx: Context, caller: Caller, pre_entry_no: str
) -> tuple[Appointment, Decision, list[str]]:
    appointment = require_visible(session, pre_entry_no, caller, Right.ASSESS)
    decision = as_submitted(session, ctx, caller, appointment.content)
    return appointment, decision, alike(session, caller, appointment.content, besides=pre_entry_no)
