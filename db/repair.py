"""Repairs read rows and claims from the events, where the events prove the right values.

It leaves alone appointments whose chain or contents are wrong, and rows with a later version than the events: the last
events may have been cut off, and that row is then the only evidence.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from more_itertools import chunked
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import reading
from db.personal_digests import Digests
from db.projections import CHUNK, rebuild_some
from db.tables import AppointmentRow, EventRow
from db.verify import Discrepancy, DiscrepancyKind

_EVENTS = EventRow.table()
_ROWS = AppointmentRow.table()
_DERIVED = frozenset(
    {
        DiscrepancyKind.ROW_MISSING,
        DiscrepancyKind.ROW_DIFFERS,
        DiscrepancyKind.CLAIM_MISSING,
        DiscrepancyKind.CLAIM_LEFT,
    }
) | {
    *(DiscrepancyKind.REFERENCE_MISSING, DiscrepancyKind.REFERENCE_LEFT),
    *(DiscrepancyKind.PERSONAL_MISSING, DiscrepancyKind.PERSONAL_LEFT),
    *(DiscrepancyKind.SEARCH_DIFFERS, DiscrepancyKind.FIGURES_DIFFER, DiscrepancyKind.EVENT_UNPUBLISHED),
}


def repair_rows(engine: Engine, findings: Sequence[Discrepancy], digests: Digests | None = None) -> list[str]:
    """Rebuilds the rows that the findings name and the events prove; returns their numbers, sorted."""
    doubtful = {found.pre_entry_no for found in findings if found.what not in _DERIVED}
    suspects = sorted({found.pre_entry_no for found in findings} - doubtful)
    repaired: list[str] = []
    for some in chunked(suspects, CHUNK):
        with reading(engine) as session:
            ahead = _ahead(session, some)
        proven = [number for number in some if number not in ahead]
        rebuild_some(engine, proven, digests)
        repaired += proven
    return repaired


def _ahead(session: Session, numbers: Sequence[str]) -> frozenset[str]:
    """Returns the numbers whose row has a later version, or a later instant, than the last event."""
    own = _EVENTS.c.pre_entry_no.in_(numbers)
    last = sa.select(sa.func.max(_EVENTS.c.id)).where(own).group_by(_EVENTS.c.pre_entry_no)
    later = sa.or_(_ROWS.c.version > _EVENTS.c.version, _ROWS.c.updated_at > _EVENTS.c.at)
    rows = sa.select(_ROWS.c.pre_entry_no).join(_EVENTS, _EVENTS.c.pre_entry_no == _ROWS.c.pre_entry_no)
    return frozenset(session.execute(rows.where(_EVENTS.c.id.in_(last), later)).scalars())
