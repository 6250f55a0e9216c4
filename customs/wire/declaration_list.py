"""DECLARATION_LIST 报关单查找结果: at most 50 declarations, none if customs knows none."""

from lxml.etree import _Element as Element

from customs.wire.declaration_result import record
from customs.xml import children
from domain.declarations import DeclarationRecord

TYPE = "DECLARATION_LIST"


def read(body: Element) -> list[DeclarationRecord]:
    """Returns what customs found."""
    return [each for found in children(body, "found") if isinstance(each := record(found), DeclarationRecord)]
