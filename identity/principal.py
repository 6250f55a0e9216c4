"""The authenticated caller and the scopes of its key or user."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.actor import Actor, ActorKind


class Scope(StrEnum):
    """Part of the API that a key or a user may use."""

    APPOINTMENTS = "appointments"
    RECEIPTS = "receipts"
    OPERATIONS = "operations"


class Role(StrEnum):
    """Role of an operator; one may have several. An administrator may do everything."""

    VIEWER = "viewer"
    CASE_OFFICER = "case_officer"
    CALENDAR_KEEPER = "calendar_keeper"
    ADMINISTRATOR = "administrator"


ALL_ROLES = frozenset(Role)

_KINDS = {
    Scope.APPOINTMENTS: ActorKind.ENTERPRISE,
    Scope.RECEIPTS: ActorKind.CUSTOMS,
    Scope.OPERATIONS: ActorKind.OPERATOR,
}
#: Scopes of users by kind. Customs has no users: it calls with a key.
USER_SCOPES = {
    ActorKind.ENTERPRISE: frozenset({Scope.APPOINTMENTS}),
    ActorKind.OPERATOR: frozenset({Scope.OPERATIONS}),
}


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """A session by cookie: the hash of the cookie, and the token that unsafe calls must send with it.

    ``card`` is the serial number of the certificate that opened it, which ends at ``card_until``; None for a password.
    """

    token_hash: str = field(repr=False)
    csrf_token: str = field(repr=False)
    card: str | None = None
    card_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """``name`` is that of the key or the user, ``customs_code`` the 10 digits of the enterprise; None for an office.

    ``session`` is None for an API key. ``user_id`` identifies the user, the key or the card in events; ``display_name``
    is sealed. A user who has to ``change_password`` may do nothing else before.

    ``roles`` are those of an operator; ``ports`` the ports whose calendar a calendar keeper may change, None for all.
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
    roles: frozenset[Role] = frozenset()
    ports: frozenset[str] | None = None

    @property
    def holder(self) -> str | None:
        """Returns the key under which the settings of the person are stored; None for an API key."""
        if self.session is None:
            return None
        return f"card:{self.customs_code}:{self.session.card}" if self.session.card else user_holder(self.name)

    def actor(self) -> Actor:
        """Returns the actor for events: an enterprise by its code and user id, others by their name."""
        if self.customs_code is None:
            return Actor(kind=self.kind, id=self.name)
        return Actor(kind=self.kind, id=self.customs_code, user_id=self.user_id)


def user_holder(username: str) -> str:
    """Returns ``Principal.holder`` of a user who logs in with a password."""
    return f"user:{username}"


def principal_of(name: str, scopes: frozenset[Scope], customs_code: str | None, key_id: str | None = None) -> Principal:
    """Returns the principal of an API key; its first scope decides the kind of actor.

    One for operations has all roles.
    """
    kinds = (kind for scope, kind in _KINDS.items() if scope in scopes)
    roles = ALL_ROLES if Scope.OPERATIONS in scopes else frozenset[Role]()
    return Principal(next(kinds), name, customs_code, scopes, user_id=key_id, roles=roles)
