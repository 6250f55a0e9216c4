"""DECLARATION_SEARCH 报关单查找: the declarations of two enterprises at two ports within some days."""

from lxml.etree import _Element as Element

from customs.xml import leaf, node
from domain.known_declarations import DeclarationSearch

TYPE = "DECLARATION_SEARCH"


def body(wanted: DeclarationSearch) -> Element:
    """Returns the element."""
    return node(
        "declaration_search",
        leaf("direction", wanted.direction),
        leaf("applicant", wanted.applicant),
        leaf("consignee", wanted.consignee),
        leaf("declaration_port", wanted.declaration_port),
        leaf("entry_exit_port", wanted.entry_exit_port),
        leaf("declared_from", wanted.declared_from.isoformat()),
        leaf("declared_to", wanted.declared_to.isoformat()),
    )
