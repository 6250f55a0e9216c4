"""Checks that bytes are strict DER (X.690) before a parser reads them: one encoding for a value, nothing after it.

``frozen`` keeps a structure of our own as such bytes.
"""

from typing import TypeVar

from asn1crypto import core

from signing import Rejected

Built = TypeVar("Built", bound=core.Asn1Value)

MAX_DEPTH = 32

_CONSTRUCTED = 0x20
_UNIVERSAL_CONTAINERS = frozenset({0x30, 0x31})


def check(raw: bytes) -> None:
    """Demands exactly one element, with definite and shortest lengths throughout, and strings in one piece.

    Raises ``Rejected("signature.malformed")`` otherwise. The meaning of the values is not checked.
    """
    end = _element(raw, 0, len(raw), MAX_DEPTH)
    if end != len(raw):
        raise _malformed("trailing bytes")


def _element(raw: bytes, start: int, limit: int, depth: int) -> int:
    """Returns the end of the element that begins at ``start``."""
    if depth == 0:
        raise _malformed("too deep")
    if start + 2 > limit:
        raise _malformed("truncated")
    tag = raw[start]
    if tag & 0x1F == 0x1F:
        raise _malformed("high tag")
    content, end = _length(raw, start + 1, limit)
    if tag & _CONSTRUCTED:
        _inside(raw, tag, content, end, depth=depth)
    elif tag in {0x10, 0x11}:
        raise _malformed("primitive container")
    return end


def _inside(raw: bytes, tag: int, content: int, end: int, *, depth: int) -> None:
    if tag & 0xC0 == 0 and tag not in _UNIVERSAL_CONTAINERS:
        raise _malformed("string in pieces")
    while content < end:
        content = _element(raw, content, end, depth - 1)


def _length(raw: bytes, at: int, limit: int) -> tuple[int, int]:
    """Returns the beginning and the end of the content."""
    first = raw[at]
    if first < 0x80:
        return _within(at + 1, first, limit)
    count = first & 0x7F
    if count == 0:
        raise _malformed("indefinite length")
    digits = raw[at + 1 : min(at + 1 + count, limit)]
    if count > 4 or len(digits) < count:
        raise _malformed("truncated")
    length = int.from_bytes(digits, "big")
    if length < 0x80 or digits[0] == 0:
        raise _malformed("long length")
    return _within(at + 1 + count, length, limit)


def _within(content: int, length: int, limit: int) -> tuple[int, int]:
    if content + length > limit:
        raise _malformed("truncated")
    return content, content + length


def _malformed(why: str) -> Rejected:
    return Rejected("signature.malformed", why=why)


def frozen(built: Built) -> Built:
    """Returns the same structure as parsed bytes: asn1crypto renders a built one again at every level around it."""
    read: Built = type(built).load(built.dump())
    return read
