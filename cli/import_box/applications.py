"""Reads an application of an ERP from XML.

Elements have the names of the API's fields, so that the rules of the API alone judge them; a name that the API does not
know comes back as ``field.unknown``.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from lxml.etree import QName
from lxml.etree import _Element as Element

from customs.xml import MAX_BYTES, Unusable, read
from domain.problems import Fault

NAMESPACE = "urn:yuyue:erp:1"
#: The largest file of each kind that is read.
MAX_XML_BYTES = MAX_BYTES
MAX_SHEET_BYTES = 4 * 1024**2
MAX_CLIENT_NO = 64


class ApplicationUnreadable(Exception):
    """The file is no application. One that is not ``whole`` may still be written."""

    def __init__(self, fault: Fault, *, whole: bool = True) -> None:
        super().__init__(fault.code)
        self.fault = fault
        self.whole = whole


class Application(NamedTuple):
    """An application: the client's own number, its content as the API takes it, and whether to submit it at once."""

    client_no: str
    content: dict[str, Any]
    submit: bool = True


def read_application(raw: bytes) -> Application:
    """Returns the application in an XML file. Raises ``ApplicationUnreadable`` when it is none."""
    try:
        root = read(raw)
    except Unusable as unusable:
        raise unreadable(f"box_{unusable.reason}", whole=unusable.reason != "not_xml") from unusable
    if root.tag != QName(NAMESPACE, "application"):
        raise unreadable("box_other_root")
    client_no = (root.get("client_no") or "").strip()
    if not 1 <= len(client_no) <= MAX_CLIENT_NO:
        raise ApplicationUnreadable(Fault(code="field.required", field="client_no"))
    return Application(client_no, _content(root), root.get("submit", "true").strip() not in {"false", "0"})


def unreadable(reason: str, *, whole: bool = True) -> ApplicationUnreadable:
    """Returns the error of a file that cannot be read for this reason."""
    return ApplicationUnreadable(Fault(code="box.unreadable", facts={"reason": reason}), whole=whole)


def _content(root: Element) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, element in _elements(root):
        value = [_fields(line) for _, line in _elements(element)] if name == "goods" else _text(element)
        # The API refuses a list where it expects a text: neither of the two values is chosen.
        content[name] = [content[name], value] if name in content else value
    return {name: value for name, value in content.items() if value is not None}


def _fields(line: Element) -> dict[str, Any]:
    return {name: text for name, element in _elements(line) if (text := _text(element)) is not None}


def _elements(parent: Element) -> Iterator[tuple[str, Element]]:
    for element in parent:
        tag = QName(element)
        yield tag.localname if tag.namespace == NAMESPACE else str(element.tag), element


def _text(element: Element) -> Any:
    """Returns the text, None for an empty element; an element with children keeps their names, to be refused."""
    return _fields(element) if len(element) else (element.text or "").strip() or None
