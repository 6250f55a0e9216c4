"""Pages in the order of a column; rows without a value come last, and equal ones newest first."""

from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, get_args

import sqlalchemy as sa

from db.queries import cursors
from db.queries.cursors import BadCursor
from db.tables import SearchRow
from db.tables.columns import Instant
from domain.appointment import EXPLAINABLE, LETTERS, State

SortColumn = Literal[
    "pre_entry_no", "application_no", "state", "applicant", "applicant_name", "consignee", "consignee_name",
    "declaration_port", "entry_exit_port", "transport_mode", "direction", "window_start", "window_end",
    "submitted_at", "approved_at", "feedback_by", "declarations", "created_at", "due",
]  # fmt: skip
SORT_COLUMNS: tuple[SortColumn, ...] = get_args(SortColumn)

_Column = sa.ColumnElement[Any]
_ROWS = SearchRow.table()
_NAMED_OTHERWISE = {
    "applicant": _ROWS.c.applicant_code,
    "applicant_name": _ROWS.c.applicant_order,
    "consignee": _ROWS.c.consignee_code,
    "consignee_name": _ROWS.c.consignee_order,
    "declarations": _ROWS.c.declaration_no,
    "state": sa.case({state.value: letter for state, (letter, _, _) in LETTERS.items()}, value=_ROWS.c.state),
}


class PagePosition(NamedTuple):
    """Position of the last row of a page: the value it is sorted by, and what orders equal ones."""

    value: Any
    created_at: datetime
    pre_entry_no: str


class SortOrder(NamedTuple):
    """A requested order (``-window_start``) and its column."""

    name: str
    value: _Column

    def keys(self, value: _Column, created_at: _Column, pre_entry_no: _Column) -> tuple[_Column, ...]:
        """Returns the terms of ORDER BY for these columns."""
        first = value.desc() if self._is_descending else value.asc()
        return first.nulls_last(), created_at.desc(), pre_entry_no.desc()

    def after(self, at: PagePosition) -> sa.ColumnElement[bool]:
        """Returns the condition for rows after a position."""
        among_equals = sa.tuple_(_ROWS.c.created_at, _ROWS.c.pre_entry_no) < sa.tuple_(
            sa.literal(at.created_at), sa.literal(at.pre_entry_no)
        )
        if at.value is None:
            return sa.and_(self.value.is_(None), among_equals)
        further = self.value < at.value if self._is_descending else self.value > at.value
        return sa.or_(further, sa.and_(self.value == at.value, among_equals), self.value.is_(None))

    def cursor(self, at: PagePosition) -> str:
        """Returns the cursor of the position."""
        value = at.value.isoformat() if isinstance(at.value, datetime) else at.value
        return cursors.write([self.name, value, at.created_at.isoformat(), at.pre_entry_no])

    def position(self, cursor: str) -> PagePosition:
        """Returns the position of a cursor. Raises ``BadCursor`` when it belongs to another order or system."""
        try:
            name, value, created_at, pre_entry_no = cursors.read(cursor)
            if name != self.name or not isinstance(value, str | None):
                raise BadCursor("a cursor of another order")
            if value is not None and isinstance(self.value.type, Instant):
                value = instant(value)
            return PagePosition(value, instant(created_at), str(pre_entry_no))
        except (ValueError, TypeError, OverflowError) as error:
            raise BadCursor("not a cursor of this system") from error

    @property
    def _is_descending(self) -> bool:
        return self.name.startswith("-")


def order(name: str, asked_at: datetime) -> SortOrder:
    """Returns the order of that name. ``asked_at`` decides which deadlines are still to come."""
    column = name.removeprefix("-")
    if column == "due":
        return SortOrder(name, _due(asked_at))
    return SortOrder(name, _NAMED_OTHERWISE[column] if column in _NAMED_OTHERWISE else _ROWS.c[column])


def instant(text: str) -> datetime:
    """Returns the instant in a cursor."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _due(asked_at: datetime) -> _Column:
    """Returns 提醒: the deadline of a feedback that is due, or of a draft that can still be submitted."""
    awaits = _ROWS.c.state.in_([state.value for state in EXPLAINABLE])
    may_submit = sa.and_(_ROWS.c.state == State.DRAFT.value, _ROWS.c.submit_by >= asked_at)
    return sa.case((awaits, _ROWS.c.feedback_by), (may_submit, _ROWS.c.submit_by))
