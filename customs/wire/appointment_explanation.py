"""APPOINTMENT_EXPLANATION 情况说明: a text, an attachment, or both."""

from datetime import datetime

from lxml.etree import _Element as Element

from customs.wire.parts import attachment, numbers
from customs.xml import leaf, node
from domain.appointment import Appointment, Explanation
from domain.instants import shown


def body(appointment: Appointment, at: datetime) -> Element:
    """The explanation the appointment holds, sent at its own instant, or else ``at``."""
    explanation = appointment.explanation or Explanation(sent_at=at)
    return node(
        "appointment_explanation",
        *numbers(appointment),
        leaf("sent_at", shown(explanation.sent_at)),
        leaf("text", explanation.text or None),
        attachment(explanation.attachment_id),
    )
