"""An application that equals an open one: told before it is declared, never refused, for it may be meant."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from domain.appointment import Content
from domain.problems.kinds import Fault


class Likeness(NamedTuple):
    """What two applications of one applicant have in common when they are for the same clearance."""

    consignee_code: str
    declaration_port: str
    entry_exit_port: str
    window_start: datetime


def likeness(content: Content) -> Likeness | None:
    """The consignee, the ports and the window; None while one of them is missing."""
    codes = (content.consignee_code, content.declaration_port, content.entry_exit_port)
    if content.window_start is None or not all(codes):
        return None
    consignee, declaration, entry_exit = (code or "" for code in codes)
    return Likeness(consignee, declaration, entry_exit, content.window_start.astimezone(UTC))


def warnings(pre_entry_nos: Sequence[str]) -> tuple[Fault, ...]:
    """What is said of the open applications that are alike, if there are any."""
    if not pre_entry_nos:
        return ()
    return (Fault(code="appointment.similar", facts={"pre_entry_nos": list(pre_entry_nos)}),)
