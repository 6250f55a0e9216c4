"""Declaration numbers 报关单号: checks of the number itself, and of the declaration against the appointment."""

import re
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from pydantic import AwareDatetime

from domain.appointment import Appointment, Direction, Outcome
from domain.instants import local_date, shown
from domain.model import Model
from domain.policy import Policy
from domain.problems.kinds import Fault

_FIELD = "declaration_numbers"
_DIGITS = re.compile(r"[0-9]+")


class DeclarationNumber(NamedTuple):
    """18 digits: 1–4 port of declaration, 5–8 year of acceptance, 9 import or export, 10–18 serial."""

    port: str
    year: int
    direction: Direction
    serial: str

    @classmethod
    def parse(cls, number: str) -> "DeclarationNumber":
        """Returns the parts. Raises ValueError ``length``, ``digits`` or ``direction_digit`` when it is malformed."""
        if len(number) != 18:
            raise ValueError("length")
        if _DIGITS.fullmatch(number) is None:
            raise ValueError("digits")
        if number[8] not in "01":
            raise ValueError("direction_digit")
        return cls(number[:4], int(number[4:8]), Direction.IMPORT if number[8] == "1" else Direction.EXPORT, number[9:])


class DeclarationRecord(Model):
    """The record of a declaration at customs; ``declared_on`` is as exact as customs knows it."""

    number: str
    direction: Direction
    applicant: str
    consignee: str
    declaration_port: str
    entry_exit_port: str
    declared_on: AwareDatetime | date


class NotFound(Model):
    """Customs has no such declaration."""


class Unverifiable(Model):
    """The look-up is down: the number is accepted and looked up again later."""


LookUp: TypeAlias = DeclarationRecord | NotFound | Unverifiable


class _Difference(NamedTuple):
    field: str
    expected: str | None
    found: str | None


def check_list(numbers: tuple[str, ...], appointment: Appointment, policy: Policy) -> tuple[Fault, ...]:
    """Returns the fault of the whole list: empty, or more than ``feedback.max_declarations`` with earlier numbers."""
    if not numbers:
        return (Fault(code="field.required", field=_FIELD),)
    count = len({*numbers, *(taken.number for taken in appointment.declarations)})
    limit = policy.feedback.max_declarations
    if count > limit:
        return (Fault(code="feedback.too_many", field=_FIELD, facts={"count": count, "limit": limit}),)
    return ()


def check_number(number: str, appointment: Appointment) -> tuple[Fault, ...]:
    """Returns the faults of the number alone: length, year, port, direction. One with faults needs no look-up."""
    try:
        parsed = DeclarationNumber.parse(number)
    except ValueError as malformed:
        return (_invalid(number, str(malformed)),)
    if not _plausible_year(parsed.year, appointment):
        return (_invalid(number, "implausible_year"),)
    return _mismatch(number, _differences_of_number(parsed, appointment))


def judge(*, number: str, appointment: Appointment, answer: LookUp) -> tuple[Fault, ...]:
    """Returns all faults of one number. One without faults is accepted, with ``outcome(answer)``.

    An earlier use shows only when the number is claimed (``used``).
    """
    alone = check_number(number, appointment)
    if isinstance(answer, Unverifiable) or any(fault.code == "declaration.invalid" for fault in alone):
        return alone
    if isinstance(answer, NotFound):
        return (*alone, Fault(code="declaration.not_found", field=_FIELD, facts={"number": number}))
    by_number = _differences_of_number(DeclarationNumber.parse(number), appointment)
    by_record = _differences_of_record(answer, appointment)
    named = {difference.field for difference in by_record}
    return _mismatch(number, (*(one for one in by_number if one.field not in named), *by_record))


def outcome(answer: LookUp) -> Outcome:
    """Returns the outcome of a number without faults."""
    return Outcome.UNVERIFIED if isinstance(answer, Unverifiable) else Outcome.MATCHED


def used(number: str) -> Fault:
    """Returns ``declaration.used``: some enterprise fed the number back before."""
    return Fault(code="declaration.used", field=_FIELD, facts={"number": number})


def _invalid(number: str, reason: str) -> Fault:
    # A malformed number may be anything, even a person's data typed in the wrong box: only its beginning is kept.
    return Fault(code="declaration.invalid", field=_FIELD, facts={"number": number[:18], "reason": reason})


def _mismatch(number: str, differences: tuple[_Difference, ...]) -> tuple[Fault, ...]:
    if not differences:
        return ()
    return (
        Fault(
            code="declaration.mismatch",
            field=_FIELD,
            facts={
                "number": number,
                "fields": [one.field for one in differences],
                "mismatches": [one._asdict() for one in differences],
            },
        ),
    )


def _plausible_year(year: int, appointment: Appointment) -> bool:
    """Returns True if customs can have accepted it between the submission and the end of feedback."""
    last = appointment.deadlines.feedback_by
    first = local_date(_submitted_at(appointment)).year
    return first <= year <= (first + 1 if last is None else max(first, local_date(last).year))


def _differences_of_number(parsed: DeclarationNumber, appointment: Appointment) -> tuple[_Difference, ...]:
    content = appointment.content
    pairs = (
        ("direction", content.direction, parsed.direction),
        ("declaration_port", content.declaration_port, parsed.port),
    )
    return _differing(pairs)


def _differences_of_record(record: DeclarationRecord, appointment: Appointment) -> tuple[_Difference, ...]:
    content = appointment.content
    consignee = None if appointment.consignee is None else appointment.consignee.code
    pairs = (
        ("direction", content.direction, record.direction),
        ("applicant", appointment.applicant.code, record.applicant),
        ("consignee", consignee, record.consignee),
        ("declaration_port", content.declaration_port, record.declaration_port),
        ("entry_exit_port", content.entry_exit_port, record.entry_exit_port),
    )
    differences = (*_differing(pairs), *_declared_too_early(record.declared_on, _submitted_at(appointment)))
    if {record.applicant, record.consignee} & {appointment.applicant.code, consignee}:
        return differences
    # The declaration of strangers: a guessed number must not reveal whose goods it clears.
    return tuple(one._replace(found=None) for one in differences)


def _differing(pairs: tuple[tuple[str, str | None, str], ...]) -> tuple[_Difference, ...]:
    return tuple(_Difference(field, expected, found) for field, expected, found in pairs if expected != found)


def _declared_too_early(declared_on: date | datetime, submitted_at: datetime) -> tuple[_Difference, ...]:
    """Returns the difference when it was declared too early: an instant must be later, a date not earlier."""
    if isinstance(declared_on, datetime):
        late_enough, found = declared_on > submitted_at, shown(declared_on)
    else:
        late_enough, found = declared_on >= local_date(submitted_at), declared_on.isoformat()
    return () if late_enough else (_Difference("declared_on", shown(submitted_at), found),)


def _submitted_at(appointment: Appointment) -> datetime:
    if appointment.submitted_at is None:
        raise ValueError("only an appointment that was submitted takes declaration numbers")
    return appointment.submitted_at
