"""Worklists that Temporal knows: appointments whose workflow is missing, and workflows that are stuck."""

import operator
from collections.abc import Sequence
from datetime import UTC, datetime

from temporalio.service import RPCError

from api.commands import passing
from api.context import Context
from api.http.problems import refusal
from db import queries
from db.queries import BadCursor, WorkItem, Worklist, WorklistFilter, WorklistKind, cursors
from domain.appointment import Appointment
from runtime import lost_workflows, temporal
from workflows.contracts import number_of_workflow

KINDS: tuple[WorklistKind, ...] = ("missing", "standing")
#: The most workflows that are listed.
MOST = lost_workflows.MOST

_Position = tuple[str, str]


async def page(ctx: Context, wanted: WorklistFilter) -> Worklist:
    """Returns one page of what is found now. Raises ``temporarily.unavailable``, and ``BadCursor``."""
    try:
        found = await (_missing(ctx) if wanted.kind == "missing" else _standing(ctx))
    except RPCError as error:
        raise refusal("temporarily.unavailable") from error
    except RuntimeError as error:
        raise passing(error) from error
    return page_of(found, wanted)


def page_of(found: Sequence[WorkItem] | None, wanted: WorklistFilter) -> Worklist:
    """Returns one page of these items; None: nobody can tell which there are. Raises ``BadCursor``."""
    descending = wanted.sort.startswith("-")
    items = [each for each in found or () if _fits(each, wanted)]
    rest = sorted(items, key=lambda each: _position(each, wanted), reverse=descending)
    if wanted.cursor is not None:
        last = _read(wanted.cursor, wanted)
        after = operator.lt if descending else operator.gt
        rest = [each for each in rest if after(_position(each, wanted), last)]
    shown = rest[: wanted.limit]
    is_last = len(rest) <= wanted.limit
    return Worklist(
        items=tuple(shown),
        total=len(items),
        complete=found is not None and len(found) < MOST,
        next_cursor=None if is_last else cursors.write([wanted.sort, *_position(shown[-1], wanted)]),
    )


async def _missing(ctx: Context) -> list[WorkItem]:
    numbers = await lost_workflows.lost(ctx.client, ctx.engine, most=MOST)
    known = await ctx.read(lambda session: queries.appointments(session, numbers))
    return [
        WorkItem(key=number, pre_entry_no=number, since=each.updated_at, state="missing", appointment=each)
        for number, each in known.items()
    ]


async def _standing(ctx: Context) -> list[WorkItem] | None:
    """Returns the workflows that the server has marked; None where it marks none."""
    if not await temporal.marks_stuck_workflows(ctx.client):
        return None
    marked = temporal.stuck_workflows_filter(ctx.settings)
    listed = ctx.client.list_workflows(marked, rpc_timeout=temporal.ASK_TIMEOUT, limit=MOST)
    started = {each.id: each.start_time async for each in listed}
    numbers = {each: number_of_workflow(each) for each in started}
    known = await ctx.read(lambda session: queries.appointments(session, [each for each in numbers.values() if each]))
    return [_item(each, at, known.get(numbers[each] or "")) for each, at in started.items()]


def _item(workflow: str, started_at: datetime, about: Appointment | None) -> WorkItem:
    return WorkItem(
        key=workflow,
        pre_entry_no=about.pre_entry_no if about else None,
        since=about.updated_at if about else started_at,
        state="standing",
        appointment=about,
    )


def _fits(item: WorkItem, wanted: WorklistFilter) -> bool:
    about = item.appointment
    ports = (about.content.declaration_port, about.content.entry_exit_port) if about else ()
    parties = {each.code for each in (about.applicant, about.consignee) if each} if about else set()
    return (
        (wanted.port is None or wanted.port in ports)
        and (wanted.parties is None or not parties.isdisjoint(wanted.parties))
        and (wanted.since_from is None or item.since >= wanted.since_from)
        and (wanted.since_to is None or item.since < wanted.since_to)
    )


def _position(item: WorkItem, wanted: WorklistFilter) -> _Position:
    about, column = item.appointment, wanted.sort.lstrip("-")
    if column == "since":
        return item.since.astimezone(UTC).isoformat(timespec="microseconds"), item.key
    if about is None:
        return "", item.key
    return (about.applicant.code if column == "applicant" else about.content.declaration_port or ""), item.key


def _read(cursor: str, wanted: WorklistFilter) -> _Position:
    match cursors.read(cursor):
        case [wanted.sort, str(value), str(key)]:
            return value, key
    raise BadCursor("a cursor of another list")
