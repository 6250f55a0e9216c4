"""插入且已解锁: a card session declares while its card shows signs of life, and not a minute longer."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from temporalio.testing import WorkflowEnvironment

from db.engine import reading, writing
from db.tables import CardGrantRow
from signing import jws
from signing.software import SoftwareKey
from tests.integration.api import browsing
from tests.integration.api.api_stack import (
    APPOINTMENTS,
    ApiStack,
    body,
    content,
    refused,
)
from tests.integration.api.browsing import SESSION, add_user, browser
from tests.integration.api.cards import Desk, offered, sign, signature, signed
from tests.integration.api.conftest import staffed

ORIGIN = "https://yuyue.example"
ASK, ANSWER = f"{SESSION}/card-presence-challenge", f"{SESSION}/card-presence"
GRANTS = CardGrantRow.table()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("present-cards"))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(
    server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch, desk: Desk
) -> AsyncIterator[ApiStack]:
    """The rules as they are: a browser needs a card."""
    folder = tmp_path_factory.mktemp("present")
    async with staffed(server, environ, folder, trust_dir=desk.trust, public_origin=ORIGIN) as stack:
        yield stack


@pytest_asyncio.fixture
async def page(stack: ApiStack, desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """A browser whose session was opened with the card of ``general``."""
    async with browser(stack) as client:
        await log_in(client, desk.key("general", "login"))
        yield client


async def log_in(client: httpx.AsyncClient, held: SoftwareKey) -> None:
    asked = body(await client.post(f"{SESSION}/card-challenge"), 201)
    principal = body(await client.post(f"{SESSION}/card", json=answered(held, asked)), 201)
    client.headers["X-CSRF-Token"] = principal["csrf_token"]


def answered(held: SoftwareKey, asked: dict[str, Any]) -> dict[str, Any]:
    token = jws.assemble(asked["challenge"].encode(), held.certificate, held.key, held.chain)
    return {"nonce": asked["nonce"], "jws": token}


async def asked(client: httpx.AsyncClient) -> dict[str, Any]:
    offer = body(await client.post(ASK), 201)
    assert isinstance(offer, dict)
    return offer


def pull_card(stack: ApiStack) -> None:
    """A minute without a sign of life has gone by."""
    with writing(stack.engine) as session:
        session.execute(sa.update(GRANTS).values(until=datetime.now(UTC)))


async def draft(client: httpx.AsyncClient) -> str:
    return str(body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"])


async def submit(client: httpx.AsyncClient, number: str, given: dict[str, Any], key: str) -> httpx.Response:
    path = f"{APPOINTMENTS}/{number}/submission"
    return await client.post(path, json={"signature": given}, headers={"Idempotency-Key": key})


async def test_a_card_session_declares_while_its_card_is_there(page: httpx.AsyncClient, desk: Desk) -> None:
    number = await draft(page)
    given = await signature(page, desk.key("general"), number, "submission")
    assert body(await submit(page, number, given, "k1"))["state"] == "submitted"


async def test_without_its_card_it_declares_nothing_and_the_same_card_goes_on(
    stack: ApiStack, page: httpx.AsyncClient, desk: Desk
) -> None:
    number = await draft(page)
    offer = await offered(page, number, "submission")
    pull_card(stack)
    given = signed(desk.key("general"), offer)
    assert refused(await submit(page, number, given, "k1"), 403) == ["session.card_removed"]
    path = f"{APPOINTMENTS}/{number}/signing-request"
    assert refused(await page.post(path, json={"act": "submission"}), 403) == ["session.card_removed"]
    assert body(await page.get(f"{APPOINTMENTS}/{number}"))["state"] == "draft"

    alive = body(await page.post(ANSWER, json=answered(desk.key("general", "login"), await asked(page))))
    assert datetime.fromisoformat(alive["until"]) > datetime.now(UTC)
    assert body(await submit(page, number, given, "k1"))["state"] == "submitted"


async def test_a_command_that_was_taken_is_answered_again_whatever_became_of_the_card(
    stack: ApiStack, page: httpx.AsyncClient, desk: Desk
) -> None:
    number = await draft(page)
    given = await signature(page, desk.key("general"), number, "submission")
    first = body(await submit(page, number, given, "k1"))
    pull_card(stack)
    assert body(await submit(page, number, given, "k1"))["version"] == first["version"]


async def test_drafts_need_no_card(stack: ApiStack, page: httpx.AsyncClient) -> None:
    pull_card(stack)
    assert await draft(page)


async def test_another_card_is_refused_even_of_the_same_enterprise(page: httpx.AsyncClient, desk: Desk) -> None:
    for other in (desk.key("advanced", "login"), desk.key("general", "login", kind="sm2")):
        offer = await asked(page)
        text = offer["challenge"].encode()
        answer = {"nonce": offer["nonce"], "cms": sign(other, text)}
        assert refused(await page.post(ANSWER, json=answer), 403) == ["session.other_card"]


async def test_each_answer_brings_the_next_question(page: httpx.AsyncClient, desk: Desk) -> None:
    held, offer = desk.key("general", "login"), await asked(page)
    for _ in range(3):
        offer = body(await page.post(ANSWER, json=answered(held, offer)))["challenge"]


async def test_an_answer_counts_once_and_for_the_newest_question(page: httpx.AsyncClient, desk: Desk) -> None:
    held, first = desk.key("general", "login"), await asked(page)
    second = await asked(page)
    assert refused(await page.post(ANSWER, json=answered(held, first)), 422) == ["signature.challenge_unknown"]
    answer = answered(held, second)
    body(await page.post(ANSWER, json=answer))
    assert refused(await page.post(ANSWER, json=answer), 422) == ["signature.challenge_unknown"]


async def test_a_late_answer_gives_no_more_than_the_rest_of_the_minute(
    stack: ApiStack, page: httpx.AsyncClient, desk: Desk
) -> None:
    held, offer = desk.key("general", "login"), await asked(page)
    with reading(stack.engine) as session:
        row = session.execute(sa.select(GRANTS).where(GRANTS.c.nonce == offer["nonce"])).mappings().one()
    alive = body(await page.post(ANSWER, json=answered(held, offer)))
    assert datetime.fromisoformat(alive["until"]) == row["asked_at"] + timedelta(seconds=60)
    late = await asked(page)
    with writing(stack.engine) as session:
        mine = sa.update(GRANTS).where(GRANTS.c.nonce == late["nonce"])
        session.execute(mine.values(asked_at=datetime.now(UTC) - timedelta(seconds=60)))
    assert refused(await page.post(ANSWER, json=answered(held, late)), 422) == ["signature.challenge_expired"]


async def test_a_login_s_answer_is_no_sign_of_life_nor_the_other_way_round(page: httpx.AsyncClient, desk: Desk) -> None:
    held = desk.key("general", "login")
    alive = await asked(page)
    login = body(await page.post(f"{SESSION}/card-challenge"), 201)
    mixed = answered(held, login) | {"nonce": alive["nonce"]}
    assert refused(await page.post(ANSWER, json=mixed), 422) == ["signature.purpose"]
    mixed = answered(held, alive) | {"nonce": login["nonce"]}
    assert refused(await page.post(f"{SESSION}/card", json=mixed), 422) == ["signature.purpose"]


async def test_one_session_s_answer_is_not_another_s(stack: ApiStack, page: httpx.AsyncClient, desk: Desk) -> None:
    held = desk.key("general", "login")
    async with browser(stack) as other:
        await log_in(other, held)
        answer = answered(held, await asked(page))
        assert refused(await other.post(ANSWER, json=answer), 422) == ["signature.challenge_unknown"]


async def test_passwords_and_keys_have_no_card_to_show(stack: ApiStack) -> None:
    async with browser(stack) as client, stack.client("general") as program:
        await browsing.log_in(client, add_user(stack, "present.password"))
        for caller in (client, program):
            assert refused(await caller.post(ASK), 403) == ["session.no_card"]


async def test_the_sandbox_tells_where_its_card_program_is(stack: ApiStack) -> None:
    async with browser(stack) as client:
        told = body(await client.get("/api/v1/card-agent"))
    assert told == {"address": "http://127.0.0.1:8084", "pairing_code": None}
