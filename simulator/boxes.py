"""The office by files: reads OutBox, moves what it stored to SentBox and what it refuses to FailBox, writes InBox.

Every file is written under a temporary name and renamed. The office may be killed anywhere: it stores a message before
it moves the file, and recognises the message when it finds the file again.
"""

import asyncio
import io
import logging
import os
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from simulator import messages
from simulator.envelopes import MAX_ENVELOPE_BYTES, MEDIA_TYPE, EnvelopeOpener
from simulator.messages import Message, Rejected
from simulator.names import ANSWERS
from simulator.office import Office

OUT, SENT, IN, FAILED = "OutBox", "SentBox", "InBox", "FailBox"
WAY = "boxes"
_POLL_SECONDS = 0.05
#: Files that are read before other work has its turn.
_AT_A_TIME = 20
#: How often a receipt is looked for before the next one has its turn.
_LOOKS = 200
_MESSAGE_ID = re.compile(rb"<message_id>([0-9a-f-]{36})</message_id>")
_BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)
#: Suffix of the one file in a zip → its media type.
_TYPES = {".xml": "application/xml", ".jose": MEDIA_TYPE}
_log = logging.getLogger("simulator.boxes")


class Boxes:
    """The four folders in ``root``, which are made when they are missing."""

    def __init__(self, root: Path, envelopes: EnvelopeOpener) -> None:
        self._root = root
        self._envelopes = envelopes
        for box in (OUT, SENT, IN, FAILED):
            (root / box).mkdir(parents=True, exist_ok=True)

    async def run(self, office: Office) -> None:
        """Reads OutBox until it is cancelled."""
        while True:
            for number, path in enumerate(self._waiting()):
                self._take(office, path)
                if number % _AT_A_TIME == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(_POLL_SECONDS)

    async def post(self, receipt: bytes, copy: int) -> tuple[str, str]:
        """Writes a receipt; returns a word and the outcome once it has left InBox, ``later`` if it has not."""
        found = _MESSAGE_ID.search(receipt)
        stem = found[1].decode() if found else "receipt"
        name = f"{stem}-{copy}" if copy else stem
        path = self._root / IN / f"{name}.zip"
        if not path.exists():
            _write(path, _packed(f"{name}.xml", receipt))
        for _ in range(_LOOKS):
            if not path.exists():
                return (FAILED, "refused") if (self._root / FAILED / path.name).exists() else ("from InBox", "taken")
            await asyncio.sleep(_POLL_SECONDS)
        return "in InBox", "later"

    def _waiting(self) -> Iterator[Path]:
        """Yields the files of OutBox, oldest first, as they are when it begins."""
        found = []
        with os.scandir(self._root / OUT) as entries:
            for entry in entries:
                if entry.name.endswith(".zip") and not entry.name.startswith("."):
                    try:
                        found.append((entry.stat().st_mtime, Path(entry.path)))
                    except FileNotFoundError:  # taken back meanwhile
                        continue
        yield from (path for _, path in sorted(found))

    def _take(self, office: Office, path: Path) -> None:
        if office.in_outage():
            return
        try:
            raw = self._content(path)
            message = messages.read(raw, path.stem)
            if office.in_outage(message.value("pre_entry_no")):
                return
            self._handle(office, message, raw)
        except FileNotFoundError:
            return
        except Rejected as rejected:
            self._refuse(path, rejected)
            return
        self._move(path, SENT)

    def _handle(self, office: Office, message: Message, raw: bytes) -> None:
        if message.message_type == "DECLARATION_QUERY":
            found = [(number, office.store.declaration(number)) for number in message.values("number")]
            name = f"{message.message_id}.reply"
            answer = messages.result(message.message_id, found)
            _write(self._root / IN / f"{name}.zip", _packed(f"{name}.xml", answer))
        elif message.message_type in ANSWERS:
            office.receive(message, raw, WAY)
        else:
            raise Rejected("WRONG_TYPE", message.message_type, message.message_id)

    def _content(self, path: Path) -> bytes:
        """Returns the message in the zip. Raises ``Rejected``."""
        with path.open("rb") as file:
            raw = file.read(MAX_ENVELOPE_BYTES + 4096)
        try:
            with ZipFile(io.BytesIO(raw)) as archive:
                entries = archive.infolist()
                if len(entries) != 1 or entries[0].filename not in {path.stem + suffix for suffix in _TYPES}:
                    raise Rejected("ZIP_CONTENT", "one file of the zip's own name")
                with archive.open(entries[0]) as inner:
                    content = inner.read(MAX_ENVELOPE_BYTES + 1)
        except _BROKEN as error:
            raise Rejected("ZIP_DAMAGED", type(error).__name__) from error
        return self._envelopes.open(content, _TYPES[Path(entries[0].filename).suffix])

    def _refuse(self, path: Path, rejected: Rejected) -> None:
        _write(self._root / FAILED / f"{path.stem}.reply.xml", messages.nack(rejected))
        self._move(path, FAILED)
        _log.info("%s refused: %s", path.name, rejected.code)

    def _move(self, path: Path, box: str) -> None:
        try:
            path.rename(self._root / box / path.name)
        except FileNotFoundError:
            _log.info("%s was taken back", path.name)


def _packed(name: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
