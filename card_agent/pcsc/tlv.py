"""BER-TLV of cards: tags of one byte, lengths up to 65,535."""

from card_agent.port import Refused


def wrap(tag: int, value: bytes) -> bytes:
    """Returns an element: tag, length, value."""
    length = len(value)
    if length < 0x80:
        return bytes([tag, length]) + value
    size = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | size]) + length.to_bytes(size, "big") + value


def find(raw: bytes, tag: int, default: bytes | None = None) -> bytes:
    """Returns the value of the first element with that tag, or else the default.

    Raises ``card.unusable`` when there is neither, or a length is malformed.
    """
    at = 0
    while at + 2 <= len(raw):
        found, length, start = raw[at], *_length(raw, at + 1)
        if start + length > len(raw):
            break
        if found == tag:
            return raw[start : start + length]
        at = start + length
    if default is not None:
        return default
    raise Refused("card.unusable")


def _length(raw: bytes, at: int) -> tuple[int, int]:
    """Returns the length and the index at which the value begins."""
    first = raw[at]
    if first < 0x80:
        return first, at + 1
    size = first & 0x7F
    if size not in {1, 2}:
        raise Refused("card.unusable")
    return int.from_bytes(raw[at + 1 : at + 1 + size], "big"), at + 1 + size
