"""通知渠道 over HTTP: each person's own, sealed, masked, tried by a test message."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa

from db.engine import reading
from domain.policy import Policy
from identity.passwords import Passwords
from identity.users import Users
from runtime.messaging.sending import Messenger
from tests.integration.api.api_stack import ApiStack, body, make_settings, opened, refused
from tests.integration.api.browsing import add_user, sitting
from tests.integration.api.conftest import NOWHERE
from tests.messaging.mailbox import HOST, Mailbox, free_port, serving

SETTINGS = "/api/v1/notification-settings"
CHANNELS = f"{SETTINGS}/channels"
MAIL = {"kind": "email", "address": " wang@broker.example ", "topics": ["progress", "trouble"]}
TOKEN = "0123456789abcdef0123456789abcdef"
PORT = free_port()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def api_stack(tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch) -> AsyncIterator[ApiStack]:
    """A door with a mail server in its settings, while Temporal is away."""
    environ.setenv("TEMPORAL_ADDRESS", NOWHERE.removeprefix("http://"))
    mail: dict[str, Any] = {"smtp_host": HOST, "smtp_port": PORT, "smtp_security": "none"}
    folder: Path = tmp_path_factory.mktemp("messaging")
    async with opened(make_settings(folder, smtp_from="notice@yuyue.example", **mail)) as stack:
        for name in ("msg-wang", "msg-li"):
            add_user(stack, name, enterprise="advanced")
        yield stack


async def added(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = body(await client.post(CHANNELS, json=MAIL | changes), 201)
    return found


def sent(stack: ApiStack, mailbox: Mailbox) -> int:
    """Sends as a worker does; gives the number of messages that ended."""
    context = stack.context
    with serving(mailbox, PORT):
        return Messenger(context.settings, stack.engine, Policy(), context.sealer).send_some()


async def test_a_channel_is_its_persons_own_and_its_address_is_shown_to_nobody_again(api_stack: ApiStack) -> None:
    async with sitting(api_stack, "msg-wang") as wang, sitting(api_stack, "msg-li") as li:
        made = await added(wang)
        assert made["address"] == "w***@broker.example"
        path = f"{CHANNELS}/{made['channel_id']}"
        assert body(await wang.get(SETTINGS))["channels"] == [made]
        assert body(await li.get(SETTINGS))["channels"] == []
        change = {"topics": ["hours"], "enabled": False}
        assert refused(await li.put(path, json=change), 404) == ["not_found"]
        assert refused(await li.post(f"{path}/tests"), 404) == ["not_found"]
        assert (await li.delete(path)).status_code == 404
        changed = body(await wang.put(path, json=change))
        assert (changed["topics"], changed["enabled"]) == (["hours"], False)
        with reading(api_stack.engine) as session:
            stored = session.execute(sa.text("SELECT sealed FROM notification_channels")).scalar_one()
            log = session.execute(sa.text("SELECT what, detail FROM accesses WHERE what LIKE 'channels.%'")).all()
        assert "wang@" not in stored
        assert log == [(f"channels.{what}", f"email {made['channel_id']}") for what in ("added", "changed")]
        assert (await wang.delete(path)).status_code == 204
        assert body(await wang.get(SETTINGS))["channels"] == []


async def test_a_test_message_says_what_became_of_it(api_stack: ApiStack) -> None:
    mailbox = Mailbox()
    async with sitting(api_stack, "msg-wang") as wang:
        made = await added(wang, topics=[])
        tests = f"{CHANNELS}/{made['channel_id']}/tests"
        key = {"Idempotency-Key": "one test"}
        first = body(await wang.post(tests, headers=key), 202)
        assert first == body(await wang.post(tests, headers=key), 202)
        assert first["state"] == "waiting"
        assert sent(api_stack, mailbox) == 1
        assert body(await wang.get(f"{tests}/{first['test_id']}"))["state"] == "sent"
        assert mailbox.subjects == ["预约通关 测试通知"]
        second = body(await wang.post(tests), 202)
        mailbox.refuses = {"wang@broker.example": "550 no such user"}
        sent(api_stack, mailbox)
        failed = body(await wang.get(f"{tests}/{second['test_id']}", headers={"Accept-Language": "en"}))
        assert failed["state"] == "failed"
        assert failed["trouble"]["code"] == "address_refused"
        assert failed["trouble"]["remedy"] == "Check the address."
        (shown,) = body(await wang.get(SETTINGS))["channels"]
        assert shown["trouble"]["message"] == "邮件服务器不接受该地址。"
        for _ in range(8):
            body(await wang.post(tests), 202)
        assert refused(await wang.post(tests), 429) == ["rate.limited"]
        await wang.delete(f"{CHANNELS}/{made['channel_id']}")


async def test_the_same_key_adds_one_channel_and_ten_are_the_most(api_stack: ApiStack) -> None:
    async with sitting(api_stack, "msg-li") as li:
        key = {"Idempotency-Key": "one channel"}
        first = body(await li.post(CHANNELS, json=MAIL, headers=key), 201)
        assert body(await li.post(CHANNELS, json=MAIL, headers=key), 201) == first
        other = MAIL | {"address": "li@broker.example"}
        assert refused(await li.post(CHANNELS, json=other, headers=key), 422) == ["idempotency.conflict"]
        for _ in range(9):
            await added(li)
        assert refused(await li.post(CHANNELS, json=MAIL), 409) == ["notification_channel.too_many"]


@pytest.mark.parametrize(
    "typed",
    [
        f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
        f"https://elsewhere.example/robot/send?access_token={TOKEN}",
        TOKEN,
    ],
)
async def test_of_a_webhook_only_the_token_is_kept(api_stack: ApiStack, typed: str) -> None:
    async with sitting(api_stack, "msg-wang") as wang:
        made = await added(wang, kind="dingtalk", address=typed, secret="SEC0123456789")
        assert (made["address"], made["signed"]) == ("…cdef", True)
        channel_id = made["channel_id"]
        with reading(api_stack.engine) as session:
            sealed = session.execute(sa.text("SELECT sealed FROM notification_channels WHERE kind = 'dingtalk'"))
            opened_text = api_stack.context.sealer.open(
                sealed.scalar_one(), context=f"notification_channels/{channel_id}"
            )
        assert "://" not in opened_text
        await wang.delete(f"{CHANNELS}/{channel_id}")


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({"address": "nobody"}, ["field.invalid"]),
        ({"address": "a@b.example\r\nBcc: c@d.example"}, ["field.invalid"]),
        ({"kind": "wecom", "address": "https://10.0.0.1/hook"}, ["field.invalid"]),
        ({"kind": "sms", "address": "13800138000"}, ["notification_channel.unavailable"]),
        ({"kind": "wecom", "address": TOKEN, "topics": ["invitation"]}, ["field.invalid"]),
        ({"kind": "pigeon", "topics": ["weather"]}, ["field.invalid", "field.invalid"]),
    ],
)
async def test_what_cannot_be_a_channel_is_refused(
    api_stack: ApiStack, wrong: dict[str, Any], codes: list[str]
) -> None:
    async with sitting(api_stack, "msg-wang") as wang:
        assert refused(await wang.post(CHANNELS, json=MAIL | wrong), 422) == codes


async def test_times_are_kept_and_half_of_the_quiet_hours_is_refused(api_stack: ApiStack) -> None:
    async with sitting(api_stack, "msg-wang") as wang:
        times = {"language": "en", "quiet_from": "22:00", "quiet_until": "07:00", "digest_at": None}
        answer = body(await wang.put(SETTINGS, json=times))
        assert {name: answer[name] for name in times} == times
        assert [each["kind"] for each in answer["offered"]] == ["email", "dingtalk", "wecom", "feishu"]
        half = {"language": "zh", "quiet_from": "22:00"}
        assert refused(await wang.put(SETTINGS, json=half), 422) == ["field.required"]
        assert refused(await wang.put(SETTINGS, json=times | {"digest_at": "24:00"}), 422) == ["field.invalid"]


async def test_a_key_has_no_channels(api_stack: ApiStack) -> None:
    async with api_stack.client("advanced") as machine:
        assert refused(await machine.get(SETTINGS), 403) == ["session.required"]
        assert refused(await machine.post(CHANNELS, json=MAIL), 403) == ["session.required"]


async def test_a_user_who_is_disabled_hears_nothing_more(api_stack: ApiStack) -> None:
    add_user(api_stack, "msg-leaver", enterprise="advanced")
    async with sitting(api_stack, "msg-leaver") as leaver:
        made = await added(leaver)
        body(await leaver.post(f"{CHANNELS}/{made['channel_id']}/tests"), 202)
    passwords = Passwords()
    Users(api_stack.engine, passwords).disable("msg-leaver", at=datetime.now(UTC))
    passwords.close()
    mailbox = Mailbox()
    sent(api_stack, mailbox)
    assert mailbox.mails == []
