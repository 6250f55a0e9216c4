"""Health jobs: doctor, verify and backup, carried out by a worker, with progress and the last results."""

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Header, Response, status
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session
from temporalio.service import RPCError

from api.commands import passing
from api.context import Caller, CallerDep, CommandOptionsDep, Context, ContextDep
from api.http import etags
from api.http.problems import refusal
from api.operators.recording import record_act
from api.views import Shown, View
from db import health_runs
from db.engine import writing
from db.health_runs import JOBS, HealthFinding, JobName, Outcome, StoredRun
from domain.instants import shown
from runtime.dispatch import health_runs as dispatch
from runtime.health.finding import fault
from runtime.health.job_list import stored

router = APIRouter(prefix="/ops/v1/health", tags=["operators"])

#: The newest runs of each job that are listed.
LISTED = 10

_SHOWN = {"started_by", "started_at", "ended_at", "outcome"}

log = structlog.get_logger("api.operators")

State = Literal["never", "waiting", "running", "silent", "done", "failed", "interrupted"]
Known = Annotated[str | None, Header(alias="If-None-Match", description="ETag")]


class Bilingual(View):
    """A text in both languages."""

    zh: str
    en: str


class FindingView(View):
    """Finding of a run; ``code`` names its kind and its entry in the runbook, ``command`` is a line for the shell.

    The remedy is null where all is well.
    """

    part: str
    severity: Literal["ok", "warning", "fault"]
    code: str
    what: Bilingual
    remedy: Bilingual | None
    command: str | None


class ProgressView(View):
    """Progress of a run: ``done`` of ``total`` things of a step, ``total`` is null while nobody knows it.

    ``seen_at`` is the last sign of life of the worker; null before the first.
    """

    step: str
    done: int
    total: int | None
    seen_at: Shown | None


class RunView(View):
    """Run of a job; ``outcome`` is null while it goes on. ``facts`` are its figures, such as the size of a backup."""

    id: str
    started_by: str
    started_at: Shown
    ended_at: Shown | None
    outcome: Outcome | None
    fault_count: int
    warning_count: int
    facts: dict[str, str | int]


class RunWithFindings(RunView):
    """Run of a job that has ended, with what it found, in the order of the checks."""

    findings: list[FindingView]


class JobView(View):
    """Job with its state: that of the run that goes on, else of the last one.

    ``silent``: no worker has given a sign of life for half a minute; the run goes on when one is back.
    """

    job: JobName
    state: State
    current: RunView | None
    progress: ProgressView | None
    last: RunWithFindings | None
    history: list[RunView]


class HealthJobs(View):
    """All jobs, in a fixed order."""

    items: list[JobView]


@router.get("", responses={304: {"description": "Nothing has changed since the answer with this ETag."}})
async def list_health_jobs(ctx: ContextDep, response: Response, known: Known = None) -> HealthJobs:
    """Returns every job with its state, its progress, its last results and its newest runs; poll it with the ETag."""
    now = datetime.now(UTC)
    await dispatch.end_lost(ctx.dispatcher, now)
    jobs = await ctx.read(lambda session: HealthJobs(items=[_job(session, job, now) for job in JOBS]))
    tag = f'"{hashlib.sha256(jobs.model_dump_json().encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = tag
    if etags.has(known, tag):
        response.status_code = status.HTTP_304_NOT_MODIFIED
    return jobs


@router.post("/{job}", status_code=status.HTTP_202_ACCEPTED)
async def start_health_job(ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, job: JobName) -> RunView:
    """Starts a job; refused by ``health.running`` while one goes on. The same key gives the same run."""
    by = caller.principal.name
    await dispatch.end_lost(ctx.dispatcher, datetime.now(UTC))
    run = StoredRun(run_id=str(uuid.uuid4()), job=job, key=options.key, started_by=by, started_at=caller.received_at)
    if await run_in_threadpool(_begin, ctx, caller, run):
        await _start(ctx, run)
        log.info("health job started", job=job, run_id=run.run_id, by=by)
        return _run(run)
    return _run(await ctx.read(lambda session: _started(session, run)))


def _begin(ctx: Context, caller: Caller, run: StoredRun) -> bool:
    """Adds the run, and records who started it; returns False when another one goes on or the key was used."""
    with writing(ctx.engine) as session:
        is_new = health_runs.begin(session, run)
        if is_new:
            record_act(session, ctx, caller, "jobs.started", about=run.job)
        return is_new


def _started(session: Session, run: StoredRun) -> StoredRun:
    """Returns the run that this key started before. Raises Refusal when another one goes on."""
    if (same := health_runs.of_key(session, run.started_by, run.key)) is not None:
        if same.job != run.job:
            raise refusal("idempotency.conflict", "Idempotency-Key")
        return same
    other = health_runs.current(session, run.job) or run
    raise refusal("health.running", started_by=other.started_by, started_at=shown(other.started_at))


async def _start(ctx: Context, run: StoredRun) -> None:
    try:
        await dispatch.start(ctx.dispatcher, run)
    except RPCError as error:
        raise refusal("temporarily.unavailable") from error
    except RuntimeError as error:
        raise passing(error) from error


def _job(session: Session, job: JobName, now: datetime) -> JobView:
    current, last = health_runs.current(session, job), health_runs.last(session, job)
    return JobView(
        job=job,
        state=_state(current, last, now),
        current=_run(current) if current else None,
        progress=_progress(current) if current else None,
        last=_with_findings(last) if last else None,
        history=[_run(each) for each in health_runs.history(session, job, LISTED)],
    )


def _state(current: StoredRun | None, last: StoredRun | None, now: datetime) -> State:
    if current is None:
        return (last.outcome if last else None) or "never"
    if dispatch.is_silent(current, now):
        return "silent"
    return "running" if current.seen_at else "waiting"


def _progress(run: StoredRun) -> ProgressView:
    return ProgressView(step=run.step, done=run.done, total=run.total, seen_at=run.seen_at)


def _run(run: StoredRun) -> RunView:
    return RunView(
        id=run.run_id,
        fault_count=run.faults,
        warning_count=run.warnings,
        facts=run.facts or {},
        **run.model_dump(include=_SHOWN),
    )


def _with_findings(run: StoredRun) -> RunWithFindings:
    found = [_finding(each) for each in run.findings or ()]
    return RunWithFindings(**dict(_run(run)), findings=[INTERRUPTED] if run.outcome == "interrupted" else found)


def _finding(found: HealthFinding) -> FindingView:
    remedy = Bilingual(zh=found.remedy_chinese, en=found.remedy_english) if found.remedy_chinese else None
    return FindingView(
        part=found.part,
        severity=found.level,
        code=found.code,
        what=Bilingual(zh=found.chinese, en=found.english),
        remedy=remedy,
        command=found.command or None,
    )


#: What is said of a run that did not come to its end: its worker could say nothing.
INTERRUPTED = _finding(stored(fault("job", "job.interrupted", "工作进程中途退出", "its worker was lost")))
