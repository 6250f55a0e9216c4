"""XML messages of the simulated office: reads messages of enterprises, writes receipts and replies."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from lxml import etree
from lxml.builder import ElementMaker
from lxml.etree import _Element as Element

NAMESPACE = "urn:yuyue:customs:1"
MAX_BYTES = 1024**2
OFFICE = "CUSTOMS"
_SCHEMA = Path(__file__).parent / "schemas" / "envelope.xsd"
_NS = {"c": NAMESPACE}
_E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})
_UNPRINTABLE = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

#: HTTP status of each technical refusal.
STATUS = {
    "TOO_LARGE": 413,
    "NOT_XML": 400,
    "DOCTYPE": 400,
    "SCHEMA": 422,
    "WRONG_TYPE": 422,
    "KEY_MISMATCH": 422,
} | dict.fromkeys(("NOT_FOR_US", "NOT_ENVELOPED"), 422)


class Rejected(Exception):
    """Refuses a message for good: has the NACK's code and, if it could be read, the message's id."""

    def __init__(self, code: str, note: str = "", message_id: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.note = note
        self.message_id = message_id


class Message(NamedTuple):
    """Valid message of an enterprise's system; ``body`` is the element inside ``<body>``.

    ``is_signed``: the enterprise's signature comes with it. The office reads it, and verifies none.
    """

    message_id: str
    message_type: str
    body: Element
    is_signed: bool = False

    def value(self, path: str) -> str:
        """Returns the text at a path of element names under the body, "" if there is none."""
        return self.body.findtext("/".join(f"c:{name}" for name in path.split("/")), "", _NS)

    def values(self, name: str) -> list[str]:
        """Returns the texts of all children of the body with that name."""
        return [each.text or "" for each in self.body.iterfind(f"c:{name}", _NS)]

    def rows(self, path: str, *names: str) -> list[tuple[str, ...]]:
        """Returns the texts of the named children of each element at a path under the body, "" where one is missing."""
        found = self.body.iterfind("/".join(f"c:{name}" for name in path.split("/")), _NS)
        return [tuple(each.findtext(f"c:{name}", "", _NS) for name in names) for each in found]


def read(raw: bytes, key: str | None) -> Message:
    """Returns the message. ``key`` is the Idempotency-Key.

    Raises ``Rejected`` when the size, the XML, the schema, the type or the key is wrong; the first fault counts.
    """
    if len(raw) > MAX_BYTES:
        raise Rejected("TOO_LARGE")
    root = _parsed(raw)
    message_id = root.findtext("c:message_id", "", _NS)
    body = root.find("c:body/*", _NS)
    message_type = root.findtext("c:message_type", "", _NS)
    if body is None or etree.QName(body).localname != message_type.lower():
        raise Rejected("WRONG_TYPE", message_id=message_id)
    if key != message_id:
        raise Rejected("KEY_MISMATCH")
    return Message(message_id, message_type, body, root.find("c:signature", _NS) is not None)


def receipt(facts: Mapping[str, str | None], notice_time: datetime, declaration_numbers: Sequence[str] = ()) -> bytes:
    """Returns a RECEIPT; ``facts`` has its fields by name, those without a value are left out."""
    order = ("receipt_id", "pre_entry_no", "result", "notice_time", "application_no", "note", "duty_contact")
    values = {**facts, "notice_time": notice_time.astimezone(UTC).isoformat()}
    present = [(name, printable(value)) for name in order if (value := values.get(name))]
    named = [_E.declaration_number(number) for number in declaration_numbers]
    return _message("RECEIPT", _E.receipt(*[_E(name, value) for name, value in present], *named))


def ack(message_id: str) -> bytes:
    """Returns the technical reply to an accepted message."""
    return _message("TECHNICAL_REPLY", _E.technical_reply(_E.in_reply_to(message_id), _E.ack()))


def nack(rejected: Rejected) -> bytes:
    """Returns the technical reply to a message that is refused for good."""
    note = [_E.note(rejected.note)] if rejected.note else []
    about = [_E.in_reply_to(rejected.message_id)] if rejected.message_id else []
    return _message("TECHNICAL_REPLY", _E.technical_reply(*about, _E.nack(_E.code(rejected.code), *note)))


def result(message_id: str, answers: Sequence[tuple[str, Mapping[str, str] | None]]) -> bytes:
    """Returns a DECLARATION_RESULT; ``answers`` has None for a number without a declaration."""
    return _message(
        "DECLARATION_RESULT",
        _E.declaration_result(
            _E.in_reply_to(message_id), *[_E.answer(_E.number(number), _declaration(held)) for number, held in answers]
        ),
    )


def listing(message_id: str, found: Sequence[Mapping[str, str]]) -> bytes:
    """Returns a DECLARATION_LIST."""
    rows = [_E.found(_E.number(each["number"]), _declaration(each)) for each in found]
    return _message("DECLARATION_LIST", _E.declaration_list(_E.in_reply_to(message_id), *rows))


def printable(text: str) -> str:
    """Returns the text with ``?`` for every character that XML does not allow."""
    return _UNPRINTABLE.sub("?", text)


def _declaration(held: Mapping[str, str] | None) -> Element:
    if held is None:
        return _E.not_found()
    names = ("direction", "applicant", "consignee", "declaration_port", "entry_exit_port", "declared_on")
    return _E.declaration(*[_E(name, held[name]) for name in names])


def _message(message_type: str, body: Element) -> bytes:
    message = _E.message(
        _E.message_id(str(uuid4())),
        _E.message_type(message_type),
        _E.version("1.0"),
        _E.sender_id(OFFICE),
        _E.receiver_id("YUYUE"),
        _E.send_time(datetime.now(UTC).isoformat()),
        _E.body(body),
    )
    _schema().assertValid(message)
    return etree.tostring(message, encoding="UTF-8", xml_declaration=True)


def _parsed(raw: bytes) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Rejected("NOT_XML", f"line {error.lineno}") from error
    if root.getroottree().docinfo.doctype:
        raise Rejected("DOCTYPE")
    if not _schema().validate(root):
        complaint = _schema().error_log[0]
        raise Rejected("SCHEMA", f"line {complaint.line}: {complaint.type_name}")
    return root


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=_SCHEMA)
