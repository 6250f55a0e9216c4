"""Reads customs' replies, which are the same messages on every channel."""

from lxml.etree import _Element as Element

from customs.channels import Unavailable
from customs.wire import declaration_list, declaration_result, technical_reply
from customs.wire.envelope import unwrap
from customs.xml import Unusable
from domain.declarations import DeclarationRecord, NotFound


def read_reply(body: bytes, message_id: str) -> technical_reply.Reply | None:
    """Returns None for a body that is no reply to this message; a NACK may be sent before the id was read."""
    try:
        reply = technical_reply.read(unwrap(body, technical_reply.TYPE).body)
    except Unusable:
        return None
    mine = reply.in_reply_to == message_id or (reply.refused is not None and reply.in_reply_to is None)
    return reply if mine else None


def read_result(body: bytes, message_id: str, numbers: set[str]) -> dict[str, DeclarationRecord | NotFound]:
    """Returns the answer to a look-up of these numbers. Raises ``Unavailable`` when it is none."""
    found = declaration_result.read(_answer(body, declaration_result.TYPE, message_id))
    if found.keys() != numbers:
        raise Unavailable("reply incomplete")
    return found


def read_list(body: bytes, message_id: str) -> list[DeclarationRecord]:
    """Returns the answer to a search for declarations. Raises ``Unavailable`` when it is none."""
    return declaration_list.read(_answer(body, declaration_list.TYPE, message_id))


def _answer(raw: bytes, message_type: str, message_id: str) -> Element:
    try:
        answer = unwrap(raw, message_type).body
    except Unusable as error:
        raise Unavailable(f"reply {error.reason}") from error
    if declaration_result.in_reply_to(answer) != message_id:
        raise Unavailable("reply mismatched")
    return answer
