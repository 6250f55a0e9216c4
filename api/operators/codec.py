"""Codec endpoint for the Temporal UI: an operator's browser sends encrypted payloads and gets them decrypted.

It has an effect only if a payload codec is configured; personal fields stay sealed even then.
"""

import base64
import binascii
from typing import Annotated

import structlog
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from temporalio.api.common.v1 import Payload

from api.context import CallerDep, ContextDep
from api.http.problems import refusal
from api.views import View
from runtime.codec import decoded
from runtime.sealing import SealError

router = APIRouter(prefix="/ops/v1/codec", tags=["operators"])

MAX_PAYLOADS = 1_000

log = structlog.get_logger("api.operators")


class PayloadBody(BaseModel):
    """Payload in protobuf's JSON form: metadata values and data in Base64. The UI may add fields of its own."""

    model_config = ConfigDict(extra="ignore")

    metadata: dict[str, str] = {}
    data: str = ""


class PayloadsBody(BaseModel):
    """Payloads that the UI wants decrypted in one call."""

    model_config = ConfigDict(extra="ignore")

    payloads: Annotated[list[PayloadBody], Field(max_length=MAX_PAYLOADS)]


class PayloadView(View):
    """Decrypted payload: metadata values and data in Base64."""

    metadata: dict[str, str]
    data: str


class PayloadsView(View):
    """Decrypted payloads in the order of the request."""

    payloads: list[PayloadView]


@router.post("/decode")
async def decode_payloads(ctx: ContextDep, caller: CallerDep, body: PayloadsBody) -> PayloadsView:
    """Decrypts the payloads of our codec and returns the others unchanged; the log says which operator asked."""
    try:
        opened = await decoded(ctx.client, [_payload(each) for each in body.payloads])
    except (SealError, binascii.Error, ValueError):
        raise refusal("field.invalid", "payloads", reason="malformed") from None
    log.info("payloads were decoded", count=len(opened), operator=caller.principal.name)
    return PayloadsView(payloads=[_view(each) for each in opened])


def _payload(body: PayloadBody) -> Payload:
    metadata = {name: base64.b64decode(value, validate=True) for name, value in body.metadata.items()}
    return Payload(metadata=metadata, data=base64.b64decode(body.data, validate=True))


def _view(payload: Payload) -> PayloadView:
    metadata = {name: base64.b64encode(value).decode() for name, value in payload.metadata.items()}
    return PayloadView(metadata=metadata, data=base64.b64encode(payload.data).decode())
