"""API keys: 256 random bits, shown once, stored as SHA-256. A guess is hopeless, so the hash needs no salt."""

import secrets
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
    if fault := _grant_fault(grant, at):
        raise ValueError(fault)
    keys.create(engine, ApiKey(key_hash=hash_of(key), **grant._asdict(), created_at=at))


def _grant_fault(grant: Grant, at: datetime) -> str | None:
    if not grant.scopes:
        return "a key needs a scope"
    if (grant.customs_code is not None) != (grant.scopes == {Scope.APPOINTMENTS}):
        return "a key for appointments, and only that, acts for one enterprise"
    if grant.customs_code is not None and customs_code_fault(grant.customs_code):
        return "a customs code is 4 digits, then 6 digits or capital letters"
    if grant.expires_at is not None and grant.expires_at <= at:
        return "a key that has expired opens nothing"
    return None


class Keys:
    """Authenticates API keys and counts uses. No key is cached: a revoked one is refused from the next request on."""

    def __init__(self, engine: Engine, usage: KeyUsage | None = None) -> None:
        self._engine = engine
        self._usage = usage or KeyUsage()

    def principal(self, key: str, at: datetime, address: str | None = None) -> Principal | None:
        """Returns the principal of a key; None for one that is unknown, revoked or expired. Blocks on the database."""
        with reading(self._engine) as session:
            found = keys.find(session, hash_of(key))
        fault = _fault(found, at)
        self._usage.record(found, fault, address, at)
        if found is None or fault is not None:
            return None
        return principal_of(found.name, frozenset(map(Scope, found.scopes)), found.customs_code, found.key_id)


def _fault(key: ApiKey | None, at: datetime) -> str | None:
    """Returns why the key is refused, as the access log says it; None for a valid key."""
    if key is None:
        return "unknown"
    if key.revoked_at is not None:
        return "revoked"
    return "expired" if key.expires_at is not None and at >= key.expires_at else None
