"""Runs of the health jobs: who started them, how far they are, and what they found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session

from db.engine import writing
from db.tables import HealthRunRow
from db.upsert import dialect_of, insert
from domain.model import Model

_RUNS = HealthRunRow.table()

JobName = Literal["doctor", "verify", "backup"]
JOBS: tuple[JobName, ...] = ("doctor", "verify", "backup")
Outcome = Literal["done", "failed", "interrupted"]

#: Runs of each job that are kept, the newest ones.
KEPT = 100
_SUMMARY = tuple(column for column in _RUNS.c if column.name != "findings")


class HealthFinding(Model):
    """A finding of a run, as it is stored; see ``runtime.health.finding``."""

    part: str
    level: Literal["ok", "warning", "fault"]
    code: str
    chinese: str
    english: str
    remedy_chinese: str = ""
    remedy_english: str = ""
    command: str = ""


class RunResult(NamedTuple):
    """The result of a run; ``facts`` are figures by name, such as the size of a backup."""

    outcome: Outcome
    findings: Sequence[HealthFinding] = ()
    facts: Mapping[str, str | int] = MappingProxyType({})


class RunProgress(NamedTuple):
    """Progress of a run: ``done`` of ``total`` things of a step; ``total`` is None while nobody knows it."""

    step: str = ""
    done: int = 0
    total: int | None = None


class StoredRun(Model):
    """A run; ``outcome`` is None while it goes on, ``findings`` are left out of lists."""

    run_id: str
    job: JobName
    key: str
    started_by: str
    started_at: datetime
    seen_at: datetime | None = None
    step: str = ""
    done: int = 0
    total: int | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    faults: int = 0
    warnings: int = 0
    facts: dict[str, str | int] | None = None
    findings: tuple[HealthFinding, ...] | None = None


def begin(session: Session, run: StoredRun) -> bool:
    """Adds a run; returns False, and changes nothing, when one of the job goes on or the key was used."""
    done = session.execute(insert(dialect_of(session), _RUNS).on_conflict_do_nothing(), [run.model_dump()])
    return bool(done.rowcount)  # type: ignore[attr-defined]  # a result of an INSERT has it


def remove(session: Session, run_id: str) -> None:
    """Removes a run that could not be started."""
    session.execute(sa.delete(_RUNS).where(_RUNS.c.run_id == run_id))


def note(engine: Engine, run_id: str, progress: RunProgress, at: datetime) -> None:
    """Stores how far the run is, and that its worker lives."""
    with writing(engine) as session:
        _update(session, run_id, progress._asdict() | {"seen_at": at})


def end(engine: Engine, run_id: str, result: RunResult, at: datetime) -> None:
    """Stores the result, unless the run has ended before; removes the oldest runs of its job."""
    levels = [each.level for each in result.findings]
    counts = {"faults": levels.count("fault"), "warnings": levels.count("warning")}
    texts = {"findings": [each.model_dump() for each in result.findings], "facts": dict(result.facts)}
    with writing(engine) as session:
        _update(session, run_id, {"ended_at": at, "outcome": result.outcome} | counts | texts)
        _sweep(session, run_id)


def current(session: Session, job: JobName) -> StoredRun | None:
    """Returns the run of the job that has not ended."""
    return _one(session, sa.select(_RUNS).where(_RUNS.c.job == job, _RUNS.c.ended_at.is_(None)))


def last(session: Session, job: JobName) -> StoredRun | None:
    """Returns the newest run of the job that has ended, with its findings."""
    ended = sa.select(_RUNS).where(_RUNS.c.job == job, _RUNS.c.ended_at.is_not(None))
    return _one(session, ended.order_by(_RUNS.c.started_at.desc()).limit(1))


def history(session: Session, job: JobName, limit: int) -> list[StoredRun]:
    """Returns the newest runs of the job, newest first, without findings."""
    wanted = sa.select(*_SUMMARY).where(_RUNS.c.job == job).order_by(_RUNS.c.started_at.desc()).limit(limit)
    return [StoredRun.model_validate(dict(row)) for row in session.execute(wanted).mappings()]


def of_key(session: Session, by: str, key: str) -> StoredRun | None:
    """Returns the run that this caller started under this key."""
    return _one(session, sa.select(_RUNS).where(_RUNS.c.started_by == by, _RUNS.c.key == key))


def find(session: Session, run_id: str) -> StoredRun | None:
    """Returns the run, with its findings."""
    return _one(session, sa.select(_RUNS).where(_RUNS.c.run_id == run_id))


def _sweep(session: Session, run_id: str) -> None:
    """Removes all but the newest ``KEPT`` runs of the job of this run."""
    job = sa.select(_RUNS.c.job).where(_RUNS.c.run_id == run_id).scalar_subquery()
    newest = sa.select(_RUNS.c.started_at).where(_RUNS.c.job == job).order_by(_RUNS.c.started_at.desc())
    last_kept = newest.offset(KEPT - 1).limit(1).scalar_subquery()
    session.execute(sa.delete(_RUNS).where(_RUNS.c.job == job, _RUNS.c.started_at < last_kept))


def _update(session: Session, run_id: str, values: dict[str, Any]) -> None:
    unended = sa.and_(_RUNS.c.run_id == run_id, _RUNS.c.ended_at.is_(None))
    session.execute(sa.update(_RUNS).where(unended).values(values))


def _one(session: Session, wanted: sa.Select[Any]) -> StoredRun | None:
    row = session.execute(wanted).mappings().one_or_none()
    return None if row is None else StoredRun.model_validate(dict(row))
