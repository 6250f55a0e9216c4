"""Temporal is away: what only reads works on, what commands says that the outcome is unknown, and receipts wait."""

from datetime import UTC, datetime
from pathlib import Path

import httpx

from db.engine import writing
from db.projections import project
from runtime.dispatch.receipts import sweep
from tests.integration.api.api_stack import APPOINTMENTS, ApiStack, body, content, make_settings, opened, refused
from tests.integration.api.events import event
from tests.integration.api.receipts import receipt
from tests.waiting import until_told


async def test_ready_names_what_is_missing(api_stack: ApiStack) -> None:
    async with api_stack.client() as client:
        answer = body(await client.get("/health/ready"), 503)
    assert {name: part["ok"] for name, part in answer["parts"].items()} == {
        "database": True,
        "temporal": False,
        "workers": False,
        "object_store": True,
    }


async def test_without_a_database_nobody_is_told_that_his_key_is_wrong(tmp_path: Path) -> None:
    async with opened(make_settings(tmp_path)) as broken:
        with writing(broken.engine) as session:
            session.connection().exec_driver_sql("DROP TABLE api_keys")
        async with broken.client("general") as client:
            answer = await client.get("/api/v1/ports")
    assert refused(answer, 503) == ["temporarily.unavailable"]


async def test_a_command_may_be_asked_again_with_the_same_key(api_stack: ApiStack) -> None:
    async with api_stack.client("general") as client:
        answer = await client.post(APPOINTMENTS, json=content())
    assert refused(answer, 503) == ["outcome.unknown"]
    assert int(answer.headers["retry-after"]) >= 1
    assert "Idempotency-Key" in answer.json()["errors"][0]["remedy"]


async def test_rules_still_speak(api_stack: ApiStack) -> None:
    async with api_stack.client("dishonest") as client:
        assert "eligibility.dishonest" in refused(await client.post(APPOINTMENTS, json=content()), 422)


async def test_a_history_cannot_be_had(api_stack: ApiStack) -> None:
    project(api_stack.engine, [event("202600000000000007")])
    async with api_stack.client("operator") as operator, api_stack.client("general") as client:
        answer = await operator.get("/ops/v1/appointments/202600000000000007/history")
        assert refused(answer, 503) == ["temporarily.unavailable"]
        assert body(await client.get(f"{APPOINTMENTS}/202600000000000007"))["state"] == "draft"


async def test_a_receipt_is_kept_and_waits_for_the_sweeper(api_stack: ApiStack) -> None:
    raw = receipt("202600000000000001", "ACCEPTED")
    async with api_stack.client("customs") as customs:
        assert refused(await customs.post("/customs/v1/receipts", content=raw), 503) == ["outcome.unknown"]
    assert await sweep(api_stack.context.dispatcher, datetime.now(UTC)) == 1
    async with api_stack.client() as prometheus:
        await until_told(lambda: _shows(prometheus, "yuyue_receipts_unsettled 1.0"))


async def _shows(prometheus: httpx.AsyncClient, line: str) -> bool:
    return line in (await prometheus.get("/metrics")).text


async def test_the_sweeper_settles_what_waited(stack: ApiStack) -> None:
    from api.receipts.intake import keep  # noqa: PLC0415 what a process does before it is killed

    async with stack.client("general") as client:
        number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
        body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
        kept = keep(stack.context, receipt(number, "ACCEPTED"), datetime.now(UTC))
        assert kept.outcome is None
        assert await sweep(stack.context.dispatcher, datetime.now(UTC)) == 0
        assert body(await client.get(f"{APPOINTMENTS}/{number}"))["state"] == "accepted"
