"""API keys: 256 random bits, shown once, kept as their SHA-256. A guess is hopeless, so the hash needs no salt."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Engine

from db import keys
from db.engine import reading
from db.keys import ApiKey
from domain.codes import customs_code_fault
from identity.principal import Principal, Scope, principal_of

PREFIX = "yuyue_"
#: How long a key is believed without asking again; so long a revoked one may still open.
BELIEVED_SECONDS = 2.0
_MOST_BELIEVED = 4096


def hash_of(key: str) -> str:
    """What is kept of a key."""
    return sha256(key.encode()).hexdigest()


def issue(engine: Engine, *, name: str, scopes: frozenset[Scope], customs_code: str | None, at: datetime) -> str:
    """A new key, told once. ``ValueError`` for a key that would open nothing, or for nobody."""
    key = PREFIX + secrets.token_urlsafe(32)
    enter(engine, key, name=name, scopes=scopes, customs_code=customs_code, at=at)
    return key


def enter(
    engine: Engine, key: str, *, name: str, scopes: frozenset[Scope], customs_code: str | None, at: datetime
) -> None:
    """Enters a key made elsewhere; entered again it changes nothing. ``ValueError`` as for ``issue``."""
    if not scopes:
        raise ValueError("a key needs a scope")
    if (customs_code is not None) != (scopes == {Scope.APPOINTMENTS}):
        raise ValueError("a key for appointments, and only that, acts for one enterprise")
    if customs_code is not None and customs_code_fault(customs_code):
        raise ValueError("a customs code is 4 digits, then 6 digits or capital letters")
    entry = ApiKey(key_hash=hash_of(key), name=name, scopes=frozenset(scopes), customs_code=customs_code, created_at=at)
    keys.put(engine, entry)


class Keys:
    """Who a key belongs to; remembers the answer for ``BELIEVED_SECONDS``."""

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._believed: dict[str, tuple[float, Principal]] = {}

    def principal(self, key: str) -> Principal | None:
        """None for a key that does not exist or was revoked; blocks on the database."""
        hashed = hash_of(key)
        until, principal = self._believed.get(hashed, (0.0, None))
        if principal is not None and self._clock() < until:
            return principal
        return self._ask(hashed)

    def _ask(self, hashed: str) -> Principal | None:
        with reading(self._engine) as session:
            found = keys.find(session, hashed)
        if found is None:
            self._believed.pop(hashed, None)
            return None
        if len(self._believed) >= _MOST_BELIEVED:
            self._believed.clear()
        principal = principal_of(found.name, frozenset(map(Scope, found.scopes)), found.customs_code)
        self._believed[hashed] = (self._clock() + BELIEVED_SECONDS, principal)
        return principal
