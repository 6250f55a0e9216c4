"""The cases: what is handed to the office, what it must answer, and what to do when it does not."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from uuid import uuid4

from customs.channels import Unavailable
from customs.channels.directory.zips import pack
from customs.conformance.probes import FileProbe, OfficeAnswer, Probe
from customs.published import SAMPLES, published_files
from customs.xml import MAX_BYTES
from domain.declarations import NotFound

GOLDEN = ("appointment_apply", "appointment_cancel", "appointment_feedback", "appointment_explanation")
_MESSAGE_ID = re.compile(rb"(?<=<message_id>)[0-9a-f-]{36}")
_NUMBER = re.compile(rb"(?<=<pre_entry_no>)[0-9]{18}")
_NOBODYS = "000000000000000000"

Verdict = Literal["passed", "failed", "skipped"]


class CaseOutcome(NamedTuple):
    """The result of a case; ``remedy`` is for one that failed, Chinese first."""

    case: str
    verdict: Verdict
    seen: str
    remedy: str = ""


class Kit:
    """Runs the cases against one office. Every run uses new ids and appointments of its own."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self.number = f"9999{datetime.now(UTC):%y%m%d%H%M%S%f}"[:18]

    def run(self) -> Iterator[CaseOutcome]:
        """Yields the outcome of each case as it is known."""
        for name in GOLDEN:
            yield from self._golden(name)
        for code, make in _FAULTS.items():
            message_id, xml = self.message("appointment_apply")
            yield _refused(code, self._probe.send(message_id, make(xml)), code)
        yield self._key_mismatch()
        yield self._wrong_type()
        if isinstance(self._probe, FileProbe):
            yield from _files(self._probe)
        yield self._look_up()
        yield self._receipts()

    def message(self, name: str) -> tuple[str, bytes]:
        """Returns a golden message under a new id, about this run's appointment."""
        message_id = str(uuid4())
        xml = published_files()[f"{SAMPLES}/{name}.xml"].content
        return message_id, _NUMBER.sub(self.number.encode(), _MESSAGE_ID.sub(message_id.encode(), xml))

    def _golden(self, name: str) -> Iterator[CaseOutcome]:
        message_id, xml = self.message(name)
        remedy = "按 envelope.xsd 收下该样例报文 / take this golden message, which is valid by envelope.xsd"
        yield _expect(f"golden {name}", self._probe.send(message_id, xml), "ack", remedy)
        remedy = "按 message_id 认出重复,答复收下,不再处理 / recognise a repeat by its message_id, say ack again"
        yield _expect(f"repeated {name}", self._probe.send(message_id, xml), "ack", remedy)

    def _key_mismatch(self) -> CaseOutcome:
        _, xml = self.message("appointment_apply")
        answer = self._probe.send(str(uuid4()), xml)
        return _refused("KEY_MISMATCH", answer, "KEY_MISMATCH")

    def _wrong_type(self) -> CaseOutcome:
        message_id, xml = self.message("receipt")
        return _refused("WRONG_TYPE", self._probe.send(message_id, xml), "WRONG_TYPE")

    def _look_up(self) -> CaseOutcome:
        remedy = "对每个号码都答复,无则 not_found / answer every number, with not_found where there is none"
        try:
            found = self._probe.channel.look_up([_NOBODYS])
        except Unavailable as error:
            return CaseOutcome("look-up", "failed", error.reason, remedy)
        if found[_NOBODYS] == NotFound():
            return CaseOutcome("look-up", "passed", "DECLARATION_RESULT, not_found")
        return CaseOutcome("look-up", "failed", "a declaration under a number that nobody has", remedy)

    def _receipts(self) -> CaseOutcome:
        try:
            wrong = list(self._probe.receipts([self.number]))
        except LookupError as error:
            return CaseOutcome("receipts", "skipped", str(error))
        if not wrong:
            return CaseOutcome("receipts", "passed", "RECEIPT valid by the XSD")
        remedy = "按 receipt.xsd 修正回执,一份一个同名 zip / correct it by receipt.xsd, one zip of its own name each"
        return CaseOutcome("receipts", "failed", "; ".join(wrong), remedy)


def _files(probe: FileProbe) -> Iterator[CaseOutcome]:
    """Yields the cases that are about files alone."""
    for case, code, make in _FILE_FAULTS:
        message_id = str(uuid4())
        yield _refused(case, probe.put(message_id, make(message_id)), code)
    remedy = "不读取以 . 开头或以 .tmp 结尾的文件 / leave files alone that begin with . or end with .tmp"
    is_well = probe.is_left_alone()
    seen = "left in OutBox" if is_well else "taken out of OutBox"
    yield CaseOutcome("unfinished file", "passed" if is_well else "failed", seen, "" if is_well else remedy)


def _refused(case: str, answer: OfficeAnswer, code: str) -> CaseOutcome:
    """Returns the outcome of a fault; a refusal without a code is one, too."""
    remedy = f"以 nack {code} 永久拒收,附 TECHNICAL_REPLY / refuse it for good by a TECHNICAL_REPLY with nack {code}"
    if answer.code == "refused":
        return CaseOutcome(f"fault {case}", "passed", answer.seen)
    return _expect(f"fault {case}", answer, code, remedy)


def _expect(case: str, answer: OfficeAnswer, code: str, remedy: str) -> CaseOutcome:
    if answer.code == code:
        return CaseOutcome(case, "passed", answer.seen)
    return CaseOutcome(case, "failed", answer.seen, remedy)


#: Code → what is done to a golden message.
_FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "NOT_XML": lambda xml: xml[:-10],
    "DOCTYPE": lambda xml: xml.replace(b"<message ", b"<!DOCTYPE message>\n<message ", 1),
    "SCHEMA": lambda xml: xml.replace(b"<version>1.0</version>", b"<version>0.0</version>"),
    "TOO_LARGE": lambda xml: xml + b" " * MAX_BYTES,
}
_FILE_FAULTS: tuple[tuple[str, str, Callable[[str], bytes]], ...] = (
    ("truncated zip", "ZIP_DAMAGED", lambda stem: pack(f"{stem}.xml", b"<message/>")[:-1]),
    ("another name in the zip", "ZIP_CONTENT", lambda _: pack("other.xml", b"<message/>")),
    ("a path in the zip", "ZIP_CONTENT", lambda stem: pack(f"../{stem}.xml", b"<message/>")),
)
