"""预约查询: pages of appointments, newest first unless another order is given."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from pydantic import AwareDatetime, Field
from sqlmodel import Session

from db.lookup.folding import folded
from db.queries import cursors
from db.queries.cursors import BadCursor
from db.queries.sorting import PagePosition, SortOrder, order
from db.tables import AppointmentRow, DeliveryRow, NumberRow, ReceiptRow, SearchRow
from db.tables.receipts import PARKED
from domain.appointment import Appointment, State
from domain.model import Model

Condition = sa.ColumnElement[bool]
AttentionFilter = Literal["overdue", "undecided", "hours_changed", "delivery_stuck", "parked"]

_ROWS = AppointmentRow.table()
_DELIVERIES = DeliveryRow.table()
_RECEIPTS = ReceiptRow.table()
_SEARCH = SearchRow.table()
_NUMBERS = NumberRow.table()
#: Position before the first page: later than any row, so that every page uses the same statement.
_END = (datetime(9999, 12, 31, tzinfo=UTC), "")
#: A span with more rows than this is not sorted or searched: a page would take too long.
MOST_SORTED = 10_000
#: Most appointments, of all enterprises, that have had one number.
_MOST_OF_A_NUMBER = 1000
_NEWEST_FIRST = "-created_at"


class TooManyRows(Exception):
    """The span has more rows than are sorted or searched."""


class SearchFilter(Model):
    """Conditions of a search, all of which must hold. Spans are half-open ``[from, to)``.

    ``viewer`` is the enterprise that searches: it finds the appointments of which it is applicant or consignee, except
    deleted drafts; None for an operator, who finds everything and for whom ``party`` has no meaning.

    Party A 申请单位: the viewer applied. Party B 收发货人: the consignee is ``consignee``, by default the viewer.

    ``number``: a present or past number; ``words``: each must occur in its texts; both as people type them. ``sort``:
    None, or a column of ``db.queries.sorting``, with a leading ``-`` for descending order; ``asked_at`` is the time of
    the search. ``words`` and ``sort`` need a viewer with a party.
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
    number: str | None = None
    words: tuple[str, ...] = ()
    sort: str | None = None
    asked_at: AwareDatetime = datetime.min.replace(tzinfo=UTC)
    attention: AttentionFilter | None = None
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50

    @property
    def order(self) -> SortOrder | None:
        """Returns the order of the search rows; None when the read rows themselves suffice, newest first."""
        plain = self.sort in {None, _NEWEST_FIRST} and not self.words
        return None if plain else order(self.sort or _NEWEST_FIRST, self.asked_at)


class SearchPage(Model):
    """A page; ``next_cursor`` is None on the last one."""

    items: tuple[Appointment, ...]
    next_cursor: str | None = None


def search(session: Session, wanted: SearchFilter) -> SearchPage:
    """Returns one page.

    Raises ``BadCursor``, and ``TooManyRows`` when too many rows would have to be searched or sorted.

    Pages together have each appointment once while others are added or change; in the order of a column that changes,
    an appointment may move to another page.
    """
    numbers = _numbered(session, wanted.number) if wanted.number else None
    if numbers == ():
        return SearchPage(items=())
    if numbers is None and wanted.order and wanted.pre_entry_no is None:
        _check_size(session, wanted)
    rows = session.execute(statement(wanted, numbers)).all()
    shown = rows[: wanted.limit]
    return SearchPage(
        items=tuple(Appointment.model_validate_json(row.snapshot) for row in shown),
        next_cursor=_cursor(wanted.order, shown[-1]) if len(rows) > wanted.limit else None,
    )


def statement(wanted: SearchFilter, numbers: tuple[str, ...] | None = None) -> sa.Select[*tuple[Any, ...]]:
    """Returns a query that finds the keys by an index and reads the snapshots of one page only, plus one row."""
    if wanted.order:
        return _sorted(wanted, wanted.order, numbers)
    keys = (_ROWS.c.created_at, _ROWS.c.pre_entry_no)
    common = (
        *_conditions(_ROWS, wanted, numbers),
        sa.tuple_(*keys) < sa.tuple_(*(sa.literal(part) for part in _position(wanted.cursor))),
    )
    branches = [
        sa.select(*keys)
        .where(*seen, *common)
        .order_by(*(key.desc() for key in keys))
        .limit(wanted.limit + 1)
        .subquery()
        for seen in _visible(_ROWS, wanted)
    ]
    found = sa.union_all(*(sa.select(branch) for branch in branches)).subquery()
    return (
        sa.select(_ROWS.c.created_at, _ROWS.c.pre_entry_no, _ROWS.c.snapshot)
        .join(found, found.c.pre_entry_no == _ROWS.c.pre_entry_no)
        .order_by(found.c.created_at.desc(), found.c.pre_entry_no.desc())
        .limit(wanted.limit + 1)
    )


def _sorted(wanted: SearchFilter, by: SortOrder, numbers: tuple[str, ...] | None) -> sa.Select[*tuple[Any, ...]]:
    """Returns the same in another order: it reads all search rows of the span, and the snapshots of the first ones."""
    (seen,) = _visible(_SEARCH, wanted)
    conditions = [*seen, *_conditions(_SEARCH, wanted, numbers)]
    if wanted.cursor is not None:
        conditions.append(by.after(by.position(wanted.cursor)))
    keys = (by.value.label("value"), _SEARCH.c.created_at, _SEARCH.c.pre_entry_no)
    best = sa.select(*keys).where(*conditions).order_by(*by.keys(*keys)).limit(wanted.limit + 1).subquery()
    return (
        sa.select(_ROWS.c.created_at, _ROWS.c.pre_entry_no, _ROWS.c.snapshot, best.c.value)
        .join(best, best.c.pre_entry_no == _ROWS.c.pre_entry_no)
        .order_by(*by.keys(best.c.value, best.c.created_at, best.c.pre_entry_no))
    )


def _check_size(session: Session, wanted: SearchFilter) -> None:
    ((party, *_),) = _visible(_SEARCH, wanted)
    rows = sa.select(sa.literal(1)).where(party, *_spans(_SEARCH, wanted)).limit(MOST_SORTED + 1).subquery()
    if session.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one() > MOST_SORTED:
        raise TooManyRows


def _numbered(session: Session, number: str) -> tuple[str, ...]:
    """Returns the appointments, of any enterprise, that have or had the number."""
    numbered = sa.select(_NUMBERS.c.pre_entry_no).where(_NUMBERS.c.number == number).limit(_MOST_OF_A_NUMBER)
    own = sa.select(_ROWS.c.pre_entry_no).where(_ROWS.c.pre_entry_no == number)
    return tuple(session.execute(sa.union_all(sa.select(numbered.subquery()), own)).scalars())


def _visible(rows: sa.Table, wanted: SearchFilter) -> Iterator[tuple[Condition, ...]]:
    """Yields the ways in which the viewer may see a row, each with an index of its own, without overlap."""
    viewer, not_deleted = wanted.viewer, rows.c.state != State.DELETED.value
    applied, receives = rows.c.applicant_code == viewer, rows.c.consignee_code == viewer
    if viewer is None:
        yield ()
    elif wanted.party == "B" and wanted.consignee in {None, viewer}:
        yield receives, not_deleted
    elif wanted.party is not None:
        yield applied, not_deleted
    else:
        yield applied, not_deleted
        yield receives, rows.c.applicant_code != viewer, not_deleted


def _conditions(rows: sa.Table, wanted: SearchFilter, numbers: tuple[str, ...] | None) -> Iterator[Condition]:
    if wanted.applicant is not None:
        yield rows.c.applicant_code == wanted.applicant
    if wanted.consignee is not None:
        yield rows.c.consignee_code == wanted.consignee
    if wanted.states:
        yield rows.c.state.in_([state.value for state in wanted.states])
    if wanted.pre_entry_no is not None:
        yield rows.c.pre_entry_no == wanted.pre_entry_no
    if numbers is not None:
        yield rows.c.pre_entry_no.in_(numbers)
    yield from _spans(rows, wanted)
    for word in filter(None, map(folded, wanted.words)):
        yield _SEARCH.c.words.contains(word, autoescape=True)
    if wanted.attention is not None:
        yield _attention(wanted.attention)


def _spans(rows: sa.Table, wanted: SearchFilter) -> Iterator[Condition]:
    yield from _within(rows.c.applied_at, wanted.applied_from, wanted.applied_to)
    yield from _within(rows.c.window_start, wanted.window_from, wanted.window_to)


def _within(column: sa.Column[datetime], since: datetime | None, until: datetime | None) -> Iterator[Condition]:
    if since is not None:
        yield column >= since
    if until is not None:
        yield column < until


def _attention(wanted: AttentionFilter) -> Condition:
    """Returns the condition; overdue, undecided and hours_changed are columns, the others subqueries."""
    if wanted == "overdue":
        return _ROWS.c.state == State.COMPLETED_WITHOUT_FEEDBACK.value
    if wanted == "undecided":
        return _ROWS.c.undecided == sa.true()
    if wanted == "hours_changed":
        return _ROWS.c.hours_changed == sa.true()
    if wanted == "delivery_stuck":
        return _ROWS.c.pre_entry_no.in_(sa.select(_DELIVERIES.c.pre_entry_no).where(_DELIVERIES.c.state == "stuck"))
    return _ROWS.c.pre_entry_no.in_(sa.select(_RECEIPTS.c.pre_entry_no).where(PARKED))


def _cursor(by: SortOrder | None, last: Any) -> str:
    if by is not None:
        return by.cursor(PagePosition(last.value, last.created_at, last.pre_entry_no))
    return cursors.write([last.created_at.isoformat(), last.pre_entry_no])


def _position(cursor: str | None) -> tuple[datetime, str]:
    if cursor is None:
        return _END
    parts = cursors.read(cursor)
    try:
        created_at, pre_entry_no = parts
        return datetime.fromisoformat(created_at).astimezone(UTC), str(pre_entry_no)
    except (ValueError, TypeError, OverflowError) as error:
        raise BadCursor("not a cursor of this system") from error
