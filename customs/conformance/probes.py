"""Ways to hand any bytes to an office and see what it answers, faults too that no channel of ours would send."""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol
from uuid import uuid4

import httpx

from customs.channels import Channel
from customs.channels.directory.channel import DirectoryChannel
from customs.channels.directory.notes import SUFFIX
from customs.channels.directory.storage import Box, Storage
from customs.channels.directory.zips import MAX_ZIP_BYTES, BadZip, pack, unpack
from customs.channels.http import HttpChannel
from customs.channels.replies import read_reply
from customs.inbound import parse_receipt
from customs.xml import MAX_BYTES, Unusable

_POLL_SECONDS = 0.1
#: Statuses that refuse a message for good without a technical reply.
_REFUSALS = frozenset({400, 413, 415, 422})


class OfficeAnswer(NamedTuple):
    """``code``: ``ack``, that of a NACK, ``refused`` without a code, or ``none``; ``seen`` is for people."""

    code: str
    seen: str


class Probe(Protocol):
    """One office by one channel."""

    channel: Channel

    def send(self, message_id: str, xml: bytes) -> OfficeAnswer:
        """Hands over a message as it is; returns the answer."""

    def receipts(self, numbers: Sequence[str]) -> Iterator[str]:
        """Waits for a receipt of one of these appointments; yields what is wrong with those that came.

        Raises LookupError when none came.
        """


class HttpProbe:
    """An office that takes messages by POST."""

    def __init__(self, url: str, client: httpx.Client, seconds: float) -> None:
        self._url, self._client, self._seconds = url.rstrip("/"), client, seconds
        self.channel: Channel = HttpChannel(url, client, send_seconds=seconds, look_up_seconds=seconds)

    def send(self, message_id: str, xml: bytes) -> OfficeAnswer:
        """Posts the bytes."""
        headers = {"Idempotency-Key": message_id, "Content-Type": "application/xml"}
        try:
            answer = self._client.post(f"{self._url}/messages", content=xml, headers=headers, timeout=self._seconds)
        except httpx.HTTPError as error:
            return OfficeAnswer("none", type(error).__name__)
        return _answer(answer.content, message_id, answer.status_code)

    def receipts(self, numbers: Sequence[str]) -> Iterator[str]:
        """Raises LookupError: receipts are posted to the system, which shows them."""
        raise LookupError(f"receipts of {len(numbers)} appointments go to the receipts address of the office")
        yield ""


class FileProbe:
    """An office that fetches files."""

    def __init__(self, storage: Storage, seconds: float) -> None:
        self.storage, self._seconds = storage, seconds
        self.channel: Channel = DirectoryChannel(storage, taken_seconds=seconds, look_up_seconds=seconds)

    def send(self, message_id: str, xml: bytes) -> OfficeAnswer:
        """Puts the bytes into a zip and waits for it in SentBox or FailBox; there it is removed."""
        return self.put(message_id, pack(f"{message_id}.xml", xml))

    def put(self, message_id: str, packed: bytes) -> OfficeAnswer:
        """Puts a file as it is into OutBox."""
        name = f"{message_id}.zip"
        for box in (Box.SENT, Box.FAILED):
            self.storage.remove(box, name)
        self.storage.write(Box.OUT, name, packed)
        deadline = time.monotonic() + self._seconds
        while time.monotonic() < deadline:
            if self.storage.exists(Box.SENT, name):
                return OfficeAnswer("ack", "SentBox")
            if self.storage.exists(Box.FAILED, name):
                note = self.storage.read(Box.FAILED, f"{message_id}{SUFFIX}", MAX_BYTES)
                return _answer(note or b"", message_id, None)
            time.sleep(_POLL_SECONDS)
        self.storage.remove(Box.OUT, name)
        return OfficeAnswer("none", f"not fetched from OutBox within {self._seconds:g} s")

    def is_left_alone(self) -> bool:
        """Returns True if the office leaves a file that its writer has not renamed, until the next one is fetched."""
        name = f".{uuid4()}.zip.tmp"
        self.storage.write(Box.OUT, name, b"PK")
        self.put(str(uuid4()), b"PK")
        return self.storage.remove(Box.OUT, name)

    def receipts(self, numbers: Sequence[str]) -> Iterator[str]:
        """Takes the receipts of these appointments out of InBox; those of others stay."""
        deadline = time.monotonic() + self._seconds
        came = 0
        while not came and time.monotonic() < deadline:
            for file in self.storage.files(Box.IN):
                if not file.is_unfinished:
                    stem = file.name.rpartition(".")[0]
                    raw = self.storage.read(Box.IN, file.name, MAX_ZIP_BYTES + 1) or b""
                    found = _receipt_of(stem, raw)
                    if found in numbers:
                        came += self.storage.remove(Box.IN, file.name)
                    elif not found.isdecimal():
                        came += 1
                        yield f"{file.name}: {found}"
            time.sleep(_POLL_SECONDS)
        if not came:
            raise LookupError(f"no receipt in InBox within {self._seconds:g} s")


def _receipt_of(stem: str, raw: bytes) -> str:
    """Returns the number of the receipt's appointment, or what is wrong with the file."""
    try:
        return parse_receipt(unpack(stem, raw)).pre_entry_no
    except (BadZip, Unusable) as error:
        return str(error)


def _answer(body: bytes, message_id: str, status: int | None) -> OfficeAnswer:
    reply = read_reply(body, message_id)
    seen = "FailBox" if status is None else f"HTTP {status}"
    if reply is None:
        seen += ", no technical reply that is valid by the XSD and names the message"
        return OfficeAnswer("refused" if status is None or status in _REFUSALS else "none", seen)
    return OfficeAnswer(reply.refused or "ack", f"{seen}, {f'nack {reply.refused}' if reply.refused else 'ack'}")
