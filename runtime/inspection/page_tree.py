"""Checks the tree of pages: each node is in it once, under the node that names it, for every reader alike."""

from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

from runtime.inspection.verdict import DocumentRefused

#: Keys that a page inherits from the nodes above it.
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


def demand_one_reading(reader: PdfReader, pages: int) -> None:
    """Raises ``DocumentRefused`` for a tree that contradicts itself.

    ``pages``: how many of them pypdf has found. Readers find the n-th page by ``/Count``, inherit by ``/Parent``,
    and tell pages from nodes by ``/Type`` or by ``/Kids``.
    """
    root: Any = reader.trailer["/Root"]
    if root is not reader.root_object:
        raise DocumentRefused("damaged", found="/Root")
    if _value(root["/Pages"], "/Count") != pages:
        raise DocumentRefused("damaged", found="/Count")
    seen = set[int]()
    for node, parent in _nodes(root["/Pages"]):
        if id(node) in seen or _contradicts_itself(node):
            raise DocumentRefused("ambiguous", found="/Kids")
        seen.update([id(node)] if "/Kids" in node else [])
        if parent is not None and any(_inherits_elsewhere(node, parent, key) for key in _INHERITED):
            raise DocumentRefused("ambiguous", found="/Parent")


def _nodes(top: Any) -> Iterator[tuple[Any, Any]]:
    """Yields every node and its parent; pypdf has checked before that the tree is finite."""
    waiting: list[tuple[Any, Any]] = [(top, None)]
    while waiting:
        node, parent = waiting.pop()
        yield node, parent
        kids = [kid.get_object() for kid in list.__iter__(_value(node, "/Kids") or [])]
        waiting += ((kid, node) for kid in kids if isinstance(kid, dict) and kid)


def _contradicts_itself(node: Any) -> bool:
    return _value(node, "/Type") not in {None, "/Pages" if "/Kids" in node else "/Page"}


def _inherits_elsewhere(node: Any, parent: Any, key: str) -> bool:
    return key not in node and bool(node.get_inherited(key) != parent.get_inherited(key))


def _value(node: Any, key: str) -> Any:
    return node[key] if key in node else None  # noqa: SIM401 `get` would not follow a reference
