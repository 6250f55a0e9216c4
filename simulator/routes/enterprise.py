"""Routes for enterprises' systems: messages, the look-up of declarations, and another delivery of receipts."""

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from simulator import messages
from simulator.demands import NotAccepted, check
from simulator.envelopes import MAX_ENVELOPE_BYTES, EnvelopeOpener
from simulator.instants import Instant
from simulator.messages import STATUS, Message, Rejected
from simulator.names import ANSWERS
from simulator.office import Office
from simulator.routes.pull import add_pull

#: Fields of a DECLARATION_SEARCH.
SEARCHED = (
    *("direction", "applicant", "consignee", "declaration_port", "entry_exit_port"),
    *("declared_from", "declared_to"),
)


def routes(office: Office, envelopes: EnvelopeOpener) -> APIRouter:
    """Returns the router of ``POST /messages``, ``/declarations/…``, ``/receipts/resend`` and ``GET /receipts``."""
    router = APIRouter(dependencies=[Depends(_credentials(office))])

    @router.post("/messages")
    async def receive(request: Request) -> Response:
        if office.in_outage():
            return _unavailable()
        try:
            raw = await _message(request, envelopes)
            message = _expected(raw, request, set(ANSWERS))
        except Rejected as rejected:
            return _xml(messages.nack(rejected), STATUS[rejected.code])
        if office.in_outage(message.value("pre_entry_no")):
            return _unavailable()
        office.receive(message, raw)
        return _xml(messages.ack(message.message_id), 200)

    @router.post("/receipts/resend")
    async def resend(since: Instant) -> Response:
        return _unavailable() if office.in_outage() else JSONResponse(office.resend(since))

    _look_ups(router, office, envelopes)
    add_pull(router, office)
    return router


def _look_ups(router: APIRouter, office: Office, envelopes: EnvelopeOpener) -> None:
    @router.post("/declarations/query")
    async def look_up(request: Request) -> Response:
        if office.in_outage():
            return _unavailable()
        try:
            question = _expected(await _message(request, envelopes), request, {"DECLARATION_QUERY"})
        except Rejected as rejected:
            return _xml(messages.nack(rejected), STATUS[rejected.code])
        found = [(number, office.store.declaration(number)) for number in question.values("number")]
        return _xml(messages.result(question.message_id, found), 200)

    @router.post("/declarations/search")
    async def search(request: Request) -> Response:
        if office.in_outage():
            return _unavailable()
        try:
            question = _expected(await _message(request, envelopes), request, {"DECLARATION_SEARCH"})
        except Rejected as rejected:
            return _xml(messages.nack(rejected), STATUS[rejected.code])
        wanted = {name: question.value(name) for name in SEARCHED}
        return _xml(messages.listing(question.message_id, office.store.declarations_like(wanted)), 200)


def _credentials(office: Office) -> Callable[[Request], Awaitable[None]]:
    async def demand(request: Request) -> None:
        """Answers 401 to callers who do not prove who they are."""
        demands = office.demands
        try:
            check(demands, request, b"" if demands.keys is None else await request.body())
        except NotAccepted as error:
            raise HTTPException(401, str(error), {"WWW-Authenticate": "Bearer"}) from error

    return demand


async def _message(request: Request, envelopes: EnvelopeOpener) -> bytes:
    return envelopes.open(await _limited(request), request.headers.get("content-type", ""))


async def _limited(request: Request) -> bytes:
    """Returns the body, which is read only until it is longer than the limit."""
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


def _unavailable() -> Response:
    return Response("模拟海关暂停服务 simulated outage", 503, media_type="text/plain; charset=utf-8")


def _xml(content: bytes, status: int) -> Response:
    return Response(content, status, media_type="application/xml")
