"""DER as X.690 demands it, checked before any parser looks: one way to write a thing, and nothing after it.

And what we build ourselves, held as such bytes.
"""

from typing import TypeVar

from asn1crypto import core

from signing.rejected import Rejected

Built = TypeVar("Built", bound=core.Asn1Value)

MAX_DEPTH = 32

_CONSTRUCTED = 0x20
_UNIVERSAL_CONTAINERS = frozenset({0x30, 0x31})


def check(raw: bytes) -> None:
    """Exactly one element, definite and shortest lengths all through, strings in one piece.

    ``Rejected("signature.malformed")`` otherwise. Says nothing of what the values mean.
    """
    end = _element(raw, 0, len(raw), MAX_DEPTH)
    if end != len(raw):
        raise _malformed("trailing bytes")


def _element(raw: bytes, start: int, limit: int, depth: int) -> int:
    """Where the element that begins at ``start`` ends."""
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
    """Where the content begins and ends."""
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
    """The same, as if it had been read: what asn1crypto has built it renders anew at each level that it goes into."""
    read: Built = type(built).load(built.dump())
    return read
