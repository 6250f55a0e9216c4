"""XML for customs: read by a hardened parser and the XSD, written with legal characters only.

The schema is read from disk at the first use, once; nothing happens at import.
"""

import re
from functools import cache
from pathlib import Path
from threading import Lock

from lxml import etree
from lxml.etree import QName
from lxml.etree import _Element as Element

NAMESPACE = "urn:yuyue:customs:1"
MAX_BYTES = 1024**2
SCHEMAS = Path(__file__).parent / "schemas"

#: Everything that may precede a DOCTYPE; possessive, so a hostile prolog costs linear time.
_DOCTYPE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
#: Characters that XML 1.0 cannot carry (production 2, Char), lone surrogates included.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_COMPLAINT = re.compile(r"Element '(?:\{[^}]*\})?([A-Za-z_][A-Za-z0-9_.-]{0,63})'")
_REPLACEMENT = "\ufffd"
_validating = Lock()


class Unusable(Exception):
    """The message cannot be used.

    ``reason`` is a stable word: ``too_large``, ``not_xml``, ``doctype``, ``schema``, ``wrong_type``,
    ``incomplete``. ``detail`` says where, never what was there: values may be personal.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def parse(raw: bytes) -> Element:
    """Returns the root of a UTF-8 document of at most 1 MiB. Raises ``Unusable`` unless it is valid by the XSD."""
    root = read(raw)
    validate(root)
    return root


def read(raw: bytes) -> Element:
    """Returns the root of a UTF-8 document of at most 1 MiB. Raises ``Unusable`` unless it is well-formed."""
    if len(raw) > MAX_BYTES:
        raise Unusable("too_large", f"{len(raw)} bytes")
    if _DOCTYPE.match(raw):
        raise Unusable("doctype")
    return _well_formed(raw)


def validate(root: Element) -> None:
    """Raises ``Unusable("schema")``, with the first offending element and the broken facet, when the XSD forbids it."""
    schema = _schema()
    # The error log belongs to the schema object, which all threads share.
    with _validating:
        if schema.validate(root):
            return
        error = schema.error_log[0]
    raise Unusable("schema", f"{_element_name(error.message)} {error.type_name}")


def legal(text: str) -> str:
    """Returns the text with each character that XML cannot carry replaced by U+FFFD."""
    return _ILLEGAL.sub(_REPLACEMENT, text)


def leaf(name: str, value: str | None) -> Element | None:
    """Returns an element with text; None for no value, so that a missing value is a missing element."""
    if value is None:
        return None
    element = etree.Element(QName(NAMESPACE, name))
    element.text = legal(value)
    return element


def node(name: str, *children: Element | None) -> Element:
    """Returns an element with its children, without those that are None."""
    element = etree.Element(QName(NAMESPACE, name), nsmap={None: NAMESPACE})
    element.extend([child for child in children if child is not None])
    return element


def write(root: Element) -> bytes:
    """Returns UTF-8 with an XML declaration; the same tree gives the same bytes."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def text_of(parent: Element, name: str) -> str | None:
    """Returns the text of a child; None when it is absent or empty."""
    return parent.findtext(f"{{{NAMESPACE}}}{name}") or None


def required_text(parent: Element, name: str) -> str:
    """Returns the text of a child that the schema requires."""
    return parent.findtext(f"{{{NAMESPACE}}}{name}", "").strip()


def child(parent: Element, name: str) -> Element | None:
    """Returns the first child of that name."""
    return parent.find(f"{{{NAMESPACE}}}{name}")


def children(parent: Element, name: str) -> list[Element]:
    """Returns all children of that name, in order."""
    return parent.findall(f"{{{NAMESPACE}}}{name}")


def _well_formed(raw: bytes) -> Element:
    try:
        root = etree.fromstring(raw, _parser())
    except etree.XMLSyntaxError as error:
        raise Unusable("not_xml", f"line {error.lineno}") from error
    # A second check of the same thing, by the parser's own finding.
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unusable("doctype")
    return root


def _parser() -> etree.XMLParser[Element]:
    """Returns a parser without DTD, entities and network, within libxml2's limits; comments do not split a text."""
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(file=SCHEMAS / "envelope.xsd")


def _element_name(message: str) -> str:
    """Returns the element that libxml2 complains of; the rest of its message quotes values."""
    found = _COMPLAINT.match(message)
    return found.group(1) if found else "?"
