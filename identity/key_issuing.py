"""Issues and rotates API keys for an order that may be carried out twice: both times the same key is made.

The key is derived from the mark of the order and our own secret, so nothing stores it.
"""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Engine

from db import keys
from db.engine import reading, writing
from db.keys import ApiKey
from domain.model import Model
from identity.keys import PREFIX, Grant, hash_of, import_key
from identity.principal import Scope


class KeyNotFound(Exception):
    """No valid key has that id."""


class KeyOrder(Model):
    """A key to make; ``replaces`` is the id of a key that stays valid for ``overlap`` beside it."""

    name: str
    scopes: frozenset[Scope]
    customs_code: str | None = None
    expires_at: datetime | None = None
    replaces: str | None = None
    overlap: timedelta = timedelta()


class IssuedKey(NamedTuple):
    """A key with its secret, which cannot be shown again."""

    key: ApiKey
    secret: str


class KeyIssuer:
    """Makes keys for orders; every method blocks."""

    def __init__(self, engine: Engine, fingerprint: Callable[[Any], str]) -> None:
        self._engine = engine
        self._fingerprint = fingerprint

    def rotation(self, key_id: str, overlap: timedelta, mark: str, at: datetime) -> KeyOrder:
        """Returns the order for a key that replaces that one. Raises ``KeyNotFound`` for a key that is over.

        A key that was replaced under the same mark before may be over by that.
        """
        with reading(self._engine) as session:
            old = keys.by_id(session, key_id)
            repeated = keys.find(session, hash_of(self._secret(mark, key_id)))
        if old is None or not (old.is_valid(at) or repeated):
            raise KeyNotFound
        return KeyOrder(
            name=old.name,
            scopes=frozenset(map(Scope, old.scopes)),
            customs_code=old.customs_code,
            expires_at=repeated.expires_at if repeated else old.expires_at,
            replaces=key_id,
            overlap=overlap,
        )

    def issue(self, order: KeyOrder, mark: str, at: datetime) -> IssuedKey:
        """Makes the key of the mark, and lets the one that it replaces end.

        Raises ``ValueError`` when ``identity.keys.issue`` does.
        """
        secret = self._secret(mark, order.replaces or order.name)
        grant = Grant(order.name, order.scopes, order.customs_code, order.expires_at)
        import_key(self._engine, secret, grant, at=at)
        with writing(self._engine) as session:
            if order.replaces is not None:
                keys.end_by(session, order.replaces, at + order.overlap)
            found = keys.find(session, hash_of(secret))
        if found is None:
            raise KeyNotFound
        return IssuedKey(found, secret)

    def _secret(self, mark: str, of: str) -> str:
        made = self._fingerprint(["api key", mark, of])
        return PREFIX + base64.urlsafe_b64encode(bytes.fromhex(made)).decode().rstrip("=")
