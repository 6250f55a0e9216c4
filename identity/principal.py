"""Who is calling, and what for."""

from dataclasses import dataclass
from enum import StrEnum

from domain.appointment import Actor, ActorKind


class Scope(StrEnum):
    """What a key opens."""

    APPOINTMENTS = "appointments"
    RECEIPTS = "receipts"
    OPERATIONS = "operations"


_KINDS = {
    Scope.APPOINTMENTS: ActorKind.ENTERPRISE,
    Scope.RECEIPTS: ActorKind.CUSTOMS,
    Scope.OPERATIONS: ActorKind.OPERATOR,
}


@dataclass(frozen=True, slots=True)
class Principal:
    """``name`` is the key's; ``customs_code`` the enterprise's 10-digit code, None for operators and customs."""

    kind: ActorKind
    name: str
    customs_code: str | None
    scopes: frozenset[Scope]

    def actor(self) -> Actor:
        """As events write it down: the enterprise by its code, others by the key's name."""
        return Actor(kind=self.kind, id=self.customs_code or self.name)


def principal_of(name: str, scopes: frozenset[Scope], customs_code: str | None) -> Principal:
    """A key that acts for an enterprise is that enterprise; else the first scope says who it is."""
    kinds = (kind for scope, kind in _KINDS.items() if scope in scopes)
    return Principal(next(kinds), name, customs_code, scopes)
