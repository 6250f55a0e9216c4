"""Every right for every relation, every door for every kind of caller."""

from dataclasses import replace

import pytest

from domain.actor import ActorKind
from domain.appointment import Appointment, Party
from identity.authorization import (
    Denial,
    Relation,
    Right,
    allowed,
    allowed_anywhere,
    denial,
    denial_facts,
    is_guarded,
    port_denial,
    relation,
    request_denial,
    viewer_of,
)
from identity.principal import Principal, Role, Scope, principal_of
from tests.integration.db.stories import appointment

CONSIGNED = appointment(applicant=Party(code="3122260001", name="甲"), consignee=Party(code="3122260003", name="丙"))
OWN = appointment(applicant=Party(code="3122260003", name="丙"), consignee=Party(code="3122260003", name="丙"))
OPEN_CONSIGNEE = appointment(applicant=Party(code="3122260001", name="甲"), consignee=None)


def enterprise(code: str) -> Principal:
    return Principal(ActorKind.ENTERPRISE, "erp", code, frozenset({Scope.APPOINTMENTS}))


def operator(*roles: Role, ports: frozenset[str] | None = None) -> Principal:
    scopes = frozenset({Scope.OPERATIONS})
    return Principal(ActorKind.OPERATOR, "night", None, scopes, roles=frozenset(roles), ports=ports)


OPERATOR = operator(*Role)
CUSTOMS = Principal(ActorKind.CUSTOMS, "customs", None, frozenset({Scope.RECEIPTS}))
BOTH = Principal(ActorKind.CUSTOMS, "bridge", None, frozenset({Scope.RECEIPTS, Scope.OPERATIONS}))

CALLERS = {
    Relation.APPLICANT: enterprise("3122260001"),
    Relation.CONSIGNEE: enterprise("3122260003"),
    Relation.STRANGER: enterprise("3122260002"),
    Relation.OFFICER: OPERATOR,
}
F, H = Denial.FORBIDDEN, Denial.HIDDEN
#: right → applicant, consignee, stranger, officer.
TABLE = {
    Right.SEE: (None, None, H, None),
    Right.OPEN: (None, None, H, F),
    Right.CHANGE: (None, F, H, F),
    Right.DELETE: (None, F, H, F),
    Right.DECLARE: (None, F, H, F),
    Right.COPY: (None, F, H, F),
    Right.ASSESS: (None, F, H, F),
    Right.INTERVENE: (F, F, H, None),
}


def test_the_table_names_every_right_and_every_relation() -> None:
    assert set(TABLE) == set(Right)
    assert set(CALLERS) == set(Relation)


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("related", Relation)
def test_who_may_do_what(right: Right, related: Relation) -> None:
    expected = dict(zip(CALLERS, TABLE[right], strict=True))[related]
    assert denial(CALLERS[related], right, CONSIGNED) == expected


@pytest.mark.parametrize(
    ("principal", "what", "related"),
    [
        (enterprise("3122260003"), OWN, Relation.APPLICANT),
        (enterprise("3122260003"), OPEN_CONSIGNEE, Relation.STRANGER),
        (CUSTOMS, CONSIGNED, Relation.STRANGER),
        (BOTH, CONSIGNED, Relation.OFFICER),
    ],
)
def test_what_somebody_is_to_an_appointment(principal: Principal, what: Appointment, related: Relation) -> None:
    assert relation(principal, what) is related


def test_queries_give_an_enterprise_its_own_an_officer_all_and_customs_none() -> None:
    assert viewer_of(enterprise("3122260001")) == "3122260001"
    assert viewer_of(OPERATOR) is None
    with pytest.raises(ValueError, match="no appointments"):
        viewer_of(CUSTOMS)


@pytest.mark.parametrize(
    ("method", "path", "nobody", "firm", "operator", "customs"),
    [
        ("GET", "/api/v1/appointments", Denial.UNKNOWN, None, F, F),
        ("POST", "/api/v1/appointments/1/submission", Denial.UNKNOWN, None, F, F),
        ("GET", "/api/v1/ports", Denial.UNKNOWN, None, None, None),
        ("GET", "/api/v1/nowhere", Denial.UNKNOWN, None, None, None),
        ("GET", "/ops/v1/deliveries", Denial.UNKNOWN, F, None, F),
        ("POST", "/customs/v1/receipts", Denial.UNKNOWN, F, F, None),
        ("GET", "/api/v1/captcha", None, None, None, None),
        ("POST", "/api/v1/captcha", Denial.UNKNOWN, None, None, None),
        ("POST", "/api/v1/session", None, None, None, None),
        ("DELETE", "/api/v1/session", Denial.UNKNOWN, None, None, None),
        ("GET", "/health/live", None, None, None, None),
    ],
)
def test_who_enters(
    method: str, path: str, nobody: Denial | None, firm: Denial | None, operator: Denial | None, customs: Denial | None
) -> None:
    callers = (None, enterprise("3122260001"), OPERATOR, CUSTOMS)
    assert tuple(request_denial(each, method, path) for each in callers) == (nobody, firm, operator, customs)
    assert is_guarded(method, path) == (nobody is not None)


DRAFTER = replace(enterprise("3122260001"), user_id="u-1", may_declare=False)


@pytest.mark.parametrize("right", Right)
def test_who_may_only_draft_declares_nothing_and_deletes_nobody_elses_draft(right: Right) -> None:
    refused = {Right.DECLARE: Denial.MAY_ONLY_DRAFT, Right.DELETE: Denial.NOT_OWN_DRAFT}
    assert denial(DRAFTER, right, CONSIGNED) == refused.get(
        right, denial(CALLERS[Relation.APPLICANT], right, CONSIGNED)
    )


def test_a_draft_of_ones_own_may_be_deleted() -> None:
    own = CONSIGNED.model_copy(update={"created_by": "u-1"})
    assert denial(DRAFTER, Right.DELETE, own) is None
    assert denial(DRAFTER, Right.DELETE, CONSIGNED.model_copy(update={"created_by": "u-2"})) is Denial.NOT_OWN_DRAFT
    assert denial(replace(DRAFTER, user_id=None), Right.DELETE, CONSIGNED) is Denial.NOT_OWN_DRAFT


def test_a_limit_tells_a_stranger_nothing() -> None:
    assert denial(replace(DRAFTER, customs_code="3122260002"), Right.DECLARE, CONSIGNED) is Denial.HIDDEN


def test_only_what_the_caller_may_do_is_offered() -> None:
    actions = ("save", "submit", "delete", "cancel", "feedback", "explain")
    assert allowed(CALLERS[Relation.APPLICANT], actions, CONSIGNED) == list(actions)
    assert allowed(DRAFTER, actions, CONSIGNED) == ["save"]
    assert allowed_anywhere(DRAFTER, ("save", "submit", "query", "cancel", "feed_back", "explain")) == ["save", "query"]


def test_users_are_managed_by_administrators_of_an_enterprise() -> None:
    path = "/api/v1/colleagues"
    assert request_denial(enterprise("3122260001"), "GET", path) is Denial.ONLY_ADMINISTRATORS
    assert request_denial(replace(enterprise("3122260001"), is_administrator=True), "GET", path) is None
    assert request_denial(replace(OPERATOR, is_administrator=True), "GET", path) is Denial.FORBIDDEN


@pytest.mark.parametrize(
    ("method", "path", "refused"),
    [
        ("GET", "/api/v1/session", None),
        ("DELETE", "/api/v1/session", None),
        ("PUT", "/api/v1/session/password", None),
        ("GET", "/api/v1/ports", Denial.CHANGE_PASSWORD),
        ("POST", "/api/v1/appointments", Denial.CHANGE_PASSWORD),
        ("GET", "/api/v1/colleagues", Denial.CHANGE_PASSWORD),
    ],
)
def test_an_initial_password_opens_nothing_but_its_change(method: str, path: str, refused: Denial | None) -> None:
    new = replace(enterprise("3122260001"), is_administrator=True, change_password=True)
    assert request_denial(new, method, path) is refused


M, P = Denial.ROLE_MISSING, Denial.OTHER_PORT
VIEWER, OFFICER, KEEPER, CHIEF = (operator(role) for role in Role)
OF_2248 = operator(Role.CALENDAR_KEEPER, ports=frozenset({"2248"}))


@pytest.mark.parametrize(
    ("method", "path", "viewer", "officer", "keeper", "of_2248"),
    [
        ("GET", "/ops/v1/appointments", None, None, None, None),
        ("GET", "/ops/v1/receipts/parked/7/raw", M, None, M, M),
        ("POST", "/ops/v1/appointments/1/release", M, None, M, M),
        ("PUT", "/ops/v1/ports/2248/calendar/2026-12-01", M, M, None, None),
        ("PUT", "/ops/v1/ports/2225/calendar/2026-12-01", M, M, None, P),
        ("DELETE", "/ops/v1/ports/2225/weekly-plan/2026-12-01", M, M, None, P),
        ("POST", "/ops/v1/calendar/years/2027", M, M, None, P),
        ("PUT", "/ops/v1/enterprises/3122260001", M, M, M, M),
        ("GET", "/ops/v1/access/users", M, M, M, M),
        ("POST", "/ops/v1/not-yet-in-the-table", M, M, M, M),
    ],
)
def test_an_operator_does_what_a_role_allows(
    method: str, path: str, viewer: Denial | None, officer: Denial | None, keeper: Denial | None, of_2248: Denial | None
) -> None:
    denials = tuple(request_denial(each, method, path) for each in (VIEWER, OFFICER, KEEPER, OF_2248))
    assert denials == (viewer, officer, keeper, of_2248)
    assert request_denial(CHIEF, method, path) is None
    assert request_denial(operator(), method, path) is M, "no role, no access"


def test_roles_add_up() -> None:
    both = operator(Role.CASE_OFFICER, Role.CALENDAR_KEEPER)
    assert request_denial(both, "POST", "/ops/v1/appointments/1/release") is None
    assert request_denial(both, "POST", "/ops/v1/calendar/years/2027") is None


def test_ports_in_a_body_are_judged_alike() -> None:
    assert port_denial(OF_2248, ["2248"]) is None
    assert port_denial(OF_2248, ["2248", "2225"]) is P
    assert port_denial(OF_2248, None) is P
    assert port_denial(KEEPER, None) is None


def test_a_refusal_names_the_roles_and_the_ports() -> None:
    path = "/ops/v1/appointments/1/release"
    assert denial_facts(M, "POST", path, VIEWER) == {"roles": ["administrator", "case_officer"]}
    assert denial_facts(P, "PUT", "/ops/v1/ports/2225/calendar/2026-12-01", OF_2248) == {"ports": ["2248"]}


def test_a_key_for_operations_has_every_role_and_no_other_key_has_one() -> None:
    assert principal_of("night", frozenset({Scope.OPERATIONS}), None).roles == frozenset(Role)
    assert principal_of("erp", frozenset({Scope.APPOINTMENTS}), "3122260001").roles == frozenset()
