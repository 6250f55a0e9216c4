"""批量删除: all or none is checked first; then each draft is deleted under a key of its own."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session

from api.appointments import building
from api.appointments.batch.carrying import AT_A_TIME, derived
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
    """At most 200 drafts, each once."""

    # A list: of a tuple with a faulty item pydantic also says that it is too short.
    pre_entry_nos: Annotated[list[PreEntryNo], Field(min_length=1, max_length=200)]


class Deleted(View):
    """The drafts that are gone, in the order asked."""

    deleted: list[str]


@router.post("/batch-delete")
async def delete_appointments(
    ctx: ContextDep, caller: CallerDep, options: CommandOptionsDep, body: BatchDeleteBody
) -> Deleted:
    """One appointment that is no draft of ours refuses the whole, naming every offender.

    Ask again with the same ``Idempotency-Key`` when the outcome is unknown: what is deleted stays deleted.
    """
    wanted = tuple(dict.fromkeys(body.pre_entry_nos))
    refuse_if(await ctx.read(lambda session: tuple(_offenders(session, caller, options, wanted))))
    turns = asyncio.Semaphore(AT_A_TIME)
    await _all(_delete(AppointmentCommands(ctx, caller, derived(options, number)), number, turns) for number in wanted)
    return Deleted(deleted=list(wanted))


async def _delete(commands: AppointmentCommands, pre_entry_no: str, turns: asyncio.Semaphore) -> None:
    async with turns:
        await commands.execute(pre_entry_no, building.deletion())


async def _all(deletions: Iterator[Coroutine[None, None, None]]) -> None:
    """Waits for every one, then raises the first failure: no deletion goes on behind an answer."""
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
