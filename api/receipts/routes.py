"""The route for customs, which sends receipts as raw XML."""

from fastapi import APIRouter, Request, status
from fastapi.concurrency import run_in_threadpool

from api.context import CallerDep, ContextDep
from api.http.problems import refusal
from api.middleware.body import MAX_BODY_BYTES, read_body
from api.openapi.responses import BINARY
from api.receipts.intake import keep, settle
from api.views import View
from domain.receipt import Disposition

router = APIRouter(prefix="/customs/v1", tags=["customs"])


class ReceiptOutcome(View):
    """``receipt_id`` is null for a receipt that could not be read; ``reason`` is a stable word."""

    receipt_id: str | None
    outcome: Disposition
    reason: str | None


#: Nothing is required: every body is stored, an empty one too, and an operator finds it parked.
_XML = {"requestBody": {"required": False, "content": {"application/xml": {"schema": BINARY}}}}


@router.post("/receipts", status_code=status.HTTP_202_ACCEPTED, openapi_extra=_XML)
async def receive_receipt(ctx: ContextDep, caller: CallerDep, request: Request) -> ReceiptOutcome:
    """回执: stores the receipt first. The same receipt again has the same answer and no second effect."""
    raw, complete = await read_body(request.receive)
    kept = await run_in_threadpool(keep, ctx, raw, caller.received_at, complete=complete)
    if not complete:
        raise refusal("body.too_large", limit=MAX_BODY_BYTES)
    kept = await settle(ctx, kept)
    if kept.outcome is None:
        raise refusal("outcome.unknown")
    return ReceiptOutcome(receipt_id=kept.receipt_id, outcome=kept.outcome, reason=kept.reason)
