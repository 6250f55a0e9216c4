"""The ``http`` channel: POST out, the technical reply in the response.

``POST {base}/messages`` and ``POST {base}/declarations/query``, XML both ways, ``Idempotency-Key`` = ``message_id``.
With an addressee requests are enveloped, ``application/jose``; answers are XML all the same.
``POST {base}/receipts/resend?since=<instant>`` asks for receipts once more; a JSON list says which will come.
``GET {base}/receipts?after=<cursor>`` fetches receipts a page at a time.
"""

import ssl
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

import httpx
from more_itertools import chunked
from pydantic import Base64Bytes, BaseModel, Field, TypeAdapter, ValidationError

from customs.channels import Addressee, CursorForgotten, DeliveryRefused, ReceiptPage, Resent, Unavailable
from customs.channels.replies import read_list, read_reply, read_result
from customs.wire import declaration_query, declaration_search
from customs.wire.envelope import Heading, wrap
from customs.xml import MAX_BYTES, Unusable, parse
from domain.declarations import DeclarationRecord, NotFound
from domain.known_declarations import DeclarationSearch

#: Statuses that refuse the message itself, even from an office that adds no technical reply.
_REFUSALS = frozenset({400, 413, 415, 422})
_LATER = frozenset({408, 429})
_XML, _ENVELOPE = "application/xml", "application/jose"


#: Receipts in a page, and the most bytes of one: each receipt may have the size of a message, in Base64.
_PAGE = 20
_PAGE_BYTES = _PAGE * (MAX_BYTES * 4 // 3 + 8) + 4096
_FORGOTTEN = 410

_RESENT = TypeAdapter(list[Resent])


class _Page(BaseModel):
    receipts: list[Base64Bytes] = Field(max_length=_PAGE)
    cursor: str = Field(pattern=r"^[!-~]{1,500}$")
    more: bool


class _Letter(NamedTuple):
    content: bytes
    kind: str


class _Answer(NamedTuple):
    status: int
    body: bytes
    is_page: bool = False

    @property
    def is_final(self) -> bool:
        return self.status < 500 and self.status not in _LATER


class HttpChannel:
    """Customs behind ``base_url``. Calls block; threads may share it, as they may ``httpx.Client``.

    ``send_seconds`` and ``look_up_seconds`` limit a whole exchange, not only its pauses.
    """

    def __init__(
        self,
        base_url: str,
        client: httpx.Client,
        *,
        sender_id: str = "YUYUE",
        receiver_id: str = "CUSTOMS",
        addressee: Addressee | None = None,
        send_seconds: float = 30,
        look_up_seconds: float = 5,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._client = client
        self._sender_id = sender_id
        self._receiver_id = receiver_id
        self._addressee = addressee
        self._send_seconds = send_seconds
        self._look_up_seconds = look_up_seconds

    def send(self, message_id: str, xml: bytes) -> None:
        """Sends a message; returns once customs has answered ACK. Idempotent by ``message_id`` at the receiver.

        Raises ``DeliveryRefused`` when the message breaks the XSD (it is not even sent) or customs says so,
        ``Unavailable`` for anything that leaves the outcome open: no answer, 408, 429, 5xx, a reply that
        is not customs' own (a proxy's page, 401, 404).
        """
        try:
            parse(xml)
        except Unusable as error:
            raise DeliveryRefused(str(error)) from error
        _settle(self._post_message("messages", message_id, xml, self._send_seconds), message_id)

    def withdraw(self, message_id: str) -> bool:  # noqa: ARG002 nothing waits here
        """Returns False: customs recognises a message that it took and whose answer was lost."""
        return False

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        """Returns an answer for each of the 18-digit numbers, asked 50 at a time. Raises ``Unavailable``."""
        found: dict[str, DeclarationRecord | NotFound] = {}
        for some in chunked(dict.fromkeys(numbers), declaration_query.BATCH):
            found |= self._query(some)
        return found

    def resend(self, since: datetime) -> list[Resent]:
        """Makes customs send every receipt since then again, by the usual way. Raises ``Unavailable``."""
        question = str(httpx.URL("receipts/resend", params={"since": since.isoformat()}))
        answer = self._post(question, str(uuid4()), _Letter(b"", _XML), self._send_seconds)
        if answer.status != 200:
            raise Unavailable(f"http {answer.status}")
        try:
            return _RESENT.validate_json(answer.body)
        except ValidationError as error:
            raise Unavailable("reply malformed") from error

    def search(self, wanted: DeclarationSearch) -> list[DeclarationRecord]:
        """Returns the declarations that customs knows, at most 50. Raises ``Unavailable``."""
        heading = Heading(str(uuid4()), declaration_search.TYPE, self._sender_id, self._receiver_id, datetime.now(UTC))
        question = wrap(heading, declaration_search.body(wanted))
        answer = self._post_message("declarations/search", heading.message_id, question, self._look_up_seconds)
        if answer.status != 200:
            raise Unavailable(f"http {answer.status}")
        return read_list(answer.body, heading.message_id)

    def pull(self, after: str | None, since: datetime) -> ReceiptPage:
        """Returns the receipts behind the cursor or, without one, those since the instant.

        Raises ``CursorForgotten`` or ``Unavailable``.
        """
        where = {"since": since.isoformat()} if after is None else {"after": after}
        question = str(httpx.URL("receipts", params=where | {"limit": str(_PAGE)}))
        answer = self._ask("GET", question, {}, b"", self._send_seconds, most=_PAGE_BYTES)
        if answer.status == _FORGOTTEN and after is not None:
            raise CursorForgotten
        if answer.status != 200:
            raise Unavailable(f"http {answer.status}")
        try:
            page = _Page.model_validate_json(answer.body)
        except ValidationError as error:
            raise Unavailable("reply malformed") from error
        return ReceiptPage(page.receipts, page.cursor, page.more)

    def _query(self, numbers: list[str]) -> dict[str, DeclarationRecord | NotFound]:
        heading = Heading(str(uuid4()), declaration_query.TYPE, self._sender_id, self._receiver_id, datetime.now(UTC))
        question = wrap(heading, declaration_query.body(numbers))
        answer = self._post_message("declarations/query", heading.message_id, question, self._look_up_seconds)
        if answer.status != 200:
            raise Unavailable(f"http {answer.status}")
        return read_result(answer.body, heading.message_id, set(numbers))

    def _post_message(self, path: str, message_id: str, xml: bytes, seconds: float) -> _Answer:
        letter = _Letter(self._addressee.enclose(xml), _ENVELOPE) if self._addressee else _Letter(xml, _XML)
        return self._post(path, message_id, letter, seconds)

    def _post(self, path: str, message_id: str, letter: _Letter, seconds: float) -> _Answer:
        headers = {"Idempotency-Key": message_id, "Content-Type": letter.kind}
        return self._ask("POST", path, headers, letter.content, seconds)

    def _ask(  # noqa: PLR0917 the parts of one request
        self, method: str, path: str, headers: dict[str, str], content: bytes, seconds: float, most: int = MAX_BYTES
    ) -> _Answer:
        deadline = time.monotonic() + seconds
        try:
            with self._client.stream(
                method,
                f"{self._base_url}/{path}",
                content=content,
                headers=headers | {"Accept-Encoding": "identity"},
                timeout=httpx.Timeout(seconds),
                follow_redirects=False,
            ) as response:
                is_page = response.headers.get("content-type", "").startswith("text/html")
                return _Answer(response.status_code, _read(response, deadline, most), is_page)
        except httpx.HTTPError as error:
            raise Unavailable(_reason(error)) from error


def _reason(error: httpx.HTTPError) -> str:
    """Returns why no answer came; where TLS failed, OpenSSL's word for it: what a certificate lacks.

    With TLS 1.3 a server learns of a client's certificate only after the handshake; many then close without a word.
    """
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if isinstance(cause, ssl.SSLError) and cause.reason:
        return f"tls {cause.reason.lower()}"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError) and error.request.url.scheme == "https":
        return "tls closed"
    return f"connection {type(error).__name__}"


def _read(response: httpx.Response, deadline: float, most: int) -> bytes:
    """Returns the body. Raises ``Unavailable`` when it has more than ``most`` bytes, or is slower than agreed."""
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > most:
            raise Unavailable("reply too_large")
        if time.monotonic() > deadline:
            raise Unavailable("reply too_slow")
    return bytes(body)


def _settle(answer: _Answer, message_id: str) -> None:
    reply = read_reply(answer.body, message_id) if answer.is_final else None
    if reply is not None and reply.refused is not None:
        raise DeliveryRefused(f"nack {reply.refused}")
    # Proxies answer 400 with a page when a client certificate is missing or over: it says nothing of the message.
    if answer.status in _REFUSALS and not (answer.status == 400 and answer.is_page):
        raise DeliveryRefused(f"http {answer.status}")
    if reply is None or not 200 <= answer.status < 300:
        raise Unavailable(f"http {answer.status}")
