"""Writes what an ERP gets: a receipt of an application, or a refusal with all faults."""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from lxml import etree
from lxml.etree import QName
from lxml.etree import _Element as Element

from cli.import_box.applications import NAMESPACE
from customs.xml import legal, write

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
_ODD = re.compile(r"[^A-Za-z0-9_\-]+")


class BoxReceipt(NamedTuple):
    """State of an application, as the ERP gets it."""

    client_no: str
    pre_entry_no: str
    version: int
    state: str
    state_label: str
    at: str
    application_no: str | None = None
    note: str | None = None

    @property
    def file_name(self) -> str:
        """The name of its file: the same receipt has one file."""
        return f"{stem(self.client_no)}.{self.version:04d}.{self.state}.xml"


class RefusedApplication(NamedTuple):
    """An application that was not accepted; ``pre_entry_no`` if a draft of it was saved nevertheless."""

    client_no: str | None
    errors: Iterable[Mapping[str, Any]]
    pre_entry_no: str | None = None


def stem(client_no: str) -> str:
    """Returns a file name for the client's number, which is any text: equal to it where that is safe."""
    if _PLAIN.fullmatch(client_no):
        return client_no
    return f"{_ODD.sub('_', client_no)[:40]}.{sha256(client_no.encode()).hexdigest()[:12]}"


def receipt_xml(receipt: BoxReceipt) -> bytes:
    """Returns the receipt's document."""
    fields = {name: value for name, value in receipt._asdict().items() if name != "client_no" and value is not None}
    root = _element("receipt", client_no=receipt.client_no)
    root.extend(_leaf(name, str(value)) for name, value in fields.items())
    return write(root)


def refusal_xml(file_name: str, refused: Iterable[RefusedApplication]) -> bytes:
    """Returns the document of what was refused in a file, with every fault."""
    root = _element("refusal", file=file_name)
    for each in refused:
        given = {"client_no": each.client_no, "pre_entry_no": each.pre_entry_no}
        application = _element("refused", **{name: value for name, value in given.items() if value})
        application.extend(_fault(error) for error in each.errors)
        root.append(application)
    return write(root)


def _fault(error: Mapping[str, Any]) -> Element:
    element = _element("fault")
    names = ("code", "row", "field", "message", "remedy")
    element.extend(_leaf(name, str(error[name])) for name in names if error.get(name) is not None)
    return element


def _element(name: str, **attributes: str) -> Element:
    element = etree.Element(QName(NAMESPACE, name), nsmap={None: NAMESPACE})
    for attribute, value in attributes.items():
        element.set(attribute, legal(value))
    return element


def _leaf(name: str, text: str) -> Element:
    element = _element(name)
    element.text = legal(text)
    return element
