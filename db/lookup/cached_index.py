"""The index of a list in the memory of a process, built on first use and again when the digest changes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Lock

import sqlalchemy as sa
from sqlmodel import Session

from db import lists
from db.lists import ListName
from db.lookup.index import Index, Term
from db.tables import HsCodeRow, PortRow
from domain.instants import local_date

_PORTS, _HS = PortRow.table(), HsCodeRow.table()
_WANTED = {
    "ports": sa.select(_PORTS.c.code, _PORTS.c.name, _PORTS.c.name_en, _PORTS.c.pinyin, _PORTS.c.initials),
    # Of several lines of a code the one that began last; ended lines are left out.
    "hs_codes": sa.select(_HS.c.code, _HS.c.name, sa.null(), _HS.c.pinyin, _HS.c.initials)
    .where(sa.or_(_HS.c.valid_to.is_(None), _HS.c.valid_to >= sa.bindparam("today", type_=sa.Date())))
    .order_by(
        _HS.c.code, sa.case((_HS.c.valid_from <= sa.bindparam("today", type_=sa.Date()), 1), else_=0), _HS.c.valid_from
    ),
}


class CachedIndex:
    """Caches the index for all threads of a process. Each call reads one row of the database by its key."""

    def __init__(self, name: ListName) -> None:
        self._name = name
        self._building = Lock()
        self._built: tuple[str, Index] | None = None

    def current(self, session: Session) -> tuple[Index, bool]:
        """Returns the index of the present list, and True if the list was entered as a whole."""
        status = lists.status(session, self._name)
        digest = status.digest if status else ""
        # Lines of the tariff begin and end, so the entries change with the day.
        today = local_date(datetime.now(UTC))
        return self._index(session, f"{digest} {today}"), bool(status and status.complete)

    def _terms(self, session: Session) -> Iterable[Term]:
        """Returns one term for each code."""
        given = {"today": local_date(datetime.now(UTC))} if self._name == "hs_codes" else {}
        rows = session.execute(_WANTED[self._name], given)
        return {row[0]: Term._make(row) for row in rows}.values()

    def _index(self, session: Session, version: str) -> Index:
        """Returns the index of this digest and day; while another thread builds it, the previous one."""
        built = self._built
        if built is not None and built[0] == version:
            return built[1]
        if not self._building.acquire(blocking=built is None):
            return built[1] if built else self._index(session, version)
        try:
            if self._built is None or self._built[0] != version:
                self._built = (version, Index(self._terms(session)))
            return self._built[1]
        finally:
            self._building.release()
