"""Worklists of operators: what waits for a person, page by page, found and filtered by an index of its own."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple, get_args

import sqlalchemy as sa
from pydantic import AwareDatetime, Field
from sqlmodel import Session

from db import deliveries, inbox
from db.queries import cursors
from db.queries.appointments import appointments
from db.queries.cursors import BadCursor
from db.tables import AppointmentRow, DeliveryRow, EnterpriseRow, ReceiptRow
from db.tables.appointments import OVERDUE
from db.tables.receipts import PARKED, WAITING
from domain.appointment import Appointment, State
from domain.event import MessageType
from domain.model import Model
from domain.receipt import Result

WorklistKind = Literal["overdue", "undecided", "deliveries", "receipts", "missing", "standing"]
WorklistSort = Literal["since", "-since", "port", "-port", "applicant", "-applicant"]
WORKLIST_KINDS: tuple[WorklistKind, ...] = get_args(WorklistKind)

#: Enterprises whose name holds what was typed; more of them are no answer to "which one?".
MOST_NAMESAKES = 50

#: A count reads an index from end to end; nobody acts differently on more.
MOST_COUNTED = 100_000

Condition = sa.ColumnElement[bool] | sa.TextClause

_ROWS = AppointmentRow.table()
_DELIVERIES = DeliveryRow.table()
_RECEIPTS = ReceiptRow.table()
_ENTERPRISES = EnterpriseRow.table()


class Source(NamedTuple):
    """The rows of a worklist: their key, since when each waits, and the condition of each state.

    The first state is what the list shows unless another one is asked for.
    """

    rows: sa.Table
    key: sa.Column[Any]
    since: sa.Column[Any]
    states: Mapping[str, Condition]


def _undecided(*states: State) -> Condition:
    late = _ROWS.c.undecided == sa.true()
    return sa.and_(late, _ROWS.c.state.in_([state.value for state in states])) if states else late


SOURCES: dict[WorklistKind, Source] = {
    "overdue": Source(
        _ROWS, _ROWS.c.pre_entry_no, _ROWS.c.feedback_by, {State.COMPLETED_WITHOUT_FEEDBACK.value: OVERDUE}
    ),
    "undecided": Source(
        _ROWS,
        _ROWS.c.pre_entry_no,
        _ROWS.c.window_end,
        {"undecided": _undecided()} | {state.value: _undecided(state) for state in (State.SUBMITTED, State.ACCEPTED)},
    ),
    "deliveries": Source(
        _DELIVERIES,
        _DELIVERIES.c.message_id,
        _DELIVERIES.c.promised_at,
        {state: _DELIVERIES.c.state == state for state in ("stuck", "pending")},
    ),
    "receipts": Source(_RECEIPTS, _RECEIPTS.c.id, _RECEIPTS.c.received_at, {"parked": PARKED, "received": WAITING}),
}


#: The states by which a list can be filtered; ``missing`` and ``standing`` are found by asking Temporal.
STATES: dict[WorklistKind, tuple[str, ...]] = dict.fromkeys(WORKLIST_KINDS, ()) | {
    kind: tuple(source.states) for kind, source in SOURCES.items()
}


class WorklistFilter(Model):
    """Conditions of a worklist, all of which must hold.

    ``port``: of the declaration or of entry or exit. ``parties``: customs codes, one of which is applicant or
    consignee; None for anybody. ``since_from`` and ``since_to``: a half-open span of the instant since when it waits.
    """

    kind: WorklistKind
    state: str | None = None
    port: str | None = None
    parties: tuple[str, ...] | None = None
    since_from: AwareDatetime | None = None
    since_to: AwareDatetime | None = None
    sort: WorklistSort = "since"
    cursor: str | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50

    @property
    def source(self) -> Source:
        """Returns where its rows are."""
        return SOURCES[self.kind]

    @property
    def condition(self) -> Condition:
        """Returns the condition of the state that is asked for. Raises ``KeyError`` for one that the list has not."""
        states = self.source.states
        return states[self.state] if self.state is not None else next(iter(states.values()))


class WorkItem(Model):
    """One row that waits: ``key`` is the number of an appointment, or the id of a message or receipt.

    ``reason`` is why a message or receipt waits; ``appointment`` is None for a receipt that belongs to none.
    """

    key: str
    pre_entry_no: str | None
    since: datetime
    state: str
    reason: str | None = None
    message_type: MessageType | None = None
    result: Result | None = None
    appointment: Appointment | None = None


class Worklist(Model):
    """A page; ``total`` counts all pages, ``next_cursor`` is None on the last one.

    ``complete`` is False when there may be more than ``total``, or nobody can tell. ``counted_at``: when a worker
    searched for what only a search of the whole system finds; None for what is read now.
    """

    items: tuple[WorkItem, ...]
    total: int
    complete: bool = True
    next_cursor: str | None = None
    counted_at: datetime | None = None


def worklist(session: Session, wanted: WorklistFilter) -> Worklist:
    """Returns one page. Raises ``BadCursor``.

    Pages together have each row once; what begins or ceases to wait meanwhile may be missing.
    """
    rows = session.execute(page_statement(wanted)).all()
    shown = rows[: wanted.limit]
    total = count(session, wanted)
    return Worklist(
        items=tuple(_ITEMS[wanted.kind](session, shown)),
        total=min(total, MOST_COUNTED),
        complete=total <= MOST_COUNTED,
        next_cursor=_cursor(wanted.sort, shown[-1]) if len(rows) > wanted.limit else None,
    )


def count(session: Session, wanted: WorklistFilter) -> int:
    """Returns how many rows fulfil the conditions, on all pages; at most ``MOST_COUNTED`` + 1."""
    found = _matching(wanted, sa.literal(1).label("one")).limit(MOST_COUNTED + 1).subquery()
    return int(session.execute(sa.select(sa.func.count()).select_from(found)).scalar_one())


def page_statement(wanted: WorklistFilter) -> sa.Select[*tuple[Any, ...]]:
    """Returns a query for the keys of one page, and of one row more."""
    value, key = _sorted_by(wanted), wanted.source.key
    found = _matching(
        wanted,
        value.label("value"),
        key.label("key"),
        wanted.source.rows.c.pre_entry_no.label("number"),
        wanted.source.since.label("since"),
    )
    descending = wanted.sort.startswith("-")
    if wanted.cursor is not None:
        keys = sa.tuple_(value, key)
        position = sa.tuple_(*_position(wanted, wanted.cursor))
        found = found.where(keys < position if descending else keys > position)
    order = (value.desc(), key.desc()) if descending else (value, key)
    return found.order_by(*order).limit(wanted.limit + 1)


def named_parties(session: Session, typed: str) -> tuple[str, ...]:
    """Returns the customs codes of the enterprises whose name contains the text, at most ``MOST_NAMESAKES`` + 1.

    It reads the register from end to end: an index finds the beginning of a name, and people type what is in it.
    """
    holds = _ENTERPRISES.c.name.contains(typed, autoescape=True)
    found = sa.select(_ENTERPRISES.c.code).where(holds).order_by(_ENTERPRISES.c.code).limit(MOST_NAMESAKES + 1)
    return tuple(session.execute(found).scalars())


def _matching(wanted: WorklistFilter, *columns: sa.ColumnElement[Any]) -> sa.Select[*tuple[Any, ...]]:
    return sa.select(*columns).select_from(wanted.source.rows).where(*_conditions(wanted))


def _conditions(wanted: WorklistFilter) -> Iterator[Condition]:
    rows, since = wanted.source.rows.c, wanted.source.since
    yield wanted.condition
    if rows is _DELIVERIES.c:
        yield since.is_not(None)  # its event is not written yet
    if wanted.since_from is not None:
        yield since >= wanted.since_from
    if wanted.since_to is not None:
        yield since < wanted.since_to
    if wanted.port is not None:
        yield sa.or_(rows.declaration_port == wanted.port, rows.entry_exit_port == wanted.port)
    if wanted.parties is not None:
        yield sa.or_(rows.applicant_code.in_(wanted.parties), rows.consignee_code.in_(wanted.parties))


def _sorted_by(wanted: WorklistFilter) -> sa.ColumnElement[Any]:
    rows = wanted.source.rows.c
    columns = {"port": rows.declaration_port, "applicant": rows.applicant_code}
    column = columns.get(wanted.sort.lstrip("-"))
    return wanted.source.since if column is None else sa.func.coalesce(column, "")


def _cursor(sort: WorklistSort, last: sa.Row[Any]) -> str:
    value = last.value.isoformat() if isinstance(last.value, datetime) else last.value
    return cursors.write([sort, value, last.key])


def _position(wanted: WorklistFilter, cursor: str) -> Iterator[sa.BindParameter[Any]]:
    """Yields the value and the key of a cursor. Raises ``BadCursor`` when it belongs to another order or list."""
    key = wanted.source.key
    try:
        sort, value, last = cursors.read(cursor)
        if sort != wanted.sort or not isinstance(last, key.type.python_type) or not isinstance(value, str):
            raise BadCursor("a cursor of another list")
        by_time = sort.lstrip("-") == "since"
        yield sa.literal(
            datetime.fromisoformat(value).astimezone(UTC) if by_time else value,
            wanted.source.since.type if by_time else sa.String(),
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise BadCursor("not a cursor of this system") from error
    yield sa.literal(last, key.type)


def _cases(session: Session, rows: Sequence[sa.Row[Any]]) -> Iterator[WorkItem]:
    known = appointments(session, [row.number for row in rows if row.number])
    for row in rows:
        about = known[row.number]
        yield WorkItem(key=row.key, pre_entry_no=row.key, since=row.since, state=about.state, appointment=about)


def _messages(session: Session, rows: Sequence[sa.Row[Any]]) -> Iterator[WorkItem]:
    known = appointments(session, [row.number for row in rows if row.number])
    found = {each.message_id: each for each in deliveries.by_ids(session, [row.key for row in rows])}
    for each in (found[row.key] for row in rows if row.key in found):
        yield WorkItem(
            key=each.message_id,
            pre_entry_no=each.pre_entry_no,
            since=each.promised_at,
            state=each.state,
            reason=each.reason,
            message_type=each.message_type,
            appointment=known.get(each.pre_entry_no),
        )


def _receipts(session: Session, rows: Sequence[sa.Row[Any]]) -> Iterator[WorkItem]:
    known = appointments(session, [row.number for row in rows if row.number])
    found = {each.id: each for each in inbox.by_ids(session, [row.key for row in rows])}
    for each in (found[row.key] for row in rows if row.key in found):
        yield WorkItem(
            key=str(each.id),
            pre_entry_no=each.pre_entry_no,
            since=each.received_at,
            state="received" if each.outcome is None else each.outcome,
            reason=each.reason,
            result=each.result,
            appointment=known.get(each.pre_entry_no or ""),
        )


_ITEMS = {"overdue": _cases, "undecided": _cases, "deliveries": _messages, "receipts": _receipts}
