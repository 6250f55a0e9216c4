"""Messages as people read them: indented, with the finding of the XSD, and without personal fields unless opened."""

from typing import NamedTuple

from lxml import etree
from lxml.etree import QName
from lxml.etree import _Element as Element

from customs.xml import Unusable, read, validate

#: Elements with a person's data, with text that somebody wrote, or with a signed copy of them.
_PERSONAL = frozenset({"contact_name", "contact_mobile", "reason", "text", "note", "duty_contact"}) | {
    *("statement", "value"),
}
_MASK = "••••••"


class Displayed(NamedTuple):
    """A message to look at; ``text`` is None for bytes that are no XML, ``complaint`` None for a valid message."""

    text: str | None
    complaint: str | None


def display(raw: bytes, *, masked: bool) -> Displayed:
    """Returns the message with indentation, and the reason and place where it breaks the XSD."""
    try:
        root = read(raw)
    except Unusable as unusable:
        return Displayed(None, str(unusable))
    complaint = _complaint(root)
    if masked:
        _mask(root)
    etree.indent(root)
    return Displayed(etree.tostring(root, encoding="unicode"), complaint)


def _complaint(root: Element) -> str | None:
    try:
        validate(root)
    except Unusable as unusable:
        return str(unusable)
    return None


def _mask(root: Element) -> None:
    for element in root.iter():
        if _is_personal(element) and element.text and len(element) == 0:
            element.text = _MASK


def _is_personal(element: Element) -> bool:
    name, parent = QName(element).localname, element.getparent()
    of_file = name == "name" and parent is not None and QName(parent).localname == "attachment"
    return name in _PERSONAL or of_file
