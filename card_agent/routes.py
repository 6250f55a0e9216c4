"""Routes for the page: status, challenge, statement, signature, lock, and the stream of events."""

import asyncio
import base64
import binascii
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from card_agent import statements
from card_agent.cards import base64_of
from card_agent.guard import HEALTH, paired
from card_agent.live_status import JsonObject, LiveStatus
from card_agent.port import Refused
from card_agent.problems import problem
from card_agent.readers import Pin, Readers
from card_agent.rendering import RenderedStatements
from signing.canonical import PRESENCE_PURPOSE

MAX_BODY = 512 * 1024
#: A page must send its pairing code within this time after it connects.
PATIENCE_SECONDS = 5.0

_log = logging.getLogger("card_agent")

Serial = Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$")]


class Body(BaseModel):
    """Request body: refuses unknown fields, and leaves its input out of error texts, because it may be a PIN."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class PinBody(Body):
    """Request that may need the PIN; ``last_try`` is True if the user agrees to use the last try."""

    card: Serial
    pin: Annotated[SecretStr, Field(max_length=64)] | None = None
    last_try: bool = False

    def required_pin(self) -> Pin:
        """Returns the PIN. Raises ``card.locked`` when there is none."""
        if self.pin is None:
            raise Refused("card.locked")
        return Pin(self.pin.get_secret_value(), self.last_try)


class ChallengeBody(PinBody):
    """Challenge for a login or a proof of presence; ``challenge`` is the server's text, unchanged."""

    challenge: Annotated[str, Field(max_length=4096)]


class StatementBody(Body):
    """Statement in Base64 that is to be rendered."""

    statement: Annotated[str, Field(max_length=MAX_BODY)]


class SignatureBody(PinBody):
    """Statement in Base64 that was rendered before; ``sha256`` repeats the digest of the rendering."""

    statement: Annotated[str, Field(max_length=MAX_BODY)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LockBody(Body):
    """Card that is to be locked, by its serial number."""

    card: Serial


Model = TypeVar("Model", bound=Body)
Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Routes:
    """Handlers of all routes; ``code`` is the pairing code."""

    readers: Readers
    live_status: LiveStatus
    rendered: RenderedStatements
    code: str

    def routes(self) -> list[BaseRoute]:
        """Returns all routes."""
        return [
            Route(HEALTH, self.health),
            Route("/v1/status", with_problems(self.status)),
            Route("/v1/challenge", with_problems(self.challenge), methods=["POST"]),
            Route("/v1/statement", with_problems(self.statement), methods=["POST"]),
            Route("/v1/signature", with_problems(self.signature), methods=["POST"]),
            Route("/v1/lock", with_problems(self.lock), methods=["POST"]),
            WebSocketRoute("/v1/events", self.events),
        ]

    async def health(self, _request: Request) -> Response:
        """Answers that the program runs, without any data of cards."""
        return JSONResponse({"program": "yuyue card-agent"})

    async def status(self, _request: Request) -> Response:
        """Answers with readers, cards, certificates, days of validity and tries left."""
        return JSONResponse(await self.live_status.refresh())

    async def challenge(self, request: Request) -> Response:
        """Answers a challenge with the login key; a login needs the PIN, a proof of presence an open card."""
        body, origin = await _body(request, ChallengeBody), request.headers.get("origin")
        purpose = statements.read_challenge(body.challenge, origin)
        reader, raw = self.live_status.reader_of(body.card), body.challenge.encode()
        if purpose == PRESENCE_PURPOSE and body.pin is None:
            answer = await self._use_card(reader, self.readers.prove, body.card, raw, origin=str(origin))
        else:
            pin = body.required_pin()
            answer = await self._use_card(reader, self.readers.log_in, body.card, raw, pin=pin, origin=str(origin))
            await self.live_status.publish_lock(reader)
        _log.info("challenge signed: %s, card %s", purpose, body.card)
        return JSONResponse(answer)

    async def statement(self, request: Request) -> Response:
        """Answers with the rendered statement: its content as this program parses it."""
        raw = _decoded((await _body(request, StatementBody)).statement)
        rendered = statements.render(raw)
        self.rendered.remember(rendered["sha256"], request.headers.get("origin"))
        return JSONResponse(rendered)

    async def signature(self, request: Request) -> Response:
        """Answers with the detached CMS, by the signing key, of a statement that was rendered before."""
        body, origin = await _body(request, SignatureBody), request.headers.get("origin")
        raw = _decoded(body.statement)
        statement = statements.read_statement(raw)
        if sha256(raw).hexdigest() != body.sha256 or not self.rendered.has(body.sha256, origin):
            raise Refused("agent.not_shown")
        pin, reader = body.required_pin(), self.live_status.reader_of(body.card)
        if self.live_status.card_in(reader).customs_code != statement.signer:
            raise Refused("card.other_enterprise", signer=statement.signer)
        signed = await self._use_card(reader, self.readers.sign, body.card, raw, pin=pin)
        self.rendered.forget(body.sha256)
        _log.info("statement signed: %s of %s, card %s", statement.act, statement.pre_entry_no, body.card)
        return JSONResponse({"cms": base64_of(signed), "sha256": body.sha256})

    async def lock(self, request: Request) -> Response:
        """Locks the card and releases it."""
        reader = self.live_status.reader_of((await _body(request, LockBody)).card)
        await self._use_card(reader, self.readers.close)
        await self.live_status.publish_lock(reader)
        return Response(status_code=204)

    async def events(self, socket: WebSocket) -> None:
        """Receives the pairing code, then sends the state and every change of it."""
        await socket.accept()
        if not await self._is_paired(socket):
            await socket.close(4401, "agent.not_paired")
            return
        async with self.live_status.subscription() as queue:
            gone = asyncio.create_task(_disconnected(socket))
            try:
                await _forward(queue, socket, gone)
            finally:
                gone.cancel()

    async def _is_paired(self, socket: WebSocket) -> bool:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                first = await socket.receive_json()
        except (TimeoutError, WebSocketDisconnect, ValueError, KeyError):
            return False
        return isinstance(first, dict) and paired(str(first.get("code", "")), self.code)

    async def _use_card(self, reader: str, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """Returns the result of blocking work; publishes the card's state if it refuses, which may have cost a try."""
        try:
            return await asyncio.to_thread(work, reader, *arguments, **options)
        except Refused:
            await self.live_status.publish_lock(reader)
            raise


def with_problems(handler: Handler) -> Handler:
    """Returns a handler that answers with a problem document when ``handler`` raises ``Refused``."""

    async def handle(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            _log.info("refused: %s", refused.code)
            return problem(refused, request.headers.get("accept-language"))

    return handle


async def _body(request: Request, model: type[Model]) -> Model:
    try:
        return model.model_validate_json(await _bytes(request))
    except ValidationError as error:
        place = error.errors(include_input=False, include_url=False)[0]["loc"]
        raise Refused("agent.request_malformed", where=".".join(map(str, place))[:80]) from None


async def _bytes(request: Request) -> bytes:
    received = bytearray()
    with suppress(ClientDisconnect):
        async for part in request.stream():
            received += part
            if len(received) > MAX_BODY:
                raise Refused("body.too_large")
    return bytes(received)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused("agent.statement_unreadable") from None


async def _disconnected(socket: WebSocket) -> None:
    """Returns when the page has disconnected; ignores all messages before."""
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _forward(queue: "asyncio.Queue[JsonObject | None]", socket: WebSocket, gone: "asyncio.Task[None]") -> None:
    while not gone.done():
        taken = asyncio.create_task(queue.get())
        await asyncio.wait({taken, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not taken.done():
            taken.cancel()
            return
        message = taken.result()
        if message is None:
            await socket.close(1001)
            return
        with suppress(WebSocketDisconnect):
            await socket.send_json(message)
