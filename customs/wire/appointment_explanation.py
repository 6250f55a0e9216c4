"""APPOINTMENT_EXPLANATION 情况说明: a text, an attachment, or both."""

from datetime import datetime

from lxml.etree import _Element as Element

from customs.wire.parts import attachment, numbers
from customs.xml import leaf, node
from domain.appointment import Appointment, Attachment, Explanation
from domain.instants import shown


def body(appointment: Appointment, at: datetime) -> Element:
    """Returns the element of the appointment's explanation, sent at its own instant, or else ``at``."""
    explanation = appointment.explanation or Explanation(sent_at=at)
    return node(
        "appointment_explanation",
        *numbers(appointment),
        leaf("sent_at", shown(explanation.sent_at)),
        leaf("text", explanation.text or None),
        attachment(_attached(appointment, explanation)),
    )


def _attached(appointment: Appointment, explanation: Explanation) -> Attachment | None:
    return next((each for each in appointment.attachments if each.attachment_id == explanation.attachment_id), None)
