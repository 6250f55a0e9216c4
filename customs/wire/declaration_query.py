"""DECLARATION_QUERY 报关单查核: at most 50 numbers in one message."""

from collections.abc import Sequence

from lxml.etree import _Element as Element

from customs.xml import leaf, node

TYPE = "DECLARATION_QUERY"
BATCH = 50


def body(numbers: Sequence[str]) -> Element:
    """Returns the element with the numbers in the order given."""
    return node("declaration_query", *[leaf("number", number) for number in numbers])
