"""Parked receipts: an operator reads them, retries them, records what they say, or dismisses them."""

from datetime import UTC, datetime
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.appointments.commands import AppointmentCommands, CommandRequest, CommandsDep, Done
from api.appointments.views import AppointmentView, Viewer
from api.context import Caller, CallerDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import refusal
from api.openapi.responses import NOT_PERMITTED
from api.operators.looks import RECEIPT_OPENED, record_look
from api.operators.reasons import ReasonBody, checked_reason, reason_faults
from api.receipts.intake import try_again
from api.views import Shown, View
from db import inbox
from db.inbox import InboxReceipt
from domain.receipt import RECORDED, Disposition, Result
from identity.authorization import Right
from workflows.contracts import RecordReversal

router = APIRouter(prefix="/ops/v1/receipts", tags=["operators"])

log = structlog.get_logger("api.operators")

Id = Annotated[int, Path(ge=1, le=2**63 - 1)]


class ReversalBody(ReasonBody):
    """Reason of an operator; ``declaration_numbers``: the refused ones, if the receipt does not name them."""

    declaration_numbers: Annotated[tuple[str, ...], Field(max_length=50)] = ()


class ParkedReceipt(View):
    """Parked receipt without its free text; ``reason`` is a stable code."""

    id: int
    receipt_id: str | None
    pre_entry_no: str | None
    result: Result | None
    application_no: str | None
    declaration_numbers: tuple[str, ...] = ()
    notice_time: Shown | None
    received_at: Shown
    times: int
    outcome: Disposition | None
    reason: str | None
    dismissed_at: Shown | None


class ParkedReceipts(View):
    """Parked receipts, oldest first."""

    items: list[ParkedReceipt]


class RawReceipt(View):
    """Receipt as text, with escapes for bytes that are no UTF-8; ``size`` in bytes."""

    id: int
    sha256: str
    size: int
    text: str


@router.get("/parked")
def list_parked_receipts(ctx: ContextDep, limit: Annotated[int, Query(ge=1, le=500)] = 100) -> ParkedReceipts:
    """Returns the receipts that need a person's decision."""
    return ParkedReceipts(
        items=[_view(kept) for kept in ctx.read_sync(lambda session: inbox.parked(session, limit=limit))]
    )


@router.get("/parked/{kept}/raw", responses=NOT_PERMITTED)
def get_raw_receipt(ctx: ContextDep, caller: CallerDep, kept: Id, response: Response) -> RawReceipt:
    """Returns the receipt as it was received, decrypted; the access log says which operator read it."""
    row = _parked(ctx, kept)
    token = ctx.read_sync(lambda session: inbox.raw(session, kept))
    if token is None:
        raise refusal("not_found")
    # The text was sealed as Latin-1, which has a character for every byte.
    came_in = ctx.sealer.open(token, context=f"receipts/{row.raw_digest}").encode("latin-1")
    record_look(ctx, caller, RECEIPT_OPENED, pre_entry_no=row.pre_entry_no)
    response.headers["Cache-Control"] = "no-store"
    return RawReceipt(
        id=kept, sha256=row.raw_digest, size=len(came_in), text=came_in.decode("utf-8", "backslashreplace")
    )


@router.post("/parked/{kept}/retry", responses=NOT_PERMITTED)
async def retry_receipt(ctx: ContextDep, kept: Id) -> ParkedReceipt:
    """Gives a receipt to its appointment once more; a receipt that cannot be parsed stays parked."""
    return _view(await retry(ctx, kept))


@router.post("/parked/{kept}/record", responses=NOT_PERMITTED)
async def record_receipt(
    *, ctx: ContextDep, caller: CallerDep, commands: CommandsDep, kept: Id, body: RequestBody[ReversalBody]
) -> AppointmentView:
    """登记海关改变的决定: records that customs changed its decision, and notifies the enterprise.

    A withdrawn approval returns the application, an explanation accepted later ends the breach, and refused numbers no
    longer count. Every other receipt is recorded without a change of state.
    """
    said = body.checked(reason_faults(body.partial.reason))
    done = await record(ctx, caller, commands, kept=kept, said=said)
    return Viewer(ctx.sealer, caller).full(done.appointment)


@router.post("/parked/{kept}/dismiss", responses=NOT_PERMITTED)
def dismiss_receipt(ctx: ContextDep, caller: CallerDep, kept: Id, body: RequestBody[ReasonBody]) -> ParkedReceipt:
    """Dismisses a parked receipt, with a reason that stays on record."""
    return _view(dismiss(ctx, caller, kept, checked_reason(body)))


async def retry(ctx: Context, kept: int) -> InboxReceipt:
    """Gives a receipt to its appointment once more. Raises ``Refusal`` when it is settled, or that cannot be done."""
    return await try_again(ctx, await run_in_threadpool(_parked, ctx, kept))


async def record(ctx: Context, caller: Caller, commands: AppointmentCommands, *, kept: int, said: ReversalBody) -> Done:
    """Records what a parked receipt says against the state. Raises ``Refusal`` when it contradicts nothing."""
    row = await run_in_threadpool(_contradicting, ctx, kept)
    done = await commands.execute(row.pre_entry_no or "", _reversal(ctx, row, said))
    await run_in_threadpool(inbox.settle, ctx.engine, kept, Disposition.APPLIED, RECORDED, at=datetime.now(UTC))
    log.info("a reversal by customs was recorded", receipt=kept, operator=caller.principal.name)
    return done


def dismiss(ctx: Context, caller: Caller, kept: int, reason: str) -> InboxReceipt:
    """Dismisses a parked receipt, with the reason sealed. Raises ``Refusal`` when it is not parked."""
    row = _parked(ctx, kept)
    sealed = ctx.sealer.seal(reason, context=f"receipts/{row.raw_digest}/dismissed_reason")
    inbox.dismiss(ctx.engine, kept, by=caller.principal.name, reason=sealed, at=datetime.now(UTC))
    return _known(ctx, kept)


def _contradicting(ctx: Context, kept: int) -> InboxReceipt:
    """Returns a receipt that names an appointment; one recorded before too, for which the workflow repeats its answer.

    Raises ``Refusal`` when it is neither parked nor recorded, or has no appointment.
    """
    row = _known(ctx, kept)
    row = row if row.reason == RECORDED else _parked(ctx, kept)
    if row.receipt is None or row.reason == inbox.CONFLICTING_CONTENT:
        raise refusal("state.not_permitted", state=row.reason or Disposition.PARKED, permitted_actions=[])
    return row


def _reversal(ctx: Context, row: InboxReceipt, body: ReversalBody) -> CommandRequest:
    fields = {
        "receipt": row.receipt,
        "reason": ctx.sealer.seal(body.reason, context=f"{row.pre_entry_no}/reversal_reason"),
        "declaration_numbers": body.declaration_numbers,
    }
    said = {"receipt": row.id, **body.model_dump(mode="json")}
    return CommandRequest(RecordReversal, fields, said, right=Right.INTERVENE, reopens=True)


def _parked(ctx: Context, kept: int) -> InboxReceipt:
    row = _known(ctx, kept)
    if row.outcome is not Disposition.PARKED or row.dismissed_at is not None:
        raise refusal(
            "state.not_permitted", state="dismissed" if row.dismissed_at else row.outcome, permitted_actions=[]
        )
    return row


def _known(ctx: Context, kept: int) -> InboxReceipt:
    row = ctx.read_sync(lambda session: inbox.find(session, kept))
    if row is None:
        raise refusal("not_found")
    return row


def _view(kept: InboxReceipt) -> ParkedReceipt:
    return ParkedReceipt.model_validate(kept.model_dump())
