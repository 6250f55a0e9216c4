"""The calls a page makes: what is there, sign a challenge, show a statement, sign it, lock; and the events."""

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
from card_agent.answers import problem
from card_agent.cards import base64_of
from card_agent.guard import HEALTH, paired
from card_agent.live_status import LiveStatus, Told
from card_agent.port import Refused
from card_agent.readers import Pin, Readers
from card_agent.rendering import RenderedStatements
from signing.canonical import PRESENCE_PURPOSE

MAX_BODY = 512 * 1024
#: A page that has connected must show its pairing code within this.
PATIENCE_SECONDS = 5.0

_log = logging.getLogger("card_agent")

Serial = Annotated[str, Field(pattern=r"^[0-9a-f]{1,64}$")]


class Body(BaseModel):
    """What comes in: nothing that is not known, and nothing that shows a PIN when printed."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Tried(Body):
    """An order that may need the PIN; ``last_try`` says that the last try may be risked."""

    card: Serial
    pin: Annotated[SecretStr, Field(max_length=64)] | None = None
    last_try: bool = False

    def given(self) -> Pin:
        """``card.locked`` without one."""
        if self.pin is None:
            raise Refused("card.locked")
        return Pin(self.pin.get_secret_value(), self.last_try)


class ChallengeBody(Tried):
    """The text of a login or presence challenge, exactly as the server gave it."""

    challenge: Annotated[str, Field(max_length=4096)]


class StatementBody(Body):
    """A statement in Base64, to be shown."""

    statement: Annotated[str, Field(max_length=MAX_BODY)]


class SignatureBody(Tried):
    """A statement that was shown before; ``sha256`` repeats what was shown with it."""

    statement: Annotated[str, Field(max_length=MAX_BODY)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class LockBody(Body):
    """The card to be closed."""

    card: Serial


Given = TypeVar("Given", bound=Body)
Answering = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Routes:
    """The routes, over one desk."""

    readers: Readers
    live_status: LiveStatus
    shown: RenderedStatements
    code: str

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        return [
            Route(HEALTH, self.health),
            Route("/v1/status", refusing(self.status)),
            Route("/v1/challenge", refusing(self.challenge), methods=["POST"]),
            Route("/v1/statement", refusing(self.statement), methods=["POST"]),
            Route("/v1/signature", refusing(self.signature), methods=["POST"]),
            Route("/v1/lock", refusing(self.lock), methods=["POST"]),
            WebSocketRoute("/v1/events", self.events),
        ]

    async def health(self, _request: Request) -> Response:
        """That it runs; nothing of any card."""
        return JSONResponse({"program": "yuyue card-agent"})

    async def status(self, _request: Request) -> Response:
        """Readers, cards, certificates, days and tries left."""
        return JSONResponse(await self.live_status.look())

    async def challenge(self, request: Request) -> Response:
        """The answer to a challenge by the login key; a login needs the PIN, a sign of life an open card."""
        given, origin = await _body(request, ChallengeBody), request.headers.get("origin")
        purpose = statements.read_challenge(given.challenge, origin)
        reader, raw = self.live_status.reader_of(given.card), given.challenge.encode()
        if purpose == PRESENCE_PURPOSE and given.pin is None:
            answer = await self._at(reader, self.readers.prove, given.card, raw, origin=str(origin))
        else:
            pin = given.given()
            answer = await self._at(reader, self.readers.log_in, given.card, raw, pin=pin, origin=str(origin))
            await self.live_status.tell_lock(reader)
        _log.info("challenge signed: %s, card %s", purpose, given.card)
        return JSONResponse(answer)

    async def statement(self, request: Request) -> Response:
        """What would be signed, as this program reads it."""
        raw = _decoded((await _body(request, StatementBody)).statement)
        shown = statements.shown(raw)
        self.shown.remember(shown["sha256"], request.headers.get("origin"))
        return JSONResponse(shown)

    async def signature(self, request: Request) -> Response:
        """The detached CMS of a statement that was shown, by the signing key."""
        given = await _body(request, SignatureBody)
        raw = _decoded(given.statement)
        read = statements.read_statement(raw)
        if sha256(raw).hexdigest() != given.sha256 or not self.shown.has(given.sha256, request.headers.get("origin")):
            raise Refused("agent.not_shown")
        pin, reader = given.given(), self.live_status.reader_of(given.card)
        if self.live_status.card_in(reader).customs_code != read.signer:
            raise Refused("card.other_enterprise", signer=read.signer)
        signed = await self._at(reader, self.readers.sign, given.card, raw, pin=pin)
        self.shown.forget(given.sha256)
        _log.info("statement signed: %s of %s, card %s", read.act, read.pre_entry_no, given.card)
        return JSONResponse({"cms": base64_of(signed), "sha256": given.sha256})

    async def lock(self, request: Request) -> Response:
        """Takes back what the PIN has opened."""
        reader = self.live_status.reader_of((await _body(request, LockBody)).card)
        await self._at(reader, self.readers.close)
        await self.live_status.tell_lock(reader)
        return Response(status_code=204)

    async def events(self, socket: WebSocket) -> None:
        """First the pairing code, then what is there, then every change at once."""
        await socket.accept()
        if not await self._is_paired(socket):
            await socket.close(4401, "agent.not_paired")
            return
        async with self.live_status.listening() as queue:
            gone = asyncio.create_task(_hung_up(socket))
            try:
                await _pass_on(queue, socket, gone)
            finally:
                gone.cancel()

    async def _is_paired(self, socket: WebSocket) -> bool:
        try:
            first = await asyncio.wait_for(socket.receive_json(), PATIENCE_SECONDS)
        except (TimeoutError, WebSocketDisconnect, ValueError, KeyError):
            return False
        return isinstance(first, dict) and paired(str(first.get("code", "")), self.code)

    async def _at(self, reader: str, work: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """The card at work in a thread; what it refuses may have locked it or used up a try."""
        try:
            return await asyncio.to_thread(work, reader, *arguments, **options)
        except Refused:
            await self.live_status.tell_lock(reader)
            raise


def refusing(answer: Answering) -> Answering:
    """What is refused becomes a problem."""

    async def answering(request: Request) -> Response:
        try:
            return await answer(request)
        except Refused as refused:
            _log.info("refused: %s", refused.code)
            return problem(refused, request.headers.get("accept-language"))

    return answering


async def _body(request: Request, kind: type[Given]) -> Given:
    try:
        return kind.model_validate_json(await _bytes(request))
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


async def _hung_up(socket: WebSocket) -> None:
    """Returns when the page has gone; whatever else it says is of no interest."""
    with suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()


async def _pass_on(queue: "asyncio.Queue[Told | None]", socket: WebSocket, gone: "asyncio.Task[None]") -> None:
    while not gone.done():
        taken = asyncio.create_task(queue.get())
        await asyncio.wait({taken, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not taken.done():
            taken.cancel()
            return
        told = taken.result()
        if told is None:
            await socket.close(1001)
            return
        with suppress(WebSocketDisconnect):
            await socket.send_json(told)
