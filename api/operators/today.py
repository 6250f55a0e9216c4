"""Today 今日: what waits for a person, how long it has waited, and where it is dealt with."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from fastapi import APIRouter
from sqlmodel import Session

from api.context import CallerDep, Context, ContextDep
from api.operators.expiring import ExpiringView, expiring
from api.views import Shown, View
from db import hours_notices, lists, queries, system_counts
from db.queries import Waiting
from db.system_counts import CountName, SystemCount
from domain.instants import at as midnight

router = APIRouter(prefix="/ops/v1/today", tags=["operators"])

#: A message or receipt that waits longer than this waits for something.
SLOW = timedelta(minutes=10)
#: A worker counts every five minutes at the least; older counts come from a worker that is gone.
STALE = timedelta(minutes=15)
#: A list that nobody has renewed for so long is looked at.
OLD_LIST = timedelta(days=400)
#: Refused logins of one day that are more than forgotten passwords.
MANY_LOGINS = 20


class Urgency(StrEnum):
    """Urgency of a tile; ``unknown``: nobody can tell."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    UNKNOWN = "unknown"


class TileKind(StrEnum):
    """Subject of a tile."""

    OVERDUE = "overdue"
    UNDECIDED = "undecided"
    DELIVERIES = "deliveries"
    PENDING_DELIVERIES = "pending_deliveries"
    RECEIPTS = "receipts"
    UNSETTLED_RECEIPTS = "unsettled_receipts"
    HOURS_NOTICES = "hours_notices"
    MISSING = "missing"
    STANDING = "standing"
    CALENDAR_YEARS = "calendar_years"
    CALENDAR_PORTS = "calendar_ports"
    EXPIRING = "expiring"
    LISTS = "lists"
    LOGINS = "logins"
    LOCKED_OUT = "locked_out"
    APPROVALS = "approvals"


_LINKS = {
    TileKind.PENDING_DELIVERIES: "/operators/worklists?kind=deliveries&state=pending",
    TileKind.UNSETTLED_RECEIPTS: "/operators/worklists?kind=receipts&state=received",
    TileKind.HOURS_NOTICES: "/operators/health",
    TileKind.CALENDAR_YEARS: "/operators/calendar",
    TileKind.CALENDAR_PORTS: "/operators/calendar",
    TileKind.EXPIRING: "/operators/access",
    TileKind.LISTS: "/operators/registers",
    TileKind.LOGINS: "/operators/access",
    TileKind.LOCKED_OUT: "/operators/access",
    TileKind.APPROVALS: "/operators/approvals",
}


class ListAgeView(View):
    """List of reference data, and when it was changed last; null: never entered."""

    name: str
    changed_at: Shown | None
    complete: bool


class TileView(View):
    """Tile: ``count`` is null when nobody can tell. ``link`` is the page that deals with it.

    ``ages`` counts what has waited under an hour, a day, 3 days, 7 days, and longer. ``next_at``: when the next one is
    due. ``counted_at``: when a worker counted, for what takes a search of the whole system.
    """

    kind: TileKind
    level: Urgency
    count: int | None
    oldest: Shown | None = None
    ages: list[int] = []
    next_at: Shown | None = None
    counted_at: Shown | None = None
    link: str
    expiring: list[ExpiringView] = []
    lists: list[ListAgeView] = []


class TodayView(View):
    """Tiles as they are at ``at``, the most urgent kinds first."""

    at: Shown
    tiles: list[TileView]


class _Known(NamedTuple):
    """Answers of the database, read in one session."""

    waiting: queries.Today
    notices: int
    counts: dict[CountName, SystemCount]
    expiring: list[ExpiringView]
    lists: list[ListAgeView]


@router.get("")
def get_today(ctx: ContextDep, caller: CallerDep) -> TodayView:
    """Returns what waits for a person now, with counts, ages, the next instants, and the page of each.

    ``GET /ops/v1/events`` says when to read it again.
    """
    now = caller.received_at
    known = ctx.read_sync(lambda session: _read(session, ctx, now))
    return TodayView(at=now, tiles=[*_cases(known, now), *_counted(known, now), *_care(known, now)])


def _read(session: Session, ctx: Context, now: datetime) -> _Known:
    grace = timedelta(seconds=ctx.settings.command_limit_seconds)
    waiting = queries.today(session, now)
    return _Known(
        waiting,
        hours_notices.count_unsettled(session, before=now - grace),
        system_counts.latest(session),
        expiring(session, ctx, now),
        [*_list_ages(session), ListAgeView(name="enterprises", changed_at=waiting.register_changed_at, complete=True)],
    )


def _list_ages(session: Session) -> Iterator[ListAgeView]:
    for name in lists.NAMES:
        found = lists.status(session, name)
        changed_at, complete = (found.changed_at, found.complete) if found else (None, False)
        yield ListAgeView(name=name, changed_at=changed_at, complete=complete)


def _cases(known: _Known, now: datetime) -> Iterator[TileView]:
    found = known.waiting
    yield _waiting(TileKind.OVERDUE, found.overdue, Urgency.FAULT)
    yield _waiting(TileKind.UNDECIDED, found.undecided, Urgency.FAULT)
    yield _waiting(TileKind.DELIVERIES, found.stuck_deliveries, Urgency.FAULT)
    yield _waiting(TileKind.RECEIPTS, found.parked_receipts, Urgency.FAULT)
    yield _waiting(TileKind.APPROVALS, found.approvals, Urgency.WARNING)
    yield _waiting(TileKind.PENDING_DELIVERIES, found.pending_deliveries, _if_slow(found.pending_deliveries, now))
    yield _waiting(TileKind.UNSETTLED_RECEIPTS, found.unsettled_receipts, _if_slow(found.unsettled_receipts, now))
    yield _waiting(TileKind.HOURS_NOTICES, Waiting(known.notices), Urgency.WARNING)


def _counted(known: _Known, now: datetime) -> Iterator[TileView]:
    """Yields what one worker counts for all; a count that is old is no answer."""
    names = {
        TileKind.MISSING: CountName.MISSING_WORKFLOWS,
        TileKind.STANDING: CountName.STUCK_WORKFLOWS,
        TileKind.CALENDAR_YEARS: CountName.UNPUBLISHED_YEARS,
        TileKind.CALENDAR_PORTS: CountName.PORTS_WITHOUT_HOURS,
    }
    next_year = midnight(date(now.astimezone(UTC).year + 1, 1, 1))
    for kind, name in names.items():
        count = known.counts.get(name)
        is_known = count is not None and count.value is not None and count.counted_at > now - STALE
        value = count.value if count else None
        urgent = Urgency.FAULT if kind in (TileKind.MISSING, TileKind.STANDING) else Urgency.WARNING
        yield TileView(
            kind=kind,
            level=Urgency.UNKNOWN if not is_known else urgent if value else Urgency.OK,
            count=value if is_known else None,
            counted_at=count.counted_at if count else None,
            next_at=next_year if kind is TileKind.CALENDAR_YEARS and value else None,
            link=_link(kind),
        )


def _care(known: _Known, now: datetime) -> Iterator[TileView]:
    ends = known.expiring
    gone = any(each.at is None or each.at <= now for each in ends)
    yield TileView(
        kind=TileKind.EXPIRING,
        level=Urgency.FAULT if gone else Urgency.WARNING if ends else Urgency.OK,
        count=len(ends),
        next_at=next((each.at for each in ends if each.at), None),
        link=_link(TileKind.EXPIRING),
        expiring=ends,
    )
    old = [each for each in known.lists if each.changed_at is None or each.changed_at < now - OLD_LIST]
    yield TileView(
        kind=TileKind.LISTS,
        level=Urgency.WARNING if old else Urgency.OK,
        count=len(old),
        oldest=min((each.changed_at for each in known.lists if each.changed_at), default=None),
        link=_link(TileKind.LISTS),
        lists=known.lists,
    )
    refused = known.waiting.refused_logins
    yield _waiting(TileKind.LOGINS, refused, Urgency.WARNING if refused.total >= MANY_LOGINS else Urgency.OK)
    yield _waiting(TileKind.LOCKED_OUT, known.waiting.locked_out, Urgency.WARNING)


def _waiting(kind: TileKind, found: Waiting, urgent: Urgency) -> TileView:
    return TileView(
        kind=kind,
        level=urgent if found.total else Urgency.OK,
        count=found.total,
        oldest=found.oldest,
        ages=list(found.ages),
        next_at=found.next_at,
        link=_link(kind),
    )


def _if_slow(found: Waiting, now: datetime) -> Urgency:
    return Urgency.WARNING if found.oldest is not None and found.oldest < now - SLOW else Urgency.OK


def _link(kind: TileKind) -> str:
    return _LINKS.get(kind, f"/operators/worklists?kind={kind.value}")
