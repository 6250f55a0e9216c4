"""Personal fields of an appointment in the clear, against a reason that the access log keeps."""

import base64
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from api.appointments.access import require_visible
from api.appointments.views import Viewer
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.operators.looks import APPOINTMENT_OPENED, record_look
from api.operators.reasons import ReasonBody, checked_reason
from api.operators.story.views import OpenedMessage, OpenedReason, OpenedView
from customs.display import display
from db import deliveries, inbox, queries
from db.queries import RecordedEvent
from domain.appointment import Appointment
from identity.authorization import Right

router = APIRouter(prefix="/ops/v1/appointments/{pre_entry_no}", tags=["operators"])


@router.post("/opened")
def open_personal_fields(
    *,
    ctx: ContextDep,
    caller: CallerDep,
    response: Response,
    pre_entry_no: str,
    body: RequestBody[ReasonBody],
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> OpenedView:
    """查看个人信息: returns personal fields of the newest or a given version, every reason, message and receipt.

    The look is on record before anything is shown: the operator, the address and the reason.
    """
    reason = checked_reason(body)
    appointment = ctx.read_sync(lambda session: _version(session, caller, pre_entry_no, version))
    record_look(ctx, caller, APPOINTMENT_OPENED, pre_entry_no=pre_entry_no, reason=reason)
    response.headers["Cache-Control"] = "no-store"
    view = Viewer(ctx.sealer, caller).opened(appointment) if appointment else None
    return ctx.read_sync(
        lambda session: OpenedView(
            opened_at=caller.received_at,
            appointment=view,
            reasons=[_reason(ctx, event) for event in queries.timeline(session, pre_entry_no) if event.reason],
            messages=_messages(session, ctx, pre_entry_no),
            receipts=_receipts(session, ctx, pre_entry_no),
        )
    )


def _version(session: Session, caller: Caller, pre_entry_no: str, version: int | None) -> Appointment | None:
    known = require_visible(session, pre_entry_no, caller, Right.INTERVENE)
    if version is None:
        return known
    event = queries.version_event(session, pre_entry_no, version)
    if event is None:
        raise refusal("not_found")
    return event.appointment


def _reason(ctx: Context, event: RecordedEvent) -> OpenedReason:
    by_receipt = event.receipt_id is not None
    text = ctx.sealer.open_reason(event.reason, event.pre_entry_no, action=event.action, by_receipt=by_receipt)
    return OpenedReason(version=event.version, action=event.action, text=text or "")


def _messages(session: Session, ctx: Context, pre_entry_no: str) -> list[OpenedMessage]:
    kept = deliveries.sealed_xml(session, pre_entry_no)
    opened = {own: ctx.sealer.open(token, context=f"{pre_entry_no}/message/{own}") for own, token in kept.items()}
    return [_bytes(own, xml.encode()) for own, xml in opened.items()]


def _receipts(session: Session, ctx: Context, pre_entry_no: str) -> list[OpenedMessage]:
    tokens = inbox.sealed_raw(session, pre_entry_no)
    rows = inbox.all_for_appointment(session, pre_entry_no)
    opened = ((row.id, ctx.sealer.open(tokens[row.id], context=f"receipts/{row.raw_digest}")) for row in rows)
    return [_bytes(str(own), text.encode("latin-1")) for own, text in opened]


def _bytes(own_id: str, raw: bytes) -> OpenedMessage:
    shown = display(raw, masked=False)
    return OpenedMessage(
        id=own_id,
        sha256=sha256(raw).hexdigest(),
        size=len(raw),
        valid=shown.complaint is None,
        complaint=shown.complaint,
        base64=base64.b64encode(raw).decode(),
        pretty=shown.text,
    )
