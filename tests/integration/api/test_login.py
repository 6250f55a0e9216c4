"""Logging in and out as a browser does."""

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from PIL import Image

from api.identity.cookies import PLAIN, SECURE
from db import access_log
from db.access_log import Access
from db.engine import reading, writing
from db.tables import CaptchaRow, SessionRow, UserRow
from identity.captchas import ALPHABET, CHARACTERS
from identity.lockout import FREE
from identity.passwords import Passwords
from identity.pictures import CELL, HEIGHT
from identity.sessions import hash_of
from identity.users import Users
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, refused
from tests.integration.api.browsing import CAPTCHA, PASSWORD, SESSION, add_user, attempt, browser, cookie, log_in, plant

_SESSIONS, _CAPTCHAS, _USERS = SessionRow.table(), CaptchaRow.table(), UserRow.table()
LISTING = {"pre_entry_no": "202600000000000001"}


@pytest.fixture(scope="module")
def people(api_stack: ApiStack) -> dict[str, str]:
    """One user for each demo enterprise, and an operator."""
    names = {name: add_user(api_stack, f"user.{name}", enterprise=name) for name in CODES}
    return names | {"operator": add_user(api_stack, "user.operator", enterprise=None)}


def on_record(api_stack: ApiStack, subject: str) -> list[Access]:
    """The newest first."""
    with reading(api_stack.engine) as session:
        return access_log.accesses(session, subject=subject)


def move_back(api_stack: ApiStack, client: httpx.AsyncClient, **columns: timedelta) -> None:
    """Makes the browser's session older by that much."""
    changed = {name: datetime.now(UTC) - ago for name, ago in columns.items()}
    with writing(api_stack.engine) as session:
        token_hash = hash_of(cookie(client) or "")
        session.execute(sa.update(_SESSIONS).where(_SESSIONS.c.token_hash == token_hash).values(**changed))


async def test_a_captcha_is_a_picture_to_be_solved_once(api_stack: ApiStack) -> None:
    async with browser(api_stack) as client:
        answer = await client.get(CAPTCHA)
        captcha = body(answer)
    kind, _, data = captcha["image"].partition(",")
    image = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (kind, image.format, image.size) == ("data:image/png;base64", "PNG", (CELL * CHARACTERS, HEIGHT))
    assert set(captcha) == {"captcha_id", "image", "sandbox_answer"}
    assert set(captcha["sandbox_answer"]) <= set(ALPHABET)
    assert answer.headers["cache-control"] == "no-store"
    with api_stack.engine.connect() as connection:
        wanted = sa.select(_CAPTCHAS).where(_CAPTCHAS.c.captcha_id == captcha["captcha_id"])
        assert captcha["sandbox_answer"] not in str(connection.execute(wanted).one())


async def test_a_login_gives_the_principal_and_a_cookie_no_script_can_read(
    api_stack: ApiStack, people: dict[str, str]
) -> None:
    async with browser(api_stack) as client:
        answer = await attempt(client, people["advanced"])
        principal = body(answer, 201)
        again = body(await client.get(SESSION))
        ports = await client.get("/api/v1/ports")
    assert again == principal
    assert ports.status_code == 200
    assert {name: principal[name] for name in ("kind", "name", "customs_code", "credit", "card")} == {
        "kind": "enterprise",
        "name": "user.advanced",
        "customs_code": CODES["advanced"],
        "credit": "advanced",
        "card": None,
    }
    assert principal["enterprise"]["name"].startswith("示例甲")
    assert (principal["notices"], principal["permitted_actions"][:2]) == ([], ["save", "submit"])
    name, _, rest = answer.headers["set-cookie"].partition("=")
    token, *flags = [part.strip() for part in rest.split(";")]
    assert name == PLAIN
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert {flag.lower() for flag in flags} == {"httponly", "samesite=strict", "path=/"}
    assert principal["csrf_token"] not in answer.headers["set-cookie"]


async def test_the_cookie_is_secure_anywhere_but_on_this_machine(api_stack: ApiStack, people: dict[str, str]) -> None:
    transport = httpx.ASGITransport(api_stack.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://yuyue.example") as client:
        answer = await attempt(client, people["general"])
        assert answer.headers["set-cookie"].startswith(f"{SECURE}=")
        assert {"secure", "httponly", "samesite=strict", "path=/"} == {
            part.strip().lower() for part in answer.headers["set-cookie"].split(";")[1:]
        }
        assert body(await client.get(SESSION))["name"] == "user.general"
        planted = httpx.Cookies({PLAIN: client.cookies[SECURE]})
    async with httpx.AsyncClient(transport=transport, base_url="https://yuyue.example", cookies=planted) as other:
        assert refused(await other.get(SESSION), 401) == ["auth.required"]


@pytest.mark.parametrize(
    ("enterprise", "credit", "notices"),
    [
        ("dishonest", "forbidden", ["eligibility.dishonest"]),
        ("unqualified", "general", ["eligibility.unqualified"]),
        ("importer", "general", []),
    ],
)
async def test_what_stands_against_an_enterprise_is_said_at_login_and_what_is_open_goes_on(
    api_stack: ApiStack, people: dict[str, str], enterprise: str, credit: str, notices: list[str]
) -> None:
    async with browser(api_stack) as client:
        principal = await log_in(client, people[enterprise])
        assert (principal["credit"], [each["code"] for each in principal["notices"]]) == (credit, notices)
        if not notices:
            return
        assert principal["permitted_actions"] == ["query", "cancel", "feed_back", "explain"]
        new = await client.post(APPOINTMENTS, json={"consignee_code": CODES["importer"]})
        assert notices[0] in refused(new, 422)
        assert body(await client.get(APPOINTMENTS, params=LISTING))["items"] == []
    if enterprise == "dishonest":
        (notice,) = principal["notices"]
        assert "失信企业不允许操作" in notice["message"]
        assert all(word in notice["remedy"] for word in ("查询", "取消", "反馈", "情况说明"))


async def test_keys_have_a_principal_and_no_token(api_stack: ApiStack) -> None:
    async with api_stack.client("customs") as customs, api_stack.client("general") as general:
        assert body(await customs.get(SESSION))["kind"] == "customs"
        principal = body(await general.get(SESSION))
        assert (principal["kind"], principal["customs_code"]) == ("enterprise", CODES["general"])
        assert (principal["csrf_token"], principal["card"]) == (None, None)
        assert (await general.delete(SESSION)).status_code == 204
        assert body(await general.get(SESSION)) == principal


async def test_a_login_makes_a_new_session_and_ends_the_one_that_was_brought(
    api_stack: ApiStack, people: dict[str, str]
) -> None:
    async with browser(api_stack) as client:
        plant(client, "chosen-by-somebody-else")
        first = await log_in(client, people["general"])
        one = cookie(client)
        assert one != "chosen-by-somebody-else"
        second = await log_in(client, people["general"])
        assert cookie(client) != one
        assert second["csrf_token"] != first["csrf_token"]
        body(await client.get(SESSION))
    async with browser(api_stack) as thief:
        for token in ("chosen-by-somebody-else", one or ""):
            plant(thief, token)
            assert refused(await thief.get(SESSION), 401) == ["auth.required"]


async def test_logging_out_ends_the_session_for_good(api_stack: ApiStack, people: dict[str, str]) -> None:
    async with browser(api_stack) as client:
        await log_in(client, people["importer"])
        token = cookie(client)
        answer = await client.delete(SESSION)
        assert answer.status_code == 204
        assert cookie(client) is None
        plant(client, token or "")
        assert refused(await client.get(SESSION), 401) == ["auth.required"]
    assert [each.what for each in on_record(api_stack, people["importer"])][:2] == ["logout", "login"]


async def test_an_idle_session_ends_and_a_used_one_lives_on_until_its_age(
    api_stack: ApiStack, people: dict[str, str]
) -> None:
    minute = timedelta(minutes=1)
    async with browser(api_stack) as client:
        await log_in(client, people["general"])
        move_back(api_stack, client, seen_at=29 * minute)
        body(await client.get(SESSION))
        move_back(api_stack, client, seen_at=timedelta())
        body(await client.get(SESSION))
        move_back(api_stack, client, seen_at=31 * minute)
        assert refused(await client.get(SESSION), 401) == ["auth.required"]
        await log_in(client, people["general"])
        move_back(api_stack, client, expires_at=timedelta())
        assert refused(await client.get(SESSION), 401) == ["auth.required"]


async def test_using_a_session_keeps_it_awake(api_stack: ApiStack, people: dict[str, str]) -> None:
    async with browser(api_stack) as client:
        await log_in(client, people["general"])
        for _ in range(3):
            move_back(api_stack, client, seen_at=timedelta(minutes=20))
            body(await client.get(SESSION))
        with api_stack.engine.connect() as connection:
            wanted = sa.select(_SESSIONS.c.seen_at).where(_SESSIONS.c.token_hash == hash_of(cookie(client) or ""))
            assert datetime.now(UTC) - connection.execute(wanted).scalar_one() < timedelta(minutes=1)


async def test_a_disabled_user_is_out_at_once_and_stays_out(api_stack: ApiStack) -> None:
    name = add_user(api_stack, "leaver", enterprise="general")
    passwords = Passwords()
    async with browser(api_stack) as client:
        await log_in(client, name)
        assert Users(api_stack.engine, passwords).disable(name, at=datetime.now(UTC)) == 1
        assert refused(await client.get(SESSION), 401) == ["auth.required"]
        assert refused(await attempt(client, name), 401) == ["auth.failed"]
    assert [(each.what, each.detail) for each in on_record(api_stack, name)] == [
        ("login.refused", "disabled"),
        ("login", None),
    ]
    passwords.close()


async def test_a_new_password_ends_every_session(api_stack: ApiStack) -> None:
    name = add_user(api_stack, "renewed", enterprise="general")
    passwords = Passwords()
    async with browser(api_stack) as client:
        await log_in(client, name)
        Users(api_stack.engine, passwords).set_password(name, "another 39 tideways 港")
        assert refused(await client.get(SESSION), 401) == ["auth.required"]
        assert refused(await attempt(client, name), 401) == ["auth.failed"]
        await log_in(client, name, "another 39 tideways 港")
    passwords.close()


async def test_unknown_user_wrong_password_and_wrong_captcha_are_answered_alike(
    api_stack: ApiStack, people: dict[str, str]
) -> None:
    async with browser(api_stack) as client:
        answers = [
            await attempt(client, "nobody-at-all"),
            await attempt(client, people["operator"], "not the password"),
            await attempt(client, people["operator"], captcha_answer="00000"),
            await attempt(client, people["operator"], captcha_id="unknown"),
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert [(each.what, each.detail) for each in on_record(api_stack, people["operator"])][:3] == [
        ("login.refused", "captcha"),
        ("login.refused", "captcha"),
        ("login.refused", "credentials"),
    ]
    assert on_record(api_stack, "nobody-at-all") == []


async def test_a_captcha_is_tried_once_right_or_wrong_and_expires(api_stack: ApiStack, people: dict[str, str]) -> None:
    async with browser(api_stack) as client:

        async def with_captcha(captcha: dict[str, Any], answer: str) -> int:
            given = {"captcha_id": captcha["captcha_id"], "captcha_answer": answer}
            return (await attempt(client, people["general"], **given)).status_code

        used = body(await client.get(CAPTCHA))
        assert await with_captcha(used, f" {used['sandbox_answer'].lower()} ") == 201
        assert await with_captcha(used, used["sandbox_answer"]) == 401
        missed = body(await client.get(CAPTCHA))
        assert await with_captcha(missed, "22222") == 401
        assert await with_captcha(missed, missed["sandbox_answer"]) == 401
        old = body(await client.get(CAPTCHA))
        with writing(api_stack.engine) as session:
            late = sa.update(_CAPTCHAS).where(_CAPTCHAS.c.captcha_id == old["captcha_id"])
            session.execute(late.values(expires_at=datetime.now(UTC)))
        assert await with_captcha(old, old["sandbox_answer"]) == 401


async def test_after_five_failures_a_name_waits_whether_it_is_somebodys_or_not(api_stack: ApiStack) -> None:
    known = add_user(api_stack, "unlucky", enterprise="general")
    heard = []
    async with browser(api_stack) as client:
        for name in (known, "not-there"):
            for _ in range(FREE):
                assert refused(await attempt(client, name, "not the password"), 401) == ["auth.failed"]
            answer = await attempt(client, name)
            assert refused(answer, 429) == ["rate.limited"]
            assert 1 <= int(answer.headers["retry-after"]) <= 30
            assert answer.json()["facts"]["retry_after"] == int(answer.headers["retry-after"])
            heard.append((answer.json()["title"], set(answer.json()), set(answer.headers)))
    assert heard[0] == heard[1]
    assert on_record(api_stack, known)[0].detail == "waiting"


async def test_a_password_hashed_with_older_parameters_is_hashed_anew(api_stack: ApiStack) -> None:
    name = add_user(api_stack, "veteran", enterprise="general")
    with writing(api_stack.engine) as session:
        weaker = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
        session.execute(sa.update(_USERS).where(_USERS.c.username == name).values(password_hash=weaker))
    async with browser(api_stack) as client:
        for _ in range(2):
            await log_in(client, name)
    with api_stack.engine.connect() as connection:
        kept = connection.execute(sa.select(_USERS.c.password_hash).where(_USERS.c.username == name)).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "x" * 129},
        {"password": "x" * 257},
        {"captcha_id": "x" * 65},
        {"username": None},
        {"username": ["a"]},
        {"password": 12},
        {"username": "a\u0000b"},
        {"password": "\ud800" * 12},
        {"admin": True},
    ],
)
async def test_hostile_values_are_refused_and_not_repeated(api_stack: ApiStack, changes: dict[str, Any]) -> None:
    async with browser(api_stack) as client:
        given = {"username": "a", "password": "b", "captcha_id": "c", "captcha_answer": "d"} | changes
        answer = await client.post(
            SESSION, content=json.dumps(given).encode(), headers={"Content-Type": "application/json"}
        )
    assert answer.status_code == 422
    assert "xxx" not in answer.text


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'"x"', b"[" * 100_000, b'{"username": 1e999}'])
async def test_a_body_that_is_no_login_is_refused(api_stack: ApiStack, content: bytes) -> None:
    async with browser(api_stack) as client:
        answer = await client.post(SESSION, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 422}
