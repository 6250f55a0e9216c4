"""With a payload codec the Temporal server knows nothing, the worker works on, and an operator's UI can still read."""

import base64
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from google.protobuf.json_format import MessageToDict
from pydantic import SecretStr
from temporalio.testing import WorkflowEnvironment

from runtime.sealing import new_key
from tests.integration.api.api_stack import (
    APPOINTMENTS,
    ApiStack,
    body,
    content,
    refused,
)
from tests.integration.api.conftest import staffed

UI = "http://127.0.0.1:8082"
DECODE = "/ops/v1/codec/decode"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hidden(
    server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory, environ: pytest.MonkeyPatch
) -> AsyncIterator[ApiStack]:
    """The door and a worker, both with the codec's key."""
    codec = SecretStr(f"p1:{new_key()}")
    folder = tmp_path_factory.mktemp("hidden")
    async with staffed(server, environ, folder, temporal_ui=f"{UI}/", payload_codec=codec) as api_stack:
        yield api_stack


async def submitted(client: httpx.AsyncClient) -> str:
    number = str(body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"])
    body(await client.post(f"{APPOINTMENTS}/{number}/submission", json={}))
    return number


async def test_history_is_hidden_and_an_operator_can_read_it(hidden: ApiStack, server: WorkflowEnvironment) -> None:
    async with hidden.client("general") as client, hidden.client("operator", Origin=UI) as operator:
        number = await submitted(client)
        assert body(await client.get(f"{APPOINTMENTS}/{number}"))["state"] == "submitted"
        history = await server.client.get_workflow_handle(f"appointment/{number}").fetch_history()
        raw = b"".join(event.SerializeToString() for event in history.events)
        assert b"binary/encrypted" in raw
        assert not [word for word in ("其他活鱼", "perishable", "核对规则", "发往海关") if word.encode() in raw]
        started = history.events[0].workflow_execution_started_event_attributes.input
        answer = await operator.post(DECODE, json=MessageToDict(started) | {"externalThing": 1})
        assert answer.headers["access-control-allow-origin"] == UI
        (payload,) = body(answer)["payloads"]
        assert json.loads(base64.b64decode(payload["data"]))["create"]["content"]["goods"][0]["name"] == "其他活鱼"
        shown = body(await operator.get(f"/ops/v1/appointments/{number}/history"))["events"]
        assert any("核对规则" in (event["summary"] or "") for event in shown)


async def test_the_endpoint_is_for_operators_and_one_origin(hidden: ApiStack) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-namespace,authorization"}
    async with hidden.client() as nobody, hidden.client("general") as general, hidden.client("operator") as operator:
        allowed = await nobody.options(DECODE, headers={"Origin": UI} | asked)
        assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, UI)
        other = await nobody.options(DECODE, headers={"Origin": "http://elsewhere"} | asked)
        assert "access-control-allow-origin" not in other.headers
        elsewhere = await operator.get("/ops/v1/deliveries", headers={"Origin": UI})
        assert "access-control-allow-origin" not in elsewhere.headers
        assert refused(await nobody.post(DECODE, json={"payloads": []}), 401) == ["auth.required"]
        assert refused(await general.post(DECODE, json={"payloads": []}), 403) == ["auth.forbidden"]
        for bad in ({"data": "?"}, {"data": "AAAA", "metadata": {"encoding": "YmluYXJ5L2VuY3J5cHRlZA=="}}):
            assert refused(await operator.post(DECODE, json={"payloads": [bad]}), 422) == ["field.invalid"]
