"""The element ``content`` of the statement that a card signs: what the enterprise declares.

The builders of the messages render it, so that statement and body agree. What only the server knows when an act
takes effect (instants, credit, outcomes) is in the body alone.
"""

from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element as Element

from customs.wire.appointment_apply import declared as applied
from customs.wire.parts import attachment
from customs.xml import leaf, node
from domain.appointment import Appointment


def application(appointment: Appointment) -> bytes:
    """Returns the application 申报, in the clear, with the digests of its attachments."""
    return _content(
        leaf("consignee_code", appointment.content.consignee_code),
        *applied(appointment),
    )


def cancellation(reason: str | None) -> bytes:
    """取消预约."""
    return _content(leaf("reason", reason or None))


def feedback(numbers: Sequence[str]) -> bytes:
    """通关反馈: the declaration numbers as typed, in order."""
    return _content(*[leaf("declaration_number", number) for number in numbers])


def explanation(appointment: Appointment, text: str | None, attachment_id: str | None) -> bytes:
    """情况说明, with the digest of the file that goes with it."""
    attached = [each for each in appointment.attachments if each.attachment_id == attachment_id]
    return _content(leaf("text", text or None), *map(attachment, attached))


def _content(*children: Element | None) -> bytes:
    return etree.tostring(node("content", *children), encoding="UTF-8", xml_declaration=False)
