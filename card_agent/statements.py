"""Parser of statements and challenges: the user sees what the card signs, not what the page claims.

Everything that is not exactly a statement or challenge of this system is refused: no key signs foreign bytes.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from card_agent.port import Refused
from domain.problems.kinds import Text
from domain.problems.words import WORDS
from signing.canonical import LOGIN_PURPOSE, PRESENCE_PURPOSE, Challenge, SignedAct, Statement, StatementUnreadable

ACTS = {
    SignedAct.SUBMISSION: ("申报", "submission"),
    SignedAct.CANCELLATION: ("取消预约", "cancellation"),
    SignedAct.FEEDBACK: ("反馈报关单号", "feedback of declaration numbers"),
    SignedAct.EXPLANATION: ("情况说明", "explanation"),
}

#: Names of fields, with those that only statements have.
_NAMES = WORDS | {
    "seq": Text("序号", "number"),
    "number": Text("报关单号", "declaration number"),
    "outcome": Text("反馈情况", "outcome"),
    "size": Text("文件大小（字节）", "size in bytes"),
    "pages": Text("页数", "pages"),
    "sha256": Text("文件摘要 SHA-256", "SHA-256 of the file"),
}


def read_statement(raw: bytes) -> Statement:
    """Returns the statement. Raises ``agent.statement_unreadable`` when the bytes are no statement."""
    try:
        return Statement.read(raw)
    except StatementUnreadable:
        raise Refused("agent.statement_unreadable") from None


def render(raw: bytes) -> dict[str, Any]:
    """Returns the content of a statement for the user; the request to sign must repeat its ``sha256``."""
    statement = read_statement(raw)
    act, act_en = ACTS[statement.act]
    return {
        "sha256": sha256(raw).hexdigest(),
        "act": statement.act.value,
        "act_zh": act,
        "act_en": act_en,
        "pre_entry_no": statement.pre_entry_no,
        "version": statement.version,
        "signer": statement.signer,
        "time": statement.time.isoformat(),
        "content": list(_lines(_parsed(statement.content))),
    }


def read_challenge(raw: str, origin: str | None) -> str:
    """Returns the purpose of a challenge.

    Raises ``agent.origin_missing`` when the page has no origin, ``agent.challenge_foreign`` when the challenge names
    another page, ``agent.challenge_unreadable`` when it is malformed or has another purpose.
    """
    if origin is None:
        raise Refused("agent.origin_missing")
    found = _challenge(raw)
    if found.purpose not in {LOGIN_PURPOSE, PRESENCE_PURPOSE}:
        raise Refused("agent.challenge_unreadable")
    if found.origin != origin:
        raise Refused("agent.challenge_foreign", origin=origin)
    return found.purpose


def _challenge(raw: str) -> Challenge:
    try:
        fields = json.loads(raw)
        texts = {name: str(fields[name]) for name in ("origin", "nonce", "purpose")}
        found = Challenge(**texts, time=datetime.fromisoformat(fields["time"]))
    except (ValueError, TypeError, KeyError):
        raise Refused("agent.challenge_unreadable") from None
    if found.time.tzinfo is None or found.write() != raw.encode():
        raise Refused("agent.challenge_unreadable")
    return found


def _parsed(content: bytes) -> Element:
    try:
        parsed: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException):
        raise Refused("agent.statement_unreadable") from None
    return parsed


def _lines(element: Element, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """Yields each text of the element: its path, its name in both languages, and the text itself."""
    for child in element:
        name = child.tag.rpartition("}")[2]
        if len(child):
            yield from _lines(child, (*path, name))
        else:
            word = _NAMES.get(name)
            yield {
                "path": ".".join((*path, name)),
                "zh": word.zh if word else name,
                "en": word.en if word else name,
                "value": child.text or "",
            }
