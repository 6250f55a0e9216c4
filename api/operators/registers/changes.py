"""Changes of the registers: a file or an undo is proposed and looked at, then applied; the history of all of them."""

from hashlib import sha256
from typing import Annotated

import structlog
from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from api.appointments.uploads import FILE_FORM, received_file
from api.context import CallerDep, Context, ContextDep
from api.http.lenient_body import RequestBody
from api.http.problems import Refusal, refusal
from api.openapi.responses import NOT_PERMITTED
from api.operators.reasons import ReasonBody, checked_reason
from api.operators.registers.entries import Cursor, Limit
from api.operators.registers.views import (
    ChangeEntriesView,
    RegisterChangesView,
    RegisterChangeView,
    change_entry_view,
    change_view,
)
from db import queries, register_proposals
from db.queries import BadCursor, RegisterChange
from db.register_history import EntryKind, Origin, RegisterName
from db.register_proposals import ChangedSince, ProposalNotFound, ProposalRefused, Refusals
from domain.documents import file_name
from runtime import garbage
from runtime.imports.job import Job, read_items
from runtime.imports.registers import KINDS, MOST_FAULTS, columns_of
from runtime.spreadsheets.apart import read_apart
from runtime.spreadsheets.sheets import LIMITS, Sheet, SheetUnreadable

router = APIRouter(prefix="/ops/v1/registers/{register}/changes", tags=["operators"])

log = structlog.get_logger("api.operators")

_TOO_LARGE = SheetUnreadable("import.too_large", reason="file_too_large", limit=f"{LIMITS.file_bytes >> 20} MiB").fault
#: Processor time for a workbook of 100,000 rows, on a slow machine.
_CPU_SECONDS = 60

ChangeId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.post("", status_code=201, openapi_extra=FILE_FORM)
async def propose_register_change(
    ctx: ContextDep,
    caller: CallerDep,
    *,
    request: Request,
    register: RegisterName,
    replace: Annotated[bool, Query()] = False,
) -> RegisterChangeView:
    """Compares an XLSX or CSV with the register and keeps every difference, or every fault, by row. Changes nothing.

    The proposal is removed after a day unless it is applied.
    """
    async with received_file(request, LIMITS.file_bytes, Refusal([_TOO_LARGE])) as file:
        name, content = file_name(file.filename), await file.read()
    digest = sha256(content).hexdigest()
    origin = Origin(caller.principal.name, caller.received_at, file_name=name, file_digest=digest)
    try:
        change_id = await propose_content(ctx.engine, register, content, origin, replace=replace)
    except SheetUnreadable as unreadable:
        raise Refusal([unreadable.fault]) from unreadable
    log.info("register change proposed", register=register, change=change_id, by=origin.by, file=digest)
    return await run_in_threadpool(_shown, ctx, register, change_id)


@router.get("")
def list_register_changes(
    ctx: ContextDep, register: RegisterName, cursor: Cursor = None, limit: Limit = 50
) -> RegisterChangesView:
    """Returns the applied changes, newest first, with author, instant, reason and counts; none is ever deleted."""
    try:
        found, following = ctx.read_sync(
            lambda session: queries.register_changes(session, register, cursor=cursor, limit=limit)
        )
    except BadCursor as error:
        raise refusal("field.invalid", "cursor", reason="malformed") from error
    return RegisterChangesView(items=[change_view(each) for each in found], next_cursor=following)


@router.get("/{change_id}")
def get_register_change(ctx: ContextDep, register: RegisterName, change_id: ChangeId) -> RegisterChangeView:
    """Returns a change, applied or proposed, with its counts."""
    return _shown(ctx, register, change_id)


@router.get("/{change_id}/entries")
def list_register_change_entries(
    ctx: ContextDep,
    caller: CallerDep,
    *,
    register: RegisterName,
    change_id: ChangeId,
    kind: Annotated[EntryKind | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> ChangeEntriesView:
    """Returns the rows of a change with the fields that differ; of a file with faults, the faults by row."""
    _found(ctx, register, change_id)
    try:
        page = ctx.read_sync(
            lambda session: queries.change_entries(session, change_id, kind, cursor=cursor, limit=limit)
        )
    except BadCursor as error:
        raise refusal("field.invalid", "cursor", reason="malformed") from error
    items = [change_entry_view(row, caller.language) for row in page.rows]
    return ChangeEntriesView(items=items, next_cursor=page.cursor)


@router.post("/{change_id}/application", responses=NOT_PERMITTED)
def apply_register_change(
    ctx: ContextDep,
    caller: CallerDep,
    *,
    register: RegisterName,
    change_id: ChangeId,
    body: RequestBody[ReasonBody],
) -> RegisterChangeView:
    """Applies exactly what the proposal shows, or nothing if the register has changed since.

    Applying it again has no effect.
    """
    reason = checked_reason(body)
    by = caller.principal.name
    try:
        with garbage.without_full_collections():
            register_proposals.apply_proposal(
                ctx.engine, register, change_id, by=by, at=caller.received_at, reason=reason
            )
    except ProposalNotFound as error:
        raise refusal("not_found") from error
    except ProposalRefused as error:
        raise refusal("register.rows_refused", count=_found(ctx, register, change_id).refused) from error
    except ChangedSince as error:
        raise refusal("register.changed_since", codes=error.codes) from error
    log.info("register change applied", register=register, change=change_id, by=by)
    return _shown(ctx, register, change_id)


@router.post("/{change_id}/undo", status_code=201, responses=NOT_PERMITTED)
def propose_register_undo(
    ctx: ContextDep, caller: CallerDep, register: RegisterName, change_id: ChangeId
) -> RegisterChangeView:
    """Proposes a new change that restores what an applied one changed, and names what was changed again since."""
    origin = Origin(caller.principal.name, caller.received_at, "undo")
    try:
        with garbage.without_full_collections():
            made = register_proposals.propose_undo(ctx.engine, register, change_id, origin)
    except ProposalNotFound as error:
        raise refusal("not_found") from error
    except register_proposals.NothingToUndo as error:
        raise refusal("register.nothing_to_undo") from error
    log.info("register undo proposed", register=register, change=change_id, undo=made, by=origin.by)
    return _shown(ctx, register, made)


async def propose_content(
    engine: Engine, register: RegisterName, content: bytes, origin: Origin, *, replace: bool = False
) -> int:
    """Returns the number of the proposal for a file. The event loop is free in the meantime.

    Raises ``SheetUnreadable``.
    """
    with garbage.without_full_collections():
        sheet = await read_apart(content, LIMITS, columns_of(register), _CPU_SECONDS)
        return await run_in_threadpool(_propose, Job(engine, origin, replace), register, sheet)


def _propose(job: Job, register: RegisterName, sheet: Sheet) -> int:
    found = read_items(KINDS[register], sheet, job, MOST_FAULTS)
    listed = sorted(found.faults.listed, key=lambda each: each.row or 0)
    refused = Refusals([register_proposals.refused_row(*each) for each in listed], found.faults.count)
    return register_proposals.propose_file(
        job.engine, register, found.items, job.origin, replace=job.replace, refused=refused
    )


def _shown(ctx: Context, register: RegisterName, change_id: int) -> RegisterChangeView:
    return change_view(_found(ctx, register, change_id))


def _found(ctx: Context, register: RegisterName, change_id: int) -> RegisterChange:
    found = ctx.read_sync(lambda session: queries.register_change(session, register, change_id))
    if found is None:
        raise refusal("not_found")
    return found
