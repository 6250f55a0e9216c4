"""批量删除 (deletion of several drafts): checks all of them first, then deletes each under its own key."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session

from api.appointments import command_requests
from api.appointments.batch.execution import AT_A_TIME, derived
from api.appointments.commands import AppointmentCommands, not_permitted
from api.bodies import Body, PreEntryNo
from api.context import Caller, CallerDep, CommandOptions, CommandOptionsDep, ContextDep
from api.http.problems import refuse_if
from api.views import View
from db import queries
from domain.problems import Fault
from identity.authorization import Denial, Right, denial, viewer_of
from states.appointment import permits

router = APIRouter(prefix="/api/v1/appointments", tags=["appointments"])


class BatchDeleteBody(Body):
    """Numbers of drafts to delete, at most 200."""

    # A list, because pydantic also reports a tuple with a faulty item as too short.
    pre_entry_nos: Annotated[list[PreEntryNo], Field(min_length=1, max_length=200)]


class Deleted(View):
    """Numbers of the deleted drafts, in the order of the request."""

    deleted: list[str]


@router.post("/batch-delete")
async def delete_appointments(
    ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, body: BatchDeleteBody
) -> Deleted:
    """Deletes drafts; refuses all, and names every offender, if one is no draft of the caller.

    Send it again with the same ``Idempotency-Key`` when the outcome is unknown: deleted drafts stay deleted.
    """
    wanted = tuple(dict.fromkeys(body.pre_entry_nos))
    refuse_if(await ctx.read(lambda session: tuple(_offenders(session, caller, options, wanted))))
    turns = asyncio.Semaphore(AT_A_TIME)
    await _all(_delete(AppointmentCommands(ctx, caller, derived(options, number)), number, turns) for number in wanted)
    return Deleted(deleted=list(wanted))


async def _delete(commands: AppointmentCommands, pre_entry_no: str, turns: asyncio.Semaphore) -> None:
    async with turns:
        await commands.execute(pre_entry_no, command_requests.deletion())


async def _all(deletions: Iterator[Coroutine[None, None, None]]) -> None:
    """Waits for all deletions, then raises the first failure: no deletion continues after the answer."""
    for outcome in await asyncio.gather(*deletions, return_exceptions=True):
        if outcome is not None:
            raise outcome


def _offenders(session: Session, caller: Caller, options: CommandOptions, wanted: tuple[str, ...]) -> Iterator[Fault]:
    for place, number in enumerate(wanted):
        field = f"pre_entry_nos[{place}]"
        known = queries.appointment(session, number, viewer=viewer_of(caller.principal))
        denied = denial(caller.principal, Right.DELETE, known) if known else Denial.HIDDEN
        if denied is Denial.HIDDEN and _deleted_before(session, caller, options, number):
            continue
        if denied is not None:
            yield Fault(code=denied, field=field, facts={"pre_entry_no": number})
        elif known and not permits(known.standing, "delete"):
            yield not_permitted(known, field)


def _deleted_before(session: Session, caller: Caller, options: CommandOptions, number: str) -> bool:
    event = queries.command_event(session, number, derived(options, number).key)
    return event is not None and event.actor.is_same_party(caller.principal.actor())
