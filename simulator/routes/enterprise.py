"""What an enterprise's system calls: messages and the look-up of declarations."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from simulator import messages
from simulator.envelopes import MAX_ENVELOPE_BYTES, Letters
from simulator.messages import STATUS, Message, Rejected
from simulator.names import ANSWERS
from simulator.office import Office


def routes(office: Office, letters: Letters) -> APIRouter:
    """``POST /messages``, ``POST /declarations/query`` and ``POST /receipts/resend``."""
    router = APIRouter()

    @router.post("/messages")
    async def take(request: Request) -> Response:
        if office.is_out():
            return _out()
        try:
            raw = await _letter(request, letters)
            message = _expected(raw, request, set(ANSWERS))
        except Rejected as rejected:
            return _xml(messages.nack(rejected), STATUS[rejected.code])
        if office.is_out(message.value("pre_entry_no")):
            return _out()
        office.take(message, raw)
        return _xml(messages.ack(message.message_id), 200)

    @router.post("/declarations/query")
    async def look_up(request: Request) -> Response:
        if office.is_out():
            return _out()
        try:
            question = _expected(await _letter(request, letters), request, {"DECLARATION_QUERY"})
        except Rejected as rejected:
            return _xml(messages.nack(rejected), STATUS[rejected.code])
        found = [(number, office.store.declaration(number)) for number in question.values("number")]
        return _xml(messages.result(question.message_id, found), 200)

    @router.post("/receipts/resend")
    async def resend(since: AwareDatetime) -> Response:
        return _out() if office.is_out() else JSONResponse(office.send_again(since))

    return router


async def _letter(request: Request, letters: Letters) -> bytes:
    """The message, out of its envelope if it came in one. Raises ``Rejected``."""
    return letters.open(await _limited(request), request.headers.get("content-type", ""))


async def _limited(request: Request) -> bytes:
    """The body, read not much further than the limit: enough to refuse it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_ENVELOPE_BYTES:
            break
    return bytes(body)


def _expected(raw: bytes, request: Request, types: set[str]) -> Message:
    message = messages.read(raw, request.headers.get("idempotency-key"))
    if message.message_type not in types:
        raise Rejected("WRONG_TYPE", message.message_type, message.message_id)
    return message


def _out() -> Response:
    return Response("模拟海关暂停服务 simulated outage", 503, media_type="text/plain; charset=utf-8")


def _xml(content: bytes, status: int) -> Response:
    return Response(content, status, media_type="application/xml")
