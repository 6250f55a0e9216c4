"""Warns before a declaration of open applications that equal it. It is never refused, as it may be intended."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from domain.appointment import Content
from domain.problems.kinds import Fault


class Likeness(NamedTuple):
    """The fields that are equal in two applications of one applicant for the same clearance."""

    consignee_code: str
    declaration_port: str
    entry_exit_port: str
    window_start: datetime


def likeness(content: Content) -> Likeness | None:
    """Returns the consignee, the ports and the window; None while one of them is missing."""
    codes = (content.consignee_code, content.declaration_port, content.entry_exit_port)
    if content.window_start is None or not all(codes):
        return None
    consignee, declaration, entry_exit = (code or "" for code in codes)
    return Likeness(consignee, declaration, entry_exit, content.window_start.astimezone(UTC))


def warnings(pre_entry_nos: Sequence[str]) -> tuple[Fault, ...]:
    """Returns the warning ``appointment.similar`` for these numbers; nothing without any."""
    if not pre_entry_nos:
        return ()
    return (Fault(code="appointment.similar", facts={"pre_entry_nos": list(pre_entry_nos)}),)
