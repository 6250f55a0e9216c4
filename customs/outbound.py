"""Messages to customs, as bytes for any channel."""

from collections.abc import Sequence
from datetime import datetime

from lxml.etree import _Element as Element

from customs.wire import appointment_apply, appointment_cancel, appointment_explanation, appointment_feedback
from customs.wire.envelope import Heading, SignedEnvelope, wrap
from domain.appointment import Appointment, Declaration
from domain.event import MessageType, Outgoing


def render(
    *,
    outgoing: Outgoing,
    appointment: Appointment,
    at: datetime,
    reason: str | None = None,
    declarations: Sequence[Declaration] = (),
    signed: SignedEnvelope | None = None,
    sender_id: str,
    receiver_id: str,
) -> bytes:
    """Returns the message, UTF-8 XML. The same arguments always give the same bytes, so a retry sends the same message.

    ``appointment`` and ``reason`` are in the clear. ``at`` is the instant at which the message entered the outbox,
    and its ``send_time``. ``declarations`` are those of this one feedback, ``signed`` is what
    the enterprise signed, in the clear. No text makes it fail:
    characters that XML cannot carry become U+FFFD, and a missing value is left out for the XSD to refuse.
    """
    body = _body(outgoing.message_type, appointment, at=at, reason=reason, declarations=declarations)
    heading = Heading(outgoing.message_id, outgoing.message_type, sender_id, receiver_id, at)
    return wrap(heading, body, signed)


def _body(
    message_type: MessageType,
    appointment: Appointment,
    *,
    at: datetime,
    reason: str | None,
    declarations: Sequence[Declaration],
) -> Element:
    match message_type:
        case MessageType.APPLY:
            return appointment_apply.body(appointment, at)
        case MessageType.CANCEL:
            return appointment_cancel.body(appointment, at, reason)
        case MessageType.FEEDBACK:
            return appointment_feedback.body(appointment, declarations)
        case MessageType.EXPLANATION:
            return appointment_explanation.body(appointment, at)
