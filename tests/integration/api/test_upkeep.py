"""Jobs of the system go on while no API runs: where one worker is killed, the next one goes on."""

import asyncio
import math
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from temporalio.testing import WorkflowEnvironment

from api.app import create_app
from api.receipts.intake import keep
from cli.up.preparation import prepare_database
from db import queries
from db.engine import connect, reading
from db.projections import project
from db.system_counts import CountName
from domain.appointment import Appointment, State
from runtime import schedules, temporal
from runtime.health import upkeep
from runtime.health.finding import Level
from runtime.settings import Settings
from tests.integration.api.api_stack import (
    APPOINTMENTS,
    body,
    content,
    environment_of,
    make_settings,
    opened,
    saturday,
)
from tests.integration.api.booking import book
from tests.integration.api.conftest import NOWHERE, staffed
from tests.integration.api.events import lost
from tests.integration.api.receipts import receipt
from tests.unit.runtime.spreadsheets.files import written_csv
from tests.waiting import until, until_told
from workflows.contracts import UPKEEP

PORT = "2248"
YUYUE = Path(sys.executable).with_name("yuyue")
#: A lost worker is noticed after ten seconds without a heartbeat.
NOTICED = 60


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[None]:
    """A worker alone; it is killed in the end."""
    environment = os.environ | environment_of(settings)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "worker", env=environment)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def change_hours(settings: Settings, folder: Path, sessions: str) -> None:
    """Imports the hours of the booked Saturday by the command line."""
    rows = [["口岸", "日期", "工作时段", "备注"], [PORT, saturday().date().isoformat(), sessions, "加班"]]
    file = written_csv(folder / "hours.csv", rows, "utf-8-sig")
    process = await asyncio.create_subprocess_exec(
        *(str(YUYUE), "import", "work-hours", str(file)),
        env=os.environ | environment_of(settings),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()


def row(engine: Engine, number: str) -> Appointment:
    with reading(engine) as session:
        found = queries.appointment(session, number, viewer=None)
    assert found is not None
    return found


def is_notified(engine: Engine, number: str) -> bool:
    return row(engine, number).hours_changed_at is not None


async def test_a_receipt_whose_api_was_lost_is_settled_by_a_worker(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with staffed(server, environ, tmp_path, sweep_seconds=0.2, command_limit_seconds=1) as stack:
        context = stack.context
        async with stack.client("general") as client:
            number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
            body(await client.post(f"{APPOINTMENTS}/{number}/submission"))
    keep(context, receipt(number, "ACCEPTED"), datetime.now(UTC))  # and then the API is lost
    async with worker(context.settings):
        await until(lambda: row(context.engine, number).state is State.ACCEPTED, seconds=NOTICED)
    context.engine.dispose()


async def test_hours_imported_while_no_api_runs_reach_the_appointment(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with staffed(server, environ, tmp_path, sweep_seconds=0.2) as stack:
        settings, number = stack.context.settings, await book(stack, PORT)
    engine = connect(settings.database_url)
    async with worker(settings):
        await change_hours(settings, tmp_path, "18:00-24:00")
        await until(lambda: is_notified(engine, number), seconds=NOTICED)
    await change_hours(settings, tmp_path, "08:30-12:00")
    async with worker(settings):
        await until(lambda: not is_notified(engine, number), seconds=NOTICED)
    engine.dispose()


async def test_a_version_that_a_lost_worker_wrote_is_made_void_by_the_next(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with staffed(server, environ, tmp_path) as stack:
        context = stack.context
        async with stack.client("general") as client:
            number = body(await client.post(APPOINTMENTS, json=content()), 201)["pre_entry_no"]
    project(context.engine, [lost(row(context.engine, number))])
    assert row(context.engine, number).state is State.SUBMITTED
    async with worker(context.settings):
        await until(lambda: row(context.engine, number).state is State.DRAFT, seconds=NOTICED)
    context.engine.dispose()


#: Values by name and labels.
Samples = dict[tuple[str, *tuple[str, ...]], float]
COUNTED = "yuyue_counted_timestamp_seconds"
MISSING = ("yuyue_workflows_missing",)


async def scraped(app: FastAPI) -> Samples:
    """The metrics of this API process."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://yuyue") as client:
        page = (await client.get("/metrics")).text
    families = text_string_to_metric_families(page)
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


async def test_what_one_worker_counted_every_api_shows_with_its_instant_after_the_worker_is_lost(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    settings = make_settings(tmp_path, task_queue=f"test-{uuid.uuid4()}", customs_url=NOWHERE)
    began = datetime.now(UTC).timestamp()
    async with opened(settings) as stack:
        before = await scraped(stack.app)
        assert math.isnan(before[MISSING]), "no API counts"

        async def all_counted() -> bool:
            instants = [value for (name, *_), value in (await scraped(stack.app)).items() if name == COUNTED]
            return len(instants) == len(CountName) and min(instants) >= began

        async with worker(settings):
            await until_told(all_counted, seconds=NOTICED)
        after = await scraped(stack.app)
        assert after[MISSING] == 0
        assert after["yuyue_workflows_standing_still",] == 0
        assert after["yuyue_calendar_gaps", "year"] >= 0
        other = create_app(settings)
        async with other.router.lifespan_context(other):
            shown = await scraped(other)
    of_a_worker = [key for key in after if key[0] in {COUNTED, *MISSING, "yuyue_calendar_gaps"}]
    assert [shown[key] for key in of_a_worker] == [after[key] for key in of_a_worker]


async def test_the_doctor_tells_of_a_schedule_that_is_missing_or_paused(
    server: WorkflowEnvironment, environ: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environ.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
    settings = make_settings(tmp_path, task_queue=f"test-{uuid.uuid4()}", customs_url=NOWHERE)
    prepare_database(settings.database_url, {})

    async def level() -> Level:
        (found,) = await upkeep.check(settings)
        return found.level

    assert await level() is Level.FAULT
    client = await temporal.connect(settings)
    await schedules.ensure(client, settings)
    assert await level() is Level.OK
    schedule = client.get_schedule_handle(schedules.schedule_id(settings, UPKEEP))
    await schedule.pause(note="an operator's")
    assert await level() is Level.WARNING
    await schedule.delete()
    assert await level() is Level.FAULT
