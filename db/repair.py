"""Read rows and claims put right from the events, where the events prove what is right.

Nothing is mended whose chain or contents are wrong, and no row that knows more than the events: the events may have
been cut off at the end, and that row is then the only witness.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from more_itertools import chunked
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading
from db.projections import CHUNK, rebuild_some
from db.tables import AppointmentRow, EventRow
from db.verify import Finding, FindingKind

_EVENTS = EventRow.table()
_ROWS = AppointmentRow.table()
_DERIVED = frozenset(
    {FindingKind.ROW_MISSING, FindingKind.ROW_DIFFERS, FindingKind.CLAIM_MISSING, FindingKind.CLAIM_LEFT}
) | {
    *(FindingKind.REFERENCE_MISSING, FindingKind.REFERENCE_LEFT, FindingKind.SEARCH_DIFFERS),
}


def repair_rows(engine: Engine, findings: Sequence[Finding]) -> list[str]:
    """Makes again what the findings name and the events prove; gives the numbers, sorted."""
    doubtful = {found.pre_entry_no for found in findings if found.what not in _DERIVED}
    suspects = sorted({found.pre_entry_no for found in findings} - doubtful)
    mended: list[str] = []
    for some in chunked(suspects, CHUNK):
        with reading(engine) as session:
            ahead = _ahead(session, some)
        proven = [number for number in some if number not in ahead]
        rebuild_some(engine, proven)
        mended += proven
    return mended


def _ahead(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Numbers whose row tells of a later version, or a later moment, than the last event."""
    own = _EVENTS.c.pre_entry_no.in_(numbers)
    last = sa.select(sa.func.max(_EVENTS.c.id)).where(own).group_by(_EVENTS.c.pre_entry_no)
    later = sa.or_(_ROWS.c.version > _EVENTS.c.version, _ROWS.c.updated_at > _EVENTS.c.at)
    rows = sa.select(_ROWS.c.pre_entry_no).join(_EVENTS, _EVENTS.c.pre_entry_no == _ROWS.c.pre_entry_no)
    return frozenset(session.execute(rows.where(_EVENTS.c.id.in_(last), later)).scalars())
