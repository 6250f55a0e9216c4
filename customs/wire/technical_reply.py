"""TECHNICAL_REPLY 技术回执: customs has taken the message (ACK), or refuses it for good (NACK)."""

from typing import NamedTuple

from lxml.etree import _Element as Element

from customs.xml import child, leaf, node, required_text, text_of

TYPE = "TECHNICAL_REPLY"


class Reply(NamedTuple):
    """``refused`` is None for an ACK, else the NACK's code; ``in_reply_to`` is None when customs found no id."""

    in_reply_to: str | None
    refused: str | None


def read(body: Element) -> Reply:
    """Returns the reply of a body that is valid by the XSD."""
    nack = child(body, "nack")
    refused = None if nack is None else required_text(nack, "code")
    return Reply(text_of(body, "in_reply_to"), refused)


def refusal(code: str, note: str, in_reply_to: str | None) -> Element:
    """Returns the body of a NACK; ``note`` has at most 200 characters."""
    nack = node("nack", leaf("code", code), leaf("note", note))
    return node("technical_reply", leaf("in_reply_to", in_reply_to), nack)
