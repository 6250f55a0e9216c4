"""Files in the object store, the appointments that refer to them, and files without a reference.

A file has a row before it has bytes, and loses its bytes before its row. So an interrupted step leaves a row, which the
next collection finds. ``stored_at`` is renewed with every upload and every new reference; a file that was renewed
within the grace period is not collected, because its reference may not be written yet.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading, writing
from db.tables import AttachmentRow, StoredFileRow
from db.upsert import insert_missing, upsert
from domain.appointment import Appointment

_ATTACHMENTS = AttachmentRow.table()
_FILES = StoredFileRow.table()
_IS_REFERENCED = sa.exists().where(_ATTACHMENTS.c.sha256 == _FILES.c.sha256)
_CHUNK = 500


def record_upload(engine: Engine, sha256: str, size: int, at: datetime) -> None:
    """Adds or renews the row before the bytes are stored; waits for a collection that removes the file."""
    with writing(engine) as session:
        upsert(session, _FILES, {"sha256": sha256, "size": size, "stored_at": at})


def touch(engine: Engine, files: Iterable[str], at: datetime) -> frozenset[str]:
    """Renews files that an appointment will refer to; returns those that are missing."""
    wanted = frozenset(files)
    if not wanted:
        return wanted
    with writing(engine) as session:
        there = _FILES.c.sha256.in_(sorted(wanted))
        session.execute(sa.update(_FILES).where(there).values(stored_at=at))
        found = session.execute(sa.select(_FILES.c.sha256).where(there)).scalars()
        return wanted - frozenset(found)


def record_unknown(engine: Engine, files: Iterable[str], at: datetime) -> int:
    """Adds rows for files in the store that have none, as after a restore; returns how many."""
    wanted = sorted(set(files))
    with reading(engine) as session:
        recorded = set(session.execute(sa.select(_FILES.c.sha256).where(_FILES.c.sha256.in_(wanted))).scalars())
    unknown = [each for each in wanted if each not in recorded]
    if unknown:
        with writing(engine) as session:
            insert_missing(session, _FILES, *({"sha256": each, "size": 0, "stored_at": at} for each in unknown))
    return len(unknown)


def orphans(session: Session, before: datetime, limit: int = _CHUNK, after: str = "") -> list[str]:
    """Returns files without a reference that were not renewed since ``before``, by name."""
    wanted = sa.select(_FILES.c.sha256).where(_FILES.c.stored_at < before, _FILES.c.sha256 > after, ~_IS_REFERENCED)
    return list(session.execute(wanted.order_by(_FILES.c.sha256).limit(limit)).scalars())


def remove_orphan(engine: Engine, sha256: str, before: datetime, remove: Callable[[], None]) -> bool:
    """Removes the file if it is still an orphan; an upload of the same content waits until its bytes are gone.

    ``remove`` is called while the row is locked, so that it cannot delete the bytes of a concurrent upload.
    """
    with writing(engine) as session:
        gone = sa.delete(_FILES).where(_FILES.c.sha256 == sha256, _FILES.c.stored_at < before, ~_IS_REFERENCED)
        if not session.connection().execute(gone).rowcount:
            return False
        remove()
        return True


def referenced_files(engine: Engine) -> Iterator[Sequence[tuple[str, str]]]:
    """Yields pages of referenced files, each with one of the appointments that refer to it."""
    after = ""
    while True:
        some = (
            sa.select(_ATTACHMENTS.c.sha256, sa.func.min(_ATTACHMENTS.c.pre_entry_no))
            .where(_ATTACHMENTS.c.sha256 > after)
            .group_by(_ATTACHMENTS.c.sha256)
            .order_by(_ATTACHMENTS.c.sha256)
            .limit(_CHUNK)
        )
        with reading(engine) as session:
            page = [(sha256, number) for sha256, number in session.execute(some)]
        if not page:
            return
        yield page
        after = page[-1][0]


def sync(session: Session, appointment: Appointment) -> None:
    """Makes the rows of references equal to the snapshot."""
    files = files_of(appointment)
    session.execute(
        sa.delete(_ATTACHMENTS).where(
            _ATTACHMENTS.c.pre_entry_no == appointment.pre_entry_no, _ATTACHMENTS.c.attachment_id.not_in(sorted(files))
        )
    )
    number = appointment.pre_entry_no
    rows: list[dict[str, object]] = [
        {"pre_entry_no": number, "attachment_id": each, "sha256": sha256} for each, sha256 in files.items()
    ]
    upsert(session, _ATTACHMENTS, *rows)


def files_of(appointment: Appointment) -> dict[str, str]:
    """Returns attachment id → file."""
    return {each.attachment_id: each.sha256 for each in appointment.attachments}
