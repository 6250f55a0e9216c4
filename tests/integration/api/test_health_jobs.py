"""Doctor, verify and backup as operators start them: one at a time, with results that stay."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from httpx import AsyncClient
from temporalio.testing import WorkflowEnvironment

from db import access_log, health_runs
from db.engine import writing
from db.health_runs import KEPT, HealthFinding, RunProgress, RunResult, StoredRun
from db.tables import HealthRunRow
from runtime.dispatch.health_runs import BY_ITSELF, CHECK_EVERY, SETTLES_FOR, SILENT_AFTER, check_hourly
from runtime.health.remedies import REMEDIES
from tests.integration.api.api_stack import ApiStack, body, refused
from tests.integration.api.conftest import staffed
from tests.integration.db.plans import counting, scans
from tests.waiting import until_told
from workflows.contracts import APPOINTMENT, workflow_id

HEALTH = "/ops/v1/health"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def staffed_stack(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ApiStack]:
    async with staffed(server, environ, tmp_path_factory.mktemp("health")) as stack:
        yield stack


async def job(client: AsyncClient, name: str) -> dict[str, Any]:
    items: list[dict[str, Any]] = body(await client.get(HEALTH))["items"]
    (found,) = [each for each in items if each["job"] == name]
    return found


async def ended(client: AsyncClient, name: str, run: str, seconds: float = 30) -> dict[str, Any]:
    """The run with its findings, once it has ended."""

    async def is_over() -> bool:
        last = (await job(client, name))["last"]
        return last is not None and last["id"] == run

    await until_told(is_over, seconds=seconds)
    last: dict[str, Any] = (await job(client, name))["last"]
    return last


async def test_the_doctor_finds_each_part_and_says_the_remedy_in_both_languages(staffed_stack: ApiStack) -> None:
    async with staffed_stack.client("operator") as client:
        run = body(await client.post(f"{HEALTH}/doctor"), 202)
        last = await ended(client, "doctor", run["id"])
        shown = await job(client, "doctor")
    assert (last["outcome"], last["started_by"], shown["state"], shown["current"]) == ("done", "operator", "done", None)
    found = {each["part"]: each for each in last["findings"]}
    assert {"database", "temporal", "workflow tasks", "customs", "files", "disk", "upkeep", "schedules"} <= set(found)
    assert (found["database"]["severity"], found["database"]["remedy"]) == ("ok", None)
    away = found["customs"]  # nobody listens where this stack sends its messages
    assert (away["severity"], away["code"]) == ("fault", "customs.unreachable")
    chinese, english, _ = REMEDIES["customs.unreachable"]
    assert away["remedy"] == {"zh": chinese, "en": english}
    assert last["fault_count"] == sum(each["severity"] == "fault" for each in last["findings"]) > 0
    assert shown["history"][0]["id"] == run["id"]
    record = staffed_stack.context.read_sync(lambda session: access_log.accesses(session, subject="operator"))
    assert [each.detail for each in record if each.what == "jobs.started"] == ["doctor"]


async def test_verify_says_that_all_agree_and_a_backup_without_a_folder_says_what_to_set(
    staffed_stack: ApiStack,
) -> None:
    async with staffed_stack.client("operator") as client:
        foreign = await staffed_stack.context.client.start_workflow(
            APPOINTMENT, id=workflow_id("209900000000000001"), task_queue="another deployment"
        )
        verified = body(await client.post(f"{HEALTH}/verify"), 202)
        copied = body(await client.post(f"{HEALTH}/backup"), 202)
        assert [each["code"] for each in (await ended(client, "verify", verified["id"]))["findings"]] == ["ok"]
        last = await ended(client, "backup", copied["id"])
        await foreign.terminate()
    assert (last["outcome"], [each["code"] for each in last["findings"]]) == ("failed", ["backup.no_folder"])
    assert "YUYUE_BACKUP_DIR" in last["findings"][0]["remedy"]["zh"]


async def test_the_doctor_runs_by_itself_once_an_hour_and_not_while_parts_start(staffed_stack: ApiStack) -> None:
    forget(staffed_stack)
    dispatcher, begun = staffed_stack.context.dispatcher, datetime.now(UTC)
    assert not await check_hourly(dispatcher, begun=begun, now=begun + SETTLES_FOR / 2)
    due = begun + SETTLES_FOR
    assert sorted(await asyncio.gather(*(check_hourly(dispatcher, begun=begun, now=due) for _ in range(2)))) == [
        False,
        True,
    ]
    async with staffed_stack.client("operator") as client:
        (run,) = (await job(client, "doctor"))["history"]
        assert run["started_by"] == BY_ITSELF
        assert (await ended(client, "doctor", run["id"]))["outcome"] == "done"
        assert not await check_hourly(dispatcher, begun=begun, now=due + CHECK_EVERY / 2)
        assert await check_hourly(dispatcher, begun=begun, now=due + CHECK_EVERY)
        newest = (await job(client, "doctor"))["history"][0]
        await ended(client, "doctor", newest["id"])
    assert newest["id"] != run["id"]
    forget(staffed_stack)


async def test_the_same_key_starts_one_run_and_an_unchanged_answer_has_no_body(staffed_stack: ApiStack) -> None:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    async with staffed_stack.client("operator") as client:
        first, second = [body(await client.post(f"{HEALTH}/verify", headers=key), 202) for _ in range(2)]
        assert first["id"] == second["id"]
        assert refused(await client.post(f"{HEALTH}/doctor", headers=key), 422) == ["idempotency.conflict"]
        await ended(client, "verify", first["id"])
        tag = (await client.get(HEALTH)).headers["etag"]
        again = await client.get(HEALTH, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.fixture
def lone(api_stack: ApiStack) -> ApiStack:
    """The door while Temporal is away, without any run."""
    forget(api_stack)
    return api_stack


def forget(stack: ApiStack) -> None:
    """Removes all runs."""
    with writing(stack.engine) as session:
        session.execute(sa.delete(HealthRunRow.table()))


def begin(stack: ApiStack, **changes: Any) -> StoredRun:
    """A run that a worker has, unless ``changes`` say otherwise."""
    now = datetime.now(UTC)
    run = StoredRun(
        run_id=str(uuid.uuid4()), job="verify", key=str(uuid.uuid4()), started_by="operator", started_at=now
    )
    with writing(stack.engine) as session:
        assert health_runs.begin(session, run.model_copy(update=changes))
    return run


async def test_a_run_that_goes_on_is_shown_and_keeps_others_of_its_job_away(lone: ApiStack) -> None:
    run = begin(lone)
    async with lone.client("operator") as client:
        assert (await job(client, "verify"))["state"] == "waiting"
        health_runs.note(lone.engine, run.run_id, RunProgress("records", 3, 7), datetime.now(UTC))
        shown = await job(client, "verify")
        progress = shown["progress"]
        assert (shown["state"], progress["step"], progress["done"], progress["total"]) == ("running", "records", 3, 7)
        assert refused(await client.post(f"{HEALTH}/verify"), 409) == ["health.running"]
        assert (await job(client, "doctor"))["state"] == "never"


async def test_a_run_without_a_sign_of_life_is_not_shown_as_running(lone: ApiStack) -> None:
    """Temporal cannot be asked here, so nobody knows whether it will go on."""
    long_ago = datetime.now(UTC) - SILENT_AFTER - timedelta(seconds=1)
    begin(lone, started_at=long_ago, seen_at=long_ago)
    async with lone.client("operator") as client:
        assert (await job(client, "verify"))["state"] == "silent"


async def test_a_run_that_cannot_be_started_leaves_nothing_behind(lone: ApiStack) -> None:
    async with lone.client("operator") as client:
        assert (await client.post(f"{HEALTH}/verify")).status_code == 503
        assert (await job(client, "verify"))["state"] == "never"


async def test_old_runs_are_removed_and_the_newest_stay(lone: ApiStack) -> None:
    found = HealthFinding(part="records", level="fault", code="record.row_differs", chinese="不一致", english="differs")
    for _ in range(KEPT + 2):
        health_runs.end(lone.engine, begin(lone).run_id, RunResult("done", [found]), datetime.now(UTC))
    with writing(lone.engine) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(HealthRunRow.table())).scalar_one() == KEPT
    async with lone.client("operator") as client:
        assert (await job(client, "verify"))["last"]["fault_count"] == 1


async def test_no_query_reads_all_runs(lone: ApiStack) -> None:
    async with lone.client("operator") as client:
        with counting(lone.engine) as statements:
            body(await client.get(HEALTH))
            health_runs.end(lone.engine, begin(lone).run_id, RunResult("done"), datetime.now(UTC))
    assert scans(lone.engine, statements, "health_runs") == []


async def test_a_run_whose_workflow_is_gone_says_that_it_was_interrupted(staffed_stack: ApiStack) -> None:
    long_ago = datetime.now(UTC) - SILENT_AFTER - timedelta(seconds=1)
    forget(staffed_stack)
    begin(staffed_stack, job="backup", started_at=long_ago)
    async with staffed_stack.client("operator") as client:
        shown = await job(client, "backup")
        assert (shown["state"], shown["current"]) == ("interrupted", None)
        assert [each["code"] for each in shown["last"]["findings"]] == ["job.interrupted"]
        body(await client.post(f"{HEALTH}/backup"), 202)
