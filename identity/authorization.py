"""Decides who may do what: for a request by path and scope, for an appointment by its parties.

Pure functions. The guard asks before any route runs; routes and views ask before they show or change an appointment.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from domain.appointment import Appointment
from identity.principal import Principal, Scope


class Denial(StrEnum):
    """Reason of a refusal, as a problem code. An appointment that the caller may not know of is "not found"."""

    UNKNOWN = "auth.required"
    FORBIDDEN = "auth.forbidden"
    ONLY_ADMINISTRATORS = "auth.only_administrators"
    MAY_ONLY_DRAFT = "auth.may_only_draft"
    NOT_OWN_DRAFT = "auth.not_own_draft"
    CHANGE_PASSWORD = "auth.change_password"  # noqa: S105 a problem code
    HIDDEN = "not_found"


class GuardedPrefix(NamedTuple):
    """A prefix of paths and the scope they need; None: any authenticated caller.

    ``administrators``: only for administrators of an enterprise.
    """

    prefix: str
    scope: Scope | None
    administrators: bool = False


#: The first match counts. A path that matches none is public and must not reveal anything about anybody.
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

#: Public calls below those prefixes: they authenticate the caller.
OPEN = frozenset(
    {
        ("GET", "/api/v1/captcha"),
        ("POST", "/api/v1/session"),
        ("POST", "/api/v1/session/card-challenge"),
        ("POST", "/api/v1/session/card"),
        ("GET", "/api/v1/card-agent"),
    }
)

#: The only calls for a user whose password was set by an administrator.
BEFORE_OWN_PASSWORD = frozenset(
    {
        ("GET", "/api/v1/session"),
        ("DELETE", "/api/v1/session"),
        ("PUT", "/api/v1/session/password"),
    }
)


def is_guarded(method: str, path: str) -> bool:
    """True if the call needs an authenticated caller."""
    return path.startswith(PRIVATE) and (method, path) not in OPEN


def request_denial(principal: Principal | None, method: str, path: str) -> Denial | None:
    """Returns why the caller may not call this path at all; None: the call is allowed."""
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
    """Relation of a caller to an appointment."""

    APPLICANT = "applicant"
    CONSIGNEE = "consignee"
    OFFICER = "officer"
    STRANGER = "stranger"


class Right(StrEnum):
    """Operation on an existing appointment that needs a permission."""

    SEE = "see"
    OPEN = "open"  # read its personal fields and free texts
    CHANGE = "change"  # save, attach, detach
    DELETE = "delete"
    DECLARE = "declare"  # submit, cancel, feed back, explain: everything that goes to customs
    COPY = "copy"
    ASSESS = "assess"
    INTERVENE = "intervene"  # release a breach, retry a delivery


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
#: Action offered to an enterprise → the right it needs.
_NEEDED = {
    "save": Right.CHANGE,
    "delete": Right.DELETE,
    "submit": Right.DECLARE,
    "cancel": Right.DECLARE,
    "feedback": Right.DECLARE,
    "explain": Right.DECLARE,
}


def relation(principal: Principal, appointment: Appointment) -> Relation:
    """Returns the relation of the caller to the appointment.

    A caller with the scope ``operations`` is an officer of all.
    """
    if Scope.OPERATIONS in principal.scopes:
        return Relation.OFFICER
    code, consignee = principal.customs_code, appointment.consignee
    if code is None:
        return Relation.STRANGER
    if code == appointment.applicant.code:
        return Relation.APPLICANT
    return Relation.CONSIGNEE if consignee is not None and code == consignee.code else Relation.STRANGER


def denial(principal: Principal, right: Right, appointment: Appointment) -> Denial | None:
    """Returns why the caller may not use this right on the appointment; None: the caller may.

    A stranger gets "not found", so that the answer does not reveal that the appointment exists.
    """
    related = relation(principal, appointment)
    if related in _ALLOWED[right]:
        return _limit(principal, right, appointment)
    return Denial.FORBIDDEN if related in _ALLOWED[Right.SEE] else Denial.HIDDEN


def _limit(principal: Principal, right: Right, appointment: Appointment) -> Denial | None:
    """Returns what is refused to a user who may only prepare drafts, although the enterprise itself may do it."""
    if right is Right.DECLARE:
        return declaring_denial(principal)
    own = appointment.created_by is not None and appointment.created_by == principal.user_id
    return Denial.NOT_OWN_DRAFT if right is Right.DELETE and not principal.may_declare and not own else None


def declaring_denial(principal: Principal) -> Denial | None:
    """Returns why the caller may not declare anything for the enterprise; None: the caller may."""
    return None if principal.may_declare else Denial.MAY_ONLY_DRAFT


def allowed(principal: Principal, actions: Iterable[str], appointment: Appointment) -> list[str]:
    """Returns the actions, of those that the state permits, that this caller may take."""
    return [each for each in actions if denial(principal, _NEEDED[each], appointment) is None]


def allowed_anywhere(principal: Principal, actions: Iterable[str]) -> list[str]:
    """Returns the actions that the caller's rights permit on any appointment."""
    refused = frozenset({"submit", "cancel", "feed_back", "explain"}) if not principal.may_declare else frozenset()
    return [each for each in actions if each not in refused]


def viewer_of(principal: Principal) -> str | None:
    """Returns the customs code whose appointments a query may return; None for an officer, who sees all.

    Raises ``ValueError`` for a caller who may see none.
    """
    if Scope.OPERATIONS in principal.scopes:
        return None
    if principal.customs_code is None:
        raise ValueError("sees no appointments")
    return principal.customs_code
