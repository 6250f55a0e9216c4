"""APPOINTMENT_CANCEL 取消预约."""

from datetime import datetime

from lxml.etree import _Element as Element

from customs.wire.parts import numbers
from customs.xml import leaf, node
from domain.appointment import Appointment
from domain.instants import shown


def body(appointment: Appointment, at: datetime, reason: str | None) -> Element:
    """Returns the element; the cancellation took effect at ``cancelled_at``, or else ``at``."""
    return node(
        "appointment_cancel",
        *numbers(appointment),
        leaf("reason", reason or None),
        leaf("cancelled_at", shown(appointment.cancelled_at or at)),
    )
