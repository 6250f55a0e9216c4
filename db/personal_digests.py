"""Finds appointments by a personal value: rows hold its keyed hash, made by the owner of the keys (0310)."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlmodel import Session

from db.access_log import Access
from db.tables import AccessRow, AppointmentRow, ContentRow, PersonalDigestRow
from db.upsert import insert_missing
from domain.appointment import Appointment, State
from domain.event import Action, Event
from domain.model import Model

_DIGESTS = PersonalDigestRow.table()
_CONTENTS = ContentRow.table()
_ROWS = AppointmentRow.table()
_ACCESSES = AccessRow.table()
#: Only these change what the applicant fills in.
_FILLED_IN = (Action.CREATED, Action.SAVED)

#: Returns the keyed hash of each personal value by which appointments are found, by the name of its field.
Digests = Callable[[Appointment], Mapping[str, str]]
#: (kind, digest)
Digest = tuple[str, str]


def add(session: Session, written: Iterable[Event], digests: Digests) -> None:
    """Adds the rows of new events of one appointment, and removes those of a deleted draft with its contents."""
    events = list(written)
    _add(session, [each.appointment for each in events if each.action in _FILLED_IN], digests)
    if events and events[-1].after is State.DELETED:
        session.execute(_of([events[-1].appointment.pre_entry_no]))


def reset(session: Session, numbers: Sequence[str], digests: Digests) -> None:
    """Writes the rows of these appointments again, from the contents that are left of all versions."""
    session.execute(_of(numbers))
    snapshots = sa.select(_CONTENTS.c.appointment).where(_CONTENTS.c.pre_entry_no.in_(numbers))
    texts = session.execute(snapshots).scalars()
    _add(session, map(Appointment.model_validate_json, texts), digests)


def _add(session: Session, appointments: Iterable[Appointment], digests: Digests) -> None:
    found = {(each.pre_entry_no, *one) for each in appointments for one in digests(each).items()}
    rows: list[dict[str, object]] = [
        {"pre_entry_no": number, "kind": kind, "digest": digest} for number, kind, digest in sorted(found)
    ]
    insert_missing(session, _DIGESTS, *rows)


def _of(numbers: Sequence[str]) -> sa.Delete:
    return sa.delete(_DIGESTS).where(_DIGESTS.c.pre_entry_no.in_(numbers))


def rows_of(numbers: Sequence[str]) -> sa.Select[tuple[str, str, str]]:
    """Returns the query for the rows of these appointments, sorted by their number."""
    columns = (_DIGESTS.c.pre_entry_no, _DIGESTS.c.kind, _DIGESTS.c.digest)
    return sa.select(*columns).where(_DIGESTS.c.pre_entry_no.in_(numbers)).order_by(_DIGESTS.c.pre_entry_no)


def holders(session: Session, wanted: Digest, *, before: str | None, limit: int) -> list[Appointment]:
    """Returns appointments that have or had the value, the highest number first; ``before`` is a number."""
    rows = sa.select(_ROWS.c.snapshot).join(_DIGESTS, _DIGESTS.c.pre_entry_no == _ROWS.c.pre_entry_no)
    rows = rows.where(*_is(wanted))
    if before is not None:
        rows = rows.where(_DIGESTS.c.pre_entry_no < before)
    found = session.execute(rows.order_by(_DIGESTS.c.pre_entry_no.desc()).limit(limit)).scalars()
    return [Appointment.model_validate_json(snapshot) for snapshot in found]


class LoggedLook(Model):
    """An entry of the access log, by its number, about an appointment."""

    id: int
    access: Access


def openings(session: Session, wanted: Digest, *, before: int | None, limit: int) -> list[LoggedLook]:
    """Returns who opened personal fields of those appointments, the newest first; ``before`` is a number of the log."""
    rows = sa.select(_ACCESSES).join(_DIGESTS, _DIGESTS.c.pre_entry_no == _ACCESSES.c.pre_entry_no)
    rows = rows.where(*_is(wanted), _ACCESSES.c.pre_entry_no.is_not(None))
    if before is not None:
        rows = rows.where(_ACCESSES.c.id < before)
    found = session.execute(rows.order_by(_ACCESSES.c.id.desc()).limit(limit)).mappings()
    return [LoggedLook(id=row["id"], access=Access.model_validate(_access(row))) for row in found]


def _access(row: sa.RowMapping) -> dict[str, object]:
    return {name: row[name] for name in Access.model_fields}


def _is(wanted: Digest) -> tuple[sa.ColumnElement[bool], ...]:
    kind, digest = wanted
    return _DIGESTS.c.digest == digest, _DIGESTS.c.kind == kind
