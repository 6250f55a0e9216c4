"""信封: the outer element of every message, ``<message>``."""

import base64
from datetime import datetime
from typing import NamedTuple

from lxml.etree import QName
from lxml.etree import _Element as Element

from customs import xml
from domain.instants import shown

VERSION = "1.0"


class Heading(NamedTuple):
    """The fields of an envelope; ``message_id`` is a lower-case UUID and the idempotency key."""

    message_id: str
    message_type: str
    sender_id: str
    receiver_id: str
    send_time: datetime


class Envelope(NamedTuple):
    """An opened envelope: valid by the XSD, with a body of its ``message_type``."""

    message_id: str
    message_type: str
    body: Element


class SignedEnvelope(NamedTuple):
    """The enterprise's signature: the statement its card signed, byte for byte, and the CMS over it in DER."""

    statement: bytes
    cms: bytes


def wrap(heading: Heading, body: Element, signed: SignedEnvelope | None = None) -> bytes:
    """Returns the message as bytes; equal arguments give equal bytes, so a retry sends the same message."""
    return xml.write(
        xml.node(
            "message",
            xml.leaf("message_id", heading.message_id),
            xml.leaf("message_type", heading.message_type),
            xml.leaf("version", VERSION),
            xml.leaf("sender_id", heading.sender_id),
            xml.leaf("receiver_id", heading.receiver_id),
            xml.leaf("send_time", shown(heading.send_time)),
            xml.node("body", body),
            _signature(signed) if signed else None,
        )
    )


def _signature(signed: SignedEnvelope) -> Element:
    return xml.node(
        "signature",
        xml.leaf("format", "CMS_DETACHED"),
        xml.leaf("statement", base64.b64encode(signed.statement).decode()),
        xml.leaf("value", base64.b64encode(signed.cms).decode()),
    )


def unwrap(raw: bytes, expected: str) -> Envelope:
    """Opens a message of the ``expected`` type. Raises ``xml.Unusable``."""
    root = xml.parse(raw)
    message_type = xml.required_text(root, "message_type")
    body = root.find(f"{{{xml.NAMESPACE}}}body/*")
    # XSD 1.0 cannot tie the two together.
    if body is None or message_type != expected or QName(body).localname != expected.lower():
        raise xml.Unusable("wrong_type", message_type)
    return Envelope(xml.required_text(root, "message_id"), message_type, body)
