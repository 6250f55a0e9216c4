"""All rules against one application: every fault at once, and the deadlines that follow from it.

A draft is checked loosely (formats of the fields present, and its parties), a declaration fully.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from domain import content as contents
from domain import credit, cutoff, eligibility, feedback, goods
from domain.appointment import Content, CreditLevel, Deadlines
from domain.codes import customs_code_fault
from domain.cutoff import Cutoff
from domain.decision import Decision, Purpose
from domain.eligibility import Candidate
from domain.facts import Facts
from domain.instants import local_date, shown
from domain.policy import Policy
from domain.problems.kinds import Fault
from domain.window import Window, check_clock, check_working_time, governing_ports, window_of


class _Case(NamedTuple):
    """One application, the facts it is judged by, and the instant that counts."""

    content: Content
    facts: Facts
    policy: Policy
    received_at: datetime


class _Times(NamedTuple):
    """The results of the time rules; ``bookable`` is True if the window itself may be booked."""

    window: Window | None = None
    faults: tuple[Fault, ...] = ()
    bookable: bool = False
    cutoff: Cutoff | None = None


#: The rules for a draft, a declaration, and a window alone; the timeline names them with every decision.
DRAFT_RULES = ("formats", "goods", "eligibility")
SUBMIT_RULES = ("required", *DRAFT_RULES, "ports", "window", "calendar", "cutoff")
WHEN_RULES = ("formats", "eligibility", "ports", "window", "calendar", "cutoff")


def assess(
    *,
    purpose: Purpose,
    content: Content,
    facts: Facts,
    policy: Policy,
    received_at: datetime,
    known_consignee: str | None = None,
) -> Decision:
    """Returns the decision on the application as of ``received_at``, with all faults.

    CREATE and SAVE check formats, the applicant, and the consignee unless it is ``known_consignee``; a draft is not
    refused for its window, but gets ``submit_by`` and ``cancel_before`` when they can be computed.
    SUBMIT checks everything and gives ``feedback_by``. Personal fields are sealed here: only their presence counts.
    """
    case = _Case(content, facts, policy, received_at)
    submit = purpose is Purpose.SUBMIT
    times = _times(case)
    checks_consignee = submit or content.consignee_code != known_consignee
    faults = (
        *(contents.check_required(content) if submit else ()),
        *contents.check_formats(content),
        *goods.check(content.goods, policy.goods, complete=submit),
        *(goods.check_tariff(content.goods, facts.tariff) if submit else ()),
        *_eligibility(case, consignee=checks_consignee),
        *((*contents.check_known_ports(content, facts.known_ports), *times.faults) if submit else ()),
    )
    return _decision(case, times, faults, rules=SUBMIT_RULES if submit else DRAFT_RULES, feedback_by=submit)


def when(
    *,
    declaration_port: str,
    entry_exit_port: str,
    window_start: datetime,
    facts: Facts,
    policy: Policy,
    received_at: datetime,
    consignee_code: str | None = None,
) -> Decision:
    """Returns the decision on a window alone: faults of ports, window, calendar, cut-off and parties, and the cut-off.

    With an empty ``facts.applicant_code`` there is no applicant, and the longer notice counts.
    """
    content = Content(
        declaration_port=declaration_port,
        entry_exit_port=entry_exit_port,
        window_start=window_start,
        consignee_code=consignee_code,
    )
    case = _Case(content, facts, policy, received_at)
    times = _times(case)
    faults = (
        *contents.check_formats(content),
        *contents.check_known_ports(content, facts.known_ports),
        *_eligibility(case, consignee=True),
        *times.faults,
    )
    return _decision(case, times, faults, rules=WHEN_RULES, feedback_by=False)


def draft_deadlines(content: Content, facts: Facts, policy: Policy, *, received_at: datetime) -> Deadlines:
    """Returns ``submit_by`` and ``cancel_before`` of a draft as of ``received_at``, if they can be computed."""
    case = _Case(content, facts, policy, received_at)
    return _deadlines(case, _times(case), feedback_by=False)


def _decision(
    case: _Case, times: _Times, faults: tuple[Fault, ...], *, rules: tuple[str, ...], feedback_by: bool
) -> Decision:
    applicant, consignee = case.facts.applicant, case.facts.consignee
    return Decision(
        faults=_each_once(faults),
        applicant=applicant.party() if applicant else None,
        consignee=consignee.party() if consignee else None,
        credit_level=_level(case),
        window_end=times.window.end.astimezone(UTC) if times.window else None,
        deadlines=_deadlines(case, times, feedback_by=feedback_by),
        policy_version=case.policy.version,
        facts={"rules": list(rules), "policy_version": case.policy.version} | _found(case, times),
    )


def _times(case: _Case) -> _Times:
    """Returns window and cut-off, as far as the needed fields are present."""
    window = window_of(case.content.window_start, case.policy)
    if window is None:
        return _Times()
    governing = tuple(port for port in governing_ports(case.content, case.policy) if port in case.facts.known_ports)
    clock = check_clock(window.start, case.policy, case.received_at)
    working = check_working_time(window, governing, case.facts.calendars, case.policy)
    found = _cutoff(case, window, governing)
    late = cutoff.check(found, case.received_at) if isinstance(found, Cutoff) else found
    return _Times(
        window, (*clock, *working, *late), bool(governing) and not working, found if isinstance(found, Cutoff) else None
    )


def _cutoff(case: _Case, window: Window, governing: tuple[str, ...]) -> Cutoff | tuple[Fault, ...]:
    """Returns the cut-off or its faults; no fault unless both ports are known, since they decide the hours."""
    ports = (case.content.declaration_port, case.content.entry_exit_port)
    if not case.policy.cutoff.enforce or not case.facts.known_ports.issuperset(ports):
        return ()
    return cutoff.latest_submission(
        window_start=window.start,
        same_port=ports[0] == ports[1],
        governing=governing,
        level=_level(case),
        calendars=case.facts.calendars,
        policy=case.policy,
    )


def _eligibility(case: _Case, *, consignee: bool) -> Iterator[Fault]:
    for candidate in _candidates(case, consignee=consignee):
        yield from eligibility.check(
            candidate, asking=case.facts.applicant_code, blocks=case.facts.blocks, received_at=case.received_at
        )


def _candidates(case: _Case, *, consignee: bool) -> Iterator[Candidate]:
    """Yields the parties to check: one that is both only once, and no malformed code, which has its own fault."""
    applicant, code = case.facts.applicant_code, case.content.consignee_code
    if applicant:
        yield Candidate("applicant", applicant, case.facts.applicant)
    if consignee and code and code != applicant and customs_code_fault(code) is None:
        yield Candidate("consignee", code, case.facts.consignee)


def _level(case: _Case) -> CreditLevel | None:
    day = local_date(case.received_at)
    parties = (case.facts.applicant, case.facts.consignee)
    return credit.lower(credit.level(party.grade, day) for party in parties if party is not None)


def _deadlines(case: _Case, times: _Times, *, feedback_by: bool) -> Deadlines:
    if times.window is None:
        return Deadlines()
    return Deadlines(
        submit_by=times.cutoff.submit_by if times.cutoff and times.bookable else None,
        cancel_before=times.window.start.astimezone(UTC),
        feedback_by=feedback.deadline(times.window.end, case.policy) if feedback_by else None,
    )


def _found(case: _Case, times: _Times) -> dict[str, Any]:
    """Returns the basis of the decision, for the record. It holds nothing personal, and nothing of third parties."""
    found: dict[str, Any] = {
        "received_at": shown(case.received_at),
        "credit_table": credit.table_on(local_date(case.received_at)).version,
        "governing": case.policy.calendar.governing,
        "feedback_reading": case.policy.feedback.reading,
        "cutoff_enforced": case.policy.cutoff.enforce,
    }
    return {**found, **times.cutoff.facts()} if times.cutoff and times.bookable else found


def _each_once(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    # Window and cut-off may both find the same missing day.
    kept: list[Fault] = []
    for fault in faults:
        if fault not in kept:
            kept.append(fault)
    return tuple(kept)
