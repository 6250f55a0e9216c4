"""One list as a process holds it in memory: made when first asked, and made anew when the list's digest changed."""

from threading import Lock

import sqlalchemy as sa
from sqlmodel import Session

from db import lists
from db.lists import Name
from db.lookup.index import Index, Term
from db.tables import HsCodeRow, PortRow

_PORTS, _HS = PortRow.table(), HsCodeRow.table()
_WANTED = {
    "ports": sa.select(_PORTS.c.code, _PORTS.c.name, _PORTS.c.name_en, _PORTS.c.pinyin, _PORTS.c.initials),
    "hs_codes": sa.select(_HS.c.code, _HS.c.name, sa.null(), _HS.c.pinyin, _HS.c.initials),
}


class Held:
    """Shared by all threads of a process. Each look costs one row of the database, by its key."""

    def __init__(self, name: Name) -> None:
        self._name = name
        self._making = Lock()
        self._made: tuple[str, Index] | None = None

    def look(self, session: Session) -> tuple[Index, bool]:
        """The list as it stands in this session, and whether it was entered as a whole."""
        standing = lists.standing(session, self._name)
        digest = standing.digest if standing else ""
        return self._index(session, digest), bool(standing and standing.complete)

    def _index(self, session: Session, digest: str) -> Index:
        """The list of this digest; while another thread makes it, the one before will do."""
        made = self._made
        if made is not None and made[0] == digest:
            return made[1]
        if not self._making.acquire(blocking=made is None):
            return made[1] if made else self._index(session, digest)
        try:
            if self._made is None or self._made[0] != digest:
                self._made = (digest, Index(map(Term._make, session.execute(_WANTED[self._name]))))
            return self._made[1]
        finally:
            self._making.release()
