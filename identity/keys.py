"""API keys: 256 random bits, shown once, stored as SHA-256. A guess is hopeless, so the hash needs no salt."""

import secrets
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Engine

from db import keys
from db.engine import reading
from db.keys import ApiKey
from domain.codes import customs_code_fault
from identity.key_usage import KeyUsage
from identity.principal import Principal, Scope, principal_of

PREFIX = "yuyue_"
#: How long a row is cached, and so how long a revoked key may still work.
CACHE_SECONDS = 2.0
_MOST_CACHED = 4096


def hash_of(key: str) -> str:
    """Returns the hash under which a key is stored."""
    return sha256(key.encode("utf-8", "replace")).hexdigest()


class Grant(NamedTuple):
    """Name and scopes of a key; ``customs_code`` is its enterprise, ``expires_at`` None for no end."""

    name: str
    scopes: frozenset[Scope]
    customs_code: str | None = None
    expires_at: datetime | None = None


def issue(engine: Engine, grant: Grant, *, at: datetime) -> str:
    """Returns a new key, which cannot be shown again.

    Raises ``ValueError`` when the grant has no scope or no holder.
    """
    key = PREFIX + secrets.token_urlsafe(32)
    import_key(engine, key, grant, at=at)
    return key


def import_key(engine: Engine, key: str, grant: Grant, *, at: datetime) -> None:
    """Stores a key that was made elsewhere; a repetition changes nothing. Raises ``ValueError`` when ``issue`` does."""
    if not grant.scopes:
        raise ValueError("a key needs a scope")
    if (grant.customs_code is not None) != (grant.scopes == {Scope.APPOINTMENTS}):
        raise ValueError("a key for appointments, and only that, acts for one enterprise")
    if grant.customs_code is not None and customs_code_fault(grant.customs_code):
        raise ValueError("a customs code is 4 digits, then 6 digits or capital letters")
    if grant.expires_at is not None and grant.expires_at <= at:
        raise ValueError("a key that has expired opens nothing")
    keys.create(engine, ApiKey(key_hash=hash_of(key), **grant._asdict(), created_at=at))


class Keys:
    """Authenticates API keys; caches rows for ``CACHE_SECONDS`` and counts uses."""

    def __init__(
        self, engine: Engine, usage: KeyUsage | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._engine = engine
        self._usage = usage or KeyUsage()
        self._clock = clock
        self._cache: dict[str, tuple[float, ApiKey]] = {}

    def principal(self, key: str, at: datetime, address: str | None = None) -> Principal | None:
        """Returns the principal of a key; None for one that is unknown, revoked or expired. Blocks on the database."""
        hashed = hash_of(key)
        until, cached = self._cache.get(hashed, (0.0, None))
        found = cached if cached is not None and self._clock() < until else self._load(hashed)
        fault = _fault(found, at)
        self._usage.record(found, fault, address, at)
        if found is None or fault is not None:
            return None
        return principal_of(found.name, frozenset(map(Scope, found.scopes)), found.customs_code, found.key_id)

    def _load(self, hashed: str) -> ApiKey | None:
        with reading(self._engine) as session:
            found = keys.find(session, hashed)
        if found is None or found.revoked_at is not None:
            self._cache.pop(hashed, None)
            return found
        if len(self._cache) >= _MOST_CACHED:
            self._cache.clear()
        self._cache[hashed] = (self._clock() + CACHE_SECONDS, found)
        return found


def _fault(key: ApiKey | None, at: datetime) -> str | None:
    """Returns why the key is refused, as the access log says it; None for a valid key."""
    if key is None:
        return "unknown"
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and at >= key.expires_at else None
