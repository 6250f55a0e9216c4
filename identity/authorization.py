"""Decides who may do what: for a request by path, scope and role, for an appointment by its parties.

Pure functions. The guard asks before any route runs; routes and views ask before they show or change an appointment.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

from domain.appointment import Appointment
from identity.principal import ALL_ROLES, Principal, Role, Scope


class Denial(StrEnum):
    """Reason of a refusal, as a problem code. An appointment that the caller may not know of is "not found"."""

    UNKNOWN = "auth.required"
    FORBIDDEN = "auth.forbidden"
    ONLY_ADMINISTRATORS = "auth.only_administrators"
    ROLE_MISSING = "auth.role_missing"
    OTHER_PORT = "auth.other_port"
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
    GuardedPrefix("/api/v1/events", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/webhooks", Scope.APPOINTMENTS, administrators=True),
    GuardedPrefix("/api/v1/notification-settings", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/consignees", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/last-used", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/templates", Scope.APPOINTMENTS),
    GuardedPrefix("/api/v1/colleagues", Scope.APPOINTMENTS, administrators=True),
    GuardedPrefix("/api/v1/", None),
    GuardedPrefix("/ops/v1/", Scope.OPERATIONS),
    GuardedPrefix("/customs/v1/", Scope.RECEIPTS),
)
PRIVATE = tuple(door.prefix for door in GUARDED)


class RoleRule(NamedTuple):
    """Roles of which an operator needs one to call paths that begin with ``path``; ``*`` is any one segment of it.

    An administrator needs no other role. ``ports``: the port named in the path, or else every port, has to be one of
    those of the calendar keeper.
    """

    methods: frozenset[str]
    path: str
    roles: frozenset[Role]
    ports: bool = False

    def matches(self, method: str, path: str) -> bool:
        """True if the rule is about this call."""
        pattern = re.escape(self.path).replace(r"\*", "[^/]+")
        return method in self.methods and re.match(pattern, path) is not None


READ = frozenset({"GET", "HEAD", "OPTIONS"})
WRITE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_CASES = frozenset({Role.CASE_OFFICER})
_KEEPERS = frozenset({Role.CALENDAR_KEEPER})
_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})

#: The first match counts. What shows personal data is above the rule that lets everybody read; a new route that writes
#: is for administrators until it has a rule.
ROLE_RULES = (
    RoleRule(READ | WRITE, "/ops/v1/access", _ADMINISTRATORS),
    RoleRule(READ | WRITE, "/ops/v1/approvals", _CASES),
    RoleRule(READ, "/ops/v1/receipts/parked/*/raw", _CASES),
    RoleRule(READ, "/ops/v1/registers/ports", ALL_ROLES),
    RoleRule(READ | WRITE, "/ops/v1/registers/", _ADMINISTRATORS),
    RoleRule(READ, "/ops/v1/", ALL_ROLES),
    RoleRule(WRITE, "/ops/v1/codec/", ALL_ROLES),
    RoleRule(WRITE, "/ops/v1/appointments", _CASES),
    RoleRule(WRITE, "/ops/v1/personal-search", _CASES),
    RoleRule(WRITE, "/ops/v1/deliveries/", _CASES),
    RoleRule(WRITE, "/ops/v1/receipts/", _CASES),
    RoleRule(WRITE, "/ops/v1/worklists", _CASES),
    RoleRule(WRITE, "/ops/v1/ports/*/calendar", _KEEPERS, ports=True),
    RoleRule(WRITE, "/ops/v1/ports/*/weekly-plan", _KEEPERS, ports=True),
    RoleRule(WRITE, "/ops/v1/calendar/years", _KEEPERS, ports=True),
    RoleRule(WRITE, "/ops/v1/calendar", _KEEPERS),
    RoleRule(READ | WRITE, "/ops/v1/", _ADMINISTRATORS),
)
_PORT = re.compile(r"/ops/v1/ports/([^/]+)/")

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
    if door.scope is Scope.OPERATIONS:
        return _role_denial(principal, method, path)
    return Denial.ONLY_ADMINISTRATORS if door.administrators and not principal.is_administrator else None


def _role_denial(principal: Principal, method: str, path: str) -> Denial | None:
    rule = _rule(method, path)
    if Role.ADMINISTRATOR in principal.roles:
        return None
    if rule is None or not rule.roles & principal.roles:
        return Denial.ROLE_MISSING
    return port_denial(principal, _PORT.findall(path) or None) if rule.ports else None


def _rule(method: str, path: str) -> RoleRule | None:
    return next((rule for rule in ROLE_RULES if rule.matches(method, path)), None)


def port_denial(principal: Principal, ports: Iterable[str] | None) -> Denial | None:
    """Returns why the caller may not change the calendar of these ports, None for every port; None: the caller may."""
    if Role.ADMINISTRATOR in principal.roles or principal.ports is None:
        return None
    return None if ports is not None and set(ports) <= principal.ports else Denial.OTHER_PORT


def denial_facts(denied: Denial, method: str, path: str, principal: Principal | None) -> dict[str, Any]:
    """Returns what the text of a refused request names: the roles of which one is needed, the ports of the caller."""
    if denied is Denial.ROLE_MISSING:
        rule = _rule(method, path)
        return {"roles": sorted((rule.roles if rule else frozenset()) | _ADMINISTRATORS)}
    if denied is Denial.OTHER_PORT and principal is not None:
        return {"ports": sorted(principal.ports or ())}
    return {}


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
