"""Who may do what, decided here and nowhere else: at the door by path and scope, at an appointment by its parties.

Pure: the guard asks before any route runs, routes and views ask before an appointment is shown or touched.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from domain.appointment import Appointment
from identity.principal import Principal, Scope


class Denial(StrEnum):
    """Why not, as a problem code. What somebody may not even know of is not found."""

    UNKNOWN = "auth.required"
    FORBIDDEN = "auth.forbidden"
    ONLY_ADMINISTRATORS = "auth.only_administrators"
    MAY_ONLY_DRAFT = "auth.may_only_draft"
    NOT_OWN_DRAFT = "auth.not_own_draft"
    CHANGE_PASSWORD = "auth.change_password"  # noqa: S105 a problem code
    HIDDEN = "not_found"


class GuardedPrefix(NamedTuple):
    """Paths that begin alike and the scope they need; None: anybody we know.

    ``administrators``: only for those who manage the users of their enterprise.
    """

    prefix: str
    scope: Scope | None
    administrators: bool = False


#: The first that fits counts. What begins with none of them is open to all, and must tell nothing of anybody.
GUARDED = (
    GuardedPrefix("/api/v1/appointments", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/calendar-feed", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/notifications", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/consignees", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/last-used", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/templates", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/colleagues", Scope.APPOINTMENTS, administrators=True),
    GuardedPrefix("/api/v1/", None),
    GuardedPrefix("/ops/v1/", Scope.OPERATIONS),
    GuardedPrefix("/customs/v1/", Scope.RECEIPTS),
)
PRIVATE = tuple(door.prefix for door in GUARDED)

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

#: All that is open to a user whose password was chosen by somebody else.
BEFORE_OWN_PASSWORD = frozenset(
    {
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("PUT", "/api/v1/session/password"),
    }
)


def is_guarded(method: str, path: str) -> bool:
    """Whether one must be known to call it."""
    return path.startswith(PRIVATE) and (method, path) not in OPEN


def request_denial(principal: Principal | None, method: str, path: str) -> Denial | None:
    """Whether somebody may call it at all, whatever it is about; None: yes."""
    if not is_guarded(method, path):
        return None
    if principal is None:
        return Denial.UNKNOWN
    if principal.change_password and (method, path) not in BEFORE_OWN_PASSWORD:
        return Denial.CHANGE_PASSWORD
    door = next(door for door in GUARDED if path.startswith(door.prefix))
    if door.scope is not None and door.scope not in principal.scopes:
        return Denial.FORBIDDEN
    return Denial.ONLY_ADMINISTRATORS if door.administrators and not principal.is_administrator else None


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
    CHANGE = "change"  # save, attach, detach
    DELETE = "delete"
    DECLARE = "declare"  # submit, cancel, feed back, explain: what customs is told
    COPY = "copy"
    ASSESS = "assess"
    INTERVENE = "intervene"  # release a breach, let a delivery try again


_PARTIES = frozenset({Relation.APPLICANT, Relation.CONSIGNEE})
_ALLOWED: dict[Right, frozenset[Relation]] = {
    Right.SEE: _PARTIES | {Relation.OFFICER},
    Right.OPEN: _PARTIES,
    Right.CHANGE: frozenset({Relation.APPLICANT}),
    Right.DELETE: frozenset({Relation.APPLICANT}),
    Right.DECLARE: frozenset({Relation.APPLICANT}),
    Right.COPY: frozenset({Relation.APPLICANT}),
    Right.ASSESS: frozenset({Relation.APPLICANT}),
    Right.INTERVENE: frozenset({Relation.OFFICER}),
}
#: What an enterprise may be offered to do → the right it needs.
_NEEDED = {
    "save": Right.CHANGE,
    "delete": Right.DELETE,
    "submit": Right.DECLARE,
    "cancel": Right.DECLARE,
    "feedback": Right.DECLARE,
    "explain": Right.DECLARE,
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
        return _limit(principal, right, appointment)
    return Denial.FORBIDDEN if related in _ALLOWED[Right.SEE] else Denial.HIDDEN


def _limit(principal: Principal, right: Right, appointment: Appointment) -> Denial | None:
    """What a user who may only draft is refused, though the enterprise may do it."""
    if right is Right.DECLARE:
        return declaring_denial(principal)
    own = appointment.created_by is not None and appointment.created_by == principal.user_id
    return Denial.NOT_OWN_DRAFT if right is Right.DELETE and not principal.may_declare and not own else None


def declaring_denial(principal: Principal) -> Denial | None:
    """Whether somebody may declare anything at all for the enterprise; None: yes."""
    return None if principal.may_declare else Denial.MAY_ONLY_DRAFT


def allowed(principal: Principal, actions: Iterable[str], appointment: Appointment) -> list[str]:
    """Those of the actions which the state permits that are this caller's to take."""
    return [each for each in actions if denial(principal, _NEEDED[each], appointment) is None]


def allowed_anywhere(principal: Principal, actions: Iterable[str]) -> list[str]:
    """Those of the actions that the caller's rights leave, whatever appointment they are about."""
    refused = frozenset({"submit", "cancel", "feed_back", "explain"}) if not principal.may_declare else frozenset()
    return [each for each in actions if each not in refused]


def viewer_of(principal: Principal) -> str | None:
    """Whose appointments a query may give: the enterprise's own, or, for an officer, None: all of them.

    ``ValueError`` for whoever may see none.
    """
    if Scope.OPERATIONS in principal.scopes:
        return None
    if principal.customs_code is None:
        raise ValueError("sees no appointments")
    return principal.customs_code
