"""签名原文 (statement to sign): the bytes that a card signs before the enterprise submits an act."""

import base64
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

from fastapi import APIRouter, Body, status
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from api.appointments import signed_content
from api.appointments.access import require_visible
from api.appointments.bodies import AttachmentId, DeclarationNumbers
from api.bodies import Body as Shape
from api.bodies import FreeText
from api.context import CallerDep, ContextDep
from api.signing import Declared, Offer, Signing
from api.views import View
from domain.appointment import Appointment
from identity.authorization import Right
from signing.canonical import SignedAct

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class SubmissionToSign(Shape):
    """申报: statement for a submit."""

    act: Literal["submission"]


class CancellationToSign(Shape):
    """取消: statement for a cancellation."""

    act: Literal["cancellation"]
    reason: FreeText | None = None


class FeedbackToSign(Shape):
    """反馈报关单号: statement for a feedback."""

    act: Literal["feedback"]
    declaration_numbers: DeclarationNumbers


class ExplanationToSign(Shape):
    """情况说明: statement for an explanation."""

    act: Literal["explanation"]
    text: FreeText | None = None
    attachment_id: AttachmentId = None


Wanted = Annotated[
    SubmissionToSign | CancellationToSign | FeedbackToSign | ExplanationToSign, Field(discriminator="act"), Body()
]


class StatementView(View):
    """Statement to sign: XML, in Base64. Send ``nonce`` back with the signature before ``expires_at``."""

    nonce: str
    act: SignedAct
    pre_entry_no: str
    version: int
    statement: str
    sha256: str
    offered_at: datetime
    expires_at: datetime


@router.post("/{pre_entry_no}/signing-request", status_code=status.HTTP_201_CREATED)
async def create_signing_request(ctx: ContextDep, caller: CallerDep, pre_entry_no: str, body: Wanted) -> StatementView:
    """签名原文: returns the bytes to sign for an act on the present version; a signature counts once."""
    known = await ctx.read(lambda session: require_visible(session, pre_entry_no, caller, Right.DECLARE))
    offered = await run_in_threadpool(Signing(ctx, caller).offer, known, _declared(body))
    return _view(offered, known)


def _declared(body: Wanted) -> Declared:
    match body:
        case SubmissionToSign():
            return signed_content.submission()
        case CancellationToSign():
            return signed_content.cancellation(body.reason)
        case FeedbackToSign():
            return signed_content.feedback(body.declaration_numbers)
        case ExplanationToSign():
            return signed_content.explanation(body.text, body.attachment_id)


def _view(offered: Offer, known: Appointment) -> StatementView:
    challenge, statement = offered.challenge, offered.statement
    return StatementView(
        nonce=challenge.nonce,
        act=SignedAct(challenge.purpose),
        pre_entry_no=known.pre_entry_no,
        version=known.version,
        statement=base64.b64encode(statement).decode(),
        sha256=sha256(statement).hexdigest(),
        offered_at=challenge.offered_at,
        expires_at=challenge.expires_at,
    )
