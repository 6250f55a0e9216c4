"""Invitations to the window of an appointment, as iTIP messages (RFC 5546) for mail (RFC 6047).

REQUEST when it is approved, REQUEST with a higher SEQUENCE when something about it changes, CANCEL when it is given up.
"""

from icalendar import Calendar, vCalAddress

from domain.appointment import Appointment
from domain.notifications.channels import is_booked
from runtime.calendar_entries import PRODUCT, component, window_entry
from runtime.messaging.mail import CalendarPart


def written(appointment: Appointment, *, organizer: str, attendee: str) -> CalendarPart | None:
    """Returns the message for one person; None for an appointment without a window."""
    entry = window_entry(appointment)
    if entry is None:
        return None
    method = "REQUEST" if is_booked(appointment) else "CANCEL"
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.calscale = "GREGORIAN"
    made.add("method", method)
    event = component(appointment, entry)
    event.add("organizer", _person(organizer, CN="预约通关"))
    # No answer is wanted: customs has decided, and nobody reads the sender's mail.
    event.add("attendee", _person(attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="FALSE"))
    made.add_component(event)
    return CalendarPart(method, bytes(made.to_ical()))


def _person(email: str, **parameters: str) -> vCalAddress:
    person = vCalAddress(f"mailto:{email}")
    for name, value in parameters.items():
        person.params[name] = value
    return person
