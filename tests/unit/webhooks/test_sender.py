"""A delivery is signed by Standard Webhooks, and all that the receiver does becomes an answer."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook, WebhookVerificationError

from tests.unit.webhooks.receiver import BROKEN, CLOSED, HUNG, Receiver, receiving, redirect
from webhooks.guarded import AllowedHosts
from webhooks.sender import WebhookAnswer, WebhookSender, new_secret

EVENT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "evt_1",
    "source": "urn:yuyue:appointments",
    "type": "yuyue.appointment.submitted",
    "subject": "202600000000000001",
    "time": "2026-11-24T12:02:00+08:00",
    "datacontenttype": "application/json",
    "data": {"state": "submitted"},
}


@asynccontextmanager
async def sending(receiver: Receiver) -> AsyncIterator[WebhookSender]:
    sender = WebhookSender(AllowedHosts([f"127.0.0.1:{receiver.port}"]), limit_seconds=1.0)
    try:
        yield sender
    finally:
        await sender.close()


async def answer_to(answer: bytes) -> WebhookAnswer:
    async with receiving() as receiver, sending(receiver) as sender:
        receiver.answers.append(answer)
        return await sender.send(receiver.url, [new_secret()], EVENT)


async def test_both_secrets_of_a_rotation_verify_a_delivery_and_no_other_does() -> None:
    new, old, other = new_secret(), new_secret(), new_secret()
    async with receiving() as receiver, sending(receiver) as sender:
        answer = await sender.send(receiver.url, [new, old], EVENT)
    assert (answer.taken, answer.status, answer.fault) == (True, 200, None)
    (sent,) = receiver.received
    for secret in (new, old):
        assert Webhook(secret).verify(sent.body, sent.headers) == EVENT
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(sent.body, sent.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(sent.body.replace("submitted", "approved"), sent.headers)


async def test_a_delivery_is_a_cloudevent_in_structured_form() -> None:
    async with receiving() as receiver, sending(receiver) as sender:
        await sender.send(receiver.url, [new_secret()], EVENT)
    (sent,) = receiver.received
    assert sent.headers["content-type"].startswith(JSONFormat.CONTENT_TYPE)
    assert sent.headers["webhook-id"] == JSONFormat().read(None, sent.body).get_id() == "evt_1"


@pytest.mark.parametrize(
    ("given", "status", "fault"),
    [(BROKEN, 500, None), (CLOSED, None, "closed"), (HUNG, None, "timeout"), (b"nonsense\r\n\r\n", None, "closed")],
)
async def test_what_a_receiver_does_wrong_is_an_answer(given: bytes, status: int | None, fault: str | None) -> None:
    answer = await answer_to(given)
    assert (answer.taken, answer.status, answer.fault) == (False, status, fault)


async def test_a_redirect_is_not_followed() -> None:
    async with receiving() as inside:
        answer = await answer_to(redirect(inside.url))
    assert (answer.taken, answer.status, inside.received) == (False, 307, [])


async def test_a_receiver_that_is_down_and_one_inside_are_answers_too() -> None:
    async with receiving() as receiver:
        pass
    async with sending(receiver) as sender:
        assert (await sender.send(receiver.url, [new_secret()], EVENT)).fault == "unreachable"
    sender = WebhookSender(AllowedHosts())
    assert (await sender.send(receiver.url, [new_secret()], EVENT)).fault == "inside"
    assert (await sender.send("https://no-such-name.invalid/", [new_secret()], EVENT)).fault == "unreachable"
    await sender.close()


def test_a_secret_has_the_form_of_standard_webhooks() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert secret not in json.dumps(EVENT)
    assert new_secret() != secret
