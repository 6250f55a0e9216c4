"""The conditions to apply 新增预约: qualified, not dishonest, and no appointment left without feedback."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from domain import credit
from domain.appointment import CreditLevel
from domain.enterprise import Enterprise, Qualification
from domain.facts import Block
from domain.instants import local_date
from domain.problems.kinds import Fault

Role = Literal["applicant", "consignee"]

#: Actions of an enterprise: those for new applications need an enterprise without faults, the others do not.
_NEW, _EXISTING = ("save", "submit"), ("query", "cancel", "feed_back", "explain")

_FIELDS: dict[Role, str] = {"applicant": "applicant", "consignee": "consignee_code"}
_REASONS = {
    Qualification.NOT_REGISTERED: "not_registered",
    Qualification.EXPIRED: "expired",
    Qualification.CANCELLED: "cancelled_registration",
}


class Candidate(NamedTuple):
    """A party to check; ``enterprise`` is None when the register does not have the code."""

    role: Role
    code: str
    enterprise: Enterprise | None


def check(candidate: Candidate, *, asking: str, blocks: tuple[Block, ...], received_at: datetime) -> tuple[Fault, ...]:
    """Returns all faults of one party.

    ``asking`` is the applicant who reads the answer: a blocking appointment is named only to its own parties;
    others learn only that the party is blocked.
    """
    today = local_date(received_at)
    faults = (_unqualified(candidate, today), *_credit(candidate, today), _overdue(candidate, asking, blocks))
    return tuple(fault for fault in faults if fault is not None)


def unqualified_reason(enterprise: Enterprise | None, today: date) -> str | None:
    """Returns the reason why an enterprise has no 报关资质 on that Shanghai date, or None.

    ``valid_until`` is the last day that counts.
    """
    if enterprise is None:
        return "unknown"
    if enterprise.qualification is not Qualification.REGISTERED:
        return _REASONS[enterprise.qualification]
    expired = enterprise.valid_until is not None and enterprise.valid_until < today
    return "expired" if expired else None


def permitted(faults: tuple[Fault, ...]) -> tuple[str, ...]:
    """Returns the actions that an enterprise with these faults may do: existing appointments go on."""
    return _EXISTING if faults else (*_NEW, *_EXISTING)


def _unqualified(candidate: Candidate, today: date) -> Fault | None:
    reason = unqualified_reason(candidate.enterprise, today)
    return None if reason is None else _fault("eligibility.unqualified", candidate, reason=reason)


def _credit(candidate: Candidate, today: date) -> tuple[Fault, ...]:
    if candidate.enterprise is None:
        return ()
    level = credit.level(candidate.enterprise.grade, today)
    if level is CreditLevel.FORBIDDEN:
        return (_fault("eligibility.dishonest", candidate),)
    if level is None:
        return (_fault("eligibility.credit_unknown", candidate, credit_table=credit.table_on(today).version),)
    return ()


def _overdue(candidate: Candidate, asking: str, blocks: tuple[Block, ...]) -> Fault | None:
    own = [block for block in blocks if block.enterprise == candidate.code]
    if not own:
        return None
    named = sorted({block.pre_entry_no for block in own if asking in (block.applicant, block.consignee)})
    return _fault("eligibility.overdue", candidate, pre_entry_nos=named)


def _fault(code: str, candidate: Candidate, **facts: object) -> Fault:
    return Fault(
        code=code, field=_FIELDS[candidate.role], facts={"role": candidate.role, "enterprise": candidate.code, **facts}
    )
