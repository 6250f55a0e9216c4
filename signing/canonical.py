"""The bytes that a card signs 签名原文.

A statement is the XML a card signs when an enterprise declares something. The server offers it, the card signs it, and
exactly these bytes go to customs with the signature. It contains act, number, version, nonce, time and signer, so a
signature serves one act on one version of one appointment, once. A challenge is signed to log in: JSON, with
purpose and origin, so that neither can be mistaken for the other.
"""

import json
import re
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self

from domain.instants import shown

NAMESPACE = "urn:yuyue:customs:1"
LOGIN_PURPOSE = "yuyue/login"
#: The purpose of the challenge that an unlocked card 插入且已解锁 signs from time to time during its session.
PRESENCE_PURPOSE = "yuyue/presence"

_STATEMENT = re.compile(
    rb'<\?xml version="1\.0" encoding="UTF-8"\?>\n<statement xmlns="urn:yuyue:customs:1">'
    rb"<act>(?P<act>[a-z]+)</act><pre_entry_no>(?P<pre_entry_no>[0-9]{18})</pre_entry_no>"
    rb"<version>(?P<version>[1-9][0-9]{0,8})</version><nonce>(?P<nonce>[A-Za-z0-9_-]{43})</nonce>"
    rb"<time>(?P<time>[0-9T:.+-]+)</time><signer>(?P<signer>[0-9]{4}[0-9A-Z]{6})</signer>"
    rb"(?P<content><content xmlns=.*</content>|<content xmlns=[^>]*/>)</statement>",
    re.DOTALL,
)


class SignedAct(StrEnum):
    """An act that may be signed; the value is the last part of the call's path."""

    SUBMISSION = "submission"
    CANCELLATION = "cancellation"
    FEEDBACK = "feedback"
    EXPLANATION = "explanation"


class StatementUnreadable(ValueError):
    """The bytes are no statement of ours."""


class Statement(NamedTuple):
    """A statement; ``content`` is the XML element ``content``, as ``customs.declared`` renders it."""

    act: SignedAct
    pre_entry_no: str
    version: int
    nonce: str
    time: datetime
    signer: str
    content: bytes

    def write(self) -> bytes:
        """Returns the bytes to sign; equal statements give equal bytes."""
        head = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<statement xmlns="{NAMESPACE}"><act>{self.act}</act><pre_entry_no>{self.pre_entry_no}</pre_entry_no>'
            f"<version>{self.version}</version><nonce>{self.nonce}</nonce><time>{shown(self.time)}</time>"
            f"<signer>{self.signer}</signer>"
        )
        return head.encode() + self.content + b"</statement>"

    @classmethod
    def read(cls, raw: bytes) -> Self:
        """Returns the statement of the bytes.

        Raises ``StatementUnreadable`` for bytes that ``write`` would not have made.
        """
        found = _STATEMENT.fullmatch(raw)
        if found is None:
            raise StatementUnreadable("not a statement")
        text = {name: value.decode() for name, value in found.groupdict().items() if name != "content"}
        try:
            act, time = SignedAct(text["act"]), datetime.fromisoformat(text["time"])
        except ValueError:
            raise StatementUnreadable("not a statement") from None
        read = cls(
            act, text["pre_entry_no"], int(text["version"]), text["nonce"], time, text["signer"], found["content"]
        )
        if time.tzinfo is None or read.write() != raw:
            raise StatementUnreadable("written otherwise")
        return read


class Challenge(NamedTuple):
    """The text that a card signs to log in, and to prove its presence; ``origin`` is ours, as a browser writes it."""

    origin: str
    nonce: str
    time: datetime
    purpose: str = LOGIN_PURPOSE

    def write(self) -> bytes:
        """The bytes to sign."""
        fields = {"nonce": self.nonce, "origin": self.origin, "purpose": self.purpose, "time": shown(self.time)}
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
