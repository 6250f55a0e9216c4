"""Declarations that customs knows of an appointment before the enterprise has fed them back 海关已知的报关单.

They are offered, and a person confirms them: nothing is fed back by itself.
"""

from collections.abc import Iterable
from datetime import date, datetime

from domain.appointment import Appointment, Direction
from domain.declarations import DeclarationRecord, judge
from domain.instants import local_date
from domain.model import Model


class DeclarationSearch(Model):
    """A question to customs: declarations of these parties at these ports, declared on one of these days."""

    direction: Direction
    applicant: str
    consignee: str
    declaration_port: str
    entry_exit_port: str
    declared_from: date
    declared_to: date


def search_for(appointment: Appointment, now: datetime) -> DeclarationSearch | None:
    """Returns the question about an approved appointment: from its submission to ``now``; None if it lacks a fact."""
    content, consignee, since = appointment.content, appointment.consignee, appointment.submitted_at
    if consignee is None or since is None or content.direction is None:
        return None
    if content.declaration_port is None or content.entry_exit_port is None:
        return None
    return DeclarationSearch(
        direction=content.direction,
        applicant=appointment.applicant.code,
        consignee=consignee.code,
        declaration_port=content.declaration_port,
        entry_exit_port=content.entry_exit_port,
        declared_from=local_date(since),
        declared_to=max(local_date(now), local_date(since)),
    )


def offered(appointment: Appointment, found: Iterable[DeclarationRecord]) -> list[DeclarationRecord]:
    """Returns the declarations that would be accepted as feedback and are not fed back yet, each once."""
    taken = {each.number for each in appointment.declarations}
    fitting = {
        each.number: each
        for each in found
        if each.number not in taken and not judge(number=each.number, appointment=appointment, answer=each)
    }
    return list(fitting.values())
