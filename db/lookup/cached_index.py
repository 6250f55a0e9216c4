"""One list as a process holds it in memory: made when first asked, and made anew when the list's digest changed."""

from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Lock

import sqlalchemy as sa
from sqlmodel import Session

from db import lists
from db.lists import Name
from db.lookup.index import Index, Term
from db.tables import HsCodeRow, PortRow
from domain.instants import local_date

_PORTS, _HS = PortRow.table(), HsCodeRow.table()
_WANTED = {
    "ports": sa.select(_PORTS.c.code, _PORTS.c.name, _PORTS.c.name_en, _PORTS.c.pinyin, _PORTS.c.initials),
    # Of several lines of a code the last to begin; the ones that have ended are not offered.
    "hs_codes": sa.select(_HS.c.code, _HS.c.name, sa.null(), _HS.c.pinyin, _HS.c.initials)
    .where(sa.or_(_HS.c.valid_to.is_(None), _HS.c.valid_to >= sa.bindparam("today", type_=sa.Date())))
    .order_by(
        _HS.c.code, sa.case((_HS.c.valid_from <= sa.bindparam("today", type_=sa.Date()), 1), else_=0), _HS.c.valid_from
    ),
}


class CachedIndex:
    """Shared by all threads of a process. Each look costs one row of the database, by its key."""

    def __init__(self, name: Name) -> None:
        self._name = name
        self._making = Lock()
        self._made: tuple[str, Index] | None = None

    def look(self, session: Session) -> tuple[Index, bool]:
        """The list as it stands in this session, and whether it was entered as a whole."""
        standing = lists.status(session, self._name)
        digest = standing.digest if standing else ""
        # Lines of the tariff begin and end, so what is offered changes with the day.
        today = local_date(datetime.now(UTC))
        return self._index(session, f"{digest} {today}"), bool(standing and standing.complete)

    def _terms(self, session: Session) -> Iterable[Term]:
        """Each code once."""
        given = {"today": local_date(datetime.now(UTC))} if self._name == "hs_codes" else {}
        rows = session.execute(_WANTED[self._name], given)
        return {row[0]: Term._make(row) for row in rows}.values()

    def _index(self, session: Session, version: str) -> Index:
        """The list of this digest and day; while another thread makes it, the one before will do."""
        made = self._made
        if made is not None and made[0] == version:
            return made[1]
        if not self._making.acquire(blocking=made is None):
            return made[1] if made else self._index(session, version)
        try:
            if self._made is None or self._made[0] != version:
                self._made = (version, Index(self._terms(session)))
            return self._made[1]
        finally:
            self._making.release()
