"""Every route by every kind of caller, with own and foreign appointments: ``access.txt`` is the result."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from api.appointments import watching
from api.identity.cookies import PLAIN
from db import keys
from db.engine import writing
from db.projections import project
from domain.appointment import Attachment, Content, Party
from identity.authorization import is_guarded
from identity.keys import Grant, issue
from identity.passwords import Passwords
from identity.principal import Role, Scope
from identity.sessions import csrf_token_of
from identity.users import Rights, Users
from tests.integration.api.access import (
    ADMINISTRATORS,
    ADMITTED,
    CASES,
    DECLARING,
    FORBIDDEN,
    HIDDEN,
    KEEPERS,
    PORT,
    PORTS,
    ROLE_MARKS,
    UNKNOWN,
    Row,
    rows,
)
from tests.integration.api.api_stack import CODES, ApiStack, content
from tests.integration.api.browsing import HOST, add_user
from tests.integration.db.stories import created

NO_TOKEN = "csrf"
REFUSALS = (
    *("auth.forbidden", "auth.only_administrators", "auth.may_only_draft", "auth.not_own_draft"),
    *("auth.role_missing", "auth.other_port"),
)
SAFE = frozenset({"GET", "*"})
HOUR = timedelta(hours=1)
#: The number of no appointment.
NOBODYS = "203000000000000000"
#: standing → the appointment about which the enterprise ``general`` asks.
OBJECTS = {"applicant": "203000000000000001", "consignee": "203000000000000002", "other": "203000000000000003"}
FILE = "00000000-0000-5000-8000-000000000000"
PLACES = {
    "code": CODES["importer"],
    "register": "tariff",
    "change_id": "1",
    "channel_id": "none",
    "test_id": "none",
    "port": "2233",
    "day": "2036-01-01",
    "valid_from": "2036-01-01",
    "name": "none.js",
    "year": "2036",
    "job": "doctor",
    "kept": "1",
    "kind": "overdue",
    "message_id": "none",
    "signature_id": "none",
    "version": "1",
    "attachment_id": FILE,
    "template_id": FILE,
    "username": "matrix.left",
    "approval_id": "none",
    "key_id": "none",
    "session_id": "none",
    "serial": "none",
    "lockout_id": "none",
    "webhook_id": "none",
    "event_id": "none",
}


class Caller(NamedTuple):
    """A kind of caller: the column of the table it goes by, what it sends along, and the marks that admit it."""

    column: str
    headers: dict[str, str]
    sends_token: bool = True
    may: frozenset[str] = frozenset({ADMITTED, DECLARING}) | ROLE_MARKS


#: An operator by role → the marks of the column ``operator`` that admit it. The table is about the port of ``PLACES``.
OPERATORS = {
    "viewer": (Rights(roles=frozenset({Role.VIEWER})), {ADMITTED}),
    "case officer": (Rights(roles=frozenset({Role.CASE_OFFICER})), {ADMITTED, CASES}),
    "keeper of all": (Rights(roles=frozenset({Role.CALENDAR_KEEPER})), {ADMITTED, PORT, PORTS, KEEPERS}),
    "keeper of it": (
        Rights(roles=frozenset({Role.CALENDAR_KEEPER}), ports=frozenset({"2233"})),
        {ADMITTED, PORT, KEEPERS},
    ),
    "keeper of another": (
        Rights(roles=frozenset({Role.CALENDAR_KEEPER}), ports=frozenset({"2248"})),
        {ADMITTED, KEEPERS},
    ),
    "administrator": (Rights(roles=frozenset({Role.ADMINISTRATOR})), {ADMITTED} | ROLE_MARKS),
    "without a role": (Rights(roles=frozenset()), set[str]()),
}


def wanted(row: Row, role: Caller, standing: str | None) -> str:
    """The marks of the table for the route."""
    if not role.sends_token and row.method not in SAFE and is_guarded(row.method, row.path):
        return NO_TOKEN
    mark = str(getattr(row, standing if standing and role.column == "enterprise" else role.column))
    needs = {DECLARING, ADMINISTRATORS} | ROLE_MARKS
    if role.column == "operator" and row.path.startswith("/ops/"):
        needs |= {ADMITTED}
    if mark not in needs:
        return mark
    return ADMITTED if mark in role.may else FORBIDDEN


def verdict(answer: httpx.Response, row: Row, standing: str | None) -> str:
    """The outcome in the marks of the table."""
    code = answer.json()["code"] if answer.headers.get("content-type") == "application/problem+json" else None
    refused = {"csrf.missing": NO_TOKEN, "auth.required": UNKNOWN} | dict.fromkeys(REFUSALS, FORBIDDEN)
    if code in refused:
        return refused[code]
    return HIDDEN if answer.status_code == 404 and row.about_one and standing else ADMITTED


def sent(row: Row, number: str) -> dict[str, Any]:
    """A body that leaves nothing to refuse but the caller, where a refusal would come first."""
    if row.path.endswith("/attachments") and row.method == "POST":
        return {"files": {"file": ("a.pdf", b"%PDF-1.7")}, "data": {"purpose": "application"}}
    whole = {
        "PUT /api/v1/appointments/{pre_entry_no}": content(),
        "POST /api/v1/appointments/batch-delete": {"pre_entry_nos": [number]},
        "POST /api/v1/appointments/{pre_entry_no}/feedback": {"declaration_numbers": ["223320261000000001"]},
        "POST /api/v1/appointments/{pre_entry_no}/explanation": {"text": "台风"},
        "POST /api/v1/appointments/{pre_entry_no}/signing-request": {"act": "submission"},
        "POST /ops/v1/appointments/{pre_entry_no}/release": {"reason": "核实"},
        "POST /ops/v1/worklists/{kind}/acts": {"act": "release", "items": [NOBODYS], "reason": "核实"},
    }.get(row.route, {})
    return {} if row.method in SAFE else {"json": whole}


@pytest.fixture(scope="module")
def objects(api_stack: ApiStack) -> dict[str, str]:
    """Three drafts: one of ``general``'s own, one it is consignee of, one of others."""
    general, advanced, importer = (Party(code=CODES[name], name=name) for name in ("general", "advanced", "importer"))
    parties = {"applicant": (general, importer), "consignee": (advanced, general), "other": (advanced, importer)}
    for standing, (applicant, consignee) in parties.items():
        number = OBJECTS[standing]
        changes = {"content": Content(consignee_code=consignee.code), "attachments": (a_file(api_stack, number),)}
        project(api_stack.engine, [created(number, applicant=applicant, consignee=consignee, **changes)])
    return OBJECTS


def a_file(api_stack: ApiStack, number: str) -> Attachment:
    """One that is referred to and not stored: who may have it hears that it cannot be had now."""
    told = {"purpose": "application", "name": "a.pdf", "size": 9, "pages": 1, "sha256": "0" * 64}
    file = Attachment.model_validate(told | {"attachment_id": FILE, "attached_at": datetime.now(UTC)})
    return api_stack.context.sealer.seal_attachment(file, number)


def a_session(api_stack: ApiStack, user: str, *, opened: datetime | None = None) -> dict[str, str]:
    """Cookie and token of a fresh session, as a login gives them."""
    with writing(api_stack.engine) as session:
        at = opened or datetime.now(UTC)
        token = api_stack.context.services.sessions.open(session, user, card=None, at=at)
    return {"Cookie": f"{PLAIN}={token}", "X-CSRF-Token": csrf_token_of(token)}


@pytest.fixture(scope="module")
def users(api_stack: ApiStack) -> dict[str, str]:
    passwords, left = Passwords(), add_user(api_stack, "matrix.left")
    Users(api_stack.engine, passwords).disable(left, at=datetime.now(UTC))
    passwords.close()
    return {
        "enterprise": add_user(api_stack, "matrix.enterprise"),
        "operator": add_user(api_stack, "matrix.operator", enterprise=None),
        "left": left,
        "chief": add_user(api_stack, "matrix.administrator", rights=Rights(administrator=True)),
        "drafter": add_user(api_stack, "matrix.drafter", rights=Rights(may_declare=False)),
    } | {
        name: add_user(api_stack, f"matrix.role.{name.replace(' ', '.')}", enterprise=None, rights=rights)
        for name, (rights, _) in OPERATORS.items()
    }


def a_key(api_stack: ApiStack, **changes: Any) -> str:
    at = datetime.now(UTC) - 2 * HOUR
    grant = Grant("matrix", frozenset({Scope.APPOINTMENTS}), CODES["general"])._replace(**changes)
    return issue(api_stack.engine, grant, at=at)


@pytest.fixture(scope="module")
def seats(api_stack: ApiStack, users: dict[str, str]) -> dict[str, dict[str, str]]:
    """A session of each operator, for all rows: no call of theirs ends it."""
    return {name: a_session(api_stack, users[name]) for name in OPERATORS}


def callers(
    api_stack: ApiStack, users: dict[str, str], seats: dict[str, dict[str, str]], row: Row
) -> Iterator[tuple[str, Caller]]:
    """All callers with new credentials: a call may end a session."""
    revoked = a_key(api_stack, name="matrix.revoked")
    keys.revoke(api_stack.engine, "matrix.revoked", at=datetime.now(UTC))
    bearers = {
        "expired": a_key(api_stack, expires_at=datetime.now(UTC) - HOUR),
        "revoked": revoked,
        "unknown": "yuyue_x",
    }
    yield "nobody", Caller("anyone", {})
    for name, key in bearers.items():
        yield f"{name} key", Caller("anyone", {"Authorization": f"Bearer {key}"})
    aged = a_session(api_stack, users["enterprise"], opened=datetime.now(UTC) - 13 * HOUR)
    yield "aged session", Caller("anyone", aged)
    yield "session of a disabled user", Caller("anyone", a_session(api_stack, users["left"]))
    for column, key in {"enterprise": "general", "operator": "operator", "customs": "customs"}.items():
        yield f"{column} key", Caller(column, {"Authorization": f"Bearer {api_stack.keys[key]}"})
    for name, may in {"chief": {ADMITTED, DECLARING, ADMINISTRATORS}, "drafter": {ADMITTED}}.items():
        yield name, Caller("enterprise", a_session(api_stack, users[name]), may=frozenset(may))
    if row.path.startswith("/ops/"):
        for name, (_, admitting) in OPERATORS.items():
            yield name, Caller("operator", seats[name], may=frozenset(admitting))
    for column in ("enterprise", "operator"):
        whole = a_session(api_stack, users[column])
        yield f"{column} session", Caller(column, whole)
        without = {"Cookie": a_session(api_stack, users[column])["Cookie"]}
        yield f"{column} session without token", Caller(column, without, sends_token=False)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.route)
async def test_a_route_lets_in_whom_the_table_says(
    api_stack: ApiStack,
    users: dict[str, str],
    seats: dict[str, dict[str, str]],
    objects: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    row: Row,
) -> None:
    monkeypatch.setattr(watching, "STREAM_SECONDS", 0.01)
    method = "GET" if row.method == "*" else row.method
    transport = httpx.ASGITransport(api_stack.app)
    differing = {}
    async with httpx.AsyncClient(transport=transport, base_url=HOST, headers={"If-Match": "*"}) as client:
        for standing, number in objects.items() if row.about_one else [(None, "")]:
            for name, role in callers(api_stack, users, seats, row):
                path = row.path.format(pre_entry_no=number, **PLACES)
                answer = await client.request(method, path, headers=role.headers, **sent(row, number))
                client.cookies.clear()
                heard, told = wanted(row, role, standing), verdict(answer, row, standing)
                if heard != told:
                    differing[name, standing] = (heard, told, answer.status_code)
    assert differing == {}
