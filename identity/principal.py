"""Who is calling, and what for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.actor import Actor, ActorKind


class Scope(StrEnum):
    """What a key or a user opens."""

    APPOINTMENTS = "appointments"
    RECEIPTS = "receipts"
    OPERATIONS = "operations"


_KINDS = {
    Scope.APPOINTMENTS: ActorKind.ENTERPRISE,
    Scope.RECEIPTS: ActorKind.CUSTOMS,
    Scope.OPERATIONS: ActorKind.OPERATOR,
}
#: What a user opens, by kind. Customs has no users: it calls with a key.
USER_SCOPES = {
    ActorKind.ENTERPRISE: frozenset({Scope.APPOINTMENTS}),
    ActorKind.OPERATOR: frozenset({Scope.OPERATIONS}),
}


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """What a principal holds who came with a cookie: its hash, and the token that unsafe calls must bring along.

    ``card`` is the serial number of the certificate it was opened with, which ends at ``card_until``; None for a
    password.
    """

    token_hash: str = field(repr=False)
    csrf_token: str = field(repr=False)
    card: str | None = None
    card_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """``name`` is the key's or the user's; ``customs_code`` the enterprise's 10-digit code, None for the offices.

    ``session`` is None for whoever came with a key. ``user_id`` is what events know the user, the key or the card by;
    ``display_name`` is the user's, sealed. Who has to ``change_password`` may do nothing else before.
    """

    kind: ActorKind
    name: str
    customs_code: str | None
    scopes: frozenset[Scope]
    session: BrowserSession | None = None
    user_id: str | None = None
    display_name: str | None = field(default=None, repr=False)
    may_declare: bool = True
    is_administrator: bool = False
    change_password: bool = False

    @property
    def holder(self) -> str | None:
        """The key under which the settings of the person are kept; None for a caller with an API key."""
        if self.session is None:
            return None
        return f"card:{self.customs_code}:{self.session.card}" if self.session.card else user_holder(self.name)

    def actor(self) -> Actor:
        """As events write it down: the enterprise by its code and who acted for it, others by their name."""
        if self.customs_code is None:
            return Actor(kind=self.kind, id=self.name)
        return Actor(kind=self.kind, id=self.customs_code, user_id=self.user_id)


def user_holder(username: str) -> str:
    """The same key for a user who logs in with a password."""
    return f"user:{username}"


def principal_of(name: str, scopes: frozenset[Scope], customs_code: str | None, key_id: str | None = None) -> Principal:
    """A key that acts for an enterprise is that enterprise; else the first scope says who it is."""
    kinds = (kind for scope, kind in _KINDS.items() if scope in scopes)
    return Principal(next(kinds), name, customs_code, scopes, user_id=key_id)
