"""Takes what an ERP puts into OutBox, and answers by files: receipts in InBox, refusals with all faults in FailBox.

Every step can be repeated. A file leaves OutBox last, when all of its answers are written; until then it is sent again
after a kill, under the same keys, and gets the same answers.
"""

import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from more_itertools import chunked, constrained_batches

from cli.import_box import service as api
from cli.import_box.answers import BoxReceipt, RefusedApplication, receipt_xml, refusal_xml, stem
from cli.import_box.applications import (
    MAX_SHEET_BYTES,
    MAX_XML_BYTES,
    ApplicationUnreadable,
    read_application,
    unreadable,
)
from cli.import_box.ledger import Ledger
from cli.import_box.service import Answer, BoxService, FileRefused, Undecided, client_key
from customs.channels.directory.storage import Box, BoxFile, Storage
from domain.appointment import LETTERS, State
from domain.problems import explain
from domain.problems.kinds import Language

#: Items and bytes of one batch: the API takes 200 items and 1 MiB.
MAX_ITEMS, MAX_BATCH_BYTES = 200, 600 * 1024
#: A file that cannot be read may still be written, until it has not changed for so long.
UNCHANGED_SECONDS = 10.0
#: By its own time, which the clock of another machine may have written, it is at rest after so long: a program that is
#: started for a single round sees a file only once.
AT_REST_SECONDS = 300.0
_LIMITS = {"xml": MAX_XML_BYTES, "xlsx": MAX_SHEET_BYTES, "csv": MAX_SHEET_BYTES}
_LONGEST_NAME = 150


class _Item(NamedTuple):
    """An application of a file, as an item of a batch; ``faults`` of its check, None if it is still to be judged."""

    client_no: str
    body: Mapping[str, Any]
    faults: Sequence[Answer] = ()


@dataclass(slots=True)
class _Taken:
    """A file that is being worked on; ``faults`` are those of the whole file."""

    file: BoxFile
    digest: str
    items: list[_Item] = field(default_factory=list)
    faults: Sequence[Answer] = ()


class Round(NamedTuple):
    """Counts of one round: applications accepted and refused, files that wait for another, receipts of changes."""

    accepted: int = 0
    refused: int = 0
    waiting: int = 0
    changed: int = 0


class _Settled(NamedTuple):
    """A file with its answers; it ``waits`` while one of them decides nothing."""

    taken: _Taken
    receipts: Sequence[BoxReceipt] = ()
    refused: Sequence[RefusedApplication] = ()
    waits: bool = False

    @classmethod
    def of(cls, taken: _Taken, answers: Mapping[int, Answer]) -> "_Settled":
        """Returns the file with the answers to its items."""
        decided = [(item, answers.get(id(item))) for item in taken.items]
        if any(answer and answer["code"] and answer["status"] not in api.REFUSING for _, answer in decided):
            return cls(taken, waits=True)
        accepted = [(item, answer) for item, answer in decided if answer and not answer["code"]]
        receipts = [_receipt(item.client_no, answer["appointment"]) for item, answer in accepted]
        return cls(taken, receipts, list(_refused(taken, decided)))

    @property
    def counts(self) -> Round:
        return Round(accepted=len(self.receipts), refused=len(self.refused), waiting=int(self.waits))


class ImportBox:
    """The four boxes of one enterprise. One process works on them at a time."""

    def __init__(
        self,
        storage: Storage,
        ledger: Ledger,
        service: BoxService,
        *,
        language: Language = "zh",
        unchanged_seconds: float = UNCHANGED_SECONDS,
    ) -> None:
        self._storage = storage
        self._ledger = ledger
        self._service = service
        self._language = language
        self._unchanged_seconds = unchanged_seconds
        self._sights: dict[BoxFile, float] = {}
        self._ahead: str | None = None

    def remove_unfinished(self) -> None:
        """Removes what a killed process has left half written; nobody else writes into these boxes."""
        for box in (Box.IN, Box.FAILED):
            for file in self._storage.files(box):
                if file.is_unfinished and file.is_file:
                    self._storage.remove(box, file.name)

    async def round(self) -> Round:
        """Takes every file that is whole, then writes receipts of what has changed since.

        Raises ``Undecided`` when the API, ``Unavailable`` when the storage fails; the next round does what is missing.
        """
        if self._ledger.cursor is None:
            self._ledger.cursor = (await self._service.events(None, start="now"))["next_cursor"]
        done = Round()
        for files in chunked(self._waiting(), MAX_ITEMS):
            taken = [found for file in files if (found := await self._taken(file)) is not None]
            answers = await self._answers([item for each in taken for item in each.items if not item.faults])
            some = self._settle_all(taken, answers)
            unread = len(files) - len(taken)
            done = Round(*(sum(counts) for counts in zip(done, *some, (0, 0, unread, 0), strict=True)))
        changed = await self._follow(hold=done.waiting > 0)
        return done._replace(changed=changed)

    # -- files ------------------------------------------------------------------------------------

    def _waiting(self) -> list[BoxFile]:
        found = [each for each in self._storage.files(Box.OUT) if not each.is_unfinished]
        self._sights = {each: self._sights.get(each, time.monotonic()) for each in found}
        return sorted(found, key=lambda each: (each.modified, each.name))

    async def _taken(self, file: BoxFile) -> _Taken | None:
        """Reads a file; None when it is gone or may still be written."""
        taken = _Taken(file, sha256(repr(file).encode()).hexdigest())
        try:
            if (raw := self._raw(file)) is None:
                return None
            taken.digest = sha256(raw).hexdigest()
            taken.items = [_from_xml(raw)] if _kind(file) == "xml" else await self._from_sheet(file, raw)
        except ApplicationUnreadable as bad:
            taken.faults = [explain(bad.fault, self._language)]
            return taken if bad.whole or self._is_unchanged(file) else None
        except FileRefused as refused:
            taken.faults = refused.errors
            return taken if self._is_unchanged(file) else None
        return taken

    def _raw(self, file: BoxFile) -> bytes | None:
        limit = _LIMITS.get(_kind(file))
        if limit is None or not file.is_file:
            raise unreadable("box_kind")
        if file.size > limit:
            raise unreadable("box_too_large", whole=False)
        return self._storage.read(Box.OUT, file.name, limit + 1)

    async def _from_sheet(self, file: BoxFile, raw: bytes) -> list[_Item]:
        """Returns the applications of a spreadsheet, each with the faults of its check.

        One that was accepted before has none: it gets its first answer again, also when its window is over.
        """
        checked = await self._service.check(f"sheet.{_kind(file)}", raw)
        return [
            _Item(
                each["reference"],
                _body(each["reference"], each["content"], submit=True),
                () if self._ledger.has(each["reference"]) else each["errors"],
            )
            for each in checked["items"]
        ]

    def _is_unchanged(self, file: BoxFile) -> bool:
        is_at_rest = time.time() - file.modified >= AT_REST_SECONDS
        return is_at_rest or time.monotonic() - self._sights[file] >= self._unchanged_seconds

    # -- answers ----------------------------------------------------------------------------------

    async def _answers(self, items: Sequence[_Item]) -> dict[int, Answer]:
        """Returns the answer to each item by its identity. Equal numbers go one after the other by themselves."""
        found: dict[int, Answer] = {}
        batches = constrained_batches(
            items, MAX_BATCH_BYTES, MAX_ITEMS, get_len=lambda item: len(str(item.body)) * 4, strict=False
        )
        for batch in batches:
            answers = await self._service.declare([item.body for item in batch])
            found |= {id(item): answer for item, answer in zip(batch, answers, strict=True)}
        return found

    def _settle_all(self, taken: Sequence[_Taken], answers: Mapping[int, Answer]) -> list[Round]:
        """Writes all answers of the files, then moves them out of OutBox. Those with an undecided item stay."""
        settled = [_Settled.of(each, answers) for each in taken]
        with self._ledger.together():
            for each in settled:
                for receipt in each.receipts:
                    self._write_receipt(receipt)
        for each in settled:
            if not each.waits:
                self._archive(each.taken, each.refused)
        return [each.counts for each in settled]

    def _write_receipt(self, receipt: BoxReceipt) -> None:
        self._storage.write(Box.IN, receipt.file_name, receipt_xml(receipt))
        self._ledger.record(receipt.pre_entry_no, receipt.client_no, receipt.version)

    def _archive(self, taken: _Taken, refused: Sequence[RefusedApplication]) -> None:
        box = Box.FAILED if refused else Box.SENT
        name = self._free_name(box, taken)
        if refused:
            note = f"{name.rpartition('.')[0] or name}.refused.xml"
            self._storage.write(Box.FAILED, note, refusal_xml(taken.file.name, refused))
        self._storage.move(Box.OUT, taken.file.name, box, name)

    def _free_name(self, box: Box, taken: _Taken) -> str:
        """Returns the file's name, with a digest unless it is free: nothing that is kept is overwritten."""
        name = taken.file.name
        own, dot, suffix = name.rpartition(".")
        is_long = len(name.encode(errors="surrogateescape")) > _LONGEST_NAME
        if not is_long and name.isprintable() and not self._storage.exists(box, name):
            return name
        return f"{stem(own or name)}.{taken.digest[:12]}{dot}{suffix[:8]}"

    # -- changes ----------------------------------------------------------------------------------

    async def _follow(self, *, hold: bool) -> int:
        """Writes receipts of state changes; returns how many.

        While a file waits, the cursor is kept: its application may exist already, and has no number here yet.
        """
        cursor = self._ahead if hold and self._ahead else self._ledger.cursor
        count = 0
        while True:
            page = await self._service.events(cursor)
            receipts = [receipt async for receipt in self._changes(page["items"])]
            cursor = page["next_cursor"]
            self._ahead = cursor if hold else None
            with self._ledger.together():
                for receipt in receipts:
                    self._write_receipt(receipt)
                if not hold:
                    self._ledger.cursor = cursor
            count += len(receipts)
            if not page["more"]:
                return count

    async def _changes(self, events: Sequence[Answer]) -> AsyncIterator[BoxReceipt]:
        """Yields a receipt for each event that changes the state of an application of the box."""
        for event in events:
            data = event["data"]
            known = self._ledger.known(data["pre_entry_no"])
            if known and data["version"] > known[1] and data["state"] != data["before"]:
                yield await self._change(known[0], data, event["time"])

    async def _change(self, client_no: str, data: Answer, at: str) -> BoxReceipt:
        number, state = data["pre_entry_no"], data["state"]
        _, zh, en = LETTERS[State(state)]
        receipt = BoxReceipt(client_no, number, data["version"], state, zh if self._language == "zh" else en, at)
        if state == State.RETURNED:
            return receipt._replace(note=await self._service.note(number))
        if state == State.SUCCEEDED and (view := await self._service.view(number)):
            return receipt._replace(application_no=view["application_no"])
        return receipt


def _from_xml(raw: bytes) -> _Item:
    found = read_application(raw)
    return _Item(found.client_no, _body(found.client_no, found.content, submit=found.submit))


def _body(client_no: str, content: Mapping[str, Any], *, submit: bool) -> dict[str, Any]:
    return {"action": "create", "client_key": client_key(client_no), "declare": submit, "content": content}


def _kind(file: BoxFile) -> str:
    return file.name.rpartition(".")[2].lower()


def _receipt(client_no: str, made: Answer) -> BoxReceipt:
    return BoxReceipt(
        client_no,
        made["pre_entry_no"],
        made["version"],
        made["state"],
        made["state_label"],
        made["updated_at"],
        made["application_no"],
    )


def _refused(taken: _Taken, decided: Sequence[tuple[_Item, Answer | None]]) -> Iterator[RefusedApplication]:
    """Yields the refusals of a file: of the whole, of the check, and of the API."""
    if taken.faults:
        yield RefusedApplication(None, taken.faults)
    for item, answer in decided:
        if item.faults:
            yield RefusedApplication(item.client_no, item.faults)
        elif answer and answer["code"]:
            yield RefusedApplication(item.client_no, answer["errors"], answer["pre_entry_no"])


__all__ = ["ImportBox", "Round", "Undecided"]
