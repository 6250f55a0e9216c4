"""Counts uses of API keys in memory and writes them at intervals, so that no request writes because of its key.

A process that is killed loses only the counts since the last write.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Engine

from db import access_log, keys
from db.access_log import Access
from db.engine import writing
from db.keys import ApiKey

#: Subject in the access log for an unknown key.
NOBODY = "-"
#: Distinct counters between two writes; further uses are counted without their address.
_MOST = 2_048


@dataclass(frozen=True, slots=True)
class _Use:
    """Key of a counter: the key hash (None for an unknown key), the address, and why it was refused."""

    key_hash: str | None
    subject: str
    customs_code: str | None
    address: str | None
    fault: str | None


@dataclass(slots=True)
class _Count:
    first: datetime
    last: datetime
    times: int = 0


class KeyUsage:
    """Counts uses until ``write``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: dict[_Use, _Count] = {}

    def record(self, key: ApiKey | None, fault: str | None, address: str | None, at: datetime) -> None:
        """Counts one use; ``fault`` is the reason of a refusal."""
        with self._lock:
            where = address if len(self._counts) < _MOST else None
            nobodys = _Use(None, NOBODY, None, where, fault)
            use = _Use(key.key_hash, key.name, key.customs_code, where, fault) if key else nobodys
            count = self._counts.setdefault(use, _Count(at, at))
            count.last, count.times = max(count.last, at), count.times + 1

    def write(self, engine: Engine) -> None:
        """Writes the counts and the last use of each key; keeps them when the database fails."""
        with self._lock:
            taken, self._counts = self._counts, {}
        if not taken:
            return
        try:
            _write(engine, taken)
        except Exception:
            self._restore(taken)
            raise

    def _restore(self, taken: dict[_Use, _Count]) -> None:
        with self._lock:
            for use, count in taken.items():
                newer = self._counts.get(use)
                if newer is not None:
                    count.last, count.times = max(count.last, newer.last), count.times + newer.times
                self._counts[use] = count


def _write(engine: Engine, taken: dict[_Use, _Count]) -> None:
    with writing(engine) as session:
        for use, count in taken.items():
            if use.key_hash is not None and use.fault is None:
                keys.record_use(session, use.key_hash, count.last)
        access_log.record(session, *(_access(use, count) for use, count in taken.items()))


def _access(use: _Use, count: _Count) -> Access:
    return Access(
        at=count.first,
        what="key" if use.fault is None else "key.refused",
        subject=use.subject,
        customs_code=use.customs_code,
        address=use.address,
        count=count.times,
        detail=use.fault,
    )
