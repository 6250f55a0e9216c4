"""Logging in with a card: a challenge, answered once, by the right key, at the right address."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from db import access_log
from db.engine import reading, writing
from db.tables import ChallengeRow, SessionRow
from signing.software import SoftwareKey
from tests.integration.api.api_stack import APPOINTMENTS, CODES, ApiStack, body, make_settings, opened, refused
from tests.integration.api.browsing import SESSION, browser
from tests.integration.api.cards import Desk, sign
from tests.integration.api.conftest import NOWHERE

ORIGIN = "https://yuyue.example"
CHALLENGE, CARD = f"{SESSION}/card-challenge", f"{SESSION}/card"
CHALLENGES, SESSIONS = ChallengeRow.table(), SessionRow.table()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("login-cards"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api_stack(
    tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch, desk: Desk
) -> AsyncIterator[ApiStack]:
    """A door that trusts the desk's cards, and asks browsers for one."""
    environ.setenv("TEMPORAL_ADDRESS", NOWHERE.removeprefix("http://"))
    folder = tmp_path_factory.mktemp("card-login")
    async with opened(make_settings(folder, trust_dir=desk.trust, public_origin=ORIGIN)) as api_stack:
        yield api_stack


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def jws(held: SoftwareKey, text: str, alg: str = "ES256") -> str:
    chain = [base64.b64encode(each.dump()).decode() for each in (held.certificate, *held.chain)]
    head = f"{b64(json.dumps({'alg': alg, 'x5c': chain}).encode())}.{b64(text.encode())}"
    r, s = decode_dss_signature(held.key.sign(head.encode()))
    return f"{head}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


async def challenged(client: httpx.AsyncClient) -> dict[str, Any]:
    offered = body(await client.post(CHALLENGE), 201)
    assert isinstance(offered, dict)
    return offered


async def log_in(client: httpx.AsyncClient, held: SoftwareKey) -> httpx.Response:
    offered = await challenged(client)
    return await client.post(CARD, json={"nonce": offered["nonce"], "jws": jws(held, offered["challenge"])})


async def test_a_card_opens_a_session_of_its_enterprise(api_stack: ApiStack, desk: Desk) -> None:
    held = desk.key("general", "login")
    async with browser(api_stack) as client:
        principal = body(await log_in(client, held), 201)
        assert (principal["kind"], principal["customs_code"]) == ("enterprise", CODES["general"])
        assert principal["card"]["serial"] == f"{held.certificate.serial_number:x}"
        assert (principal["card"]["days_left"], principal["card"]["expires_soon"]) == (89, False)
        assert body(await client.get(SESSION)) == principal
        listed = await client.get(APPOINTMENTS, params={"pre_entry_no": "202600000000000001"})
        assert body(listed)["items"] == []
        out = await client.delete(SESSION, headers={"X-CSRF-Token": principal["csrf_token"]})
        assert out.status_code == 204
        assert refused(await client.get(SESSION), 401) == ["auth.required"]


async def test_a_card_near_its_end_is_warned_of(api_stack: ApiStack, desk: Desk) -> None:
    async with browser(api_stack) as client:
        body(await log_in(client, desk.key("advanced", "login")), 201)
        with writing(api_stack.engine) as session:
            soon = datetime.now(UTC) + timedelta(days=30)
            mine = sa.update(SESSIONS).where(SESSIONS.c.customs_code == CODES["advanced"])
            session.execute(mine.values(card_until=soon))
        assert body(await client.get(SESSION))["card"]["expires_soon"] is True
        with writing(api_stack.engine) as session:
            session.execute(mine.values(card_until=datetime.now(UTC)))
        assert refused(await client.get(SESSION), 401) == ["auth.required"]


async def test_a_dishonest_enterprise_is_told_so(api_stack: ApiStack, desk: Desk) -> None:
    async with browser(api_stack) as client:
        principal = body(await log_in(client, desk.key("dishonest", "login")), 201)
    assert [notice["code"] for notice in principal["notices"]] == ["eligibility.dishonest"]
    assert "失信企业不允许操作" in principal["notices"][0]["message"]
    assert "submit" not in principal["permitted_actions"]


async def test_sm2_cards_answer_in_cms(api_stack: ApiStack, desk: Desk) -> None:
    held = desk.key("general", "login", kind="sm2")
    async with browser(api_stack) as client:
        offered = await challenged(client)
        answer = {"nonce": offered["nonce"], "cms": sign(held, offered["challenge"].encode())}
        assert body(await client.post(CARD, json=answer), 201)["customs_code"] == CODES["general"]


async def test_an_answer_is_good_once(api_stack: ApiStack, desk: Desk) -> None:
    held = desk.key("general", "login")
    async with browser(api_stack) as client, browser(api_stack) as other:
        offered = await challenged(client)
        answer = {"nonce": offered["nonce"], "jws": jws(held, offered["challenge"])}
        body(await client.post(CARD, json=answer), 201)
        assert refused(await other.post(CARD, json=answer), 422) == ["signature.replayed"]
        assert refused(await other.get(SESSION), 401) == ["auth.required"]


async def test_and_for_a_minute(api_stack: ApiStack, desk: Desk) -> None:
    async with browser(api_stack) as client:
        offered = await challenged(client)
        lifetime = datetime.fromisoformat(offered["expires_at"]) - datetime.now(UTC)
        assert lifetime <= timedelta(seconds=60)
        with writing(api_stack.engine) as session:
            mine = sa.update(CHALLENGES).where(CHALLENGES.c.nonce == offered["nonce"])
            session.execute(mine.values(expires_at=datetime.now(UTC)))
        answer = {"nonce": offered["nonce"], "jws": jws(desk.key("general", "login"), offered["challenge"])}
        assert refused(await client.post(CARD, json=answer), 422) == ["signature.challenge_expired"]


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("origin", ORIGIN, "https://yuyue.evil.example"),
        ("purpose", "yuyue/login", "yuyue/other"),
        ("content_differs", '"time":"2', '"time":"3'),
    ],
)
async def test_what_was_signed_must_be_the_challenge(
    api_stack: ApiStack, desk: Desk, code: str, old: str, new: str
) -> None:
    async with browser(api_stack) as client:
        offered = await challenged(client)
        assert old in offered["challenge"]
        token = jws(desk.key("general", "login"), offered["challenge"].replace(old, new))
        answer = await client.post(CARD, json={"nonce": offered["nonce"], "jws": token})
        assert refused(answer, 422) == [f"signature.{code}"]
        assert "set-cookie" not in answer.headers


async def test_the_signing_key_does_not_log_in_and_no_algorithm_is_none(api_stack: ApiStack, desk: Desk) -> None:
    async with browser(api_stack) as client:
        assert refused(await log_in(client, desk.key("general")), 422) == ["signature.signing_key"]
        offered = await challenged(client)
        token = jws(desk.key("general", "login"), offered["challenge"], alg="none")
        answer = await client.post(CARD, json={"nonce": offered["nonce"], "jws": token})
        assert refused(answer, 422) == ["signature.algorithm"]
    with reading(api_stack.engine) as session:
        details = [each.detail for each in access_log.accesses(session, subject="card")]
    assert {"signature.signing_key", "signature.algorithm"} <= set(details)


async def test_a_statement_offered_for_signing_is_no_challenge(api_stack: ApiStack, desk: Desk) -> None:
    async with browser(api_stack) as client:
        answer = {"nonce": "n" * 43, "jws": jws(desk.key("general", "login"), "x")}
        assert refused(await client.post(CARD, json=answer), 422) == ["signature.challenge_unknown"]


async def test_a_banned_card_does_not_log_in_until_the_ban_is_lifted(api_stack: ApiStack, desk: Desk) -> None:
    held = desk.key("general", "login")
    ban = f"/ops/v1/access/cards/{held.certificate.serial_number:x}/ban"
    async with browser(api_stack) as client, api_stack.client("operator") as operator:
        body(await operator.put(ban, json={"reason": "遗失"}))
        assert refused(await log_in(client, held), 422) == ["signature.card_banned"]
        assert refused(await client.get(SESSION), 401) == ["auth.required"]
        body(await operator.delete(ban))
        assert body(await log_in(client, held), 201)["customs_code"] == CODES["general"]
