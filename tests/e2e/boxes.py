"""Applications as an ERP writes them into the box."""

from collections.abc import Mapping
from typing import Any

from lxml import etree
from lxml.etree import QName

NAMESPACE = "urn:yuyue:erp:1"


def application_xml(client_no: str, content: Mapping[str, Any]) -> bytes:
    """The file of an application; ``content`` as the API takes it."""
    root = etree.Element(QName(NAMESPACE, "application"), client_no=client_no)
    for name, value in content.items():
        element = etree.SubElement(root, QName(NAMESPACE, name))
        if name != "goods":
            element.text = str(value)
            continue
        for line in value:
            parent = etree.SubElement(element, QName(NAMESPACE, "line"))
            for key, text in line.items():
                etree.SubElement(parent, QName(NAMESPACE, key)).text = text
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
