"""DECLARATION_RESULT 报关单查核结果: one answer for each number that was asked."""

from datetime import UTC, date, datetime

from lxml.etree import _Element as Element

from customs.xml import child, children, required_text
from domain.appointment import Direction
from domain.declarations import DeclarationRecord, NotFound

TYPE = "DECLARATION_RESULT"
_DATE_LENGTH = len("2026-11-28")


def read(body: Element) -> dict[str, DeclarationRecord | NotFound]:
    """Returns what customs holds under each number."""
    return {required_text(answer, "number"): record(answer) for answer in children(body, "answer")}


def in_reply_to(body: Element) -> str:
    """Returns the ``message_id`` of the query."""
    return required_text(body, "in_reply_to")


def record(answer: Element) -> DeclarationRecord | NotFound:
    """Returns what one answer says of its number."""
    declaration = child(answer, "declaration")
    if declaration is None:
        return NotFound()
    return DeclarationRecord(
        number=required_text(answer, "number"),
        direction=Direction(required_text(declaration, "direction")),
        applicant=required_text(declaration, "applicant"),
        consignee=required_text(declaration, "consignee"),
        declaration_port=required_text(declaration, "declaration_port"),
        entry_exit_port=required_text(declaration, "entry_exit_port"),
        declared_on=_declared_on(required_text(declaration, "declared_on")),
    )


def _declared_on(text: str) -> date | datetime:
    """Returns a day, or an instant where customs keeps one."""
    if len(text) == _DATE_LENGTH:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(UTC)
