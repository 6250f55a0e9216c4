"""Declarations as customs would hold them, made to fit an appointment or not to."""

from datetime import timedelta

from domain.appointment import Appointment, Direction
from domain.declarations import DeclarationRecord
from domain.instants import SHANGHAI
from tests.workflows.harness import Harness


def number(row: Appointment, *, serial: int) -> str:
    """An 18-digit number whose port, year and direction fit."""
    assert row.submitted_at is not None
    year = row.submitted_at.astimezone(SHANGHAI).year
    flag = "1" if row.content.direction is Direction.IMPORT else "0"
    return f"{row.content.declaration_port}{year}{flag}{serial:09}"


def matching(harness: Harness, row: Appointment, *, serial: int, **changes: object) -> str:
    """Registers a declaration that fits but for ``changes``; gives its number."""
    assert row.submitted_at is not None
    assert row.consignee is not None
    wanted = number(row, serial=serial)
    record = DeclarationRecord(
        number=wanted,
        direction=row.content.direction or Direction.IMPORT,
        applicant=row.applicant.code,
        consignee=row.consignee.code,
        declaration_port=row.content.declaration_port or "",
        entry_exit_port=row.content.entry_exit_port or "",
        declared_on=row.submitted_at + timedelta(hours=1),
    )
    harness.office.known[wanted] = record.model_copy(update=changes)
    return wanted
