"""Booked windows, and the notices of those whose port changed its hours."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from db import hours_notices
from db.engine import reading
from domain.appointment import Content, State
from domain.event import Action, Event
from domain.policy import Policy
from tests.integration.db.stories import NUMBER, appointment, event


def booked(number: str = NUMBER, state: State = State.SUCCEEDED, **changes: Any) -> list[Event]:
    """Submitted, and then in that state."""
    first = appointment(number, 1, State.SUBMITTED, **changes)
    then = appointment(number, 2, state, **changes)
    return [event(first, Action.SUBMITTED), event(then, Action.APPROVED)]


def window(start: datetime, port: str = "2233", entry_exit_port: str | None = None) -> dict[str, Any]:
    content = Content(declaration_port=port, entry_exit_port=entry_exit_port or port, window_start=start)
    return {"content": content, "window_end": start + timedelta(hours=2)}


def at(day: date, hour: int) -> datetime:
    """A Shanghai hour, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


def judged(engine: sa.Engine, policy: Policy = Policy()) -> list[tuple[str, bool]]:  # noqa: B008 frozen
    """Notices that are due, once everything marked was judged."""
    while hours_notices.judge(engine, policy):
        pass
    with reading(engine) as session:
        return [(notice.pre_entry_no, notice.conflict) for notice in hours_notices.unsent(session)]


def tell(engine: sa.Engine) -> None:
    """Marks every notice as sent."""
    with reading(engine) as session:
        waiting = hours_notices.unsent(session)
    hours_notices.mark_sent(engine, waiting)
