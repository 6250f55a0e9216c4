"""Which files lie in the object store, who refers to them, and which of them nobody does.

A file has a row before it has bytes, and loses its bytes before its row: so whatever ends half way leaves a row, and
the next collection finds it. ``stored_at`` is renewed whenever somebody puts the file there or refers to it anew; a
file that was renewed within the grace is nobody's to collect, though its reference may still be on its way.
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
    """Says that the file is about to be put into the store; waits for a collection that is taking it away."""
    with writing(engine) as session:
        upsert(session, _FILES, {"sha256": sha256, "size": size, "stored_at": at})


def touch(engine: Engine, files: Iterable[str], at: datetime) -> frozenset[str]:
    """Keeps files that are there for somebody who will refer to them; gives those that are not there any more."""
    wanted = frozenset(files)
    if not wanted:
        return wanted
    with writing(engine) as session:
        there = _FILES.c.sha256.in_(sorted(wanted))
        session.execute(sa.update(_FILES).where(there).values(stored_at=at))
        found = session.execute(sa.select(_FILES.c.sha256).where(there)).scalars()
        return wanted - frozenset(found)


def record_unknown(engine: Engine, files: Iterable[str], at: datetime) -> int:
    """Gives rows to files that lie in the store and have none, as after a restore; gives how many."""
    wanted = sorted(set(files))
    with reading(engine) as session:
        known = set(session.execute(sa.select(_FILES.c.sha256).where(_FILES.c.sha256.in_(wanted))).scalars())
    strays = [each for each in wanted if each not in known]
    if strays:
        with writing(engine) as session:
            insert_missing(session, _FILES, *({"sha256": each, "size": 0, "stored_at": at} for each in strays))
    return len(strays)


def orphans(session: Session, before: datetime, limit: int = _CHUNK, after: str = "") -> list[str]:
    """Files that nobody refers to and nobody has renewed since ``before``, by name."""
    wanted = sa.select(_FILES.c.sha256).where(_FILES.c.stored_at < before, _FILES.c.sha256 > after, ~_IS_REFERENCED)
    return list(session.execute(wanted.order_by(_FILES.c.sha256).limit(limit)).scalars())


def remove_orphan(engine: Engine, sha256: str, before: datetime, remove: Callable[[], None]) -> bool:
    """Takes an orphan away if it still is one; whoever puts it there again waits until its bytes are gone.

    ``remove`` is called while the row is held, so that no put of the same content can be lost in between.
    """
    with writing(engine) as session:
        gone = sa.delete(_FILES).where(_FILES.c.sha256 == sha256, _FILES.c.stored_at < before, ~_IS_REFERENCED)
        if not session.connection().execute(gone).rowcount:
            return False
        remove()
        return True


def referenced_files(engine: Engine) -> Iterator[Sequence[tuple[str, str]]]:
    """Every file that is referred to, with one of the appointments that do, some at a time."""
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
    """Makes the rows of references those of the snapshot."""
    held = files_of(appointment)
    session.execute(
        sa.delete(_ATTACHMENTS).where(
            _ATTACHMENTS.c.pre_entry_no == appointment.pre_entry_no, _ATTACHMENTS.c.attachment_id.not_in(sorted(held))
        )
    )
    number = appointment.pre_entry_no
    rows: list[dict[str, object]] = [
        {"pre_entry_no": number, "attachment_id": each, "sha256": sha256} for each, sha256 in held.items()
    ]
    upsert(session, _ATTACHMENTS, *rows)


def files_of(appointment: Appointment) -> dict[str, str]:
    """Id of each attachment → its file."""
    return {each.attachment_id: each.sha256 for each in appointment.attachments}
