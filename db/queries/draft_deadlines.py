"""Deadlines of drafts by the present hours, credit and policy.

A draft has no promised deadlines, so they are computed whenever it is shown. A submitted appointment keeps its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from db.queries.calendars import Calendars, DateSpan, window_calendars
from db.queries.facts import enterprises
from domain.appointment import Appointment, Deadlines, State
from domain.assessment import draft_deadlines
from domain.enterprise import Enterprise
from domain.facts import Facts
from domain.policy import Policy
from domain.window import dates_needed

Spanned = tuple[DateSpan, list[Appointment]]

#: Windows nearer to each other than this share a query: more days cost less than more queries.
_NEAR = timedelta(days=31)


def with_current_deadlines(
    session: Session, appointments: Sequence[Appointment], *, policy: Policy, at: datetime
) -> list[Appointment]:
    """Returns the appointments in the same order, every draft with its deadlines as of ``at``.

    One query reads the register, and one the calendar for all windows that are near each other.
    """
    drafts = [each for each in appointments if each.state is State.DRAFT]
    parties = enterprises(session, {code for each in drafts for code in _codes(each)})
    found: dict[str, Deadlines] = {}
    for span, together in _by_span(drafts, policy):
        loaded = window_calendars(session, {port for each in together for port in _ports(each)}, span)
        for each in together:
            facts = _facts(each, parties, loaded)
            found[each.pre_entry_no] = draft_deadlines(each.content, facts, policy, received_at=at)
    return [_with(each, found.get(each.pre_entry_no, Deadlines())) for each in appointments]


def _with(appointment: Appointment, deadlines: Deadlines) -> Appointment:
    """Returns a draft with its deadlines, and with the earlier cut-off if it moved since the draft was saved."""
    if appointment.state is not State.DRAFT:
        return appointment
    saved = appointment.deadlines.submit_by
    moved = saved if saved != deadlines.submit_by else None
    return appointment.model_copy(update={"deadlines": deadlines.model_copy(update={"submit_by_before": moved})})


def _by_span(drafts: Iterable[Appointment], policy: Policy) -> list[Spanned]:
    """Groups drafts whose windows are near each other, with the dates of all; one without a window is left out."""
    needed = ((dates_needed(each.content.window_start, policy), each) for each in drafts)
    spans: list[Spanned] = []
    for (first, last), each in sorted(((span, each) for span, each in needed if span), key=lambda pair: pair[0]):
        if spans and first - spans[-1][0][1] <= _NEAR:
            (begin, end), together = spans[-1]
            together.append(each)
            spans[-1] = (begin, max(end, last)), together
        else:
            spans.append(((first, last), [each]))
    return spans


def _facts(draft: Appointment, parties: dict[str, Enterprise], loaded: Calendars) -> Facts:
    code = draft.content.consignee_code
    return Facts(
        applicant_code=draft.applicant.code,
        applicant=parties.get(draft.applicant.code),
        consignee=parties.get(code) if code else None,
        known_ports=loaded.ports,
        calendars=loaded.by_port,
    )


def _codes(draft: Appointment) -> Iterator[str]:
    yield draft.applicant.code
    if draft.content.consignee_code:
        yield draft.content.consignee_code


def _ports(draft: Appointment) -> Iterator[str]:
    yield from (port for port in (draft.content.declaration_port, draft.content.entry_exit_port) if port)
