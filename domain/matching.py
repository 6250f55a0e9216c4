"""Finds the appointments to which a declaration number may belong."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from domain.appointment import Appointment
from domain.declarations import DeclarationNumber, LookUp, Unverifiable, judge, used
from domain.problems.kinds import Fault

_FIELD = "declaration_numbers"


class Match(NamedTuple):
    """The appointments that fit a number, the nearest window first; ``faults`` say why there is none."""

    number: str
    candidates: tuple[Appointment, ...] = ()
    faults: tuple[Fault, ...] = ()
    verified: bool = False


def match(
    number: str, answers: Mapping[str, LookUp], appointments: Sequence[Appointment], belongs_to: str | None = None
) -> Match:
    """Judges the number as feedback to each of the appointments.

    ``belongs_to`` is the pre-entry or application number that the user gave with it: then no other is tried.
    """
    try:
        DeclarationNumber.parse(number)
    except ValueError as malformed:
        reason = {"number": number[:18], "reason": str(malformed)}
        return Match(number, faults=(Fault(code="declaration.invalid", field=_FIELD, facts=reason),))
    if any(number in _taken(each) for each in appointments):
        return Match(number, faults=(used(number),))
    answer = answers.get(number, Unverifiable())
    meant = [each for each in appointments if belongs_to in {None, each.pre_entry_no, each.application_no}]
    judged = [(each, judge(number=number, appointment=each, answer=answer)) for each in meant]
    fitting = tuple(each for each, faults in judged if not faults)
    faults = () if fitting else _why_none(number, [faults for _, faults in judged])
    return Match(number, fitting, faults, verified=not isinstance(answer, Unverifiable))


def _taken(appointment: Appointment) -> Iterable[str]:
    return (each.number for each in appointment.declarations)


def _why_none(number: str, faults: Sequence[tuple[Fault, ...]]) -> tuple[Fault, ...]:
    """Returns all differences from a single appointment; from several, only what customs says of the number."""
    if len(faults) == 1:
        return faults[0]
    missing = next((fault for each in faults for fault in each if fault.code == "declaration.not_found"), None)
    return (missing or Fault(code="declaration.unmatched", field=_FIELD, facts={"number": number}),)
