"""Sends messages by OutBox. Customs moves each to SentBox once it has stored it, or to FailBox with a NACK beside it.

A message is named by its id, ``<message_id>.zip``, so there is one file of it however often it is sent. Files move on
only (OutBox, then SentBox or FailBox): what is looked for in that order is never missed.

A look-up is asked in the same way; its answer is ``InBox/<message_id>.reply.zip``, which the asker fetches itself.
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from more_itertools import chunked

from customs.channels import Addressee, CannotResend, DeliveryRefused, Resent, Unavailable
from customs.channels.directory import notes
from customs.channels.directory.storage import Box, Storage
from customs.channels.directory.zips import MAX_ZIP_BYTES, BadZip, pack, unpack
from customs.channels.replies import read_reply, read_result
from customs.wire import declaration_query
from customs.wire.envelope import Heading, wrap
from customs.xml import MAX_BYTES, Unusable, parse
from domain.declarations import DeclarationRecord, NotFound

ANSWER = ".reply"
_POLL_SECONDS = 0.05


class DirectoryChannel:
    """Customs behind four boxes. Calls block; threads and processes may share the boxes.

    ``taken_seconds`` is how long a call waits for an office that fetches at once; after that the message is looked for
    whenever the delivery is tried again.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        sender_id: str = "YUYUE",
        receiver_id: str = "CUSTOMS",
        addressee: Addressee | None = None,
        taken_seconds: float = 1,
        look_up_seconds: float = 5,
    ) -> None:
        self._storage = storage
        self._sender_id = sender_id
        self._receiver_id = receiver_id
        self._addressee = addressee
        self._taken_seconds = taken_seconds
        self._look_up_seconds = look_up_seconds

    def send(self, message_id: str, xml: bytes) -> None:
        """Puts a message into OutBox unless it is there; returns once it is in SentBox.

        Raises ``DeliveryRefused`` when the message breaks the XSD (it is not even written) or customs put it into
        FailBox, ``Unavailable`` while it waits in OutBox.
        """
        try:
            parse(xml)
        except Unusable as error:
            raise DeliveryRefused(str(error)) from error
        name = _file(message_id)
        if self._place(name) is None:
            self._storage.write(Box.OUT, name, self._packed(message_id, xml))
            _wait(lambda: self._place(name) is not Box.OUT, self._taken_seconds)
        self._settle(message_id, self._place(name))

    def withdraw(self, message_id: str) -> bool:
        """Removes a message that customs has not fetched; returns True when customs took it."""
        name = _file(message_id)
        return not self._storage.remove(Box.OUT, name) and self._storage.exists(Box.SENT, name)

    def look_up(self, numbers: Sequence[str]) -> dict[str, DeclarationRecord | NotFound]:
        """Returns an answer for each of the 18-digit numbers, asked 50 at a time. Raises ``Unavailable``."""
        found: dict[str, DeclarationRecord | NotFound] = {}
        for some in chunked(dict.fromkeys(numbers), declaration_query.BATCH):
            found |= self._query(some)
        return found

    def resend(self, since: datetime) -> list[Resent]:  # noqa: ARG002 there is no such message
        """Raises ``CannotResend``: no file asks for receipts; a person asks the office to put them into InBox again."""
        raise CannotResend("no request for receipts by files")

    def _packed(self, message_id: str, xml: bytes) -> bytes:
        if self._addressee:
            return pack(f"{message_id}.jose", self._addressee.enclose(xml))
        return pack(f"{message_id}.xml", xml)

    def _place(self, name: str) -> Box | None:
        """Returns the box that the message is in."""
        return next((box for box in (Box.OUT, Box.SENT, Box.FAILED) if self._storage.exists(box, name)), None)

    def _settle(self, message_id: str, place: Box | None) -> None:
        if place is Box.FAILED:
            raise DeliveryRefused(self._refusal(message_id))
        if place is not Box.SENT:
            raise Unavailable("not fetched from OutBox")

    def _refusal(self, message_id: str) -> str:
        """Returns why customs refuses the message. It is put aside: a person may have it sent once more."""
        note = self._storage.read(Box.FAILED, f"{message_id}{notes.SUFFIX}", MAX_BYTES)
        reply = read_reply(note, message_id) if note else None
        self._storage.move(Box.FAILED, _file(message_id), Box.FAILED, f"{message_id}.refused.zip")
        return f"nack {reply.refused}" if reply and reply.refused else "FailBox without a reply"

    def _query(self, numbers: list[str]) -> dict[str, DeclarationRecord | NotFound]:
        message_id = str(uuid4())
        heading = Heading(message_id, declaration_query.TYPE, self._sender_id, self._receiver_id, datetime.now(UTC))
        question = wrap(heading, declaration_query.body(numbers))
        self._storage.write(Box.OUT, _file(message_id), self._packed(message_id, question))
        try:
            return read_result(self._answer(message_id), message_id, set(numbers))
        finally:
            for box in (Box.OUT, Box.SENT, Box.FAILED):
                self._storage.remove(box, _file(message_id))

    def _answer(self, message_id: str) -> bytes:
        name = f"{message_id}{ANSWER}.zip"
        if not _wait(lambda: self._storage.exists(Box.IN, name), self._look_up_seconds):
            raise Unavailable("no answer in InBox")
        raw = self._storage.read(Box.IN, name, MAX_ZIP_BYTES + 1) or b""
        self._storage.remove(Box.IN, name)
        try:
            return unpack(f"{message_id}{ANSWER}", raw)
        except BadZip as error:
            raise Unavailable(f"reply {error.code}") from error


def _file(message_id: str) -> str:
    """Returns the file's name. Raises ValueError for an id that is no UUID, and could be a path."""
    return f"{UUID(message_id)}.zip"


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Returns True as soon as the condition holds, False when it did not within the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True
