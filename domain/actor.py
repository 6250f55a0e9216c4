"""The actors: an enterprise, an operator, customs, or a part of the system that acts by itself."""

from enum import StrEnum

from domain.model import Model


class ActorKind(StrEnum):
    """The kinds of actors."""

    ENTERPRISE = "enterprise"
    CUSTOMS = "customs"
    OPERATOR = "operator"
    SYSTEM = "system"


class Actor(Model):
    """An enterprise by its 10-digit customs code, or a key or an account by its name; never a person's name.

    ``user_id`` is the opaque id of the user, key or card that acted for an enterprise; None in records from
    before it was kept. Readers join it to a name.
    """

    kind: ActorKind
    id: str
    user_id: str | None = None

    def is_same_party(self, other: "Actor") -> bool:
        """Returns True if both act for the same enterprise or office; which of its people did is ignored."""
        return (self.kind, self.id) == (other.kind, other.id)


#: Customs, by its receipts.
CUSTOMS = Actor(kind=ActorKind.CUSTOMS, id="customs")
#: The workflow by itself: deadlines that pass, deliveries that fail, numbers that are looked up again.
SYSTEM = Actor(kind=ActorKind.SYSTEM, id="timer")
#: A change of a port's calendar.
CALENDAR = Actor(kind=ActorKind.SYSTEM, id="calendar")
#: The system by itself, from outside of the workflow: a version that was lost before it became durable.
RECONCILER = Actor(kind=ActorKind.SYSTEM, id="door")
