"""首页 (home page): lists of the appointments that need attention."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from fastapi import APIRouter
from sqlmodel import Session

from api.appointments.viewing import own_viewer
from api.appointments.views import AppointmentListed
from api.context import CallerDep, ContextDep
from api.views import Shown, View
from db import queries
from domain.appointment import Appointment

#: Longest list; ``counts`` has the totals, and the query of appointments finds the rest.
MOST = 200

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class Timing(StrEnum):
    """Timing of a draft.

    ``open``: it can still be submitted. ``blocked``: its window is in the future, but the rules allow no time to submit
    it, or that time is not known yet. ``untimed``: it has no window. ``passed``: it is too late to submit it; it needs
    another window, or is deleted.
    """

    OPEN = "open"
    BLOCKED = "blocked"
    UNTIMED = "untimed"
    PASSED = "passed"


class DraftListed(AppointmentListed):
    """Draft with its timing."""

    timing: Timing


class Counts(View):
    """Totals of the lists, each of which has at most 200 items."""

    drafts: int
    upcoming: int
    feedback_due: int
    undecided: int
    returned: int
    overdue: int


class Agenda(View):
    """Lists of the enterprise's own appointments, most urgent first. ``now`` is the server's time, for count-downs.

    ``drafts``: all drafts: ``open`` ones by cut-off, then ``blocked``, ``untimed`` and ``passed``. ``upcoming``:
    submitted and the window is not over, with or without feedback. ``feedback_due``: the window has begun and no number
    was fed back. ``undecided``: the window is over and customs has not decided. ``returned``: 退单 whose window is
    not over. ``overdue``: 通关完成未反馈, which blocks new submits.
    """

    now: Shown
    drafts: list[DraftListed]
    upcoming: list[AppointmentListed]
    feedback_due: list[AppointmentListed]
    undecided: list[AppointmentListed]
    returned: list[AppointmentListed]
    overdue: list[AppointmentListed]
    counts: Counts


@router.get("/agenda")
def get_agenda(ctx: ContextDep, caller: CallerDep) -> Agenda:
    """Returns the lists of the home page: drafts, upcoming windows, due feedback, undecided, returned and overdue."""
    code, now = caller.code, caller.received_at

    def ask(session: Session) -> Agenda:
        drafts = queries.drafts(session, code, now=now, limit=MOST)
        live = queries.with_current_deadlines(session, drafts.items, policy=ctx.policy, at=now)
        others = {
            "upcoming": queries.upcoming(session, code, now=now, limit=MOST),
            "feedback_due": queries.feedback_due(session, code, now=now, limit=MOST),
            "undecided": queries.undecided(session, code, now=now, limit=MOST),
            "returned": queries.returned(session, code, now=now, limit=MOST),
            "overdue": queries.overdue(session, code, limit=MOST),
        }
        viewer = own_viewer(session, ctx, caller, [*live, *(each for found in others.values() for each in found.items)])
        counts = {name: found.total for name, found in others.items()}
        lists = {name: [viewer.listed(each) for each in found.items] for name, found in others.items()}
        shown = [DraftListed(**dict(viewer.listed(each)), timing=timing) for each, timing in _in_order(live, now)]
        return Agenda(now=now, drafts=shown, **lists, counts=Counts(drafts=drafts.total, **counts))

    return ctx.read_sync(ask)


def _in_order(drafts: Iterable[Appointment], now: datetime) -> list[tuple[Appointment, Timing]]:
    """Returns the drafts by timing. Passed ones are last but included, because only the user deletes or moves them."""
    timed = [(each, _timing(each, now)) for each in drafts]
    return [
        pair
        for timing in Timing
        for pair in sorted((pair for pair in timed if pair[1] is timing), key=lambda pair: _rank(*pair))
    ]


def _timing(draft: Appointment, now: datetime) -> Timing:
    start, submit_by = draft.content.window_start, draft.deadlines.submit_by
    if start is None:
        return Timing.UNTIMED
    if start <= now or (submit_by is not None and submit_by < now):
        return Timing.PASSED
    return Timing.BLOCKED if submit_by is None else Timing.OPEN


def _rank(draft: Appointment, timing: Timing) -> float:
    """Returns the sort key: open drafts by cut-off, blocked ones by window, all others newest first."""
    moment = {Timing.OPEN: draft.deadlines.submit_by, Timing.BLOCKED: draft.content.window_start}.get(timing)
    return moment.timestamp() if moment else -draft.updated_at.timestamp()
