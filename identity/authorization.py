"""Who may do what, decided here and nowhere else: at the door by path and scope, at an appointment by its parties.

Pure: the guard asks before any route runs, routes and views ask before an appointment is shown or touched.
"""

from enum import StrEnum
from typing import NamedTuple

from domain.appointment import Appointment
from identity.principal import Principal, Scope


class Denial(StrEnum):
    """Why not, as a problem code. What somebody may not even know of is not found."""

    UNKNOWN = "auth.required"
    FORBIDDEN = "auth.forbidden"
    HIDDEN = "not_found"


class Door(NamedTuple):
    """Paths that begin alike and the scope they need; None: anybody we know."""

    prefix: str
    scope: Scope | None


#: The first that fits counts. What begins with none of them is open to all, and must tell nothing of anybody.
DOORS = (
    Door("/api/v1/appointments", Scope.APPOINTMENTS),
    Door("/api/v1/calendar-feed", Scope.APPOINTMENTS),
    Door("/api/v1/notifications", Scope.APPOINTMENTS),
    Door("/api/v1/consignees", Scope.APPOINTMENTS),
    Door("/api/v1/last-used", Scope.APPOINTMENTS),
    Door("/api/v1/templates", Scope.APPOINTMENTS),
    Door("/api/v1/", None),
    Door("/ops/v1/", Scope.OPERATIONS),
    Door("/customs/v1/", Scope.RECEIPTS),
)
PRIVATE = tuple(door.prefix for door in DOORS)

#: Behind the doors, and yet for strangers: how they stop being strangers.
OPEN = frozenset(
    {
        ("GET", "/api/v1/captcha"),
        ("POST", "/api/v1/session"),
        ("POST", "/api/v1/session/card-challenge"),
        ("POST", "/api/v1/session/card"),
        ("GET", "/api/v1/card-agent"),
    }
)


def is_guarded(method: str, path: str) -> bool:
    """Whether one must be known to call it."""
    return path.startswith(PRIVATE) and (method, path) not in OPEN


def entry(principal: Principal | None, method: str, path: str) -> Denial | None:
    """Whether somebody may call it at all, whatever it is about; None: yes."""
    if not is_guarded(method, path):
        return None
    if principal is None:
        return Denial.UNKNOWN
    needed = next(door.scope for door in DOORS if path.startswith(door.prefix))
    return Denial.FORBIDDEN if needed is not None and needed not in principal.scopes else None


class Relation(StrEnum):
    """What somebody is to an appointment."""

    APPLICANT = "applicant"
    CONSIGNEE = "consignee"
    OFFICER = "officer"
    STRANGER = "stranger"


class Right(StrEnum):
    """What somebody wants with an appointment that exists."""

    SEE = "see"
    OPEN = "open"  # its personal fields and free texts
    CHANGE = "change"  # save, submit, delete, cancel, feed back, explain, attach
    COPY = "copy"
    ASSESS = "assess"
    INTERVENE = "intervene"  # release a breach, let a delivery try again


_PARTIES = frozenset({Relation.APPLICANT, Relation.CONSIGNEE})
_ALLOWED: dict[Right, frozenset[Relation]] = {
    Right.SEE: _PARTIES | {Relation.OFFICER},
    Right.OPEN: _PARTIES,
    Right.CHANGE: frozenset({Relation.APPLICANT}),
    Right.COPY: frozenset({Relation.APPLICANT}),
    Right.ASSESS: frozenset({Relation.APPLICANT}),
    Right.INTERVENE: frozenset({Relation.OFFICER}),
}


def relation(principal: Principal, appointment: Appointment) -> Relation:
    """An enterprise is what the appointment says; who has the scope of operations is an officer to all of them."""
    if Scope.OPERATIONS in principal.scopes:
        return Relation.OFFICER
    code, consignee = principal.customs_code, appointment.consignee
    if code is None:
        return Relation.STRANGER
    if code == appointment.applicant.code:
        return Relation.APPLICANT
    return Relation.CONSIGNEE if consignee is not None and code == consignee.code else Relation.STRANGER


def denial(principal: Principal, right: Right, appointment: Appointment) -> Denial | None:
    """Whether somebody may do it with this appointment; None: yes. A stranger does not learn that it exists."""
    related = relation(principal, appointment)
    if related in _ALLOWED[right]:
        return None
    return Denial.FORBIDDEN if related in _ALLOWED[Right.SEE] else Denial.HIDDEN


def viewer_of(principal: Principal) -> str | None:
    """Whose appointments a query may give: the enterprise's own, or, for an officer, None: all of them.

    ``ValueError`` for whoever may see none.
    """
    if Scope.OPERATIONS in principal.scopes:
        return None
    if principal.customs_code is None:
        raise ValueError("sees no appointments")
    return principal.customs_code
