"""Worklists of missing and of stuck workflows, as one worker found them last in a search of the whole system."""

import operator
from collections.abc import Sequence
from datetime import UTC

from sqlmodel import Session

from db import system_counts
from db.queries import cursors
from db.queries.appointments import appointments
from db.queries.cursors import BadCursor
from db.queries.worklists import WorkItem, Worklist, WorklistFilter, WorklistKind
from db.system_counts import CountName, Found
from domain.appointment import Appointment

#: The count of each list.
COUNTS: dict[WorklistKind, CountName] = {
    "missing": CountName.MISSING_WORKFLOWS,
    "standing": CountName.STUCK_WORKFLOWS,
}

_Position = tuple[str, str]


def found_worklist(session: Session, wanted: WorklistFilter) -> Worklist:
    """Returns one page of what the last count found, and when that was. Raises ``BadCursor``."""
    name = COUNTS[wanted.kind]
    counted = system_counts.latest(session).get(name)
    found = system_counts.findings(session, name)
    known = appointments(session, [each.pre_entry_no for each in found if each.pre_entry_no])
    items = [item for each in found if (item := _item(wanted.kind, each, known.get(each.pre_entry_no or "")))]
    page = page_of(items, wanted)
    complete = counted is not None and counted.value is not None and len(found) < system_counts.MOST_FOUND
    return page.model_copy(update={"complete": complete, "counted_at": counted.counted_at if counted else None})


def page_of(found: Sequence[WorkItem], wanted: WorklistFilter) -> Worklist:
    """Returns one page of these items. Raises ``BadCursor``."""
    descending = wanted.sort.startswith("-")
    items = [each for each in found if _fits(each, wanted)]
    rest = sorted(items, key=lambda each: _position(each, wanted), reverse=descending)
    if wanted.cursor is not None:
        last = _read(wanted.cursor, wanted)
        after = operator.lt if descending else operator.gt
        rest = [each for each in rest if after(_position(each, wanted), last)]
    shown = rest[: wanted.limit]
    is_last = len(rest) <= wanted.limit
    return Worklist(
        items=tuple(shown),
        total=len(items),
        next_cursor=None if is_last else cursors.write([wanted.sort, *_position(shown[-1], wanted)]),
    )


def _item(kind: WorklistKind, found: Found, about: Appointment | None) -> WorkItem | None:
    """Returns the item; None for an appointment that has no row, or a workflow without a start."""
    since = about.updated_at if about else found.since
    if since is None:
        return None
    number = about.pre_entry_no if about else None
    return WorkItem(key=found.key, pre_entry_no=number, since=since, state=kind, appointment=about)


def _fits(item: WorkItem, wanted: WorklistFilter) -> bool:
    about = item.appointment
    ports = (about.content.declaration_port, about.content.entry_exit_port) if about else ()
    parties = {each.code for each in (about.applicant, about.consignee) if each} if about else set()
    return (
        (wanted.port is None or wanted.port in ports)
        and (wanted.parties is None or not parties.isdisjoint(wanted.parties))
        and (wanted.since_from is None or item.since >= wanted.since_from)
        and (wanted.since_to is None or item.since < wanted.since_to)
    )


def _position(item: WorkItem, wanted: WorklistFilter) -> _Position:
    about, column = item.appointment, wanted.sort.lstrip("-")
    if column == "since":
        return item.since.astimezone(UTC).isoformat(timespec="microseconds"), item.key
    if about is None:
        return "", item.key
    return (about.applicant.code if column == "applicant" else about.content.declaration_port or ""), item.key


def _read(cursor: str, wanted: WorklistFilter) -> _Position:
    match cursors.read(cursor):
        case [wanted.sort, str(value), str(key)]:
            return value, key
    raise BadCursor("a cursor of another list")
