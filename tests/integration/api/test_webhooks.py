"""Webhooks against a receiver that is down, broken and slow: every event, in order, signed, none but our own."""

import asyncio
import json
import os
import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from standardwebhooks import Webhook
from temporalio.testing import WorkflowEnvironment

from db import access_log
from db.engine import read
from db.projections import project
from identity.users import Rights
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.browsing import add_user, sitting
from tests.integration.api.conftest import staffed
from tests.integration.db.stories import approved, created, submitted
from tests.unit.webhooks.receiver import BROKEN, CLOSED, HUNG, Receiver, redirect

WEBHOOKS, EVENTS = "/api/v1/webhooks", "/api/v1/events"
#: The folder of the JavaScript library (``make api-check`` installs it).
TOOLS = Path(__file__).parents[3] / "web" / "openapi"
VERIFY = """
import { readFileSync } from 'node:fs'
import { Webhook } from 'standardwebhooks'
const { secret, deliveries } = JSON.parse(readFileSync(0, 'utf8'))
const webhook = new Webhook(secret)
console.log(JSON.stringify(deliveries.map(({ headers, body }) => webhook.verify(body, headers).id)))
"""
#: How long the receiver is down while appointments go on; ``make trial-webhooks`` says ten minutes.
AWAY_SECONDS = float(os.environ.get("TRIAL_AWAY_SECONDS", "0"))
_SERIALS = iter(range(900_001, 999_999))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    await receiver.start()
    yield receiver
    await receiver.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(
    server: WorkflowEnvironment,
    environ: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    receiver: Receiver,
) -> AsyncIterator[ApiStack]:
    """An API and a worker that may call the receiver, and do so again after a second."""
    changes: dict[str, Any] = {
        "webhook_hosts": f"127.0.0.1:{receiver.port}",
        "webhook_first_pause": timedelta(seconds=1),
        "webhook_longest_pause": timedelta(seconds=30 if AWAY_SECONDS else 2),
        "feed_seconds": 0.1,
    }
    async with staffed(server, environ, tmp_path_factory.mktemp("webhooks"), **changes) as stack:
        add_user(stack, "hooks-chief", enterprise="advanced", rights=Rights(administrator=True))
        add_user(stack, "hooks-other", enterprise="importer", rights=Rights(administrator=True))
        yield stack


@pytest_asyncio.fixture(loop_scope="session")
async def chief(office: ApiStack) -> AsyncIterator[httpx.AsyncClient]:
    async with sitting(office, "hooks-chief") as client:
        yield client


async def added(chief: httpx.AsyncClient, receiver: Receiver) -> dict[str, Any]:
    receiver.received.clear()
    found: dict[str, Any] = body(await chief.post(WEBHOOKS, json={"url": receiver.url}), 201)
    return found


async def removed(chief: httpx.AsyncClient, hook: dict[str, Any]) -> None:
    assert (await chief.delete(f"{WEBHOOKS}/{hook['webhook_id']}")).status_code == 204


def lived(office: ApiStack, count: int) -> None:
    """Creates, submits and approves appointments."""
    numbers = [f"2026{next(_SERIALS):014}" for _ in range(count)]
    for story in (created, submitted, approved):
        for number in numbers:
            project(office.engine, [story(number)])


async def went_on(office: ApiStack) -> int:
    """Lets appointments go on while the receiver is down; returns how many there are."""
    loop = asyncio.get_running_loop()
    until, count = loop.time() + AWAY_SECONDS, 4
    lived(office, count)
    while loop.time() < until:
        await asyncio.sleep(5)
        lived(office, 1)
        count += 1
    return count


async def pulled(chief: httpx.AsyncClient, after: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = body(await chief.get(EVENTS, params={"after": after, "limit": 500}))["items"]
    return items


async def now(chief: httpx.AsyncClient) -> str:
    cursor: str = body(await chief.get(EVENTS, params={"start": "now"}))["next_cursor"]
    return cursor


async def test_a_receiver_that_was_away_gets_every_event_in_order(
    office: ApiStack, chief: httpx.AsyncClient, receiver: Receiver
) -> None:
    begin, hook = await now(chief), await added(chief, receiver)
    await receiver.stop()
    count = await went_on(office)
    async with asyncio.timeout(60 + AWAY_SECONDS):
        while not body(await chief.get(f"{WEBHOOKS}/{hook['webhook_id']}"))["failing_since"]:  # noqa: ASYNC110 a worker tries
            await asyncio.sleep(0.1)
        receiver.answers.extend([BROKEN, CLOSED, redirect(receiver.url), *([HUNG] if AWAY_SECONDS else [])])
        await receiver.start()
        await receiver.until(3 * count)
    wanted = await pulled(chief, begin)
    assert len(wanted) == 3 * count
    sent = [Webhook(hook["secret"]).verify(each.body, each.headers) for each in receiver.taken]
    assert sorted(sent, key=str) == sorted(wanted, key=str), "the same events as by the pull, each once"
    for number in {each["subject"] for each in wanted}:
        assert [each["data"]["version"] for each in sent if each["subject"] == number] == [1, 2, 3]
    assert [each.headers["webhook-id"] for each in receiver.taken] == [each["id"] for each in sent]
    assert verified_in_javascript(hook["secret"], receiver) == [each["id"] for each in sent]
    answers = body(await chief.get(f"{WEBHOOKS}/{hook['webhook_id']}/attempts", params={"limit": 100}))["items"]
    told = {(each["status"], each["fault"]) for each in answers}
    expected = {(None, "unreachable"), (500, None), (None, "closed"), (307, None), (200, None)}
    assert told == expected if not AWAY_SECONDS else (200, None) in told, "the last hundred are kept"
    await removed(chief, hook)


def verified_in_javascript(secret: str, receiver: Receiver) -> list[str]:
    """The ids of what the reference library of Standard Webhooks for JavaScript verifies."""
    deliveries = [{"headers": each.headers, "body": each.body} for each in receiver.taken]
    given = json.dumps({"secret": secret, "deliveries": deliveries})
    command = ["node", "--input-type=module", "--eval", VERIFY]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=60, cwd=TOOLS)
    ids: list[str] = json.loads(done.stdout)
    return ids


async def test_a_paused_receiver_gets_what_has_waited_and_a_replay_brings_it_again(
    office: ApiStack, chief: httpx.AsyncClient, receiver: Receiver
) -> None:
    begin, hook = await now(chief), await added(chief, receiver)
    at = f"{WEBHOOKS}/{hook['webhook_id']}"
    assert body(await chief.post(f"{at}/pause"))["pause_reason"] == "by_hand"
    lived(office, 1)
    assert receiver.received == []
    assert body(await chief.post(f"{at}/resume"))["paused_at"] is None
    async with asyncio.timeout(60):
        await receiver.until(3)
    wanted = await pulled(chief, begin)
    first, last = (datetime.fromisoformat(wanted[place]["time"]) for place in (0, -1))
    span = {"since": first.isoformat(), "until": (last + timedelta(seconds=1)).isoformat()}
    replayed = body(await chief.post(f"{at}/replay", json=span))["events"]
    assert replayed >= 3
    async with asyncio.timeout(60):
        await receiver.until(3 + replayed)
    again = [each.headers["webhook-id"] for each in receiver.taken[3:]]
    assert [each for each in again if each in {event["id"] for event in wanted}] == [each["id"] for each in wanted]
    await removed(chief, hook)


async def test_a_rotation_signs_by_both_secrets_and_a_test_tells_the_answer(
    chief: httpx.AsyncClient, receiver: Receiver
) -> None:
    hook = await added(chief, receiver)
    at = f"{WEBHOOKS}/{hook['webhook_id']}"
    rotated = body(await chief.post(f"{at}/rotation"))
    assert rotated["old_secret_until"] > datetime.now(UTC).isoformat()
    receiver.answers.append(BROKEN)
    assert (body(await chief.post(f"{at}/test"))["taken"], body(await chief.post(f"{at}/test"))["taken"]) == (
        False,
        True,
    )
    for secret in (hook["secret"], rotated["secret"]):
        assert (
            Webhook(secret).verify(receiver.taken[-1].body, receiver.taken[-1].headers)["type"] == "yuyue.webhook.test"
        )
    assert "secret" not in body(await chief.get(at))
    await removed(chief, hook)


async def test_a_repeated_creation_makes_one_receiver(chief: httpx.AsyncClient, receiver: Receiver) -> None:
    key = {"Idempotency-Key": "hook-1"}
    first = body(await chief.post(WEBHOOKS, json={"url": receiver.url}, headers=key), 201)
    assert body(await chief.post(WEBHOOKS, json={"url": receiver.url}, headers=key), 201) == first
    other = await chief.post(WEBHOOKS, json={"url": f"{receiver.url}/2"}, headers=key)
    assert refused(other, 422) == ["idempotency.conflict"]
    await removed(chief, first)


async def test_nobody_else_finds_a_receiver_and_each_act_is_on_record(
    office: ApiStack, chief: httpx.AsyncClient, receiver: Receiver
) -> None:
    hook = await added(chief, receiver)
    at = f"{WEBHOOKS}/{hook['webhook_id']}"
    moment = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}
    async with sitting(office, "hooks-other") as other:
        assert body(await other.get(WEBHOOKS))["items"] == []
        for path in ("", "/attempts", "/dead-letters"):
            assert (await other.get(f"{at}{path}")).status_code == 404
        for path in ("/rotation", "/pause", "/resume", "/test", "/dead-letters/evt_1/replay"):
            assert (await other.post(f"{at}{path}")).status_code == 404
        assert (await other.post(f"{at}/replay", json=moment)).status_code == 404
        assert (await other.put(at, json={"url": receiver.url})).status_code == 404
        assert (await other.delete(at)).status_code == 404
    body(await chief.put(at, json={"url": f"{receiver.url}/moved"}))
    await removed(chief, hook)
    entries = read(office.engine, lambda session: access_log.accesses(session, subject="hooks-chief"))
    ours = {each.what for each in entries if each.detail == hook["webhook_id"]}
    assert ours == {"receiver.added", "receiver.changed", "receiver.removed"}


async def test_an_address_inside_is_refused_with_a_remedy(chief: httpx.AsyncClient) -> None:
    for url in ("https://127.0.0.1/", "http://erp.example.com/", "https://erp.example.com:22/", "erp"):
        assert refused(await chief.post(WEBHOOKS, json={"url": url}), 422) == ["webhook.url"]
