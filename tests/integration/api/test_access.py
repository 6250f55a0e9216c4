"""Administrators manage users, keys, sessions, cards and lock-outs; what they revoke ends with the next request."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from db import access_log, notification_channels, sessions
from db.access_log import Access
from db.engine import reading, writing
from db.sessions import SessionCard
from identity.keys import Grant, issue
from identity.principal import Scope
from identity.sessions import hash_of
from identity.users import Rights
from tests.integration.api.api_stack import CODES, ApiStack, body, refused
from tests.integration.api.browsing import add_user, attempt, browser, log_in, plant, sitting

ACCESS = "/ops/v1/access"
REASON = {"reason": "离职"}
WHO = "/api/v1/session"
CHANNELS = "/api/v1/notification-settings"


@pytest.fixture(scope="module")
def chief(api_stack: ApiStack) -> str:
    return add_user(api_stack, "access.chief", enterprise=None, display_name="周主管")


@pytest.fixture
async def desk(api_stack: ApiStack, chief: str) -> AsyncIterator[httpx.AsyncClient]:
    async with sitting(api_stack, chief) as client:
        yield client


def logged(api_stack: ApiStack, what: str) -> list[Access]:
    with reading(api_stack.engine) as session:
        return [each for each in access_log.accesses(session, limit=500) if each.what == what]


async def test_an_operator_is_added_limited_and_locked(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    wanted = {"username": "Access.New", "name": "何新", "roles": ["calendar_keeper"], "ports": ["2248"]}
    made = body(await desk.post(f"{ACCESS}/users", json=wanted), 201)
    assert (made["username"], made["kind"], made["roles"], made["ports"]) == (
        "access.new",
        "operator",
        ["calendar_keeper"],
        ["2248"],
    )
    async with browser(api_stack) as other:
        entered = await log_in(other, "access.new", made["initial_password"])
        assert (entered["change_password"], entered["display_name"]) == (True, "何新")
        change = {"roles": ["viewer"], "ports": None}
        assert body(await desk.patch(f"{ACCESS}/users/access.new", json=change))["roles"] == ["viewer"]
        assert body(await other.get(WHO))["roles"] == ["viewer"]
        assert body(await desk.patch(f"{ACCESS}/users/access.new", json={"disabled": True}))["disabled_at"]
        assert (await other.get(WHO)).status_code == 401, "locked from the next request on"
        assert body(await desk.patch(f"{ACCESS}/users/access.new", json={"disabled": False}))["disabled_at"] is None
        again = body(await desk.post(f"{ACCESS}/users/access.new/password"))
        assert again["initial_password"] != made["initial_password"]
        assert (await attempt(other, "access.new", again["initial_password"])).status_code == 201
        assert body(await desk.delete(f"{ACCESS}/users/access.new/sessions"))["sessions"] == 1
        assert (await other.get(WHO)).status_code == 401
    assert {each.subject for each in logged(api_stack, "user.added")} >= {"access.new"}
    assert any(each.detail == "roles=viewer by=access.chief" for each in logged(api_stack, "user.changed"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"roles": []}, "roles"),
        ({"customs_code": CODES["general"]}, "roles"),
        ({"ports": ["2248"]}, "ports"),
        ({"customs_code": "31", "roles": []}, "customs_code"),
        ({"username": "demo.x"}, "username"),
    ],
)
async def test_a_user_that_means_nothing_is_refused(
    desk: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    wanted = {"username": "access.none", "name": "甲", "roles": ["viewer"]} | changes
    problem = body(await desk.post(f"{ACCESS}/users", json=wanted), 422)
    assert field in {each["field"] for each in problem["errors"]}
    assert body(await desk.get(f"{ACCESS}/users", params={"q": "access.none"}))["items"] == []


async def test_the_last_administrator_of_the_operators_stays(desk: httpx.AsyncClient) -> None:
    last = body(await desk.get(f"{ACCESS}/users", params={"kind": "operator", "limit": 200}))["items"]
    for each in last:
        if "administrator" in each["roles"] and not each["is_self"]:
            assert (await desk.patch(f"{ACCESS}/users/{each['username']}", json={"roles": ["viewer"]})).is_success
    assert refused(await desk.patch(f"{ACCESS}/users/access.chief", json={"roles": ["viewer"]}), 409) == [
        "colleague.last_administrator"
    ]


async def test_users_are_found_by_name_and_enterprise_page_by_page(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    for number in range(3):
        add_user(api_stack, f"paged.{number}", enterprise="importer", rights=Rights(administrator=True))
    first = body(await desk.get(f"{ACCESS}/users", params={"q": "paged.", "limit": 2}))
    then = body(await desk.get(f"{ACCESS}/users", params={"q": "paged.", "limit": 2, "cursor": first["next_cursor"]}))
    assert [each["username"] for each in first["items"] + then["items"]] == ["paged.0", "paged.1", "paged.2"]
    assert then["next_cursor"] is None
    of_code = body(await desk.get(f"{ACCESS}/users", params={"q": CODES["importer"]}))["items"]
    assert {each["customs_code"] for each in of_code} == {CODES["importer"]}
    assert refused(await desk.get(f"{ACCESS}/users", params={"cursor": "bm8"}), 422) == ["field.invalid"]


async def test_a_key_is_shown_once_rotated_with_an_overlap_and_revoked_at_once(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    wanted = {"name": "erp", "scopes": ["appointments"], "customs_code": CODES["general"]} | REASON
    headers = {"Idempotency-Key": "access-key-1"}
    made = body(await desk.post(f"{ACCESS}/keys", json=wanted, headers=headers), 201)
    assert body(await desk.post(f"{ACCESS}/keys", json=wanted, headers=headers), 201) == made, "made once"
    rotating = {"overlap_hours": 2} | REASON
    rotation = f"{ACCESS}/keys/{made['key_id']}/rotation"
    new = body(await desk.post(rotation, json=rotating, headers={"Idempotency-Key": "access-key-2"}), 201)
    again = body(await desk.post(rotation, json=rotating, headers={"Idempotency-Key": "access-key-2"}), 201)
    assert (again["secret"], again["key_id"]) == (new["secret"], new["key_id"])
    assert new["secret"] != made["secret"]
    listed = {each["key_id"]: each for each in body(await desk.get(f"{ACCESS}/keys"))["items"]}
    assert "secret" not in listed[new["key_id"]]
    left = datetime.fromisoformat(listed[made["key_id"]]["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=1, minutes=50) < left <= timedelta(hours=2)
    assert listed[new["key_id"]]["expires_at"] is None
    async with api_stack.client() as erp:
        for secret in (made["secret"], new["secret"]):
            assert (await erp.get(WHO, headers={"Authorization": f"Bearer {secret}"})).status_code == 200
        revoked = body(await desk.post(f"{ACCESS}/keys/{new['key_id']}/revocation", json=REASON))
        assert (revoked["is_valid"], revoked["revoked_at"] is not None) == (False, True)
        assert (await erp.get(WHO, headers={"Authorization": f"Bearer {new['secret']}"})).status_code == 401
    assert refused(await desk.post(f"{ACCESS}/keys/{new['key_id']}/rotation", json=rotating), 404) == ["not_found"]
    entries = body(await desk.get(f"{ACCESS}/log", params={"what": "key.revoked"}))["items"]
    assert (entries[0]["subject"], entries[0]["detail"], entries[0]["reason"]) == (
        "access.chief",
        new["key_id"],
        "离职",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"customs_code": None}, "customs_code"),
        ({"scopes": ["operations"]}, "customs_code"),
        ({"expires_at": "2020-01-01T00:00:00+08:00"}, "expires_at"),
        ({"reason": " "}, "reason"),
    ],
)
async def test_a_key_that_opens_nothing_or_too_much_is_refused(
    desk: httpx.AsyncClient, changes: dict[str, Any], field: str
) -> None:
    wanted = {"name": "erp", "scopes": ["appointments"], "customs_code": CODES["general"]} | REASON | changes
    problem = body(await desk.post(f"{ACCESS}/keys", json=wanted), 422)
    assert [each["field"] for each in problem["errors"]] == [field]


async def test_a_session_is_listed_and_ended(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    user = add_user(api_stack, "access.sits")
    async with sitting(api_stack, user) as other:
        assert (await other.get(WHO)).status_code == 200
        (found,) = body(await desk.get(f"{ACCESS}/sessions", params={"username": user}))["items"]
        assert (found["customs_code"], found["card"], found["is_own"]) == (CODES["general"], None, False)
        assert (await desk.delete(f"{ACCESS}/sessions/{found['session_id']}")).status_code == 204
        assert (await other.get(WHO)).status_code == 401
    assert refused(await desk.delete(f"{ACCESS}/sessions/{found['session_id']}"), 404) == ["not_found"]


async def test_a_banned_card_is_out_at_once(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    at = datetime.now(UTC)
    card = SessionCard(serial="7001", customs_code=CODES["general"], until=at + timedelta(days=9))
    with writing(api_stack.engine) as session:
        token = api_stack.context.services.sessions.open(session, "card/7001", card=card, at=at)
    async with browser(api_stack) as other:
        plant(other, token)
        assert (await other.get(WHO)).status_code == 200
        listed = {each["serial"]: each for each in body(await desk.get(f"{ACCESS}/cards"))["items"]}
        assert (listed["7001"]["sessions"], listed["7001"]["banned_at"]) == (1, None)
        assert body(await desk.put(f"{ACCESS}/cards/7001/ban", json=REASON))["banned_by"] == "access.chief"
        assert (await other.get(WHO)).status_code == 401
    with reading(api_stack.engine) as session:
        assert sessions.find(session, hash_of(token)) is None
    assert body(await desk.delete(f"{ACCESS}/cards/7001/ban"))["banned_at"] is None
    assert refused(await desk.delete(f"{ACCESS}/cards/7001/ban"), 404) == ["not_found"]


async def test_a_banned_card_hears_nothing_more(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    at = datetime.now(UTC)
    with writing(api_stack.engine) as session:
        tokens = [
            api_stack.context.services.sessions.open(
                session,
                f"card/{serial}",
                card=SessionCard(serial=serial, customs_code=CODES["general"], until=at + timedelta(days=9)),
                at=at,
            )
            for serial in ("7002", "17002")
        ]
    robot = {"kind": "feishu", "address": "0123456789abcdef0123456789abcdef", "topics": ["trouble"]}
    async with browser(api_stack) as banned, browser(api_stack) as other:
        for client, token in zip((banned, other), tokens, strict=True):
            plant(client, token)
            client.headers["X-CSRF-Token"] = body(await client.get(WHO))["csrf_token"]
            body(await client.post(f"{CHANNELS}/channels", json=robot), 201)
        body(await desk.put(f"{ACCESS}/cards/7002/ban", json=REASON))
        assert len(body(await other.get(CHANNELS))["channels"]) == 1
    with reading(api_stack.engine) as session:
        (kept,) = notification_channels.of_holder(session, f"card:{CODES['general']}:17002")
        assert kept.card_until == at + timedelta(days=9)
    with reading(api_stack.engine) as session:
        assert notification_channels.of_holder(session, f"card:{CODES['general']}:7002") == []


async def test_who_is_locked_out_is_named_and_let_in(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    user = add_user(api_stack, "access.forgets")
    async with browser(api_stack) as other:
        for _ in range(5):
            await attempt(other, user, "wrong password here")
        assert (await attempt(other, user)).status_code == 429
        (found,) = body(await desk.get(f"{ACCESS}/lockouts"))["items"]
        assert (found["username"], found["failures"]) == (user, 5)
        assert (await desk.delete(f"{ACCESS}/lockouts/{found['lockout_id']}")).status_code == 204
        assert body(await desk.get(f"{ACCESS}/lockouts"))["items"] == []
        assert (await attempt(other, user)).status_code == 201


async def test_the_log_tells_who_opened_the_personal_fields_of_an_appointment(
    api_stack: ApiStack, desk: httpx.AsyncClient
) -> None:
    number, at = "203000000000000077", datetime.now(UTC)
    sealed = api_stack.context.sealer.seal("电话核实", context=f"{number}/opened_reason")
    looks = [
        Access(
            at=at - timedelta(days=days), what="personal.opened", subject="night", pre_entry_no=number, reason=sealed
        )
        for days in range(3)
    ]
    with writing(api_stack.engine) as session:
        access_log.record(session, *looks, Access(at=at, what="personal.opened", subject="night"))
    first = body(await desk.get(f"{ACCESS}/log", params={"pre_entry_no": number, "limit": 2}))
    rest = body(
        await desk.get(f"{ACCESS}/log", params={"pre_entry_no": number, "limit": 2, "cursor": first["next_cursor"]})
    )
    found = first["items"] + rest["items"]
    assert [(each["subject"], each["reason"]) for each in found] == [("night", "电话核实")] * 3
    assert rest["next_cursor"] is None
    by_time = body(await desk.get(f"{ACCESS}/log", params={"subject": "night", "to": "2020-01-01"}))["items"]
    assert by_time == []


async def test_keys_are_listed_the_newest_first(api_stack: ApiStack, desk: httpx.AsyncClient) -> None:
    issue(api_stack.engine, Grant("access.old", frozenset({Scope.RECEIPTS})), at=datetime.now(UTC))
    names = [each["name"] for each in body(await desk.get(f"{ACCESS}/keys", params={"limit": 1}))["items"]]
    assert names == ["access.old"]
