"""预约查询: lists of appointments, newest first, page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import AwareDatetime, Field
from sqlmodel import Session

from db.queries import cursors
from db.queries.cursors import BadCursor
from db.tables import AppointmentRow, DeliveryRow, ReceiptRow
from db.tables.receipts import PARKED
from domain.appointment import Appointment, Model, State

Condition = sa.ColumnElement[bool]
AttentionFilter = Literal["overdue", "undecided", "hours_changed", "delivery_stuck", "parked"]

_ROWS = AppointmentRow.table()
_DELIVERIES = DeliveryRow.table()
_RECEIPTS = ReceiptRow.table()
#: Before the first page: later than any row, so that every page is the same statement.
_END = (datetime(9999, 12, 31, tzinfo=UTC), "")


class Filter(Model):
    """What is asked for; all conditions hold together. Spans are half-open ``[from, to)``.

    ``viewer`` is the enterprise that asks: it finds what it is applicant or consignee of and no deleted drafts;
    None for an operator, who finds everything and for whom ``party`` means nothing. Party A 申请单位: the viewer
    applied. Party B 收发货人: the consignee is ``consignee`` (the viewer if it is not given).
    """

    viewer: str | None = None
    party: Literal["A", "B"] | None = None
    applicant: str | None = None
    consignee: str | None = None
    states: tuple[State, ...] = ()
    applied_from: AwareDatetime | None = None
    applied_to: AwareDatetime | None = None
    window_from: AwareDatetime | None = None
    window_to: AwareDatetime | None = None
    pre_entry_no: str | None = None
    attention: AttentionFilter | None = None
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class Page(Model):
    """``next_cursor`` is None on the last page."""

    items: tuple[Appointment, ...]
    next_cursor: str | None = None


def search(session: Session, wanted: Filter) -> Page:
    """One page. Raises ``BadCursor``. Pages together have each appointment once, while others are added or move on."""
    rows = session.execute(statement(wanted)).all()
    shown = rows[: wanted.limit]
    return Page(
        items=tuple(Appointment.model_validate_json(row.snapshot) for row in shown),
        next_cursor=_cursor(shown[-1].created_at, shown[-1].pre_entry_no) if len(rows) > wanted.limit else None,
    )


def statement(wanted: Filter) -> sa.Select[*tuple[Any, ...]]:
    """Finds the keys by an index first, and reads the snapshots of one page only; one row more than the page."""
    keys = (_ROWS.c.created_at, _ROWS.c.pre_entry_no)
    common = (*_asked(wanted), sa.tuple_(*keys) < sa.tuple_(*(sa.literal(part) for part in _position(wanted.cursor))))
    branches = [
        sa.select(*keys)
        .where(*seen, *common)
        .order_by(*(key.desc() for key in keys))
        .limit(wanted.limit + 1)
        .subquery()
        for seen in _seen(wanted)
    ]
    found = sa.union_all(*(sa.select(branch) for branch in branches)).subquery()
    return (
        sa.select(_ROWS.c.created_at, _ROWS.c.pre_entry_no, _ROWS.c.snapshot)
        .join(found, found.c.pre_entry_no == _ROWS.c.pre_entry_no)
        .order_by(found.c.created_at.desc(), found.c.pre_entry_no.desc())
        .limit(wanted.limit + 1)
    )


def _seen(wanted: Filter) -> Iterator[tuple[Condition, ...]]:
    """The ways in which the viewer may see a row, each with an index of its own, without overlap."""
    viewer, kept = wanted.viewer, _ROWS.c.state != State.DELETED.value
    applied, receives = _ROWS.c.applicant_code == viewer, _ROWS.c.consignee_code == viewer
    if viewer is None:
        yield ()
    elif wanted.party == "B" and wanted.consignee in {None, viewer}:
        yield receives, kept
    elif wanted.party is not None:
        yield applied, kept
    else:
        yield applied, kept
        yield receives, _ROWS.c.applicant_code != viewer, kept


def _asked(wanted: Filter) -> Iterator[Condition]:
    if wanted.applicant is not None:
        yield _ROWS.c.applicant_code == wanted.applicant
    if wanted.consignee is not None:
        yield _ROWS.c.consignee_code == wanted.consignee
    if wanted.states:
        yield _ROWS.c.state.in_([state.value for state in wanted.states])
    if wanted.pre_entry_no is not None:
        yield _ROWS.c.pre_entry_no == wanted.pre_entry_no
    yield from _within(_ROWS.c.applied_at, wanted.applied_from, wanted.applied_to)
    yield from _within(_ROWS.c.window_start, wanted.window_from, wanted.window_to)
    if wanted.attention is not None:
        yield _attention(wanted.attention)


def _within(column: sa.Column[datetime], since: datetime | None, until: datetime | None) -> Iterator[Condition]:
    if since is not None:
        yield column >= since
    if until is not None:
        yield column < until


def _attention(wanted: AttentionFilter) -> Condition:
    """Overdue, undecided and hours_changed stand in the row; the other two are asked of those who know."""
    if wanted == "overdue":
        return _ROWS.c.state == State.COMPLETED_WITHOUT_FEEDBACK.value
    if wanted == "undecided":
        return _ROWS.c.undecided == sa.true()
    if wanted == "hours_changed":
        return _ROWS.c.hours_changed == sa.true()
    if wanted == "delivery_stuck":
        return _ROWS.c.pre_entry_no.in_(sa.select(_DELIVERIES.c.pre_entry_no).where(_DELIVERIES.c.state == "stuck"))
    return _ROWS.c.pre_entry_no.in_(sa.select(_RECEIPTS.c.pre_entry_no).where(PARKED))


def _cursor(created_at: datetime, pre_entry_no: str) -> str:
    return cursors.write([created_at.isoformat(), pre_entry_no])


def _position(cursor: str | None) -> tuple[datetime, str]:
    if cursor is None:
        return _END
    parts = cursors.read(cursor)
    try:
        created_at, pre_entry_no = parts
        return datetime.fromisoformat(created_at).astimezone(UTC), str(pre_entry_no)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadCursor("not a cursor of this system") from error
